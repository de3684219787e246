// test/unit/web/player/input/places.test.ts - geometry of pointers, decisions about keys, pads and the touch overlay.
import { expect, test } from 'vitest';
import { createPadTracker, type PadReading } from '../../../../../clients/web/src/player/input/gamepads.ts';
import { keyAct } from '../../../../../clients/web/src/player/input/keyboard.ts';
import { wireAxis } from '../../../../../clients/web/src/player/input/motion.ts';
import { placeIn, wheelStep } from '../../../../../clients/web/src/player/input/places.ts';
import { createInputSender, type SentKey } from '../../../../../clients/web/src/player/input/sender.ts';
import { createTouchPad } from '../../../../../clients/web/src/player/input/touch-pad.ts';
import { hidByCode } from '../../../../../src/protocol/key-codes.ts';

const plain = { type: 'keydown', ctrlKey: false, altKey: false, shiftKey: false, isComposing: false };

function recordingSender() {
  const sent: SentKey[] = [];
  const sender = createInputSender({ key: 0, motion: 0 }, (key) => sent.push(key));
  sender.connect({ keys: () => true, motion: () => true }, 0);
  return { sender, events: () => sent.slice(1).map(({ event }) => event) }; // The first is the connect's release-all.
}

test('a place is a share of the visible picture, and its edge when outside', () => {
  const box = { left: 100, top: 50, width: 640, height: 360 };
  expect(placeIn(box, 420, 230)).toEqual({ x: 0.5, y: 0.5 });
  expect(placeIn(box, 0, 9999)).toEqual({ x: 0, y: 1 });
  expect(placeIn({ ...box, width: 0 }, 200, 50).x).toBe(0);
});

test('a wheel is told in 120ths of a notch, whatever unit the browser used', () => {
  expect([wheelStep(100, 0), wheelStep(3, 1), wheelStep(-1, 2), wheelStep(1e9, 0)]).toEqual([120, 120, -120, 32_767]);
});

test('the exit chord never reaches the game; the same keys without one of its modifiers do', () => {
  const chord = { ...plain, code: 'KeyQ', ctrlKey: true, altKey: true, shiftKey: true };
  expect(keyAct(chord)).toEqual({ kind: 'exit' });
  expect(keyAct({ ...chord, altKey: false })).toEqual({ kind: 'game', hid: hidByCode.get('KeyQ'), down: true });
});

test('a key that no keyboard of the game has stays with the browser, and so does half-typed text', () => {
  expect(keyAct({ ...plain, code: 'BrowserBack' })).toEqual({ kind: 'browser' });
  expect(keyAct({ ...plain, code: 'KeyA', isComposing: true })).toEqual({ kind: 'browser' });
});

test('a resting stick is 0, a bent one starts from 0 and ends at the full axis', () => {
  expect([wireAxis(0.07, 0.08), wireAxis(1, 0.08), wireAxis(-1, 0.08), wireAxis(2, 0.08)]).toEqual([
    0, 32_767, -32_767, 32_767,
  ]);
  expect(wireAxis(0.09, 0.08)).toBeGreaterThan(0);
  expect(wireAxis(0.09, 0.08)).toBeLessThan(600);
});

const button = (value: number) => ({ pressed: value > 0, value });
const pad = (index: number, buttons: number[], axes = [0, 0, 0, 0]): PadReading => ({
  index,
  id: `pad ${index}`,
  axes,
  buttons: buttons.map(button),
});

test('a pad is announced, its presses are told once, and its leaving takes them back', () => {
  const { sender, events } = recordingSender();
  const tracker = createPadTracker(sender);
  tracker.read([pad(0, [1, 0])], 1);
  tracker.read([pad(0, [1, 0])], 2);
  tracker.read([null], 3);
  expect(events()).toEqual([
    { kind: 'pad-connected', pad: 0, connected: true },
    { kind: 'pad-button', pad: 0, button: 0, value: 255 },
    { kind: 'pad-connected', pad: 0, connected: false },
  ]);
  expect(sender.held.empty).toBe(true);
});

test('a fifth pad is not read, and a resting pad is nobody playing', () => {
  const { sender, events } = recordingSender();
  const tracker = createPadTracker(sender);
  expect(tracker.read([null, null, null, null, pad(4, [1])], 1)).toBe(false);
  expect(tracker.read([pad(1, [0], [0.05, 0, 0, 0])], 2)).toBe(false);
  expect(tracker.read([pad(1, [0], [0.9, 0, 0, 0])], 3)).toBe(true);
  expect(events()).toEqual([{ kind: 'pad-connected', pad: 1, connected: true }]);
});

test('the overlay is a pad for a game that takes pads, and keys for one that does not', () => {
  const asPad = recordingSender();
  createTouchPad(asPad.sender, true).button('a', true, 1);
  expect(asPad.events().at(-1)).toEqual({ kind: 'pad-button', pad: 3, button: 0, value: 255 });

  const asKeys = recordingSender();
  const overlay = createTouchPad(asKeys.sender, false);
  overlay.stick(0.9, 0, 1);
  overlay.stick(-0.9, 0, 2);
  overlay.button('start', true, 3);
  overlay.close(4);
  const arrows = { left: hidByCode.get('ArrowLeft'), right: hidByCode.get('ArrowRight') };
  expect(asKeys.events().slice(0, 3)).toEqual([
    { kind: 'key', hid: arrows.right, down: true },
    { kind: 'key', hid: arrows.left, down: true },
    { kind: 'key', hid: arrows.right, down: false },
  ]);
  expect(asKeys.sender.held.empty).toBe(true);
});
