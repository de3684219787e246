// test/e2e/stream/fake-game.ts - a game that draws a moving scene, hums a tone and notes what it is told.
import { OutageError } from '../../../src/base/assert.ts';
import type { GameRun } from '../../../src/media/ports.ts';
import { PCM_PIECE_BYTES } from '../../../src/media/ports.ts';
import type { KeyFrame, MotionFrame } from '../../../src/protocol/input-frames.ts';

/** What the game was told, for a test to look at. */
export type FakeGame = GameRun & {
  readonly keys: KeyFrame[];
  readonly motions: MotionFrame[];
  readonly released: number;
  readonly draws: number;
  /** Makes the next picture throw, as a display that went away. */
  broken: boolean;
  /** Colour of the left half, RGB. */
  colour: readonly [number, number, number];
};

/** Opens a game of this size. `tonePeak` is the peak of its 440 Hz sine, 0..1. */
export function openFakeGame(width: number, height: number, fps: number, tonePeak = 0): FakeGame {
  const pixels = new Uint8Array(width * height * 4).fill(255);
  const words = new Uint32Array(pixels.buffer);
  const listeners: ((piece: Uint8Array) => void)[] = [];
  let phase = 0;
  let nextPieceMs = performance.now();
  const hum = setInterval(() => {
    for (; nextPieceMs <= performance.now(); nextPieceMs += 10) {
      const piece = new Int16Array(PCM_PIECE_BYTES / 2);
      for (let i = 0; i < 480; i++, phase++) {
        const value = Math.round(Math.sin((2 * Math.PI * 440 * phase) / 48_000) * tonePeak * 32_767);
        piece[2 * i] = value;
        piece[2 * i + 1] = value;
      }
      for (const listener of listeners) listener(new Uint8Array(piece.buffer));
    }
  }, 10);
  const game = {
    picture: { width, height, fps },
    virtualPads: false,
    keys: [] as KeyFrame[],
    motions: [] as MotionFrame[],
    released: 0,
    draws: 0,
    broken: false,
    colour: [200, 40, 40] as readonly [number, number, number],
    video: {
      kind: 'drawn' as const,
      draw(nowMs: number) {
        if (game.broken) throw new OutageError('the game broke');
        game.draws++;
        const [r, g, b] = game.colour;
        const flat = (0xff_00_00_00 | (b << 16) | (g << 8) | r) >>> 0;
        const shift = Math.floor(nowMs / 4);
        for (let y = 0; y < height; y++) {
          const row = y * width;
          words.fill(flat, row, row + width / 2);
          if (y < height / 2) words.fill(0xff_40_30_20, row + width / 2, row + width);
          else {
            for (let x = width / 2; x < width; x++) words[row + x] = 0xff_00_00_00 | (((x + shift) ^ y) * 0x01_02_03);
          }
        }
        return { pixels, format: 'rgba' as const, width, height, stride: width * 4 };
      },
    },
    key(frame: KeyFrame) {
      game.keys.push(frame);
      if (frame.event.kind === 'key') game.colour = frame.event.down ? [40, 200, 40] : [200, 40, 40];
    },
    motion: (frame: MotionFrame) => void game.motions.push(frame),
    releaseAll: () => void game.released++,
    state: () => game.keys.length & 0xff_ffff,
    onPcm: (listener: (piece: Uint8Array) => void) => void listeners.push(listener),
    onRumble: () => {},
    onExit: () => {},
    onSaveWorthy: () => {},
    packSave: async () => undefined,
    close: async () => clearInterval(hum),
  };
  return game;
}
