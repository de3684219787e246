// test/unit/web/player/input/sender.test.ts - nothing stuck, nothing lost: hands, a bad network and a receiver that
// follows the rule of protocol/input-frames.ts end in the same state.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createInputSender, textPieces } from '../../../../../clients/web/src/player/input/sender.ts';
import {
  decodeKeyFrame,
  decodeMotionFrame,
  isNewerSeq,
  type KeyEvent,
  totalStep,
} from '../../../../../src/protocol/input-frames.ts';
import { bounds } from '../../../../../src/protocol/limits.ts';

/** A game that applies frames as the node must: keys in order, motion by number, mouse by running totals. */
function createReceiver() {
  const down = new Set<string>();
  const pads = new Map<number, readonly number[]>();
  const mouse = { x: 0, y: 0, placeX: 0, placeY: 0 };
  let total = { totalX: 0, totalY: 0 };
  let motionSeq = 0;
  const presses: string[] = [];
  const flip = (name: string, isDown: boolean): void => {
    presses.push(`${name}:${isDown}`);
    if (isDown) down.add(name);
    else down.delete(name);
  };
  const apply = (event: KeyEvent): void => {
    if (event.kind === 'key') flip(`k${event.hid}`, event.down);
    else if (event.kind === 'mouse-button') flip(`m${event.button}`, event.down);
    else if (event.kind === 'pad-button') flip(`p${event.pad}.${event.button}`, event.value > 0);
    else if (event.kind === 'release-all') down.clear();
  };
  return {
    down,
    pads,
    mouse,
    presses,
    key(bytes: Uint8Array): boolean {
      const frame = decodeKeyFrame(bytes);
      if (frame.ok) apply(frame.value.event);
      return frame.ok;
    },
    motion(bytes: Uint8Array): void {
      const frame = decodeMotionFrame(bytes);
      if (!frame.ok) throw new Error('the receiver refused a motion frame');
      if (motionSeq !== 0 && !isNewerSeq(frame.value.seq, motionSeq)) return;
      motionSeq = frame.value.seq;
      const { pointer } = frame.value;
      mouse.x += totalStep(total.totalX, pointer.totalX);
      mouse.y += totalStep(total.totalY, pointer.totalY);
      total = pointer;
      [mouse.placeX, mouse.placeY] = [pointer.x, pointer.y];
      pads.clear();
      for (const { pad, axes } of frame.value.pads) pads.set(pad, axes);
    },
  };
}

const act = fc.oneof(
  fc.record({ do: fc.constant('key' as const), id: fc.integer({ min: 4, max: 9 }), down: fc.boolean() }),
  fc.record({ do: fc.constant('button' as const), id: fc.integer({ min: 0, max: 4 }), down: fc.boolean() }),
  fc.record({ do: fc.constant('pad' as const), id: fc.integer({ min: 0, max: 3 }), down: fc.boolean() }),
  fc.record({ do: fc.constant('move' as const), id: fc.integer({ min: -900, max: 900 }), down: fc.boolean() }),
  fc.record({ do: fc.constant('stick' as const), id: fc.integer({ min: -32767, max: 32767 }), down: fc.boolean() }),
  fc.record({ do: fc.constant('blur' as const), id: fc.constant(0), down: fc.boolean() }),
);
/** What the network does to one motion frame: lost, doubled, or held back behind later ones. */
const fate = fc.constantFrom('pass', 'pass', 'pass', 'lose', 'double', 'late');

// Goal: whatever the network does to motion frames, once it is kind again the game agrees with the hands.
// Method: random acts and fates; then the sender's own repeats run over a clean network; compare.
test('after loss, doubles and reorder the game holds what the hands hold', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(act, fate), { minLength: 1, maxLength: 60 }),
      fc.constantFrom(0, 2 ** 32 - 20),
      (steps, start) => {
        const receiver = createReceiver();
        const late: Uint8Array[] = [];
        let how: string = 'pass';
        const sender = createInputSender({ key: start, motion: start }, () => {});
        sender.connect(
          {
            keys: receiver.key,
            motion(bytes) {
              if (how === 'lose') return false;
              if (how === 'late') late.push(bytes);
              else receiver.motion(bytes);
              if (how === 'double') receiver.motion(bytes);
              return true;
            },
          },
          0,
        );
        const hands = { x: 0, y: 0, stick: 0, down: new Set<string>() };
        const hold = (name: string, down: boolean): void => {
          if (down) hands.down.add(name);
          else hands.down.delete(name);
        };
        let nowMs = 0;
        for (const [step, stepFate] of steps) {
          how = stepFate;
          nowMs += 5;
          const { held, motion } = sender;
          if (step.do === 'key') {
            sender.send(held.key(step.id, step.down), nowMs, nowMs);
            hold(`k${step.id}`, step.down);
          } else if (step.do === 'button') {
            sender.send(held.mouseButton(step.id, step.down, motion.pointer), nowMs, nowMs);
            hold(`m${step.id}`, step.down);
          } else if (step.do === 'pad') {
            sender.send(held.padButton(step.id, 2, step.down ? 255 : 0), nowMs, nowMs);
            hold(`p${step.id}.2`, step.down);
          } else if (step.do === 'move') {
            motion.moveBy(step.id / 3, -step.id / 7);
            motion.moveTo({ x: (step.id + 900) / 1800, y: 0.5 });
            hands.x += step.id / 3;
            hands.y -= step.id / 7;
          } else if (step.do === 'stick') {
            motion.axes(1, [step.id, 0, 0, 0]);
            hands.stick = step.id;
          } else {
            sender.releaseAll(nowMs);
            hands.down.clear();
          }
          sender.pump(nowMs);
          if (how === 'double') for (const bytes of late.splice(0)) receiver.motion(bytes);
        }
        how = 'pass';
        for (let i = 0; i < 3; i++) {
          nowMs += 600;
          sender.pump(nowMs);
        }
        for (const bytes of late) receiver.motion(bytes);
        expect(receiver.down).toEqual(hands.down);
        expect(Math.abs(receiver.mouse.x - hands.x)).toBeLessThan(1.01);
        expect(Math.abs(receiver.mouse.y - hands.y)).toBeLessThan(1.01);
        expect(receiver.pads.get(1)?.[0] ?? 0).toBe(hands.stick);
        expect(receiver.mouse.placeX).toBe(sender.motion.pointer.x);
      },
    ),
    { numRuns: 400 },
  );
});

test('a key told down is told up exactly once, and auto-repeat is not told at all', () => {
  const receiver = createReceiver();
  const sender = createInputSender({ key: 0, motion: 0 }, () => {});
  sender.connect({ keys: (bytes) => receiver.key(bytes), motion: () => true }, 0);
  for (const down of [true, true, true, false, false]) sender.send(sender.held.key(4, down), 1, 1);
  expect(receiver.presses).toEqual(['k4:true', 'k4:false']);
});

test('on a new connection the game is told what is still held, and nothing else', () => {
  const receiver = createReceiver();
  const sender = createInputSender({ key: 0, motion: 0 }, () => {});
  const channels = { keys: receiver.key, motion: () => true };
  sender.connect(channels, 0);
  sender.send(sender.held.key(4, true), 1, 1);
  sender.send(sender.held.mouseButton(0, true, sender.motion.pointer), 1, 1);
  sender.connect(undefined, 2);
  sender.send(sender.held.key(5, true), 3, 3);
  sender.connect(channels, 4);
  expect([...receiver.down].sort()).toEqual(['k4', 'k5']);
});

test('numbers go on where the last page left them', () => {
  const sent: number[] = [];
  const sender = createInputSender({ key: 41, motion: 7 }, ({ seq }) => sent.push(seq));
  sender.connect({ keys: () => true, motion: () => true }, 0);
  sender.send({ kind: 'marker' }, 1, 1);
  expect(sent).toEqual([42, 43]);
  expect(sender.motion.take().seq).toBe(8);
});

test('motion is sent at most every 4 ms, and the latest state is what goes', () => {
  const sentX: number[] = [];
  const sender = createInputSender({ key: 0, motion: 0 }, () => {});
  sender.connect(
    {
      keys: () => true,
      motion(bytes) {
        const frame = decodeMotionFrame(bytes);
        if (frame.ok) sentX.push(frame.value.pointer.totalX);
        return true;
      },
    },
    0,
  );
  for (let nowMs = 0; nowMs < 20; nowMs++) {
    sender.motion.moveBy(1, 0);
    sender.pump(nowMs);
  }
  expect(sentX).toEqual([1, 5, 9, 13, 17]);
});

test('pasted text is cut between characters and stays whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 4000 }), (text) => {
      const pieces = textPieces(text);
      expect(pieces.join('')).toBe(text);
      for (const piece of pieces) {
        expect(piece.length).toBeLessThanOrEqual(bounds.textChars);
        expect(piece.isWellFormed()).toBe(text.isWellFormed());
      }
    }),
    { numRuns: 100 },
  );
});
