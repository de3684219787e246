// clients/web/src/player/input/motion.ts - everything that moves, as it is now, in one frame (protocol/input-frames.ts).
// Frames may be lost: each carries the whole state and running totals, so the next one makes it good. The place of the
// mouse is in sixteenth bits of the picture; a fraction of a count is kept for the next step, so slow hands lose nothing.
import type { MotionFrame, PadAxes, Pointer, TouchPoint } from '../../../../../src/protocol/input-frames.ts';

const PLACE_MAX = 65_535;
const AXIS_MAX = 32_767;
const TOUCHES_MAX = 10;

/** A place on the picture, 0..1 in both directions. */
export type Place = { readonly x: number; readonly y: number };

/** A share of the picture as the wire has it, 0..65535; outside the picture it is the edge. */
export function wirePlace(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * PLACE_MAX);
}

/** An axis -1..1 as the wire has it; within `deadZone` it is 0, and outside it starts from 0. */
export function wireAxis(value: number, deadZone: number): number {
  const size = Math.min(1, Math.abs(value));
  if (size <= deadZone) return 0;
  return Math.round(Math.sign(value) * ((size - deadZone) / (1 - deadZone)) * AXIS_MAX);
}

/** The state of everything that moves. */
export type Motion = {
  /** Adds a relative step in counts; fractions add up. */
  moveBy(dx: number, dy: number): void;
  moveTo(place: Place): void;
  /** Sets four axes of one pad, each -32767..32767; true when one changed. */
  axes(pad: number, axes: PadAxes['axes']): void;
  dropPad(pad: number): void;
  finger(id: number, place: Place): void;
  liftFinger(id: number): void;
  /** True when something moved since the last `take`. */
  readonly dirty: boolean;
  readonly pointer: Pointer;
  /** The next frame to send, numbered. */
  take(): MotionFrame;
  /** Number of the last frame taken. */
  readonly seq: number;
};

/** Makes the state; the first frame gets the number `seqAfter + 1`. */
export function createMotion(seqAfter = 0): Motion {
  let seq = seqAfter >>> 0;
  let dirty = false;
  const total = { x: 0, y: 0 };
  const rest = { x: 0, y: 0 };
  const at = { x: 0, y: 0 };
  const pads = new Map<number, PadAxes['axes']>();
  const fingers = new Map<number, TouchPoint>();
  const step = (axis: 'x' | 'y', by: number): void => {
    const whole = Math.trunc(rest[axis] + by);
    rest[axis] += by - whole;
    total[axis] = (total[axis] + whole) >>> 0;
    dirty ||= whole !== 0;
  };
  const pointer = (): Pointer => ({ totalX: total.x, totalY: total.y, x: at.x, y: at.y });
  return {
    moveBy(dx, dy) {
      step('x', dx);
      step('y', dy);
    },
    moveTo(place) {
      const [x, y] = [wirePlace(place.x), wirePlace(place.y)];
      dirty ||= x !== at.x || y !== at.y;
      [at.x, at.y] = [x, y];
    },
    axes(pad, next) {
      const before = pads.get(pad);
      dirty ||= before === undefined ? next.some((axis) => axis !== 0) : next.some((axis, i) => axis !== before[i]);
      pads.set(pad, next);
    },
    dropPad(pad) {
      dirty ||= pads.delete(pad);
    },
    finger(id, place) {
      if (fingers.size >= TOUCHES_MAX && !fingers.has(id)) return;
      fingers.set(id, { id, x: wirePlace(place.x), y: wirePlace(place.y) });
      dirty = true;
    },
    liftFinger(id) {
      dirty ||= fingers.delete(id);
    },
    get dirty() {
      return dirty;
    },
    get pointer() {
      return pointer();
    },
    get seq() {
      return seq;
    },
    take() {
      dirty = false;
      seq = (seq + 1) >>> 0 || 1; // 0 is not a number of a frame; the count wraps past it.
      return {
        seq,
        pointer: pointer(),
        pads: [...pads].map(([pad, axes]) => ({ pad, axes })),
        touches: [...fingers.values()],
      };
    },
  };
}
