// test/support/crowd/painted-game.ts - a small game of one colour whose pictures carry a number of their own: what a picture
// shows and says must both be its session's. It keeps every input that reaches it.
import type { GameRun } from '../../../src/media/ports.ts';
import type { KeyFrame, MotionFrame } from '../../../src/protocol/input-frames.ts';

/** Size and rate of the pictures. */
export const PAINTED = { width: 160, height: 96, fps: 10 } as const;

/** RGB of game `number` of at most 20: no two are nearer than 50 in a channel. */
export function paintOf(number: number): readonly [number, number, number] {
  return [40 + 50 * (number % 5), 40 + 50 * Math.floor(number / 5), 128];
}

/** The game, and what it was told. */
export type PaintedGame = GameRun & { readonly keys: KeyFrame[]; readonly motions: MotionFrame[] };

/** Opens game `number`. State of its pictures: number + 1 in the upper 8 bits, keys so far in the lower 16. */
export function openPaintedGame(number: number): PaintedGame {
  const { width, height } = PAINTED;
  const [r, g, b] = paintOf(number);
  const pixels = new Uint8Array(width * height * 4);
  new Uint32Array(pixels.buffer).fill((0xff_00_00_00 | (b << 16) | (g << 8) | r) >>> 0);
  const keys: KeyFrame[] = [];
  const motions: MotionFrame[] = [];
  return {
    keys,
    motions,
    picture: PAINTED,
    virtualPads: false,
    video: { kind: 'drawn', draw: () => ({ pixels, format: 'rgba', width, height, stride: width * 4 }) },
    key: (frame) => void keys.push(frame),
    motion: (frame) => void motions.push(frame),
    releaseAll: () => {},
    state: () => ((number + 1) << 16) | (keys.length & 0xffff),
    onPcm: () => {},
    onRumble: () => {},
    onExit: () => {},
    onSaveWorthy: () => {},
    packSave: async () => undefined,
    close: async () => {},
  };
}
