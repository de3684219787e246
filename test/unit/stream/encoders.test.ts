// test/unit/stream/encoders.test.ts - goal: what the encoders make is what a browser can take: key pictures when asked
// and only then, the rate that was asked for, the right colours; a kind that is not there is named, not fallen over.
import {
  AV_PIX_FMT_BGR0,
  AV_PIX_FMT_RGB0,
  AV_PIX_FMT_YUV420P,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_BT709,
  AVCOL_SPC_RGB,
  AVCOL_SPC_SMPTE170M,
} from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import { describe, expect, test } from 'vitest';
import { OutageError } from '../../../src/base/assert.ts';
import { AppliedInputs } from '../../../src/media/applied-inputs.ts';
import { isKeyH264, splitNalUnits } from '../../../src/media/h264-packetizer.ts';
import { isKeyVp8 } from '../../../src/media/vp8-packetizer.ts';
import { silentLog } from '../../../src/observe/log.ts';
import { allocateFrame, allocateYuv, planeOf } from '../../../src/stream/av.ts';
import { ColourConverter } from '../../../src/stream/colour.ts';
import { openEncoder, type VideoEncoder } from '../../../src/stream/encoder.ts';
import { type EncoderKind, encoderRows } from '../../../src/stream/encoder-rows.ts';
import { findEncoder, probeEncoders } from '../../../src/stream/open-encoder.ts';
import { PictureMaker } from '../../../src/stream/picture-maker.ts';
import { OpusEncoder } from '../../../src/stream/sound.ts';
import { openFakeGame } from '../../e2e/stream/fake-game.ts';

const row = (kind: EncoderKind) => encoderRows.find(({ name }) => name === kind) ?? Promise.reject(new Error(kind));
const shape = { width: 320, height: 192, fps: 30, kbps: 2_000 };

/** Noise that moves: costs bits in every picture. */
function draw(frame: Frame, step: number): void {
  const luma = planeOf(frame, 0);
  for (let i = 0; i < luma.length; i++) luma[i] = 16 + (((i + step * 5) * 2_654_435_761) >>> 24) / 2;
}

async function encodeRun(kind: EncoderKind, pictures: number, keyAt: number, kbpsAt: (i: number) => number) {
  const found = await row(kind);
  const encoder = await openEncoder(found, { ...shape, kbps: kbpsAt(0) });
  const frame = allocateYuv(shape.width, shape.height, found.matrix);
  const made: { bytes: number; key: boolean; data: Uint8Array }[] = [];
  for (let i = 0; i < pictures; i++) {
    draw(frame, i);
    encoder.setKbps(kbpsAt(i), i * 33);
    const { data, key } = await encoder.encode(frame, i === keyAt);
    made.push({ bytes: data.length, key, data });
  }
  encoder.close();
  frame.free();
  return made;
}

const kbpsOf = (pictures: readonly { bytes: number }[]) =>
  (pictures.reduce((sum, { bytes }) => sum + bytes, 0) * 8 * shape.fps) / pictures.length / 1000;

describe('libx264', () => {
  test('key pictures at the start and when asked, constrained baseline, nothing reordered', async () => {
    const made = await encodeRun('x264', 40, 25, () => 2_000);
    expect(made.flatMap(({ key }, i) => (key ? [i] : []))).toEqual([0, 25]);
    expect(made.flatMap(({ data }, i) => (isKeyH264(data) ? [i] : []))).toEqual([0, 25]);
    const sps = splitNalUnits(made[0]?.data ?? new Uint8Array(0)).find((unit) => (unit[0] ?? 0) % 32 === 7);
    expect([sps?.[1], (sps?.[2] ?? 0) & 0xc0]).toEqual([66, 0xc0]); // profile_idc baseline, constraint sets 0 and 1.
  });

  test('the rate follows in place, without a key picture', async () => {
    const made = await encodeRun('x264', 180, -1, (i) => (i < 60 ? 4_000 : i < 120 ? 1_000 : 4_000));
    expect(made.filter(({ key }) => key)).toHaveLength(1);
    const [before, low, after] = [made.slice(20, 60), made.slice(70, 120), made.slice(140)].map(kbpsOf);
    expect(low).toBeLessThan(1_300);
    expect(low).toBeGreaterThan(500);
    expect(before).toBeGreaterThan(2_500);
    expect(after).toBeGreaterThan(2_500);
    // No picture delays the next ones by more than it may: the bound covers three pictures.
    expect(Math.max(...made.slice(70, 120).map(({ bytes }) => bytes))).toBeLessThan((1_000_000 / 8 / 30) * 3.2);
  });
});

describe('libvpx', () => {
  test('key pictures at the start and when asked', async () => {
    const made = await encodeRun('vp8', 40, 25, () => 2_000);
    expect(made.flatMap(({ data }, i) => (isKeyVp8(data) ? [i] : []))).toEqual([0, 25]);
  });

  test('a much lower rate is taken by opening anew, once', async () => {
    const made = await encodeRun('vp8', 60, -1, (i) => (i < 25 ? 4_000 : 1_000));
    expect(made.filter(({ key }) => key)).toHaveLength(2);
    expect(kbpsOf(made.slice(35))).toBeLessThan(1_500);
  });
});

describe('choosing', () => {
  test('kinds without their hardware say why and are passed over', async () => {
    const faults: string[] = [];
    const found = await findEncoder({ codec: 'h264', shape }, ({ name, reason }) => faults.push(`${name}: ${reason}`));
    expect(found).toBeDefined();
    // Where a GPU encodes, it is the first of the list that works; here the list before the found one failed.
    const before = encoderRows.slice(
      0,
      encoderRows.findIndex(({ name }) => name === found?.row.name),
    );
    expect(faults.map((fault) => fault.split(':')[0])).toEqual(before.map(({ name }) => name));
    for (const fault of faults) expect(fault).toMatch(/: .{5,}/);
    found?.encoder.close();
  });

  test('a kind that failed is not tried again, and none left is said plainly', async () => {
    const except = new Set<EncoderKind>(['nvenc', 'vaapi', 'x264']);
    expect(await findEncoder({ codec: 'h264', shape, except }, () => {})).toBeUndefined();
    const only = await findEncoder({ codec: 'h264', shape, only: 'x264' }, () => {});
    expect(only?.row.name).toBe('x264');
    only?.encoder.close();
  });

  test('the report names what works here, with its time', async () => {
    const reports = await probeEncoders();
    expect(reports.map(({ name }) => name)).toEqual(expect.arrayContaining(['libx264', 'libvpx']));
    for (const { msPerFrame } of reports) expect(msPerFrame).toBeGreaterThan(0);
  });
});

describe('a picture maker', () => {
  const order = { codec: 'h264' as const, inputs: new AppliedInputs(0), fps: 30, kbps: 1_000, key: false };
  const open = (find?: typeof findEncoder) => {
    const run = openFakeGame(320, 176, 30);
    const options = { nowMs: () => performance.now(), log: silentLog, only: undefined };
    return { run, maker: new PictureMaker(run, find === undefined ? options : { ...options, find }) };
  };

  test('begins with a key picture, and again with each new encoder', async () => {
    const { run, maker } = open();
    expect((await maker.make(order)).key).toBe(true);
    expect((await maker.make(order)).key).toBe(false);
    // VP8 in its place, as after a reload in another browser.
    const other = await maker.make({ ...order, codec: 'vp8' });
    expect([other.key, isKeyVp8(other.data), maker.encoder?.name]).toEqual([true, true, 'libvpx']);
    const faster = await maker.make({ ...order, fps: 60 });
    expect([faster.key, isKeyH264(faster.data)]).toEqual([true, true]);
    await maker.close();
    await run.close();
  });

  test('when an encoder breaks the next kind makes the same picture, and the broken one is not tried again', async () => {
    const tried: string[] = [];
    // A first kind that works when it is tried out and breaks at its third picture, as a driver does.
    const { run, maker } = open(async (wish, fault) => {
      tried.push([...(wish.except ?? [])].join());
      if (wish.except?.has('nvenc')) return findEncoder({ ...wish, only: 'x264' }, fault);
      const found = await findEncoder({ ...wish, only: 'x264' }, fault);
      if (found === undefined) return undefined;
      const { encoder } = found;
      let left = 3;
      const breaking: VideoEncoder = {
        name: 'h264_nvenc',
        codec: 'h264',
        encode: (frame, key) =>
          --left > 0 ? encoder.encode(frame, key) : Promise.reject(new OutageError('driver gone')),
        setKbps: (kbps, nowMs) => encoder.setKbps(kbps, nowMs),
        close: () => encoder.close(),
      };
      return { encoder: breaking, row: { ...found.row, name: 'nvenc' } };
    });
    const names: (string | undefined)[] = [];
    const keys: boolean[] = [];
    for (let i = 0; i < 4; i++) {
      keys.push((await maker.make(order)).key);
      names.push(maker.encoder?.name);
    }
    expect(names).toEqual(['h264_nvenc', 'h264_nvenc', 'libx264', 'libx264']);
    expect(keys).toEqual([true, false, true, false]);
    expect(tried).toEqual(['', 'nvenc']);
    await maker.close();
    await run.close();
  });
});

describe('colours', () => {
  // ITU-R BT.709 and BT.601: red in the video range.
  test.each([
    { name: 'BT.709', matrix: AVCOL_SPC_BT709, red: [63, 102, 240] },
    { name: 'BT.601', matrix: AVCOL_SPC_SMPTE170M, red: [81, 90, 240] },
  ])('red in $name from RGB and BGR', async ({ matrix, red }) => {
    for (const [format, first] of [
      [AV_PIX_FMT_RGB0, 0],
      [AV_PIX_FMT_BGR0, 2],
    ] as const) {
      const source = allocateFrame(format, 64, 64);
      source.colorRange = AVCOL_RANGE_JPEG;
      source.colorSpace = AVCOL_SPC_RGB;
      const pixels = planeOf(source, 0).fill(0);
      for (let i = 0; i < 64 * 64; i++) pixels[i * 4 + first] = 255;
      const converter = new ColourConverter(64, 64, matrix);
      await converter.convert(source);
      const got = [0, 1, 2].map((plane) => planeOf(converter.output, plane)[20] ?? 0);
      for (const [i, value] of red.entries()) expect(Math.abs((got[i] ?? 0) - value)).toBeLessThanOrEqual(1);
      converter.close();
      source.free();
    }
  });

  test('buffers are what the encoders take', () => {
    const frame = allocateYuv(640, 368, AVCOL_SPC_BT709);
    expect([frame.format, frame.width, planeOf(frame, 0)[0], planeOf(frame, 1)[0]]).toEqual([
      AV_PIX_FMT_YUV420P,
      640,
      16,
      128,
    ]);
    frame.free();
  });
});

test('opus: a tone costs what it should, silence next to nothing', async () => {
  const encoder = await OpusEncoder.open();
  const piece = new Int16Array(960);
  const bytesOf = (fill: (i: number) => number) => {
    let bytes = 0;
    for (let n = 0; n < 100; n++) {
      for (let i = 0; i < 480; i++) piece[2 * i] = piece[2 * i + 1] = fill(n * 480 + i);
      bytes += encoder.encode(new Uint8Array(piece.buffer), n * 480).length;
    }
    return bytes;
  };
  const tone = bytesOf((i) => Math.sin(i / 17) * 9_000);
  expect(tone).toBeGreaterThan(4_000);
  expect(tone).toBeLessThan(20_000);
  bytesOf(() => 0);
  expect(bytesOf(() => 0)).toBeLessThan(500);
  encoder.close();
});
