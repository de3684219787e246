// src/game/pilot.ts - from what a player presses and moves to what the ship is told. Keyboard, mouse, gamepad and touch
// all play the whole game; whichever moved last steers.
import type { KeyEvent, MotionFrame } from '../protocol/input-frames.ts';
import { codeByHid } from '../protocol/key-codes.ts';

/** What a press asks for once. `go` is any press at all: it starts a run or ends a pause. */
export type Command = 'go' | 'ripple' | 'pause' | 'mute' | 'calm' | 'colour';
type Action = 'left' | 'right' | 'fire' | Command;

/** What the ship is told now. */
export type Controls = {
  /** -1 counter-clockwise .. 1 clockwise. */
  readonly turn: number;
  /** Angle to fly to, or undefined to follow `turn`. */
  readonly aim: number | undefined;
  readonly fire: boolean;
};

/** What a player last pressed something on. */
export type Device = 'keys' | 'mouse' | 'pad' | 'touch';

/** What an input did: whether it counts as a change of the controls, and what it asks for. */
export type Press = { readonly changed: boolean; readonly command: Command | undefined };

const KEYS: Readonly<Record<string, Action>> = {
  ArrowLeft: 'left',
  KeyA: 'left',
  ArrowRight: 'right',
  KeyD: 'right',
  Space: 'fire',
  ArrowUp: 'fire',
  KeyW: 'fire',
  Enter: 'fire',
  KeyZ: 'fire',
  ShiftLeft: 'ripple',
  ShiftRight: 'ripple',
  ArrowDown: 'ripple',
  KeyS: 'ripple',
  KeyX: 'ripple',
  KeyP: 'pause',
  Escape: 'pause',
  KeyM: 'mute',
  KeyC: 'calm',
  KeyV: 'colour',
};
/** By the W3C's 'standard' mapping: A, B, X, Y, shoulders, triggers, select, start, left and right of the cross. */
const PAD_BUTTONS: Readonly<Record<number, Action>> = {
  0: 'fire',
  1: 'ripple',
  2: 'ripple',
  3: 'colour',
  4: 'ripple',
  5: 'fire',
  6: 'ripple',
  7: 'fire',
  8: 'calm',
  9: 'pause',
  14: 'left',
  15: 'right',
};
const MOUSE_BUTTONS: Readonly<Record<number, Action>> = { 0: 'fire', 1: 'ripple', 2: 'ripple' };

const DEVICES: Readonly<Partial<Record<KeyEvent['kind'], Device>>> = {
  key: 'keys',
  'mouse-button': 'mouse',
  'pad-button': 'pad',
  touch: 'touch',
};

const PAD_PRESSED = 64; // Of 255: a trigger that is only brushed does not fire.
const STICK_DEAD = 0.4;
const FULL = 65_535;
const NOTHING: Press = { changed: false, command: undefined };

/** Everything one player holds down. Bounded: keys, buttons and fingers are numbered, so no set can grow past them. */
export class Pilot {
  readonly #heightOverWidth: number;
  /** What is held down, by its source, with what it does. */
  readonly #held = new Map<string, Action | undefined>();
  readonly #fingers: number[] = [];
  /** What the last press came from: the help on the screen speaks of it. */
  device: Device = 'keys';
  #aim: number | undefined;
  #stickFires = false;
  #pointer = '';
  #sticks = '';

  /** @param aspect width of the picture over its height: a pointer's angle depends on it */
  constructor(aspect: number) {
    this.#heightOverWidth = 1 / aspect;
  }

  /** What the ship is told now. */
  controls(): Controls {
    const held = [...this.#held.values()];
    const turn = (held.includes('right') ? 1 : 0) - (held.includes('left') ? 1 : 0);
    const fire = held.includes('fire') || this.#fingers.length > 0 || this.#stickFires;
    return { turn, aim: turn === 0 ? this.#aim : undefined, fire };
  }

  /** Takes an event of the reliable channel. */
  key(event: KeyEvent): Press {
    this.device = DEVICES[event.kind] ?? this.device;
    switch (event.kind) {
      case 'key':
        return this.#press(`k${event.hid}`, KEYS[codeByHid.get(event.hid) ?? ''], event.down);
      case 'mouse-button':
        if (event.down) this.#aimAt(event.pointer.x, event.pointer.y);
        return this.#press(`m${event.button}`, MOUSE_BUTTONS[event.button], event.down);
      case 'pad-button':
        return this.#press(`p${event.pad}.${event.button}`, PAD_BUTTONS[event.button], event.value >= PAD_PRESSED);
      case 'touch':
        return this.#touch(event.id, event.down, event.x, event.y);
      case 'release-all':
        return { changed: this.releaseAll(), command: undefined };
      default:
        return NOTHING;
    }
  }

  /** Takes a frame of the motion channel; true when it moved something. */
  motion(frame: MotionFrame): boolean {
    let changed = false;
    const finger = frame.touches.find(({ id }) => id === this.#fingers[0]);
    if (finger !== undefined) changed = this.#aimAt(finger.x, finger.y);
    const pointer = `${frame.pointer.x},${frame.pointer.y}`;
    if (pointer !== this.#pointer && finger === undefined) {
      this.#pointer = pointer;
      changed = this.#aimAt(frame.pointer.x, frame.pointer.y) || changed;
    }
    return this.#stick(frame) || changed;
  }

  /** Lets go of everything; true when something was held. */
  releaseAll(): boolean {
    const changed = this.#held.size > 0 || this.#fingers.length > 0 || this.#stickFires;
    this.#held.clear();
    this.#fingers.length = 0;
    this.#stickFires = false;
    return changed;
  }

  #press(source: string, action: Action | undefined, down: boolean): Press {
    if (!down) return { changed: this.#held.delete(source) && action !== undefined, command: undefined };
    if (this.#held.has(source)) return NOTHING; // A key that repeats, or a trigger that is pulled further, is one press.
    this.#held.set(source, action);
    if (action === 'left' || action === 'right') this.#aim = undefined;
    const steers = action === 'left' || action === 'right' || action === 'fire';
    return { changed: action !== undefined, command: steers || action === undefined ? 'go' : action };
  }

  #touch(id: number, down: boolean, x: number, y: number): Press {
    const place = this.#fingers.indexOf(id);
    if (down === place >= 0) return NOTHING;
    if (!down) {
      this.#fingers.splice(place, 1);
      return { changed: true, command: undefined };
    }
    this.#fingers.push(id);
    if (this.#fingers.length > 1) return { changed: true, command: 'ripple' };
    this.#aimAt(x, y);
    return { changed: true, command: 'go' };
  }

  #aimAt(x: number, y: number): boolean {
    const [right, down] = [x / FULL - 0.5, (y / FULL - 0.5) * this.#heightOverWidth];
    if (Math.hypot(right, down) < 0.01) return false; // On the very middle there is no direction.
    const aim = Math.atan2(down, right);
    const changed = aim !== this.#aim;
    this.#aim = aim;
    return changed;
  }

  #stick({ pads }: MotionFrame): boolean {
    const sticks = pads.map(({ pad, axes }) => `${pad}:${axes.join()}`).join(';');
    if (sticks === this.#sticks) return false;
    this.#sticks = sticks;
    let [aim, fires]: [number | undefined, boolean] = [undefined, false];
    for (const { axes } of pads) {
      const [leftX, leftY, rightX, rightY] = axes.map((axis) => axis / 32_767);
      if (Math.hypot(leftX ?? 0, leftY ?? 0) > STICK_DEAD) aim = Math.atan2(leftY ?? 0, leftX ?? 0);
      if (Math.hypot(rightX ?? 0, rightY ?? 0) <= STICK_DEAD) continue;
      aim = Math.atan2(rightY ?? 0, rightX ?? 0);
      fires = true; // The right stick aims and fires, as in every twin-stick game.
    }
    const changed = fires !== this.#stickFires || (aim !== undefined && aim !== this.#aim);
    this.#stickFires = fires;
    if (aim !== undefined) this.#aim = aim;
    return changed;
  }
}
