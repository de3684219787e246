// clients/web/src/player/input/gamepads.ts - up to four pads, read by polling as the W3C Gamepad API wants. Buttons go
// out as presses, sticks as motion. A pad in another than the standard layout is passed on as it numbers itself.

import type { PadAxes } from '../../../../../src/protocol/input-frames.ts';
import { bounds } from '../../../../../src/protocol/limits.ts';
import { wireAxis } from './motion.ts';
import type { InputSender } from './sender.ts';

const DEAD_ZONE = 0.08; // Worn sticks rest at up to 7 %.
const BUTTONS_MAX = 17;

/** What we read of a Gamepad. */
export type PadReading = {
  readonly index: number;
  readonly id: string;
  readonly axes: readonly number[];
  readonly buttons: readonly { readonly pressed: boolean; readonly value: number }[];
};

/** A pad as a person is told of it. */
export type PadInfo = { readonly pad: number; readonly name: string };

/** Turns readings into events; one for each session. */
export type PadTracker = {
  /** @returns true when a person did something (a press or a bent stick), for the question whether anyone plays */
  read(readings: readonly (PadReading | null)[], nowMs: number): boolean;
  /** Pads in use, in order of their number. */
  readonly pads: readonly PadInfo[];
};

function fourAxes(axes: readonly number[]): PadAxes['axes'] {
  const at = (index: number): number => wireAxis(axes[index] ?? 0, DEAD_ZONE);
  return [at(0), at(1), at(2), at(3)];
}

/** Makes a tracker that speaks through `sender`. */
export function createPadTracker(sender: InputSender): PadTracker {
  const names = new Map<number, string>();

  const connect = (reading: PadReading, nowMs: number): void => {
    if (names.has(reading.index)) return;
    names.set(reading.index, reading.id);
    sender.send({ kind: 'pad-connected', pad: reading.index, connected: true }, nowMs, nowMs);
  };
  const disconnect = (pad: number, nowMs: number): void => {
    names.delete(pad);
    sender.held.dropPad(pad);
    sender.motion.dropPad(pad);
    sender.send({ kind: 'pad-connected', pad, connected: false }, nowMs, nowMs);
  };
  const readOne = (reading: PadReading, nowMs: number): boolean => {
    let acted = false;
    reading.buttons.slice(0, BUTTONS_MAX).forEach((button, index) => {
      const value = button.pressed ? Math.max(1, Math.round(button.value * 255)) : 0;
      const event = sender.held.padButton(reading.index, index, value);
      if (event === undefined) return;
      acted = true;
      sender.send(event, nowMs, nowMs);
    });
    const axes = fourAxes(reading.axes);
    sender.motion.axes(reading.index, axes);
    return acted || axes.some((axis) => axis !== 0);
  };

  return {
    read(readings, nowMs) {
      const seen = readings.filter((reading) => reading !== null).filter(({ index }) => index < bounds.gamepads);
      for (const pad of [...names.keys()]) if (!seen.some(({ index }) => index === pad)) disconnect(pad, nowMs);
      let acted = false;
      for (const reading of seen) {
        connect(reading, nowMs);
        acted = readOne(reading, nowMs) || acted;
      }
      return acted;
    },
    get pads() {
      return [...names].sort(([a], [b]) => a - b).map(([pad, name]) => ({ pad, name }));
    },
  };
}
