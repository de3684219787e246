// clients/web/src/player/input/touch.ts - fingers on the picture. They are the game's own where it takes touch; else one
// finger steers the mouse: dragging moves it, a short tap is a click.
import { wirePlace } from './motion.ts';
import { placeIn } from './places.ts';
import type { PointerHooks, PointerProfile } from './pointer.ts';
import type { InputSender } from './sender.ts';

const FINGERS_MAX = 10;
const TAP_MS = 250;
const TAP_PX = 12;
const DRAG_GAIN = 2; // A thumb's reach on a phone turns a player once around.

type Finger = {
  readonly id: number;
  x: number;
  y: number;
  readonly startX: number;
  readonly startY: number;
  readonly atMs: number;
};

/** Listens on `picture`. Returns what stops it. */
export function listenTouch(
  picture: HTMLElement,
  profile: PointerProfile,
  sender: InputSender,
  hooks: PointerHooks,
): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const fingers = new Map<number, Finger>();
  const place = (event: PointerEvent) => placeIn(picture.getBoundingClientRect(), event.clientX, event.clientY);

  const freeId = (): number | undefined => {
    const used = new Set([...fingers.values()].map(({ id }) => id));
    return Array.from({ length: FINGERS_MAX }, (_, id) => id).find((id) => !used.has(id));
  };
  const touchGame = (event: PointerEvent, id: number): void => {
    const at = place(event);
    const [x, y] = [wirePlace(at.x), wirePlace(at.y)];
    if (event.type === 'pointermove') {
      sender.motion.finger(id, at);
      return;
    }
    const down = event.type === 'pointerdown';
    if (down) sender.motion.finger(id, at);
    else sender.motion.liftFinger(id);
    sender.send(sender.held.touch(id, down, x, y), event.timeStamp, performance.now());
  };
  const steerMouse = (event: PointerEvent, finger: Finger): void => {
    if (profile.mouse === 'absolute') sender.motion.moveTo(place(event));
    else if (event.type === 'pointermove') {
      const gain = DRAG_GAIN * hooks.speed();
      sender.motion.moveBy((event.clientX - finger.x) * gain, (event.clientY - finger.y) * gain);
    }
    if (event.type !== 'pointerup' || profile.mouse === 'none') return;
    const still = Math.hypot(event.clientX - finger.startX, event.clientY - finger.startY) < TAP_PX;
    if (!still || event.timeStamp - finger.atMs > TAP_MS) return;
    for (const down of [true, false]) {
      sender.send(sender.held.mouseButton(0, down, sender.motion.pointer), event.timeStamp, performance.now());
    }
  };
  const touched = (event: PointerEvent): void => {
    if (event.pointerType !== 'touch') return;
    if (event.type === 'pointerdown') {
      if (!hooks.captured()) {
        hooks.onPress();
        return;
      }
      const id = freeId();
      if (id === undefined) return;
      const [x, y] = [event.clientX, event.clientY];
      fingers.set(event.pointerId, { id, x, y, startX: x, startY: y, atMs: event.timeStamp });
    }
    const finger = fingers.get(event.pointerId);
    if (finger === undefined) return;
    event.preventDefault();
    if (profile.touch) touchGame(event, finger.id);
    else steerMouse(event, finger);
    [finger.x, finger.y] = [event.clientX, event.clientY];
    if (event.type === 'pointerup' || event.type === 'pointercancel') fingers.delete(event.pointerId);
    hooks.onActivity();
  };

  picture.addEventListener('pointerdown', touched, { signal });
  for (const type of ['pointermove', 'pointerup', 'pointercancel'] as const) {
    window.addEventListener(type, touched, { signal });
  }
  return () => stop.abort();
}
