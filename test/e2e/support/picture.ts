// test/e2e/support/picture.ts - what the decoded picture itself says, read from its pixels and not from the page's own
// figures: the coded strip, and a coarse print of the game's picture above it.
import type { Page } from 'playwright-core';
import { codeStripHeight, type PictureCode, readPictureCode } from '../../../src/protocol/picture-code.ts';

/** A decoded picture: its size, the strip under it, and the mean brightness of 16 x 9 fields of the game. */
export type Seen = {
  readonly width: number;
  readonly height: number;
  readonly code: PictureCode | undefined;
  readonly print: readonly number[];
};

/** Reads the picture that is shown now; undefined before there is one. */
export async function see(page: Page): Promise<Seen | undefined> {
  const raw = await page.evaluate(() => {
    const video = [...document.querySelectorAll('video')].find((element) => element.videoWidth > 0);
    if (video === undefined) return undefined;
    const [width, height] = [video.videoWidth, video.videoHeight];
    const whole = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    const small = new OffscreenCanvas(16, 9).getContext('2d', { willReadFrequently: true });
    if (whole === null || small === null) return undefined;
    whole.drawImage(video, 0, 0);
    small.drawImage(video, 0, 0, width, height, 0, 0, 16, 9);
    const tall = Math.ceil(112 / Math.floor(width / 8)) * 16; // codeStripHeight, which the page's script cannot import here.
    const foot = whole.getImageData(0, height - tall, width, tall).data;
    let text = '';
    for (let at = 1; at < foot.length; at += 4) text += String.fromCharCode(foot[at] ?? 0);
    const print = [...small.getImageData(0, 0, 16, 9).data].filter((_, at) => at % 4 === 1);
    return { width, height, foot: btoa(text), print };
  });
  if (raw === undefined) return undefined;
  const strip = codeStripHeight(raw.width);
  const pixels = new Uint8Array(raw.width * strip * 4);
  Buffer.from(raw.foot, 'base64').forEach((green, at) => {
    pixels[at * 4 + 1] = green;
  });
  return { width: raw.width, height: raw.height, code: readPictureCode(pixels, raw.width), print: raw.print };
}

/** The parts of an arcade state (docs/GAMES.md): session tag, scene, count of inputs that changed something. */
export function arcadeState(code: PictureCode): { tag: number; scene: number; inputs: number } {
  return { tag: code.state >> 16, scene: (code.state >> 12) & 15, inputs: code.state & 0xfff };
}

/** Looks until `hold` is true of a picture with a readable strip. */
export async function seeUntil(
  page: Page,
  hold: (code: PictureCode, seen: Seen) => boolean,
  limitMs = 15_000,
): Promise<Seen & { code: PictureCode }> {
  const end = performance.now() + limitMs;
  let last: Seen | undefined;
  while (performance.now() < end) {
    last = await see(page);
    if (last?.code !== undefined && hold(last.code, last)) return { ...last, code: last.code };
    await new Promise((done) => setTimeout(done, 30));
  }
  throw new Error(`not seen within ${limitMs} ms; last ${JSON.stringify(last?.code)}`);
}
