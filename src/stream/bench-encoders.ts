// src/stream/bench-encoders.ts - how fast each encoder makes pictures of each size on this machine, one after another. An
// encoder that does not open, or makes nothing, is left out: it is no encoder here.
import { BENCH_HEIGHTS, type NodeBench } from '../protocol/node-bench.ts';
import { codeStripHeight } from '../protocol/picture-code.ts';
import { allocateYuv } from './av.ts';
import type { VideoEncoder } from './encoder.ts';
import { type EncoderRow, type EncoderShape, encoderRows } from './encoder-rows.ts';
import { drawTest, tryRow } from './open-encoder.ts';

type Encode = NodeBench['encodes'][number];

/** Time for one encoder and size: enough pictures for a figure, few enough to be done in seconds. */
const MEASURE_MS = 700;
const PICTURES_LEAST = 5;
const SLOW_SHARE = 0.95;
const FPS = 60;
/** Sixteen to nine. */
const widthOf = (height: number): number => (height * 16) / 9;
/** What such pictures are sent with: 8 Mbit/s for 720 lines, and as many bits a pixel for more. */
const kbpsOf = (height: number): number => Math.round(8_000 * (height / 720) ** 2);

async function timesOf(encoder: VideoEncoder, row: EncoderRow, shape: EncoderShape): Promise<number[]> {
  const frame = allocateYuv(shape.width, shape.height, row.matrix);
  const times: number[] = [];
  try {
    for (let spentMs = 0; spentMs < MEASURE_MS || times.length < PICTURES_LEAST; ) {
      drawTest(frame, times.length);
      const startMs = performance.now();
      await encoder.encode(frame, false);
      const ms = performance.now() - startMs;
      times.push(ms);
      spentMs += ms;
    }
    return times;
  } finally {
    frame.free();
  }
}

async function measure(row: EncoderRow, height: number): Promise<Encode | undefined> {
  const width = widthOf(height);
  const shape = { width, height: height + codeStripHeight(width), fps: FPS, kbps: kbpsOf(height) };
  const tried = await tryRow(row, shape);
  if (typeof tried === 'string') return undefined;
  try {
    const times = await timesOf(tried.encoder, row, shape);
    const spentMs = times.reduce((sum, ms) => sum + ms, 0);
    const msPerFrame = times.toSorted((a, b) => a - b)[Math.floor(times.length * SLOW_SHARE)] ?? 0;
    const { name: encoder, codec } = tried.encoder;
    return { encoder, codec, height, fps: (1_000 * times.length) / spentMs, msPerFrame };
  } catch {
    return undefined; // It opened and broke: no better than one that does not open.
  } finally {
    tried.encoder.close();
  }
}

/**
 * Measures every encoder that opens, at every size; some seconds. Never throws.
 * @param heights lines of the pictures, all of `BENCH_HEIGHTS` unless given
 */
export async function benchEncoders(heights: readonly number[] = BENCH_HEIGHTS): Promise<Encode[]> {
  const found: Encode[] = [];
  for (const row of encoderRows) {
    for (const height of heights) {
      const encode = await measure(row, height);
      if (encode === undefined) break; // What fails for few lines fails for more.
      found.push(encode);
    }
  }
  return found;
}
