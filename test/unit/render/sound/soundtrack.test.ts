// test/unit/render/sound/soundtrack.test.ts - sound arrives at a known level from the title on, and never clips.
import { expect, test } from 'vitest';
import { Arcade } from '../../../../src/game/arcade.ts';
import { botControls } from '../../../../src/game/bot.ts';
import { stepWorld } from '../../../../src/game/step.ts';
import { PCM_PIECE_BYTES } from '../../../../src/media/ports.ts';
import { Soundtrack } from '../../../../src/render/sound/soundtrack.ts';

type Level = { readonly dbfs: number; readonly peak: number; readonly sides: number };

function levelOf(pieces: readonly Uint8Array[]): Level {
  let [sum, count, peak, sides] = [0, 0, 0, 0];
  for (const piece of pieces) {
    const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
    for (let at = 0; at < piece.length; at += 4) {
      const [left, right] = [view.getInt16(at, true), view.getInt16(at + 2, true)];
      sum += left * left + right * right;
      count += 2;
      peak = Math.max(peak, Math.abs(left), Math.abs(right));
      sides += Math.abs(left - right);
    }
  }
  return { dbfs: 20 * Math.log10(Math.sqrt(sum / count) / 32_768), peak: peak / 32_768, sides };
}

function listen(arcade: Arcade, seconds: number): Uint8Array[] {
  const sound = new Soundtrack();
  return Array.from({ length: seconds * 100 }, (_, index) => {
    for (let step = 0; step < 2; step++) {
      if (arcade.scene === 'play') stepWorld(arcade.world, botControls(arcade.world), arcade.happenings);
      else arcade.step();
    }
    if (index % 3 === 0) sound.follow(arcade, arcade.happenings.splice(0));
    return sound.piece();
  });
}

test('the title already plays, quieter than a run', () => {
  const pieces = listen(new Arcade({ seed: 1, aspect: 1 }), 8);
  expect(pieces.every(({ length }) => length === PCM_PIECE_BYTES)).toBe(true);
  const { dbfs, peak, sides } = levelOf(pieces.slice(50));
  expect(dbfs).toBeGreaterThan(-26);
  expect(dbfs).toBeLessThan(-19);
  expect(peak).toBeLessThan(0.6);
  expect(sides).toBeGreaterThan(0); // Stereo, not twice the same.
});

test('a run is at about -20 dBFS and never at full scale, the boss and the busiest moment included', () => {
  const arcade = new Arcade({ seed: 5, aspect: 1 });
  arcade.key({ kind: 'key', hid: 0x14, down: true });
  arcade.world.wave = 3; // Two waves later comes the boss.
  const { dbfs, peak } = levelOf(listen(arcade, 48).slice(100));
  expect(arcade.world.wave).toBeGreaterThanOrEqual(5);
  expect(dbfs).toBeGreaterThan(-23);
  expect(dbfs).toBeLessThan(-17);
  expect(peak).toBeLessThan(0.95);
  const sound = new Soundtrack();
  const loud = Array.from({ length: 200 }, () => ({ kind: 'boss-down' as const, angle: 0, radius: 1, points: 1 }));
  for (let i = 0; i < 30; i++) sound.follow(arcade, loud);
  expect(levelOf(Array.from({ length: 100 }, () => sound.piece())).peak).toBeLessThanOrEqual(0.9);
});

test('without music the title is silent, and a shot is still heard', () => {
  const arcade = new Arcade({ seed: 5, aspect: 1 });
  arcade.record = { ...arcade.record, music: false };
  const sound = new Soundtrack();
  sound.follow(arcade, []);
  expect(levelOf(Array.from({ length: 100 }, () => sound.piece())).peak).toBe(0);
  arcade.key({ kind: 'key', hid: 0x14, down: true });
  sound.follow(arcade, [{ kind: 'shot', angle: 0 }]);
  expect(levelOf(Array.from({ length: 20 }, () => sound.piece())).peak).toBeGreaterThan(0.01);
});

test('10 ms of sound take less than 1 ms of processor time', () => {
  const arcade = new Arcade({ seed: 5, aspect: 1 });
  arcade.key({ kind: 'key', hid: 0x14, down: true });
  listen(arcade, 3);
  const sound = new Soundtrack();
  sound.follow(arcade, []);
  const before = process.cpuUsage();
  for (let i = 0; i < 1_000; i++) sound.piece();
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000 / 1_000).toBeLessThan(1);
});
