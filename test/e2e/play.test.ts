// Goal: a person presses 'play' and plays. Method: the real product, real browsers, every path; what happened is read
// from the decoded picture, and each cause is shown to be the cause by a while without it.
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch, until } from './support/browser.ts';
import { arcadeState, see, seeUntil } from './support/picture.ts';
import { type Product, startProduct } from './support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct(['--slots', '2']);
});
afterAll(() => product.stop());

/** A pad that the browser believes in: this machine has none to plug in. */
async function plugInPad(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const buttons = Array.from({ length: 17 }, () => ({ pressed: false, touched: false, value: 0 }));
    const pad = {
      index: 0,
      id: 'Test pad',
      mapping: 'standard',
      connected: true,
      axes: [0, 0, 0, 0],
      buttons,
      timestamp: 0,
    };
    Object.assign(window, {
      pressPad: (button: number, down: boolean) => {
        Object.assign(buttons[button] ?? {}, { pressed: down, touched: down, value: down ? 1 : 0 });
        pad.timestamp = performance.now();
      },
    });
    navigator.getGamepads = () => [pad as unknown as Gamepad, null, null, null];
  });
}
const pressPad = (page: Page, button: number, down: boolean) =>
  page.evaluate(
    ([which, isDown]) => (window as unknown as { pressPad(b: number, d: boolean): void }).pressPad(which, isDown),
    [button, down] as const,
  );

function slotPids(): number[] {
  const node = product.pid('node');
  return readFileSync(`/proc/${node}/task/${node}/children`, 'utf8').trim().split(' ').map(Number);
}

async function open(browser: Browser, path: string): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await plugInPad(page);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`${product.url}/play?game=arcade&auto=1&seed=7&path=${path}`);
  await until(page, ({ phase }) => phase === 'playing', 40_000);
  return { page, errors };
}

/** Key, mouse and pad each move the game; a while without input moves nothing. */
async function playWithEverything(page: Page): Promise<void> {
  const title = arcadeState((await seeUntil(page, () => true)).code);
  expect(title.scene).toBe(0);
  // Control: two seconds without input. The picture lives (frames go on) but the state stays.
  const still = await seeUntil(page, () => true);
  await new Promise((done) => setTimeout(done, 2_000));
  const later = await seeUntil(page, ({ frameSeq }) => frameSeq !== still.code.frameSeq);
  expect(later.code.state).toBe(still.code.state);

  await page.keyboard.press('Space');
  const playing = await seeUntil(page, (code) => arcadeState(code).scene === 1);
  expect(playing.code.inputSeq).toBeGreaterThan(still.code.inputSeq);

  const box = await page.locator('video').boundingBox();
  if (box === null) throw new Error('no picture');
  const before = await seeUntil(page, () => true);
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.3);
  await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.7, { steps: 5 });
  const moved = await seeUntil(page, ({ motionSeq }) => motionSeq !== before.code.motionSeq);
  expect(arcadeState(moved.code).inputs).not.toBe(arcadeState(before.code).inputs);

  const count = arcadeState((await seeUntil(page, () => true)).code).inputs;
  await pressPad(page, 0, true);
  await seeUntil(page, (code) => arcadeState(code).inputs !== count);
  await pressPad(page, 0, false);
}

const leave = async (page: Page) => {
  await page.evaluate(() => (window as unknown as { nearcade: { leave(): void } }).nearcade.leave());
  return until(page, ({ phase, receipt }) => phase === 'ended' && receipt !== null);
};

describe.each([
  ['chromium', 'direct', { codec: 'H264', pair: 'direct', protocol: 'udp' }],
  ['chromium', 'relay', { codec: 'H264', pair: 'relay', protocol: 'udp' }],
  ['chromium', 'relay-tcp', { codec: 'H264', pair: 'relay-tcp', protocol: 'tcp' }],
  ['firefox', 'direct', { codec: 'VP8', pair: 'direct', protocol: 'udp' }],
] as const)('%s over %s', (kind, path, wanted) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(kind);
  });
  afterAll(() => browser.close());

  test('plays by key, mouse and pad, with sound, over the path asked for, and gives a receipt', async () => {
    const { page, errors } = await open(browser, path);
    await playWithEverything(page);
    const seen = await until(page, ({ audioLevel }) => Number(audioLevel) > 0.005);
    expect(seen).toMatchObject({ codec: wanted.codec, path: wanted.pair });
    await page.screenshot({ path: `test-results/play-${kind}-${path}.png` });
    const { receipt } = await leave(page);
    expect(receipt).toMatchObject({ path, reason: 'player-left' });
    if (path !== 'direct') {
      const { relay, receivedBytes } = receipt as unknown as {
        relay: { toPlayerBytes: number };
        receivedBytes: number;
      };
      expect(relay.toPlayerBytes).toBeGreaterThanOrEqual(0.95 * receivedBytes);
    }
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

test('killing the game freezes its picture', async () => {
  const browser = await launch('chromium');
  try {
    const { page } = await open(browser, 'direct');
    const alive = await seeUntil(page, () => true);
    await seeUntil(page, ({ frameSeq }) => frameSeq !== alive.code.frameSeq); // Control: it moves before.
    for (const pid of slotPids()) process.kill(pid, 'SIGKILL');
    await new Promise((done) => setTimeout(done, 500)); // What was on its way has arrived.
    const frozen = await see(page);
    await new Promise((done) => setTimeout(done, 1_500));
    expect((await see(page))?.code?.frameSeq ?? frozen?.code?.frameSeq).toBe(frozen?.code?.frameSeq);
  } finally {
    await browser.close();
  }
});
