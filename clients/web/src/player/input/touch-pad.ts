// clients/web/src/player/input/touch-pad.ts - what the buttons drawn over the picture on a phone do. The stick and the
// four buttons are a gamepad where the game takes one, else keys: arrows, and the keys a game of its kind has had for
// thirty years. Pure; the drawing is a page's.
import type { Held } from './held.ts';
import { wireAxis } from './motion.ts';
import type { InputSender } from './sender.ts';

/** Buttons of the overlay. */
export const overlayButtons = ['a', 'b', 'x', 'y', 'start', 'back'] as const;
/** One of them. */
export type OverlayButton = (typeof overlayButtons)[number];

const PAD = 3; // The last pad: a real one plugged in takes the first places.
const PAD_BUTTON: Record<OverlayButton, number> = { a: 0, b: 1, x: 2, y: 3, back: 8, start: 9 };
/** Control, Space, Shift, E, Enter, Escape. */
const KEY: Record<OverlayButton, number> = { a: 0xe0, b: 0x2c, x: 0xe1, y: 0x08, start: 0x28, back: 0x29 };
const ARROWS = { left: 0x50, right: 0x4f, up: 0x52, down: 0x51 } as const;
const BENT = 0.4;

/** The overlay's own hands. */
export type TouchPad = {
  /** Stick, -1..1 in both directions, right and down positive; 0, 0 when let go. */
  stick(x: number, y: number, nowMs: number): void;
  button(button: OverlayButton, down: boolean, nowMs: number): void;
  /** Lets go of everything and takes the pad away. */
  close(nowMs: number): void;
};

/** Makes the overlay's hands; `asPad`: the game takes gamepads. */
export function createTouchPad(sender: InputSender, asPad: boolean): TouchPad {
  const { held, motion } = sender;
  const key = (hid: number, down: boolean, nowMs: number): void => {
    sender.send(held.key(hid, down), nowMs, nowMs);
  };
  const padButton = (button: number, down: boolean): ReturnType<Held['padButton']> =>
    held.padButton(PAD, button, down ? 255 : 0);
  if (asPad) sender.send({ kind: 'pad-connected', pad: PAD, connected: true }, 0, 0);
  return {
    stick(x, y, nowMs) {
      if (asPad) {
        motion.axes(PAD, [wireAxis(x, 0.1), wireAxis(y, 0.1), 0, 0]);
        return;
      }
      key(ARROWS.left, x < -BENT, nowMs);
      key(ARROWS.right, x > BENT, nowMs);
      key(ARROWS.up, y < -BENT, nowMs);
      key(ARROWS.down, y > BENT, nowMs);
    },
    button(button, down, nowMs) {
      if (asPad) sender.send(padButton(PAD_BUTTON[button], down), nowMs, nowMs);
      else key(KEY[button], down, nowMs);
    },
    close(nowMs) {
      this.stick(0, 0, nowMs);
      for (const button of overlayButtons) this.button(button, false, nowMs);
      if (!asPad) return;
      motion.dropPad(PAD);
      sender.send({ kind: 'pad-connected', pad: PAD, connected: false }, nowMs, nowMs);
    },
  };
}
