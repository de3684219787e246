// src/stream/open-encoder.ts - finds the encoder to use: the first kind that opens and really encodes. Being in the
// build proves nothing, and neither does opening.
import type { Frame } from 'node-av/lib';
import { isKeyH264 } from '../media/h264-packetizer.ts';
import type { EncoderReport } from '../media/ports.ts';
import { isKeyVp8 } from '../media/vp8-packetizer.ts';
import type { Codec } from '../protocol/shapes.ts';
import { allocateYuv, planeOf } from './av.ts';
import { openEncoder, type VideoEncoder } from './encoder.ts';
import { type EncoderKind, type EncoderRow, type EncoderShape, encoderRows } from './encoder-rows.ts';

/** An encoder with the row it was made from. */
export type FoundEncoder = { readonly encoder: VideoEncoder; readonly row: EncoderRow };

/** Why a kind was not taken, for the log. */
export type EncoderFault = { readonly name: EncoderKind; readonly reason: string };

const TEST_PICTURES = 3;

/** Draws a picture that differs from the one of the step before everywhere. */
export function drawTest(frame: Frame, step: number): void {
  const luma = planeOf(frame, 0);
  for (let i = 0; i < luma.length; i += 7) luma[i] = 16 + ((i * 13 + step * 29) % 200);
}

/**
 * Encodes a few pictures and looks at what comes out: the first must be a key picture, each must have bytes.
 * @returns milliseconds of the fastest picture after the first, or what was wrong
 */
async function tryEncoder(encoder: VideoEncoder, row: EncoderRow, shape: EncoderShape): Promise<number | string> {
  const frame = allocateYuv(shape.width, shape.height, row.matrix);
  try {
    let bestMs = Number.POSITIVE_INFINITY;
    for (let step = 0; step < TEST_PICTURES; step++) {
      drawTest(frame, step);
      const startMs = performance.now();
      const { data } = await encoder.encode(frame, step === 0);
      if (step > 0) bestMs = Math.min(bestMs, performance.now() - startMs);
      const key = encoder.codec === 'h264' ? isKeyH264(data) : isKeyVp8(data);
      if (data.length === 0 || (step === 0 && !key)) return 'its first picture is no key picture';
    }
    return bestMs;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    frame.free();
  }
}

/**
 * Opens one kind and tries it. Never throws.
 * @returns the encoder, for the caller to close, or what was wrong
 */
export async function tryRow(
  row: EncoderRow,
  shape: EncoderShape,
): Promise<{ encoder: VideoEncoder; ms: number } | string> {
  try {
    const encoder = await openEncoder(row, shape);
    const outcome = await tryEncoder(encoder, row, shape);
    if (typeof outcome === 'number') return { encoder, ms: outcome };
    encoder.close();
    return outcome;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What to look for. */
export type EncoderWish = {
  readonly codec: Codec;
  readonly shape: EncoderShape;
  /** Only this kind. */
  readonly only?: EncoderKind;
  /** Kinds that failed before. */
  readonly except?: ReadonlySet<EncoderKind>;
};

/**
 * The best encoder that works.
 * @param fault told of each kind that was tried in vain
 * @returns undefined when none is left
 */
export async function findEncoder(
  wish: EncoderWish,
  fault: (fault: EncoderFault) => void,
): Promise<FoundEncoder | undefined> {
  for (const row of encoderRows) {
    if (row.codec !== wish.codec || wish.except?.has(row.name)) continue;
    if (wish.only !== undefined && row.name !== wish.only) continue;
    const outcome = await tryRow(row, wish.shape);
    if (typeof outcome !== 'string') return { encoder: outcome.encoder, row };
    fault({ name: row.name, reason: outcome });
  }
  return undefined;
}

const REPORT_SHAPE: EncoderShape = { width: 1280, height: 736, fps: 60, kbps: 8_000 };

/**
 * Opens every encoder we know and encodes a few pictures with it; best first. Takes about half a second. Never throws.
 * @param fault told of each kind that does not work here
 */
export async function probeEncoders(fault: (fault: EncoderFault) => void = () => {}): Promise<EncoderReport[]> {
  const reports: EncoderReport[] = [];
  for (const row of encoderRows) {
    const outcome = await tryRow(row, REPORT_SHAPE);
    if (typeof outcome === 'string') {
      fault({ name: row.name, reason: outcome });
      continue;
    }
    outcome.encoder.close();
    reports.push({ name: row.ffmpegName, codec: row.codec, msPerFrame: outcome.ms });
  }
  return reports;
}
