// test/unit/game/arcade.test.ts - scenes, the state bits, and what is remembered.
import { expect, test } from 'vitest';
import { Arcade } from '../../../src/game/arcade.ts';
import { decodeRecord, freshRecord } from '../../../src/game/record.ts';
import type { KeyEvent, MotionFrame } from '../../../src/protocol/input-frames.ts';
import { hidByCode } from '../../../src/protocol/key-codes.ts';

const key = (code: string, down = true): KeyEvent => ({ kind: 'key', hid: hidByCode.get(code) ?? 0, down });
const mouse = (x: number, y: number): MotionFrame => ({
  seq: 1,
  pointer: { totalX: 0, totalY: 0, x, y },
  pads: [],
  touches: [],
});
const fresh = (seed = 1): Arcade => new Arcade({ seed, aspect: 16 / 9 });
const sceneOf = (state: number): number => (state >>> 12) & 0xf;
const countOf = (state: number): number => state & 0xfff;

function pass(arcade: Arcade, seconds: number): void {
  for (let step = 0; step < seconds * 200; step++) arcade.step();
  arcade.happenings.length = 0;
}

test('on the title the state does not change by itself, though the demonstration plays', () => {
  const arcade = fresh();
  const before = arcade.state(0xab);
  const shown = JSON.stringify(arcade.world.foes);
  pass(arcade, 40);
  expect(arcade.state(0xab)).toBe(before);
  expect(before).toBe(0xab_0000);
  expect(JSON.stringify(arcade.world.foes)).not.toBe(shown);
});

test('any press starts a run: a key, a button of the mouse or of a pad, a finger; moving the mouse does not', () => {
  const presses: KeyEvent[] = [
    key('KeyQ'),
    key('Space'),
    { kind: 'mouse-button', button: 0, down: true, pointer: mouse(1, 1).pointer },
    { kind: 'pad-button', pad: 1, button: 0, value: 255 },
    { kind: 'touch', id: 0, down: true, x: 100, y: 100 },
  ];
  for (const press of presses) {
    const arcade = fresh();
    arcade.motion(mouse(9_000, 9_000));
    expect(sceneOf(arcade.state(0))).toBe(0);
    expect(countOf(arcade.state(0))).toBe(0);
    arcade.key(press);
    expect(sceneOf(arcade.state(0))).toBe(1);
    expect(countOf(arcade.state(0))).toBe(1);
  }
});

test('in a run a key, the mouse and a pad each change the count; time alone does not', () => {
  const arcade = fresh();
  arcade.key(key('Space'));
  arcade.key(key('Space', false));
  const counts = [countOf(arcade.state(0))];
  const inputs = [
    () => arcade.key(key('ArrowLeft')),
    () => arcade.motion(mouse(60_000, 20_000)),
    () => arcade.key({ kind: 'pad-button', pad: 0, button: 0, value: 255 }),
    () => arcade.motion({ ...mouse(60_000, 20_000), pads: [{ pad: 0, axes: [32_767, 0, 0, 0] }] }),
    () => arcade.key({ kind: 'touch', id: 1, down: true, x: 5, y: 5 }),
  ];
  for (const input of inputs) {
    input();
    counts.push(countOf(arcade.state(0)));
  }
  expect(counts).toEqual([2, 3, 4, 5, 6, 7]);
  pass(arcade, 5);
  expect(countOf(arcade.state(0))).toBe(7);
  arcade.key({ kind: 'marker' });
  arcade.motion({ ...mouse(60_000, 20_000), pads: [{ pad: 0, axes: [32_767, 0, 0, 0] }] }); // The same again.
  expect(countOf(arcade.state(0))).toBe(7);
});

test('an idle run ends by itself: the scene says so, the count does not move', () => {
  const arcade = fresh();
  arcade.key(key('KeyQ'));
  const count = countOf(arcade.state(0));
  pass(arcade, 90);
  expect(sceneOf(arcade.state(0))).toBe(3);
  expect(countOf(arcade.state(0))).toBe(count);
});

test('the run after the seed is the same however long the title was shown, and the next one is another', () => {
  const runOf = (titleSeconds: number, runs: number): string => {
    const arcade = fresh(42);
    pass(arcade, titleSeconds);
    for (let run = 0; run < runs; run++) {
      pass(arcade, 90);
      arcade.key(key('KeyQ'));
      arcade.key(key('KeyQ', false));
    }
    pass(arcade, 10);
    return JSON.stringify(arcade.world.foes);
  };
  expect(runOf(0, 1)).toBe(runOf(13, 1));
  expect(runOf(0, 2)).not.toBe(runOf(0, 1));
});

test('who lets go of everything is paused and goes on with any press', () => {
  const arcade = fresh();
  arcade.key(key('Space'));
  pass(arcade, 3);
  arcade.releaseAll();
  expect(sceneOf(arcade.state(0))).toBe(2);
  const still = JSON.stringify(arcade.world.foes);
  pass(arcade, 5);
  expect(JSON.stringify(arcade.world.foes)).toBe(still);
  arcade.key(key('ArrowLeft'));
  expect(sceneOf(arcade.state(0))).toBe(1);
});

test('someone who still fires when the ring breaks sees the result before the next run', () => {
  const arcade = fresh();
  arcade.key(key('KeyQ'));
  pass(arcade, 1);
  while (arcade.scene === 'play') arcade.step();
  arcade.key(key('Space'));
  arcade.key(key('Space', false));
  expect(arcade.scene).toBe('over');
  pass(arcade, 1);
  arcade.key(key('Space'));
  expect(arcade.scene).toBe('play');
});

test('a run is remembered: best, wave, runs, and a colour that it won', () => {
  const arcade = fresh();
  arcade.key(key('KeyQ'));
  pass(arcade, 1);
  arcade.world.score = 30_000;
  arcade.world.wave = 4;
  arcade.world.lives = 1;
  while (arcade.scene === 'play') arcade.step();
  const record = decodeRecord(arcade.save());
  expect(record).toMatchObject({ ok: true, value: { runs: 1, best: 30_000, bestWave: 4 } });
  expect(arcade.result).toEqual({ isBest: true, won: 1 });
});

test('M, C and V switch music, calm and colour without starting a run; V takes only colours that were won', () => {
  const arcade = new Arcade({ seed: 1, aspect: 1, record: { ...freshRecord, bestWave: 3 } });
  for (const code of ['KeyM', 'KeyC', 'KeyV']) arcade.key(key(code));
  expect(arcade.scene).toBe('title');
  expect(arcade.record).toMatchObject({ music: false, calm: true, colour: 1 });
  arcade.key(key('KeyV', false));
  arcade.key(key('KeyV'));
  expect(arcade.record.colour).toBe(0);
});

test('inputs while nobody draws do not pile up', () => {
  const arcade = fresh();
  for (let i = 0; i < 5_000; i++) {
    arcade.key(key('KeyM'));
    arcade.key(key('KeyM', false));
  }
  expect(arcade.happenings.length).toBeLessThanOrEqual(500);
});

test('it knows what the player holds in their hands, so that the help speaks of that', () => {
  const arcade = fresh();
  arcade.key({ kind: 'touch', id: 0, down: true, x: 100, y: 100 });
  expect(arcade.device).toBe('touch');
  arcade.key({ kind: 'marker' });
  expect(arcade.device).toBe('touch');
  arcade.key({ kind: 'pad-button', pad: 0, button: 0, value: 255 });
  expect(arcade.device).toBe('pad');
});
