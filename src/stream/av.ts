// src/stream/av.ts - the little of FFmpeg (through node-av) that all of this folder shares: picture buffers and errors.
import { AV_LOG_QUIET, AV_PIX_FMT_YUV420P, AVCOL_RANGE_MPEG, type AVColorSpace } from 'node-av/constants';
import { FFmpegError, Frame, Log } from 'node-av/lib';
import { OutageError, present } from '../base/assert.ts';

// FFmpeg would write to standard error by itself; what failed comes back as a number and is logged by us.
Log.setLevel(AV_LOG_QUIET);

/** Row alignment in bytes that FFmpeg's fast paths want. */
const ROW_ALIGN = 32;

/**
 * Passes a non-negative FFmpeg answer through.
 * @throws OutageError with FFmpeg's words for a negative one
 */
export function checked(answer: number, what: string): number {
  if (answer < 0) throw new OutageError(`${what}: ${new FFmpegError(answer).message}`);
  return answer;
}

/** A buffer for one picture. The caller frees it. */
export function allocateFrame(format: Frame['format'], width: number, height: number): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.format = format;
  frame.width = width;
  frame.height = height;
  checked(frame.getBuffer(ROW_ALIGN), 'picture buffer');
  return frame;
}

/** A 4:2:0 picture in the video range, black. */
export function allocateYuv(width: number, height: number, matrix: AVColorSpace): Frame {
  const frame = allocateFrame(AV_PIX_FMT_YUV420P, width, height);
  frame.colorRange = AVCOL_RANGE_MPEG;
  frame.colorSpace = matrix;
  planeOf(frame, 0).fill(16);
  planeOf(frame, 1).fill(128);
  planeOf(frame, 2).fill(128);
  return frame;
}

/** One plane of a picture, as a view of FFmpeg's own memory: valid until the frame is freed. */
export function planeOf(frame: Frame, plane: number): Buffer {
  return present(frame.data?.[plane], 'the picture has this plane');
}

/** Bytes from one row of a plane to the next. */
export function strideOf(frame: Frame, plane: number): number {
  return present(frame.linesize[plane], 'the picture has this plane');
}
