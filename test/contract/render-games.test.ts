// test/contract/render-games.test.ts - what every run of the library keeps, the built-in game and the X11 games alike.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OutageError } from '../../src/base/assert.ts';
import { type GameRun, PCM_PIECE_BYTES } from '../../src/media/ports.ts';
import type { Library } from '../../src/render/library.ts';
import { command, library, noPointer, SIZE, sleep } from './render-rig.ts';

let games: Library;
beforeAll(async () => {
  games = await library();
});

test('the library offers the built-in game first, and the games whose Debian packages are there', () => {
  expect(games.games.map(({ id }) => id)).toEqual(['arcade', 'freedoom', 'neverball']);
  expect(games.missing).toEqual([]);
});

test('a game that is not there is refused by name', async () => {
  await expect(games.start(command('quake'))).rejects.toThrow(OutageError);
  await expect(games.start(command('quake'))).rejects.toThrow("no game 'quake'");
});

describe.each(['arcade', 'freedoom', 'neverball'])('%s', (id) => {
  let run: GameRun;
  const pieces: Uint8Array[] = [];
  beforeAll(async () => {
    run = await games.start(command(id));
    run.onPcm((piece) => pieces.push(piece.slice()));
  });
  afterAll(() => run.close());

  test('draws at the size asked for', () => {
    expect(run.picture).toEqual(SIZE);
    if (run.video.kind === 'drawn') expect(run.video.draw(1)).toMatchObject({ width: SIZE.width, height: SIZE.height });
    else expect(run.video).toMatchObject({ width: SIZE.width, height: SIZE.height });
  });

  test('its state holds the tag, changes with inputs and not without, and is 24 bits', async () => {
    const before = run.state();
    expect(before >>> 16).toBe(0x33);
    await sleep(400);
    if (run.video.kind === 'drawn') run.video.draw(500);
    expect(run.state()).toBe(before);
    run.key({ seq: 1, event: { kind: 'marker' } });
    expect(run.state()).toBe(before);
    run.key({ seq: 2, event: { kind: 'key', hid: 0x04, down: true } });
    const pressed = run.state();
    expect(pressed).not.toBe(before);
    expect(pressed >>> 16).toBe(0x33);
    run.motion({ seq: 1, pointer: noPointer, pads: [], touches: [] });
    run.motion({ seq: 2, pointer: { totalX: 3, totalY: 0, x: 900, y: 40_000 }, pads: [], touches: [] });
    expect(run.state()).not.toBe(pressed);
    run.releaseAll();
  });

  test('sound comes in pieces of 10 ms, about as many as time passes', async () => {
    pieces.length = 0;
    const beforeMs = performance.now();
    await sleep(2_000);
    const wanted = (performance.now() - beforeMs) / 10;
    expect(pieces.every(({ length }) => length === PCM_PIECE_BYTES)).toBe(true);
    expect(pieces.length).toBeGreaterThan(0.8 * wanted);
    expect(pieces.length).toBeLessThan(1.2 * wanted);
  });

  test('it is heard', () => {
    const loudest = Math.max(...pieces.map((piece) => Math.max(...new Int16Array(piece.slice().buffer).map(Math.abs))));
    expect(loudest).toBeGreaterThan(300); // -40 dBFS.
  });

  test('closing twice does no harm, and ends the sound', async () => {
    await run.close();
    await run.close();
    const after = pieces.length;
    await sleep(100);
    expect(pieces.length).toBe(after);
  });
});
