// src/stream/colour.ts - from a game's RGB to the 4:2:0 video range that encoders take, in the matrix that the browser
// will use to turn it back. FFmpeg's scaler reads range and matrix from the frames only when it is not set up before.
import { availableParallelism } from 'node:os';
import type { AVColorSpace } from 'node-av/constants';
import { type Frame, SoftwareScaleContext } from 'node-av/lib';
import { allocateYuv, checked } from './av.ts';

/** Two threads halve the time of a 720p picture; more bring nothing. */
const THREADS = Math.min(2, availableParallelism());

/** Converts pictures of one size. */
export class ColourConverter {
  readonly output: Frame;
  #scale = new SoftwareScaleContext();

  constructor(width: number, height: number, matrix: AVColorSpace) {
    this.output = allocateYuv(width, height, matrix);
    this.#scale.allocContext();
    checked(this.#scale.setOption('threads', THREADS) ?? 0, 'scaler threads');
  }

  /** Fills `output` from `picture`, off the event loop. */
  async convert(picture: Frame): Promise<void> {
    checked(await this.#scale.scaleFrame(this.output, picture), 'colour conversion');
  }

  close(): void {
    this.#scale.freeContext();
    this.output.free();
  }
}
