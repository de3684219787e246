// src/render/x11/injector.ts - from a player's input frames to fake X events: keys by place, text by spare keys, the
// mouse as the game wants it, a gamepad as the keys and mouse that the manifest names.
import { type KeyEvent, type MotionFrame, type Pointer, totalStep } from '../../protocol/input-frames.ts';
import type { Game } from '../../protocol/shapes.ts';
import type { PadProfile } from '../manifest.ts';
import type { Display } from './display.ts';
import { keysymOf, X_BUTTONS, X_WHEEL, xKeycode } from './key-map.ts';

const NOTCH = 120; // One notch of a wheel, as everywhere since Windows 95.
const NOTCHES_MAX = 10; // Of one event: nobody turns a wheel further between two frames.
const FULL = 65_535;
const SPARE_MAX = 8; // Keys that text is written with in turn, so that a slow program reads the old one before it changes.
const STICK_ON = 0.5;
const STICK_DEAD = 0.15;
const STICK_MS = 8;

type Surface = Pick<Display, 'width' | 'height' | 'key' | 'button' | 'moveTo' | 'moveBy' | 'remap'>;

/** Injects one player's input. Everything held is remembered, so that it can be let go. */
export class Injector {
  readonly #display: Surface;
  readonly #mouse: Game['input']['mouse'];
  readonly #pad: PadProfile | undefined;
  readonly #spare: readonly number[];
  #spareNext = 0;
  /** What holds each X key or button down: a key may be held by the keyboard and by a pad at once. */
  readonly #held = new Map<string, Set<string>>();
  #pointer: Pointer | undefined;
  #wheel = { x: 0, y: 0 };
  readonly #fingers: number[] = [];
  #finger: { x: number; y: number } | undefined;
  #look = { x: 0, y: 0 };
  #carry = { x: 0, y: 0 };
  #looking: NodeJS.Timeout | undefined;

  /** @param spareKeycodes keycodes that text may be written with; without any, text is not written */
  constructor(
    display: Surface,
    mouse: Game['input']['mouse'],
    pad: PadProfile | undefined,
    spareKeycodes: readonly number[],
  ) {
    this.#display = display;
    this.#mouse = mouse;
    this.#pad = pad;
    this.#spare = spareKeycodes.slice(0, SPARE_MAX);
  }

  /** Takes an event of the reliable channel; false when it changes nothing here. */
  key(event: KeyEvent): boolean {
    switch (event.kind) {
      case 'key':
        return this.#keyByHid(`key${event.hid}`, event.hid, event.down);
      case 'mouse-button':
        this.#point(event.pointer);
        return this.#mouse !== 'none' && this.#hold(`b${X_BUTTONS[event.button] ?? 1}`, 'mouse', event.down);
      case 'wheel':
        return this.#turn(event.dx, event.dy);
      case 'text':
        return this.#write(event.text);
      case 'pad-button':
        return this.#padButton(event.pad, event.button, event.value >= 64);
      case 'touch':
        return this.#touch(event);
      case 'release-all':
        this.releaseAll();
        return true;
      default:
        return false;
    }
  }

  /** Takes a frame of the motion channel; false when nothing moved. */
  motion(frame: MotionFrame): boolean {
    const finger = frame.touches.find(({ id }) => id === this.#fingers[0]);
    const moved = finger !== undefined ? this.#drag(finger) : this.#point(frame.pointer);
    return this.#sticks(frame) || moved;
  }

  /** Lets go of every key and button, and forgets where the mouse was: the next page counts from zero. */
  releaseAll(): void {
    for (const key of [...this.#held.keys()]) {
      for (const source of [...(this.#held.get(key) ?? [])]) this.#hold(key, source, false);
    }
    this.#pointer = undefined;
    this.#finger = undefined;
    this.#fingers.length = 0;
    this.#setLook(0, 0);
  }

  #keyByHid(source: string, hid: number, down: boolean): boolean {
    const keycode = xKeycode(hid);
    return keycode !== undefined && this.#hold(`k${keycode}`, source, down);
  }

  /** Presses with the first that holds it, releases with the last. `key`: 'k' and a keycode or 'b' and a button. */
  #hold(key: string, source: string, down: boolean): boolean {
    const holders = this.#held.get(key) ?? new Set<string>();
    if (down === holders.has(source)) return false;
    if (down) holders.add(source);
    else holders.delete(source);
    const number = Number(key.slice(1));
    const changes = holders.size === (down ? 1 : 0);
    if (changes && key.startsWith('k')) this.#display.key(number, down);
    else if (changes) this.#display.button(number, down);
    if (holders.size > 0) this.#held.set(key, holders);
    else this.#held.delete(key);
    return true;
  }

  #point(pointer: Pointer): boolean {
    const before = this.#pointer;
    this.#pointer = pointer;
    if (this.#mouse === 'absolute') {
      if (before !== undefined && before.x === pointer.x && before.y === pointer.y) return false;
      this.#moveTo(pointer.x, pointer.y);
      return true;
    }
    if (this.#mouse === 'none' || before === undefined) return false; // Totals tell steps only from the second on.
    const [dx, dy] = [totalStep(before.totalX, pointer.totalX), totalStep(before.totalY, pointer.totalY)];
    if (dx === 0 && dy === 0) return false;
    this.#moveBy(dx, dy);
    return true;
  }

  #moveTo(x: number, y: number): void {
    const { width, height } = this.#display;
    this.#display.moveTo((x / FULL) * (width - 1), (y / FULL) * (height - 1));
  }

  #turn(dx: number, dy: number): boolean {
    this.#wheel = { x: this.#wheel.x + dx, y: this.#wheel.y + dy };
    const [right, down] = [Math.trunc(this.#wheel.x / NOTCH), Math.trunc(this.#wheel.y / NOTCH)];
    this.#wheel = { x: this.#wheel.x % NOTCH, y: this.#wheel.y % NOTCH };
    const clicks = [
      ...Array<number>(Math.min(NOTCHES_MAX, Math.abs(down))).fill(down > 0 ? X_WHEEL.down : X_WHEEL.up),
      ...Array<number>(Math.min(NOTCHES_MAX, Math.abs(right))).fill(right > 0 ? X_WHEEL.right : X_WHEEL.left),
    ];
    for (const button of clicks) {
      this.#display.button(button, true);
      this.#display.button(button, false);
    }
    return clicks.length > 0;
  }

  #write(text: string): boolean {
    if (this.#spare.length === 0) return false;
    for (const character of text) {
      const keycode = this.#spare[this.#spareNext++ % this.#spare.length] ?? 0;
      this.#display.remap(keycode, keysymOf(character));
      this.#display.key(keycode, true);
      this.#display.key(keycode, false);
    }
    return true;
  }

  #touch({ id, down, x, y }: Extract<KeyEvent, { kind: 'touch' }>): boolean {
    const place = this.#fingers.indexOf(id);
    if (down === place >= 0 || this.#mouse === 'none') return false;
    if (down) this.#fingers.push(id);
    else this.#fingers.splice(place, 1);
    if (place === 0) this.#finger = undefined; // Another finger leads now, from where it is.
    if (down && this.#fingers[0] === id) this.#drag({ x, y });
    // One finger points and presses; where the mouse only steers, a second finger is its button.
    this.#hold('b1', 'touch', this.#fingers.length >= (this.#mouse === 'absolute' ? 1 : 2));
    return true;
  }

  #drag({ x, y }: { x: number; y: number }): boolean {
    const before = this.#finger;
    this.#finger = { x, y };
    if (before !== undefined && before.x === x && before.y === y) return false;
    if (this.#mouse === 'absolute') this.#moveTo(x, y);
    else if (before !== undefined) {
      const { width, height } = this.#display;
      this.#moveBy(((x - before.x) / FULL) * width, ((y - before.y) / FULL) * height);
    }
    return true;
  }

  /** Moves by whole pixels and keeps the fractions for the next time. */
  #moveBy(dx: number, dy: number): void {
    const [x, y] = [this.#carry.x + dx, this.#carry.y + dy];
    this.#carry = { x: x - Math.trunc(x), y: y - Math.trunc(y) };
    this.#display.moveBy(Math.trunc(x), Math.trunc(y));
  }

  #padButton(pad: number, button: number, down: boolean): boolean {
    const target = this.#pad?.buttons[button];
    return target !== undefined && this.#holdTarget(target, `pad${pad}.${button}`, down);
  }

  #holdTarget(target: PadProfile['buttons'][number], source: string, down: boolean): boolean {
    if ('hid' in target) return this.#keyByHid(source, target.hid, down);
    return this.#hold(`b${X_BUTTONS[target.button] ?? 1}`, source, down);
  }

  #sticks({ pads }: MotionFrame): boolean {
    const profile = this.#pad;
    if (profile === undefined) return false;
    let changed = false;
    let look = { x: 0, y: 0 };
    for (const { pad, axes } of pads) {
      const [moveX, moveY, lookX, lookY] = axes.map((axis) => axis / 32_767);
      const ways = [-(moveY ?? 0), -(moveX ?? 0), moveY ?? 0, moveX ?? 0];
      for (const [index, way] of ways.entries()) {
        const hid = profile.move[index];
        if (hid !== undefined) changed = this.#keyByHid(`stick${pad}`, hid, way > STICK_ON) || changed;
      }
      if (Math.hypot(lookX ?? 0, lookY ?? 0) > STICK_DEAD) look = { x: lookX ?? 0, y: lookY ?? 0 };
    }
    const looks = look.x !== this.#look.x || look.y !== this.#look.y;
    if (looks) this.#setLook(look.x, look.y);
    return changed || looks;
  }

  /** A stick that is held keeps the mouse moving, until it is let go. */
  #setLook(x: number, y: number): void {
    this.#look = { x, y };
    const speed = this.#pad?.lookSpeed ?? 0;
    if ((x === 0 && y === 0) || speed === 0) {
      clearInterval(this.#looking);
      this.#looking = undefined;
      return;
    }
    this.#looking ??= setInterval(() => {
      const step = (speed * STICK_MS) / 1_000;
      this.#moveBy(this.#look.x * step, this.#look.y * step);
    }, STICK_MS);
  }
}
