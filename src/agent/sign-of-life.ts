// src/agent/sign-of-life.ts - which input shows that a person is there. Markers come by themselves every second, keys are
// released when a tab loses focus, and a stick that lies on a table trembles. Pure.
import type { KeyFrame, MotionFrame } from '../protocol/input-frames.ts';

/** A quarter of a stick's way: beyond what worn sticks drift. */
const STICK_MOVED = 8_192;

/** True for an event of the `keys` channel that a person made. */
export function isHandMade({ event }: KeyFrame): boolean {
  return event.kind !== 'marker' && event.kind !== 'release-all' && event.kind !== 'pad-connected';
}

/** True when something moved since `before`: every motion frame carries all that could, whether it moved or not. */
export function hasMoved(before: MotionFrame | undefined, now: MotionFrame): boolean {
  const [was, is] = [before?.pointer, now.pointer];
  const pointer =
    was !== undefined && (was.totalX !== is.totalX || was.totalY !== is.totalY || was.x !== is.x || was.y !== is.y);
  const sticks = now.pads.some(({ axes }) => axes.some((axis) => Math.abs(axis) > STICK_MOVED));
  return pointer || sticks || now.touches.length > 0;
}
