// test/unit/render/x11/injector.test.ts - input frames become fake X events: each once, all let go in the end.
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { KeyEvent, MotionFrame } from '../../../../src/protocol/input-frames.ts';
import { hidByCode } from '../../../../src/protocol/key-codes.ts';
import type { Game } from '../../../../src/protocol/shapes.ts';
import type { PadProfile } from '../../../../src/render/manifest.ts';
import { Injector } from '../../../../src/render/x11/injector.ts';

const hid = (code: string): number => hidByCode.get(code) ?? 0;
const pointer = (totalX: number, totalY: number, x = 0, y = 0) => ({ totalX, totalY, x, y });
const motion = (part: Partial<MotionFrame>): MotionFrame => ({
  seq: 1,
  pointer: pointer(0, 0),
  pads: [],
  touches: [],
  ...part,
});
const pad: PadProfile = {
  buttons: { 0: { hid: hid('Space') }, 7: { button: 0 } },
  move: ['KeyW', 'KeyA', 'KeyS', 'KeyD'].map(hid),
  lookSpeed: 1_000,
};

/** A display that writes down what it is told, and knows what is down. */
function rig(mouse: Game['input']['mouse'], spare: number[] = [200, 201, 202]) {
  const calls: string[] = [];
  const down = new Set<string>();
  const told = (name: string, isDown: boolean): void => {
    if (isDown === down.has(name)) calls.push(`twice ${name}`);
    if (isDown) down.add(name);
    else down.delete(name);
    calls.push(`${isDown ? '+' : '-'}${name}`);
  };
  const display = {
    width: 640,
    height: 400,
    key: (keycode: number, isDown: boolean) => told(`k${keycode}`, isDown),
    button: (button: number, isDown: boolean) => told(`b${button}`, isDown),
    moveTo: (x: number, y: number) => void calls.push(`to ${Math.round(x)},${Math.round(y)}`),
    moveBy: (dx: number, dy: number) => void calls.push(`by ${dx},${dy}`),
    remap: (keycode: number, keysym: number) => void calls.push(`map ${keycode}=${keysym.toString(16)}`),
  };
  const injector = new Injector(display, mouse, pad, spare);
  const taken = (): string[] => calls.splice(0);
  return { injector, taken, down };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a key is pressed and let go once, however often it is told', () => {
  const { injector, taken } = rig('relative');
  const key = (isDown: boolean): KeyEvent => ({ kind: 'key', hid: hid('KeyW'), down: isDown });
  expect([true, true, false, false].map((isDown) => injector.key(key(isDown)))).toEqual([true, false, true, false]);
  expect(taken()).toEqual(['+k25', '-k25']);
});

test('a key that keyboard and stick hold at once goes up with the last of them', () => {
  const { injector, taken } = rig('relative');
  injector.key({ kind: 'key', hid: hid('KeyW'), down: true });
  injector.motion(motion({ pads: [{ pad: 0, axes: [0, -32_767, 0, 0] }] }));
  injector.key({ kind: 'key', hid: hid('KeyW'), down: false });
  expect(taken()).toEqual(['+k25']);
  injector.motion(motion({ pads: [{ pad: 0, axes: [0, 0, 0, 0] }] }));
  expect(taken()).toEqual(['-k25']);
});

test('a relative mouse moves by the difference of the totals, across their wrap, and not at all on the first frame', () => {
  const { injector, taken } = rig('relative');
  injector.motion(motion({ pointer: pointer(0xffff_fff0, 100) }));
  injector.motion(motion({ pointer: pointer(5, 90) }));
  expect(injector.motion(motion({ pointer: pointer(5, 90) }))).toBe(false);
  expect(taken()).toEqual(['by 21,-10']);
  injector.key({ kind: 'mouse-button', button: 2, down: true, pointer: pointer(8, 90) });
  expect(taken()).toEqual(['by 3,0', '+b3']); // First there, then the click.
});

test('after release-all the next page counts from zero without a jump', () => {
  const { injector, taken } = rig('relative');
  injector.motion(motion({ pointer: pointer(5_000, 5_000) }));
  injector.releaseAll();
  injector.motion(motion({ pointer: pointer(0, 0) }));
  injector.motion(motion({ pointer: pointer(2, 0) }));
  expect(taken()).toEqual(['by 2,0']);
});

test('an absolute mouse goes to its place on the screen', () => {
  const { injector, taken } = rig('absolute');
  injector.motion(motion({ pointer: pointer(0, 0, 65_535, 65_535) }));
  injector.key({ kind: 'mouse-button', button: 0, down: true, pointer: pointer(0, 0, 32_768, 0) });
  expect(taken()).toEqual(['to 639,399', 'to 320,0', '+b1']);
});

test('a finger points and presses; where the mouse is relative it drags, and a second finger presses', () => {
  const touch = (id: number, isDown: boolean, x: number, y: number): KeyEvent => ({
    kind: 'touch',
    id,
    down: isDown,
    x,
    y,
  });
  const absolute = rig('absolute');
  absolute.injector.key(touch(4, true, 65_535, 0));
  absolute.injector.key(touch(4, false, 65_535, 0));
  expect(absolute.taken()).toEqual(['to 639,0', '+b1', '-b1']);
  const relative = rig('relative');
  relative.injector.key(touch(4, true, 0, 0));
  relative.injector.motion(motion({ touches: [{ id: 4, x: 6_554, y: 0 }] }));
  relative.injector.key(touch(5, true, 9, 9));
  relative.injector.key(touch(5, false, 9, 9));
  expect(relative.taken()).toEqual(['by 64,0', '+b1', '-b1']);
});

test('120 of the wheel is one notch, smaller steps add up, and one event turns ten at most', () => {
  const { injector, taken } = rig('relative');
  injector.key({ kind: 'wheel', dx: 0, dy: 120 });
  expect(taken()).toEqual(['+b5', '-b5']);
  injector.key({ kind: 'wheel', dx: 0, dy: -70 });
  expect(taken()).toEqual([]);
  injector.key({ kind: 'wheel', dx: 0, dy: -70 });
  expect(taken()).toEqual(['+b4', '-b4']);
  injector.key({ kind: 'wheel', dx: 32_000, dy: 0 });
  expect(taken().filter((call) => call === '+b7').length).toBe(10);
});

test('text is written with spare keys in turn; without any it is not written', () => {
  const { injector, taken } = rig('none');
  injector.key({ kind: 'text', text: 'a中' });
  expect(taken()).toEqual(['map 200=61', '+k200', '-k200', 'map 201=1004e2d', '+k201', '-k201']);
  const none = rig('none', []);
  expect(none.injector.key({ kind: 'text', text: 'a' })).toBe(false);
  expect(none.taken()).toEqual([]);
});

test('a pad presses what the manifest says, and its right stick moves the mouse as long as it is held', () => {
  const { injector, taken } = rig('relative');
  injector.key({ kind: 'pad-button', pad: 1, button: 0, value: 255 });
  injector.key({ kind: 'pad-button', pad: 1, button: 7, value: 200 });
  injector.key({ kind: 'pad-button', pad: 1, button: 3, value: 255 });
  expect(taken()).toEqual(['+k65', '+b1']);
  injector.motion(motion({ pads: [{ pad: 1, axes: [0, 0, 32_767, 0] }] }));
  vi.advanceTimersByTime(80);
  expect(taken()).toEqual(Array(10).fill('by 8,0'));
  injector.motion(motion({ pads: [{ pad: 1, axes: [0, 0, 0, 0] }] }));
  vi.advanceTimersByTime(80);
  expect(taken()).toEqual([]);
});

// Goal: nothing sticks and nothing is told twice. Method: any events in any order, then release-all.
test('whatever came before, after release-all nothing is down, and X was never told what it knew', () => {
  const number = (max: number) => fc.integer({ min: 0, max });
  const events: fc.Arbitrary<KeyEvent | MotionFrame> = fc.oneof(
    fc.record({ kind: fc.constant('key' as const), hid: fc.integer({ min: 1, max: 0xe7 }), down: fc.boolean() }),
    fc.record({
      kind: fc.constant('mouse-button' as const),
      button: number(4),
      down: fc.boolean(),
      pointer: fc.constant(pointer(1, 2, 3, 4)),
    }),
    fc.record({ kind: fc.constant('pad-button' as const), pad: number(3), button: number(16), value: number(255) }),
    fc.record({
      kind: fc.constant('touch' as const),
      id: number(9),
      down: fc.boolean(),
      x: number(65_535),
      y: number(65_535),
    }),
    fc.record({ kind: fc.constant('release-all' as const) }),
    fc
      .tuple(number(3), fc.integer({ min: -32_767, max: 32_767 }), fc.integer({ min: -32_767, max: 32_767 }))
      .map(([which, x, y]) => motion({ pads: [{ pad: which, axes: [x, y, 0, 0] }] })),
  );
  fc.assert(
    fc.property(
      fc.constantFrom('none' as const, 'absolute' as const, 'relative' as const),
      fc.array(events, { maxLength: 80 }),
      (mouse, some) => {
        const { injector, taken, down } = rig(mouse);
        for (const event of some) 'kind' in event ? injector.key(event) : injector.motion(event);
        injector.releaseAll();
        expect([...down]).toEqual([]);
        expect(taken().filter((call) => call.startsWith('twice'))).toEqual([]);
      },
    ),
  );
});
