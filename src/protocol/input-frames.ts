// src/protocol/input-frames.ts - input on the wire: a fixed binary layout, big-endian, read in place (STYLE section 8).
//
// Two data channels. `keys` is reliable and ordered: presses, releases, text. `motion` is unordered with a short
// lifetime: every frame carries the whole state of everything that moves, so the latest wins and a loss costs nothing.
// Relative mouse motion travels as running totals: the receiver takes the difference to the last frame it used.
import { ByteReader, ByteWriter } from '../base/byte-cursor.ts';
import { err, ok, type Result } from '../base/result.ts';
import { fromUtf8, toUtf8 } from '../base/utf8.ts';
import { bounds } from './limits.ts';

/** Where the mouse is: running totals of relative motion (wrap at 2^32) and the place on the picture (0..65535). */
export type Pointer = { readonly totalX: number; readonly totalY: number; readonly x: number; readonly y: number };

/**
 * What happens once and must not be lost. `seq` counts from 1 and is what the picture answers. Wheel: 120 is one notch,
 * right and down positive. Pad buttons: 0..255, indices of the W3C's 'standard' mapping. Mouse buttons: as browsers number
 * them (0 left, 1 middle, 2 right, 3 back, 4 forward).
 */
export type KeyEvent =
  | { readonly kind: 'key'; readonly hid: number; readonly down: boolean }
  | { readonly kind: 'mouse-button'; readonly button: number; readonly down: boolean; readonly pointer: Pointer }
  | { readonly kind: 'wheel'; readonly dx: number; readonly dy: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'pad-button'; readonly pad: number; readonly button: number; readonly value: number }
  | { readonly kind: 'pad-connected'; readonly pad: number; readonly connected: boolean }
  | { readonly kind: 'touch'; readonly id: number; readonly down: boolean; readonly x: number; readonly y: number }
  | { readonly kind: 'release-all' }
  | { readonly kind: 'marker' };
/** One event with its number. */
export type KeyFrame = { readonly seq: number; readonly event: KeyEvent };

/** Axes of one gamepad: sticks -32767..32767, right and down positive. */
export type PadAxes = { readonly pad: number; readonly axes: readonly [number, number, number, number] };
/** One finger, 0..65535 over the picture. */
export type TouchPoint = { readonly id: number; readonly x: number; readonly y: number };
/** Everything that moves, as it is now. */
export type MotionFrame = {
  /** Counts from 1; wraps at 2^32. */
  readonly seq: number;
  readonly pointer: Pointer;
  readonly pads: readonly PadAxes[];
  readonly touches: readonly TouchPoint[];
};

const KINDS = [
  'key',
  'mouse-button',
  'wheel',
  'text',
  'pad-button',
  'pad-connected',
  'touch',
  'release-all',
  'marker',
] as const;
const TOUCHES_MAX = 10;
const HID_MAX = 0xe7;
const MOUSE_BUTTONS = 5;
const PAD_BUTTONS = 17; // The 'standard' mapping of the W3C Gamepad specification.

function putPointer(out: ByteWriter, pointer: Pointer): void {
  out
    .u32(pointer.totalX >>> 0)
    .u32(pointer.totalY >>> 0)
    .u16(pointer.x)
    .u16(pointer.y);
}

function takePointer(input: ByteReader): Pointer {
  return { totalX: input.u32(), totalY: input.u32(), x: input.u16(), y: input.u16() };
}

/** A key frame as bytes. Text longer than `bounds.textChars` must be cut by the caller. */
export function encodeKeyFrame({ seq, event }: KeyFrame): Uint8Array {
  const text = event.kind === 'text' ? toUtf8(event.text) : undefined;
  const out = new ByteWriter(24 + (text?.length ?? 0));
  out.u8(KINDS.indexOf(event.kind)).u32(seq);
  switch (event.kind) {
    case 'key':
      out.u8(event.hid).u8(event.down ? 1 : 0);
      break;
    case 'mouse-button':
      out.u8(event.button).u8(event.down ? 1 : 0);
      putPointer(out, event.pointer);
      break;
    case 'wheel':
      out.i16(event.dx).i16(event.dy);
      break;
    case 'text':
      out.put(text ?? new Uint8Array(0));
      break;
    case 'pad-button':
      out.u8(event.pad).u8(event.button).u8(event.value);
      break;
    case 'pad-connected':
      out.u8(event.pad).u8(event.connected ? 1 : 0);
      break;
    case 'touch':
      out
        .u8(event.id)
        .u8(event.down ? 1 : 0)
        .u16(event.x)
        .u16(event.y);
      break;
    default:
      break; // release-all and marker are only their number.
  }
  return out.written();
}

function decodeKeyEvent(kind: (typeof KINDS)[number], input: ByteReader): KeyEvent | undefined {
  switch (kind) {
    case 'key': {
      const [hid, down] = [input.u8(), input.u8()];
      return hid >= 1 && hid <= HID_MAX && down <= 1 ? { kind, hid, down: down === 1 } : undefined;
    }
    case 'mouse-button': {
      const [button, down] = [input.u8(), input.u8()];
      const pointer = takePointer(input);
      return button < MOUSE_BUTTONS && down <= 1 ? { kind, button, down: down === 1, pointer } : undefined;
    }
    case 'wheel':
      return { kind, dx: input.i16(), dy: input.i16() };
    case 'text': {
      const text = fromUtf8(input.take(input.left));
      return text !== undefined && text.length >= 1 && text.length <= bounds.textChars ? { kind, text } : undefined;
    }
    case 'pad-button': {
      const [pad, button, value] = [input.u8(), input.u8(), input.u8()];
      return pad < bounds.gamepads && button < PAD_BUTTONS ? { kind, pad, button, value } : undefined;
    }
    case 'pad-connected': {
      const [pad, connected] = [input.u8(), input.u8()];
      return pad < bounds.gamepads && connected <= 1 ? { kind, pad, connected: connected === 1 } : undefined;
    }
    case 'touch': {
      const [id, down] = [input.u8(), input.u8()];
      const [x, y] = [input.u16(), input.u16()];
      return id < TOUCHES_MAX && down <= 1 ? { kind, id, down: down === 1, x, y } : undefined;
    }
    case 'release-all':
    case 'marker':
      return { kind };
  }
}

/** Reads one message of the `keys` channel. Refuses unknown kinds, fields out of range and bytes left over. */
export function decodeKeyFrame(bytes: Uint8Array): Result<KeyFrame, 'bad-input'> {
  if (bytes.length > 24 + 4 * bounds.textChars) return err('bad-input');
  const input = new ByteReader(bytes);
  const kind = KINDS[input.u8()];
  const seq = input.u32();
  if (kind === undefined || seq === 0) return err('bad-input');
  const event = decodeKeyEvent(kind, input);
  return event === undefined || input.failed || input.left > 0 ? err('bad-input') : ok({ seq, event });
}

/** A motion frame as bytes, at most `bounds.inputFrameBytes`. */
export function encodeMotionFrame(frame: MotionFrame): Uint8Array {
  const out = new ByteWriter(bounds.inputFrameBytes);
  out.u32(frame.seq);
  putPointer(out, frame.pointer);
  out.u8(frame.pads.length);
  for (const { pad, axes } of frame.pads) {
    out.u8(pad);
    for (const axis of axes) out.i16(axis);
  }
  out.u8(frame.touches.length);
  for (const { id, x, y } of frame.touches) out.u8(id).u16(x).u16(y);
  return out.written();
}

/** Reads one message of the `motion` channel. */
export function decodeMotionFrame(bytes: Uint8Array): Result<MotionFrame, 'bad-input'> {
  if (bytes.length > bounds.inputFrameBytes) return err('bad-input');
  const input = new ByteReader(bytes);
  const seq = input.u32();
  const pointer = takePointer(input);
  const pads: PadAxes[] = [];
  const touches: TouchPoint[] = [];
  const padCount = input.u8();
  if (padCount > bounds.gamepads) return err('bad-input');
  for (let i = 0; i < padCount; i++) {
    pads.push({ pad: input.u8(), axes: [input.i16(), input.i16(), input.i16(), input.i16()] });
  }
  const touchCount = input.u8();
  if (touchCount > TOUCHES_MAX) return err('bad-input');
  for (let i = 0; i < touchCount; i++) touches.push({ id: input.u8(), x: input.u16(), y: input.u16() });
  const sane = pads.every(({ pad }) => pad < bounds.gamepads) && touches.every(({ id }) => id < TOUCHES_MAX);
  return seq === 0 || !sane || input.failed || input.left > 0 ? err('bad-input') : ok({ seq, pointer, pads, touches });
}

/** The signed step from one running total to the next, both modulo 2^32. */
export function totalStep(from: number, to: number): number {
  return (to - from) | 0;
}

/** True when motion number `a` is newer than `b`; numbers wrap at 2^32 (RFC 1982 section 3.2). */
export function isNewerSeq(a: number, b: number): boolean {
  return a !== b && (a - b) >>> 0 < 0x8000_0000;
}
