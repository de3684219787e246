// test/e2e/web/harness.ts - a built page, a scripted hub, a tab that plays the nodes, and a real browser on them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { buildWeb, repositoryRoot } from '../../../src/main/build-web.ts';
import { FakeHub } from './fake-hub.ts';

/** Everything a test of the page needs. */
export type Stage = {
  readonly hub: FakeHub;
  readonly origin: string;
  readonly browser: Browser;
  /** A fresh visitor on a path of the page. */
  visit(path: string, options?: Visit): Promise<Page>;
  close(): Promise<void>;
};

/** How a visitor comes. */
export type Visit = {
  readonly language?: 'zh-Hant' | 'zh-Hans' | 'en';
  readonly look?: 'dark' | 'light';
  readonly size?: { readonly width: number; readonly height: number };
  readonly touch?: boolean;
  readonly reducedMotion?: boolean;
};

/** Chromium that plays without a press, does not slow hidden tabs, and runs as root. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
    ],
  });
}

async function buildFakeNode(): Promise<string> {
  const out = mkdtempSync(join(tmpdir(), 'nearcade-fake-node-'));
  await build({
    root: join(repositoryRoot, 'clients/web/fake-node'),
    base: '/fake-node/',
    configFile: false,
    logLevel: 'error',
    build: { outDir: out, emptyOutDir: true, target: 'es2023' },
  });
  return out;
}

/** Builds what changed and starts everything. `port`: 0 for any. */
export async function setStage(port = 0): Promise<Stage> {
  const [, node] = await Promise.all([buildWeb(), buildFakeNode()]);
  const hub = new FakeHub({ page: join(repositoryRoot, 'clients/web/dist'), node });
  const [origin, browser] = [await hub.listen(port), await launchChromium()];
  const nodeTab = await browser.newPage();
  nodeTab.on('console', (line) => line.type() === 'error' && console.error('fake node:', line.text()));
  await nodeTab.goto(`${origin}/fake-node/`);
  return {
    hub,
    origin,
    browser,
    async visit(path, { language = 'en', look, size = { width: 1280, height: 800 }, touch, reducedMotion } = {}) {
      const options: BrowserContextOptions = {
        viewport: size,
        locale: { 'zh-Hant': 'zh-TW', 'zh-Hans': 'zh-CN', en: 'en-GB' }[language],
        reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
        ...(touch ? { hasTouch: true, isMobile: true, deviceScaleFactor: 2 } : {}),
      };
      const context = await browser.newContext(options);
      if (look !== undefined)
        await context.addInitScript((choice) => localStorage.setItem('nearcade.look', choice), look);
      const page = await context.newPage();
      page.on('pageerror', (error) => hub.faults.push(`page error: ${error.message}`));
      page.on('console', (line) => {
        if (line.type() === 'error') hub.faults.push(`console: ${line.text()}`);
      });
      await page.goto(`${origin}${path}`);
      return page;
    },
    async close() {
      await browser.close();
      await hub.close();
      rmSync(node, { recursive: true, force: true });
    },
  };
}

/** What the page says of itself (docs/PLAYER-API.md). */
export async function stats(page: Page): Promise<Record<string, unknown>> {
  return (await page.evaluate('window.nearcade?.stats() ?? {}')) as Record<string, unknown>;
}

/** Waits until `holds` is true of the stats. @throws with the last stats when it does not become so in time */
export async function until(
  page: Page,
  holds: (now: Record<string, unknown>) => boolean,
  withinMs = 20_000,
): Promise<Record<string, unknown>> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    const now = await stats(page);
    if (holds(now)) return now;
    if (Date.now() > endMs) throw new Error(`not so within ${withinMs} ms: ${JSON.stringify(now)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
