// test/e2e/support/browser.ts - Debian's Chromium and Firefox, started the one way that works as root without a display.
import { type Browser, type BrowserContext, chromium, firefox, type Page } from 'playwright-core';

/** What `window.nearcade.stats()` returns; docs/PLAYER-API.md names the fields. */
export type PlayerStats = ReturnType<typeof import('../../../clients/web/src/player/stats.ts').statsJson>;

/** Which browser, and how it is held back. */
export type BrowserKind = 'chromium' | 'firefox';

const firefoxOptions = (prefs: Readonly<Record<string, boolean>>) => ({
  channel: 'moz-firefox',
  executablePath: '/usr/bin/firefox-esr',
  firefoxUserPrefs: {
    'media.autoplay.default': 0,
    'media.autoplay.blocking_policy': 0,
    'network.captive-portal-service.enabled': false,
    'media.gmp-manager.updateEnabled': false,
    ...prefs,
  },
});

/** Firefox with a profile of the caller's, which may know further certificates; closing the context closes it. */
export function launchFirefox(profile: string, prefs: Readonly<Record<string, boolean>>): Promise<BrowserContext> {
  return firefox.launchPersistentContext(profile, firefoxOptions(prefs));
}

/** Launches a browser; the caller closes it. `args`: further flags of Chromium; `home`: its user's folder, with further certificates. */
export function launch(kind: BrowserKind, args: readonly string[] = [], home?: string): Promise<Browser> {
  if (kind === 'firefox') return firefox.launch(firefoxOptions({}));
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    ...(home !== undefined && { env: { ...process.env, HOME: home } }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
      ...args,
    ],
  });
}

/** Opens the page of a URL and fails the test on any script error. */
export async function openPage(context: BrowserContext, url: string): Promise<{ page: Page; errors: string[] }> {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(url);
  return { page, errors };
}

/** What `window.nearcade.stats()` says now; undefined before the player is there. */
export function stats(page: Page): Promise<PlayerStats | undefined> {
  return page.evaluate(() => (window as unknown as { nearcade?: { stats(): PlayerStats } }).nearcade?.stats());
}

/** Waits until `hold` is true of the stats. Polls because the page has no event for it; fails with the last stats seen. */
export async function until(page: Page, hold: (stats: PlayerStats) => boolean, limitMs = 30_000): Promise<PlayerStats> {
  const end = performance.now() + limitMs;
  let last: PlayerStats | undefined;
  while (performance.now() < end) {
    last = await stats(page);
    if (last !== undefined && hold(last)) return last;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`it did not come true within ${limitMs} ms; last seen ${JSON.stringify(last)}`);
}
