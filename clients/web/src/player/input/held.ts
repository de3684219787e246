// clients/web/src/player/input/held.ts - what the player holds down right now, and the events that keep the game's idea
// of it the same. A key that is down is told once; a key that was never down is never released; whoever loses focus
// releases everything. Pure: the browser's events come in as numbers.
import type { KeyEvent, Pointer } from '../../../../../src/protocol/input-frames.ts';

const PAD_VALUE_STEP = 4; // A trigger that trembles by 1.5 % is no press.

/** Keys, buttons, fingers and pad buttons that are down, by their wire numbers. */
export type Held = {
  /** A key went down or up; `undefined` when nothing changed (auto-repeat, a release of a key that was not down). */
  key(hid: number, down: boolean): KeyEvent | undefined;
  mouseButton(button: number, down: boolean, pointer: Pointer): KeyEvent | undefined;
  /** `value`: 0..255; 0 is up. */
  padButton(pad: number, button: number, value: number): KeyEvent | undefined;
  touch(id: number, down: boolean, x: number, y: number): KeyEvent | undefined;
  /** Forgets everything; `release-all` when there was something to release. */
  releaseAll(): KeyEvent | undefined;
  /** Forgets one pad: its buttons are up when it is gone. */
  dropPad(pad: number): void;
  /**
   * What tells a game that forgot everything what is still down: first `release-all`, then each press. Fingers and the
   * mouse are left out: where they were has changed.
   */
  again(): readonly KeyEvent[];
  readonly empty: boolean;
};

/** Makes the record of one player's hands. */
export function createHeld(): Held {
  const keys = new Set<number>();
  const buttons = new Set<number>();
  const touches = new Set<number>();
  const padValues = new Map<number, number>();
  const flip = (set: Set<number>, id: number, down: boolean): boolean =>
    down ? !set.has(id) && set.add(id) !== undefined : set.delete(id);

  const held: Held = {
    key: (hid, down) => (flip(keys, hid, down) ? { kind: 'key', hid, down } : undefined),
    mouseButton: (button, down, pointer) =>
      flip(buttons, button, down) ? { kind: 'mouse-button', button, down, pointer } : undefined,
    touch: (id, down, x, y) => (flip(touches, id, down) ? { kind: 'touch', id, down, x, y } : undefined),
    padButton(pad, button, value) {
      const slot = pad * 32 + button;
      const before = padValues.get(slot) ?? 0;
      const edge = (before === 0) !== (value === 0) || (value === 255 && before !== 255);
      if (value === before || (!edge && Math.abs(value - before) < PAD_VALUE_STEP)) return undefined;
      if (value === 0) padValues.delete(slot);
      else padValues.set(slot, value);
      return { kind: 'pad-button', pad, button, value };
    },
    dropPad(pad) {
      for (const slot of [...padValues.keys()]) if (slot >> 5 === pad) padValues.delete(slot);
    },
    releaseAll() {
      if (held.empty) return undefined;
      for (const set of [keys, buttons, touches]) set.clear();
      padValues.clear();
      return { kind: 'release-all' };
    },
    again() {
      for (const set of [buttons, touches]) set.clear();
      return [
        { kind: 'release-all' },
        ...[...keys].map((hid) => ({ kind: 'key', hid, down: true }) as const),
        ...[...padValues].map(
          ([slot, value]) => ({ kind: 'pad-button', pad: slot >> 5, button: slot & 31, value }) as const,
        ),
      ];
    },
    get empty() {
      return keys.size + buttons.size + touches.size + padValues.size === 0;
    },
  };
  return held;
}
