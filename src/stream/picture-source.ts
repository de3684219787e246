// src/stream/picture-source.ts - where a picture comes from: drawn by the game in this process, or grabbed from an X
// display. Either way it ends in one FFmpeg buffer with room for the strip under it.
import {
  AV_PIX_FMT_BGR0,
  AV_PIX_FMT_RGB0,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_RGB,
  type AVPixelFormat,
} from 'node-av/constants';
import { Dictionary, FormatContext, type Frame, InputFormat, Packet } from 'node-av/lib';
import { OutageError, present } from '../base/assert.ts';
import type { VideoSource } from '../media/ports.ts';
import { allocateFrame, checked, planeOf, strideOf } from './av.ts';

/** Gives one picture at a time. */
export interface PictureSource {
  /** How long an input needs before a picture can hold it, in milliseconds. */
  readonly settleMs: number;
  /**
   * Draws or grabs the picture of this moment into a buffer that stays valid until the next call.
   * @throws OutageError when the display is gone
   */
  capture(nowMs: number): Promise<Frame>;
  close(): Promise<void>;
}

/** Size of the game's picture and of the buffer, which is taller by the strip. */
export type SourceShape = { readonly width: number; readonly height: number; readonly bufferHeight: number };

const BYTES_PER_PIXEL = 4;
/** A program redraws at 60 Hz or more; half of its frame on average, and the time to get the event. */
const X11_SETTLE_MS = 8;
/** FFmpeg's grabber waits until its next frame is due; at this rate it never makes us wait long. */
const X11_GRAB_HZ = 1_000;

function allocateRgb(format: AVPixelFormat, { width, bufferHeight }: SourceShape): Frame {
  const frame = allocateFrame(format, width, bufferHeight);
  frame.colorRange = AVCOL_RANGE_JPEG;
  frame.colorSpace = AVCOL_SPC_RGB;
  planeOf(frame, 0).fill(0);
  return frame;
}

/** Copies rows; what is larger than the buffer is cut off, what is smaller stays black. */
function copyRows(
  frame: Frame,
  shape: SourceShape,
  from: { pixels: Uint8Array; width: number; height: number; stride: number },
): void {
  const [plane, stride] = [planeOf(frame, 0), strideOf(frame, 0)];
  const rows = Math.min(shape.height, from.height);
  const rowBytes = Math.min(shape.width, from.width) * BYTES_PER_PIXEL;
  if (stride === from.stride && rowBytes === stride) {
    plane.set(from.pixels.subarray(0, rows * stride));
    return;
  }
  for (let row = 0; row < rows; row++) {
    plane.set(from.pixels.subarray(row * from.stride, row * from.stride + rowBytes), row * stride);
  }
}

function drawnSource(source: Extract<VideoSource, { kind: 'drawn' }>, shape: SourceShape): PictureSource {
  let frame: Frame | undefined;
  return {
    settleMs: 0,
    async capture(nowMs) {
      const drawn = source.draw(nowMs);
      const format = drawn.format === 'rgba' ? AV_PIX_FMT_RGB0 : AV_PIX_FMT_BGR0;
      if (frame?.format !== format) {
        frame?.free();
        frame = allocateRgb(format, shape);
      }
      copyRows(frame, shape, drawn);
      return frame;
    },
    async close() {
      frame?.free();
      frame = undefined;
    },
  };
}

async function openDisplay(source: Extract<VideoSource, { kind: 'x11' }>, shape: SourceShape): Promise<FormatContext> {
  const grabber = InputFormat.findInputFormat('x11grab');
  if (grabber === null) throw new OutageError('this FFmpeg cannot grab X displays');
  const context = new FormatContext();
  const before = process.env.XAUTHORITY;
  process.env.XAUTHORITY = source.authority; // libxcb reads it from there and nowhere else.
  try {
    const options = Dictionary.fromObject({
      video_size: `${shape.width}x${shape.height}`,
      framerate: String(X11_GRAB_HZ),
      draw_mouse: '1',
    });
    checked(await context.openInput(source.display, grabber, options), `display ${source.display}`);
    return context;
  } finally {
    if (before === undefined) delete process.env.XAUTHORITY;
    else process.env.XAUTHORITY = before;
  }
}

async function x11Source(source: Extract<VideoSource, { kind: 'x11' }>, shape: SourceShape): Promise<PictureSource> {
  const context = await openDisplay(source, shape);
  const frame = allocateRgb(AV_PIX_FMT_BGR0, shape);
  const packet = new Packet();
  packet.alloc();
  return {
    settleMs: X11_SETTLE_MS,
    async capture() {
      checked(await context.readFrame(packet), `grabbing ${source.display}`);
      const stride = shape.width * BYTES_PER_PIXEL;
      copyRows(frame, shape, {
        pixels: present(packet.data, 'a grabbed picture has bytes'),
        width: shape.width,
        height: shape.height,
        stride,
      });
      packet.unref();
      return frame;
    },
    async close() {
      await context.closeInput();
      packet.free();
      frame.free();
    },
  };
}

/** Opens the game's source. @throws OutageError when its display cannot be opened */
export async function openPictureSource(source: VideoSource, shape: SourceShape): Promise<PictureSource> {
  return source.kind === 'drawn' ? drawnSource(source, shape) : x11Source(source, shape);
}
