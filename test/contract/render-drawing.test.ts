// test/contract/render-drawing.test.ts - who draws X11 games is found out by drawing, and games are told. No card is here:
// what one answers is in ADR-0130, seen on one.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemRandom } from '../../src/observe/clock.ts';
import { DRAW_ENV, findDrawing, tryDrawing } from '../../src/render/x11/drawing.ts';
import { findWall, type SandboxWish } from '../../src/render/x11/wall.ts';
import { command, library, play } from './render-rig.ts';

const options = (wish: SandboxWish, tempFolder = tmpdir()) => ({
  random: systemRandom,
  tempFolder,
  wall: findWall(wish),
});

test.each(['require', 'off'] as const)('a window is painted by whoever OpenGL names, with sandbox %s', async (wish) => {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-drawing-'));
  try {
    chmodSync(folder, 0o711);
    expect(await tryDrawing('processor', options(wish, folder))).toEqual({
      renderer: expect.stringMatching(/llvmpipe|softpipe/),
    });
    expect(readdirSync(folder)).toEqual([]); // Nothing of the trial stays.
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a machine without a card is told as one, and what cannot draw says why', async () => {
  expect(await findDrawing(options('auto'))).toMatchObject({ by: 'processor' });
  const asked = await tryDrawing('processor', { ...options('auto'), tempFolder: '/proc/none' });
  expect(asked).toEqual({ reason: expect.stringContaining('/proc/none') });
});

test('a game is told to draw on the card where one draws, and only there', async () => {
  for (const drawnBy of ['card', 'processor'] as const) {
    const doom = await play(await library({ drawnBy }), command('freedoom'));
    const told = doom.pids().map((pid) => readFileSync(`/proc/${pid}/environ`, 'latin1'));
    const game = told.filter((text) => text.includes(`DISPLAY=${doom.display}\0`));
    expect(game.length).toBeGreaterThan(0);
    for (const [name, value] of Object.entries(DRAW_ENV.card)) {
      expect(game.every((text) => text.includes(`${name}=${value}\0`))).toBe(drawnBy === 'card');
    }
    await doom.run.close();
  }
});
