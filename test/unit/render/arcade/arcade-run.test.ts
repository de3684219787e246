// test/unit/render/arcade/arcade-run.test.ts - the built-in game as a run: size, time, sound, save.
import { expect, test } from 'vitest';
import { OutageError } from '../../../../src/base/assert.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import { decodeRecord, encodeRecord, freshRecord } from '../../../../src/game/record.ts';
import type { StartGame } from '../../../../src/media/ports.ts';
import type { KeyEvent } from '../../../../src/protocol/input-frames.ts';
import type { PlaySettings } from '../../../../src/protocol/shapes.ts';
import { ArcadeRun, arcadePicture } from '../../../../src/render/arcade/arcade-run.ts';

const clock = { monotonicMs: () => performance.now(), wallMs: () => 0 };
const small = { width: 320, height: 180, fps: 30 };
const start = (settings: Partial<PlaySettings> = {}, more: Partial<StartGame> = {}): ArcadeRun =>
  new ArcadeRun(
    { game: 'arcade', tag: 0x5a, settings: { codecs: ['h264'], picture: small, seed: 9, ...settings }, ...more },
    { clock, random: seededRandom(1) },
  );
const key = (run: ArcadeRun, event: KeyEvent, seq = 1): void => run.key({ seq, event });
const space = (down: boolean): KeyEvent => ({ kind: 'key', hid: 0x2c, down });

function draw(run: ArcadeRun, nowMs: number): Uint8Array {
  if (run.video.kind !== 'drawn') throw new Error('the built-in game draws');
  const { pixels, format, width, height, stride } = run.video.draw(nowMs);
  expect({ format, width, height, stride }).toEqual({ format: 'rgba', width: 320, height: 180, stride: 1_280 });
  return pixels.slice();
}

test('draws at the size asked for, at most 1920 x 1080 at 60, in the same shape', () => {
  expect(arcadePicture()).toEqual({ width: 1280, height: 720, fps: 30 });
  expect(arcadePicture({ width: 640, height: 360, fps: 24 })).toEqual({ width: 640, height: 360, fps: 24 });
  expect(arcadePicture({ width: 3840, height: 2160, fps: 120 })).toEqual({ width: 1920, height: 1080, fps: 60 });
  expect(arcadePicture({ width: 1080, height: 2160, fps: 60 })).toEqual({ width: 540, height: 1080, fps: 60 });
});

test('the same seed, inputs and times give the same pictures, another seed others', () => {
  const filmOf = (seed: number): Uint8Array => {
    const run = start({ seed });
    draw(run, 0);
    key(run, space(true));
    for (let ms = 0; ms < 4_000; ms += 80) draw(run, ms);
    return draw(run, 4_000);
  };
  const film = Buffer.from(filmOf(9));
  expect(film.equals(filmOf(9))).toBe(true);
  expect(film.equals(filmOf(10))).toBe(false);
});

test('the state holds the tag; time does not change it, a key does', () => {
  const run = start();
  const before = run.state();
  expect(before >>> 16).toBe(0x5a);
  for (let ms = 0; ms < 3_000; ms += 33) draw(run, ms);
  expect(run.state()).toBe(before);
  key(run, space(true));
  expect(run.state()).not.toBe(before);
  expect(run.state() >>> 16).toBe(0x5a);
});

test('after a stall the game goes on where it was, not where it would have been', () => {
  const run = start();
  draw(run, 0);
  key(run, space(true));
  draw(run, 100);
  draw(run, 3_600_000); // An hour later the ring would long be broken.
  expect((run.state() >>> 12) & 0xf).toBe(1);
});

test('a save is put back, and a damaged one is refused; without one it starts afresh', async () => {
  const record = { ...freshRecord, best: 12_345, bestWave: 4, colour: 1 };
  const run = start({}, { save: encodeRecord(record) });
  const packed = (await run.packSave()) ?? new Uint8Array(0);
  expect(decodeRecord(packed)).toEqual({ ok: true, value: record });
  expect(() => start({}, { save: encodeRecord(record).with(0, 0) })).toThrow(OutageError);
  expect(decodeRecord((await start().packSave()) ?? new Uint8Array(0))).toEqual({ ok: true, value: freshRecord });
});

test('calm comes from the player or from the save', async () => {
  const calmOf = async (run: ArcadeRun) => decodeRecord((await run.packSave()) ?? new Uint8Array(0));
  expect(await calmOf(start({ calm: true }))).toMatchObject({ value: { calm: true } });
  expect(await calmOf(start({ calm: false }, { save: encodeRecord({ ...freshRecord, calm: true }) }))).toMatchObject({
    value: { calm: true },
  });
  expect(await calmOf(start())).toMatchObject({ value: { calm: false } });
});

test('a switch is worth saving', () => {
  const run = start();
  let asked = 0;
  run.onSaveWorthy(() => asked++);
  draw(run, 0);
  expect(asked).toBe(0);
  key(run, { kind: 'key', hid: 0x10, down: true });
  draw(run, 33);
  expect(asked).toBe(1);
});

test('whoever plays with a pad feels a leak, unless it is to be calm', () => {
  const felt = (calm: boolean): number => {
    const run = start({ calm });
    const rumbles: { pad: number }[] = [];
    run.onRumble((rumble) => rumbles.push(rumble));
    draw(run, 0);
    key(run, { kind: 'pad-button', pad: 2, button: 8, value: 0 });
    key(run, { kind: 'pad-button', pad: 2, button: 2, value: 255 });
    for (let ms = 33; ms < 20_000; ms += 90) draw(run, ms);
    expect(rumbles.every(({ pad }) => pad === 2)).toBe(true);
    return rumbles.length;
  };
  expect(felt(false)).toBeGreaterThan(0);
  expect(felt(true)).toBe(0);
});

test('sound comes in pieces of 1,920 bytes until it is closed, and closing twice does no harm', async () => {
  const run = start();
  let pieces = 0;
  const some = new Promise<void>((resolve) => {
    run.onPcm((piece) => {
      expect(piece.length).toBe(1_920);
      if (++pieces === 5) resolve();
    });
  });
  await some;
  await run.close();
  await run.close();
  const after = pieces;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(pieces).toBe(after);
});
