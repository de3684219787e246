// clients/web/src/player/input/pointer.ts - the mouse over the picture. A game that wants relative motion gets the
// locked, unaccelerated mouse where the browser can; one that wants places gets places.
import { placeIn, wheelStep } from './places.ts';
import type { InputSender } from './sender.ts';

const RAW_MISSES_MAX = 3;
const BUTTONS = 5;

/** How a game takes mouse and fingers, from its manifest. */
export type PointerProfile = {
  readonly mouse: 'none' | 'absolute' | 'relative';
  readonly touch: boolean;
};

/** What listeners need from the capture around them. */
export type PointerHooks = {
  /** False while a menu is open or the player left: then nothing goes to the game. */
  captured(): boolean;
  /** True when the game wants the mouse locked and the browser may still do it: the press that locks is not the game's. */
  lockWanted(): boolean;
  /** A press on the picture that is for the capture, not for the game. */
  onPress(): void;
  /** Something moved or was pressed: pump, and somebody is there. */
  onActivity(): void;
  /** Speed of the relative mouse; 1 leaves it as it is. */
  speed(): number;
};

/** Listens on `picture` (the visible game picture, without the coded strip). Returns what stops it. */
export function listenMouse(
  picture: HTMLElement,
  profile: PointerProfile,
  sender: InputSender,
  hooks: PointerHooks,
): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  let raw = 'onpointerrawupdate' in window;
  let rawSeen = false;
  let rawMisses = 0;
  const locked = (): boolean => document.pointerLockElement === picture;
  const goTo = (event: MouseEvent): void =>
    sender.motion.moveTo(placeIn(picture.getBoundingClientRect(), event.clientX, event.clientY));

  const moved = (event: PointerEvent): void => {
    if (!hooks.captured() || event.pointerType === 'touch') return;
    if (locked()) sender.motion.moveBy(event.movementX * hooks.speed(), event.movementY * hooks.speed());
    else if (profile.mouse === 'absolute') goTo(event);
    else return;
    hooks.onActivity();
  };
  /** Some browsers announce raw updates and then go silent: after three plain moves without one, believe the plain. */
  const plainMove = (event: PointerEvent): void => {
    if (!raw) {
      moved(event);
      return;
    }
    rawMisses = rawSeen ? 0 : rawMisses + 1;
    rawSeen = false;
    if (rawMisses < RAW_MISSES_MAX) return;
    raw = false;
    moved(event);
  };
  const rawMove = (event: Event): void => {
    rawSeen = true;
    if (raw && event instanceof PointerEvent) moved(event);
  };
  // Mouse events, not pointer events: a second button pressed while the first is down has no pointerdown of its own.
  const button = (event: MouseEvent, down: boolean): void => {
    if (!hooks.captured() || hooks.lockWanted()) {
      if (down) hooks.onPress();
      return;
    }
    if (down) event.preventDefault();
    if (profile.mouse === 'none' || event.button >= BUTTONS) return;
    if (!locked()) goTo(event);
    sender.send(sender.held.mouseButton(event.button, down, sender.motion.pointer), event.timeStamp, performance.now());
    hooks.onActivity();
  };
  const wheel = (event: WheelEvent): void => {
    if (!hooks.captured() || profile.mouse === 'none') return;
    event.preventDefault();
    const [dx, dy] = [wheelStep(event.deltaX, event.deltaMode), wheelStep(event.deltaY, event.deltaMode)];
    if (dx !== 0 || dy !== 0) sender.send({ kind: 'wheel', dx, dy }, event.timeStamp, performance.now());
    hooks.onActivity();
  };

  picture.addEventListener('mousedown', (event) => button(event, true), { signal });
  // A button let go outside the picture is let go all the same.
  window.addEventListener('mouseup', (event) => button(event, false), { signal });
  picture.addEventListener('pointermove', plainMove, { signal });
  if (raw) picture.addEventListener('pointerrawupdate', rawMove, { signal });
  picture.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  picture.addEventListener('wheel', wheel, { signal, passive: false });
  return () => stop.abort();
}
