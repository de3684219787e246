// tools/make-page-images.ts - makes the pictures of the pages in docs/images from the running product: starts it, plays
// the built-in game in Chromium for half a minute, leaves. What a picture shows was measured on the machine that made it.
// Run: node tools/make-page-images.ts [FOLDER]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launch, until } from '../test/e2e/support/browser.ts';
import { startProduct } from '../test/e2e/support/product.ts';

const FOLDER = process.argv[2] ?? join(import.meta.dirname, '..', 'docs', 'images');
const BYTES_MAX = 200_000;
const large = { width: 1200, height: 750 };
const wide: BrowserContextOptions = { viewport: large };
/** Noise of a decoded game makes a PNG large. */
const stage = { width: 960, height: 600 };
const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 1.5,
  hasTouch: true,
  isMobile: true,
};

type Visitor = {
  readonly screen: BrowserContextOptions;
  readonly locale: 'en-GB' | 'zh-TW' | 'zh-CN';
  readonly look: 'dark' | 'light';
  readonly hud?: 'panel';
};

async function open(browser: Browser, { screen, locale, look, hud = undefined }: Visitor): Promise<Page> {
  const context = await browser.newContext({ ...screen, locale });
  await context.addInitScript(
    ([chosen, numbers]) => {
      localStorage.setItem('nearcade.look', chosen);
      if (numbers !== undefined) localStorage.setItem('nearcade.settings', JSON.stringify({ hud: numbers }));
    },
    [look, hud] as const,
  );
  return context.newPage();
}

/** A PNG without the lowest bits of each colour, as few of them as make it small enough. */
async function small(png: Buffer): Promise<Buffer> {
  const image = await loadImage(png);
  const canvas = createCanvas(image.width, image.height);
  const brush = canvas.getContext('2d');
  for (const mask of [0xff, 0xfc, 0xf8, 0xf0]) {
    brush.drawImage(image, 0, 0);
    const pixels = brush.getImageData(0, 0, image.width, image.height);
    for (let at = 0; at < pixels.data.length; at++)
      pixels.data[at] = (pixels.data[at] ?? 0) & (at % 4 === 3 ? 0xff : mask);
    brush.putImageData(pixels, 0, 0);
    const bytes = canvas.toBuffer('image/png');
    if (bytes.length <= BYTES_MAX) return bytes;
  }
  throw new Error('the picture does not get below 200 kB');
}

async function keep(page: Page, name: string): Promise<void> {
  writeFileSync(join(FOLDER, `${name}.png`), await small(await page.screenshot({ animations: 'disabled' })));
}

/** The page of the game once everything is measured. */
async function choose(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/play?game=arcade`);
  await until(page, ({ plan }) => plan === 'ready');
  await page.getByTestId('verdict').filter({ hasText: /\d/ }).waitFor();
  await page.waitForTimeout(600);
}

/** Plays: turns and fires until there is something to see. */
async function play(page: Page, url: string, seconds: number): Promise<void> {
  await page.goto(`${url}/play?game=arcade&auto=1&seed=5`);
  await until(page, ({ phase }) => phase === 'playing', 40_000);
  await page.keyboard.press('Space');
  await page.keyboard.down('Space');
  for (let turn = 0; turn < seconds; turn++) {
    const key = turn % 3 === 2 ? 'ArrowLeft' : 'ArrowRight';
    await page.keyboard.down(key);
    await page.waitForTimeout(1_000);
    await page.keyboard.up(key);
  }
  await until(page, ({ clickToFrame }) => clickToFrame !== null);
}

async function leave(page: Page): Promise<void> {
  await page.evaluate(() => (window as unknown as { nearcade: { leave(): void } }).nearcade.leave());
  await until(page, ({ phase, receipt }) => phase === 'ended' && receipt !== null);
  await page.waitForTimeout(600);
}

mkdirSync(FOLDER, { recursive: true });
const product = await startProduct(['--slots', '2'], { env: { NEARCADE_NAME: 'desk', NEARCADE_REGION: 'at home' } });
const browser = await launch('chromium');
try {
  const { url } = product;
  const dark = await open(browser, { screen: wide, locale: 'en-GB', look: 'dark' });
  await choose(dark, url);
  await keep(dark, 'page-choose');
  await dark.goto(url);
  await dark.getByText('$0.002').waitFor();
  await keep(dark, 'page-landing');
  await dark.setViewportSize(stage);
  await play(dark, url, 12);
  await keep(dark, 'page-playing');
  await leave(dark);
  await dark.context().close();

  const hant = await open(browser, { screen: wide, locale: 'zh-TW', look: 'light', hud: 'panel' });
  await choose(hant, url);
  await keep(hant, 'page-choose-zh-hant');
  await hant.setViewportSize(stage);
  await play(hant, url, 24);
  await keep(hant, 'page-numbers-zh-hant');
  await leave(hant);
  await hant.context().close();

  const light = await open(browser, { screen: wide, locale: 'en-GB', look: 'light', hud: 'panel' });
  await light.setViewportSize(stage);
  await play(light, url, 30);
  await keep(light, 'page-numbers');
  await leave(light);
  await light.setViewportSize(large);
  await keep(light, 'page-receipt');
  await light.context().close();

  const hand = await open(browser, { screen: phone, locale: 'zh-CN', look: 'dark' });
  await choose(hand, url);
  await keep(hand, 'phone-choose');
  await play(hand, url, 8);
  await keep(hand, 'phone-playing');
  await leave(hand);
  await hand.context().close();
} finally {
  await browser.close();
  await product.stop();
}
