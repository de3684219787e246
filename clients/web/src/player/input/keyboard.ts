// clients/web/src/player/input/keyboard.ts - keys by their place on the board (KeyboardEvent.code -> HID usage), while
// the game has the keyboard. One chord is never the game's: it is the way out.
import { hidByCode } from '../../../../../src/protocol/key-codes.ts';

/** The way out of every capture, as a person reads it. Not Esc alone: games need it, and a locked browser keeps it. */
export const EXIT_CHORD = 'Ctrl+Alt+Shift+Q';

/** What a key press does: go to the game, leave the game, or stay with the browser. */
export type KeyAct =
  | { readonly kind: 'game'; readonly hid: number; readonly down: boolean }
  | { readonly kind: 'exit' }
  | { readonly kind: 'browser' };

/** The parts of a KeyboardEvent that decide. */
export type KeyFacts = {
  readonly type: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
};

/** Decides one keyboard event while the game has the keyboard. */
export function keyAct(event: KeyFacts): KeyAct {
  if (event.code === 'KeyQ' && event.ctrlKey && event.altKey && event.shiftKey) return { kind: 'exit' };
  const hid = hidByCode.get(event.code);
  if (hid === undefined || event.isComposing) return { kind: 'browser' };
  return { kind: 'game', hid, down: event.type === 'keydown' };
}
