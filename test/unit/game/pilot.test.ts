// test/unit/game/pilot.test.ts - every device plays the whole game, and nothing sticks.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Pilot } from '../../../src/game/pilot.ts';
import type { KeyEvent, MotionFrame } from '../../../src/protocol/input-frames.ts';
import { hidByCode } from '../../../src/protocol/key-codes.ts';

const key = (code: string, down: boolean): KeyEvent => ({ kind: 'key', hid: hidByCode.get(code) ?? 0, down });
const place = (x: number, y: number) => ({
  totalX: 0,
  totalY: 0,
  x: Math.round(x * 65_535),
  y: Math.round(y * 65_535),
});
const motion = (part: Partial<MotionFrame>): MotionFrame => ({
  seq: 1,
  pointer: place(0, 0),
  pads: [],
  touches: [],
  ...part,
});

test('arrows and A/D turn, Space, Enter and W fire, Shift and X send a ripple', () => {
  for (const [code, wanted] of [
    ['ArrowLeft', { turn: -1, fire: false }],
    ['KeyD', { turn: 1, fire: false }],
    ['Space', { turn: 0, fire: true }],
    ['Enter', { turn: 0, fire: true }],
    ['KeyW', { turn: 0, fire: true }],
  ] as const) {
    const pilot = new Pilot(16 / 9);
    expect(pilot.key(key(code, true))).toEqual({ changed: true, command: 'go' });
    expect(pilot.controls()).toMatchObject(wanted);
    pilot.key(key(code, false));
    expect(pilot.controls()).toMatchObject({ turn: 0, fire: false });
  }
  expect(new Pilot(1).key(key('ShiftLeft', true)).command).toBe('ripple');
  expect(new Pilot(1).key(key('KeyX', true)).command).toBe('ripple');
});

test('a key that repeats, and a trigger that is pulled further, is one press', () => {
  const pilot = new Pilot(1);
  expect(pilot.key(key('KeyX', true)).command).toBe('ripple');
  expect(pilot.key(key('KeyX', true))).toEqual({ changed: false, command: undefined });
  const trigger = (value: number): KeyEvent => ({ kind: 'pad-button', pad: 0, button: 6, value });
  expect(pilot.key(trigger(120)).command).toBe('ripple');
  expect(pilot.key(trigger(255))).toEqual({ changed: false, command: undefined });
  expect(pilot.key(trigger(0)).changed).toBe(true);
  expect(pilot.key(trigger(20)).changed).toBe(false); // Only brushed.
});

test('the mouse points by its place on the picture, counted in pixels and not in shares', () => {
  const pilot = new Pilot(16 / 9);
  expect(pilot.motion(motion({ pointer: place(1, 0.5) }))).toBe(true);
  expect(pilot.controls().aim).toBeCloseTo(0);
  pilot.motion(motion({ pointer: place(0.5, 1) }));
  expect(pilot.controls().aim).toBeCloseTo(Math.PI / 2);
  pilot.motion(motion({ pointer: place(1, 1) }));
  expect(pilot.controls().aim).toBeCloseTo(Math.atan2(9, 16));
  expect(pilot.motion(motion({ pointer: place(1, 1) }))).toBe(false);
});

test('whichever moved last steers: keys after the mouse, the mouse after keys', () => {
  const pilot = new Pilot(1);
  pilot.motion(motion({ pointer: place(1, 0.5) }));
  pilot.key(key('ArrowLeft', true));
  expect(pilot.controls()).toMatchObject({ turn: -1, aim: undefined });
  pilot.key(key('ArrowLeft', false));
  expect(pilot.controls().aim).toBeUndefined();
  pilot.motion(motion({ pointer: place(0.5, 0) }));
  expect(pilot.controls().aim).toBeCloseTo(-Math.PI / 2);
});

test('a gamepad: the left stick aims, the right stick aims and fires, a centred stick leaves the ship alone', () => {
  const pilot = new Pilot(1);
  const axes = (...values: [number, number, number, number]) => motion({ pads: [{ pad: 2, axes: values }] });
  pilot.motion(axes(0, 32_767, 0, 0));
  expect(pilot.controls().aim).toBeCloseTo(Math.PI / 2);
  expect(pilot.controls().fire).toBe(false);
  pilot.motion(axes(0, 0, -32_767, 0));
  expect(Math.abs(pilot.controls().aim ?? 0)).toBeCloseTo(Math.PI);
  expect(pilot.controls().fire).toBe(true);
  pilot.motion(axes(2_000, 0, 0, 0));
  expect(pilot.controls().fire).toBe(false);
  expect(Math.abs(pilot.controls().aim ?? 0)).toBeCloseTo(Math.PI);
});

test('touch: one finger points and fires, dragging moves the aim, a second finger sends a ripple', () => {
  const pilot = new Pilot(1);
  const touch = (id: number, down: boolean, x: number, y: number): KeyEvent => ({
    kind: 'touch',
    id,
    down,
    ...place(x, y),
  });
  expect(pilot.key(touch(3, true, 1, 0.5)).command).toBe('go');
  expect(pilot.controls()).toMatchObject({ fire: true });
  expect(pilot.motion(motion({ touches: [{ id: 3, ...place(0.5, 1) }] }))).toBe(true);
  expect(pilot.controls().aim).toBeCloseTo(Math.PI / 2);
  expect(pilot.key(touch(5, true, 0.1, 0.1)).command).toBe('ripple');
  expect(pilot.controls().aim).toBeCloseTo(Math.PI / 2);
  pilot.key(touch(3, false, 0, 0));
  pilot.key(touch(5, false, 0, 0));
  expect(pilot.controls().fire).toBe(false);
});

// Goal: nothing sticks. Method: any events in any order, then release-all; the ship is told nothing.
test('after release-all nothing is held, whatever came before', () => {
  const event = fc.oneof(
    fc.record({ kind: fc.constant('key' as const), hid: fc.integer({ min: 1, max: 0xe7 }), down: fc.boolean() }),
    fc.record({
      kind: fc.constant('mouse-button' as const),
      button: fc.integer({ min: 0, max: 4 }),
      down: fc.boolean(),
      pointer: fc.constant(place(0.2, 0.3)),
    }),
    fc.record({
      kind: fc.constant('pad-button' as const),
      pad: fc.integer({ min: 0, max: 3 }),
      button: fc.integer({ min: 0, max: 16 }),
      value: fc.integer({ min: 0, max: 255 }),
    }),
    fc.record({
      kind: fc.constant('touch' as const),
      id: fc.integer({ min: 0, max: 9 }),
      down: fc.boolean(),
      x: fc.integer({ min: 0, max: 65_535 }),
      y: fc.integer({ min: 0, max: 65_535 }),
    }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const pilot = new Pilot(1);
      for (const one of events) pilot.key(one);
      pilot.releaseAll();
      expect(pilot.controls()).toMatchObject({ turn: 0, fire: false });
      expect(pilot.releaseAll()).toBe(false);
    }),
  );
});
