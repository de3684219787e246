// tools/fresh/visitor.ts - a player with a real browser: opens the page, plays the built-in game for a moment, leaves.
import type { Page } from 'playwright-core';
import { launch, until } from '../../test/e2e/support/browser.ts';
import { arcadeState, seeUntil } from '../../test/e2e/support/picture.ts';

/** What a visit showed. */
export type Visit = {
  readonly title: string;
  /** Milliseconds from the page's start of the session to the first decoded frame. */
  readonly startMs: Readonly<Record<string, number>>;
  readonly codec: string | null;
  readonly fps: number;
  /** The game stood still without input and went from its title into a run with the Space key. */
  readonly answered: boolean;
  readonly soundLevel: number;
  readonly receiptReason: string;
};

const leave = (page: Page) =>
  page.evaluate(() => (window as unknown as { nearcade: { leave(): void } }).nearcade.leave());

/** Plays once. @throws when a step does not come true in time */
export async function visit(url: string, picture?: string): Promise<Visit> {
  const browser = await launch('chromium');
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(url);
    const title = (await page.locator('h1').first().textContent()) ?? '';
    await page.goto(`${url}/play?game=arcade&auto=1`);
    const begun = await until(page, ({ phase }) => phase === 'playing', 40_000);
    const still = await seeUntil(page, () => true);
    await new Promise((done) => setTimeout(done, 1_500));
    const later = await seeUntil(page, ({ frameSeq }) => frameSeq !== still.code.frameSeq);
    await page.keyboard.press('Space');
    const run = await seeUntil(page, (code) => arcadeState(code).scene === 1);
    const sound = await until(page, ({ audioLevel }) => Number(audioLevel) > 0.005);
    if (picture !== undefined) await page.screenshot({ path: picture });
    await leave(page);
    const { receipt } = await until(page, (now) => now.phase === 'ended' && now.receipt !== null);
    if (errors.length > 0) throw new Error(`the page had errors: ${errors.join('; ')}`);
    return {
      title,
      startMs: begun.startMs as Record<string, number>,
      codec: (sound.codec as string | undefined) ?? null,
      fps: Number(sound.fpsDecoded),
      answered: later.code.state === still.code.state && run.code.inputSeq > still.code.inputSeq,
      soundLevel: Number(sound.audioLevel),
      receiptReason: String((receipt as { reason?: string } | null)?.reason),
    };
  } finally {
    await browser.close();
  }
}
