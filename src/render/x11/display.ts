// src/render/x11/display.ts - our own client on a session's display: it injects input by XTEST, keeps the game's window
// in the corner and in focus, and looks whether there is a picture.
import x11, { type XClient, type Xtest } from 'x11';
import { OutageError } from '../../base/assert.ts';
import { cookieAuth, type XServer } from './x-server.ts';

const IMAGE_ZPIXMAP = 2;
const ALL_PLANES = 0xffff_ffff;
const REVERT_TO_ROOT = 1;
const IS_VIEWABLE = 2;
const RELATIVE = 1;
const STEP_MAX = 32_767; // XTEST's coordinates are 16 bit.

const clamped = (value: number): number => Math.max(-STEP_MAX, Math.min(STEP_MAX, Math.round(value)));

type Ask<T> = (answer: (error: Error | null, value: T) => void) => void;

type Keycodes = { readonly first: number; readonly count: number };

/** A connection to a display. */
export class Display {
  readonly width: number;
  readonly height: number;
  readonly #client: XClient;
  readonly #test: Xtest;
  readonly #root: number;
  readonly #keycodes: Keycodes;
  /** Rejects what waits for an answer when the server goes away: the package would let it wait for ever. */
  readonly #waiting = new Set<(reason: Error) => void>();
  #open = true;

  private constructor(
    client: XClient,
    test: Xtest,
    screen: { root: number; width: number; height: number },
    keycodes: Keycodes,
  ) {
    this.#client = client;
    this.#test = test;
    this.#root = screen.root;
    this.width = screen.width;
    this.height = screen.height;
    this.#keycodes = keycodes;
  }

  /** Connects. @throws OutageError when the display refuses, ends meanwhile, or has no XTEST */
  static async open(server: Pick<XServer, 'display' | 'cookie'>): Promise<Display> {
    const options = { display: server.display, auth: cookieAuth(server.cookie), shm: false } as const;
    const { promise, resolve, reject } = Promise.withResolvers<Display>();
    const client = x11.createClient(options, (error, setup) => {
      const screen = setup?.screen[0];
      if (setup === undefined || screen === undefined) {
        reject(error ?? new Error('it has no screen'));
        return;
      }
      const size = { root: screen.root, width: screen.pixel_width, height: screen.pixel_height };
      const keycodes = { first: setup.min_keycode, count: setup.max_keycode - setup.min_keycode + 1 };
      client.require('xtest', (lacking, test) => {
        if (lacking === null) resolve(new Display(client, test, size, keycodes));
        else reject(lacking);
      });
    });
    // A refused cookie is told here and not to the callback. Later errors are of windows that close while we talk about
    // them (BadWindow), or of a server that goes away at the end.
    client.on('error', reject);
    client.on('end', () => reject(new Error('it ended')));
    try {
      const display = await promise;
      display.#keepWindows();
      return display;
    } catch (cause) {
      throw new OutageError(`cannot use display ${server.display}`, { cause });
    }
  }

  /** Presses or releases a key. */
  key(keycode: number, down: boolean): void {
    this.#fake(down ? this.#test.KeyPress : this.#test.KeyRelease, keycode);
  }

  /** Presses or releases a mouse button, by X's numbers. */
  button(button: number, down: boolean): void {
    this.#fake(down ? this.#test.ButtonPress : this.#test.ButtonRelease, button);
  }

  /** Puts the pointer somewhere, in pixels of the screen. */
  moveTo(x: number, y: number): void {
    this.#fake(this.#test.MotionNotify, 0, x, y);
  }

  /** Moves the pointer by so many pixels. */
  moveBy(dx: number, dy: number): void {
    this.#fake(this.#test.MotionNotify, RELATIVE, dx, dy);
  }

  /** Lets a keycode write this keysym from now on. */
  remap(keycode: number, keysym: number): void {
    if (this.#open) this.#client.ChangeKeyboardMapping(keycode, 2, [keysym, keysym]);
  }

  /** Keycodes that write nothing, so that text can be written with them. */
  async spareKeycodes(): Promise<number[]> {
    const { first, count } = this.#keycodes;
    const rows = await this.#ask<number[][]>((answer) => this.#client.GetKeyboardMapping(first, count, answer));
    return rows.flatMap((row, index) => (row.every((keysym) => keysym === 0) ? [first + index] : []));
  }

  /** Where the pointer is. */
  pointer(): Promise<{ readonly rootX: number; readonly rootY: number }> {
    return this.#ask((answer) => this.#client.QueryPointer(this.#root, answer));
  }

  /** Pixels of the screen: 4 bytes each, BGRX, no gaps between rows. */
  async grab(x: number, y: number, width: number, height: number): Promise<Uint8Array> {
    const image = await this.#ask<{ data: Buffer }>((answer) =>
      this.#client.GetImage(IMAGE_ZPIXMAP, this.#root, x, y, width, height, ALL_PLANES, answer),
    );
    return image.data;
  }

  /** Sizes of the windows that show. */
  async windows(): Promise<{ readonly width: number; readonly height: number }[]> {
    const { children } = await this.#ask<{ children: number[] }>((answer) =>
      this.#client.QueryTree(this.#root, answer),
    );
    const found: { width: number; height: number }[] = [];
    for (const window of children) {
      try {
        const { mapState } = await this.#ask<{ mapState: number }>((answer) =>
          this.#client.GetWindowAttributes(window, answer),
        );
        if (mapState !== IS_VIEWABLE) continue;
        const { width, height } = await this.#ask<{ width: number; height: number }>((answer) =>
          this.#client.GetGeometry(window, answer),
        );
        found.push({ width, height });
      } catch {
        // It closed while we asked.
      }
    }
    return found;
  }

  /** Disconnects. Idempotent. */
  close(): void {
    if (this.#open) this.#client.terminate();
    this.#lose();
  }

  #lose(): void {
    this.#open = false;
    for (const reject of [...this.#waiting]) reject(new OutageError('the display went away'));
  }

  #ask<T>(ask: Ask<T>): Promise<T> {
    if (!this.#open) return Promise.reject(new OutageError('the display went away'));
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.add(reject);
    ask((error, value) => (error === null ? resolve(value) : reject(error)));
    return promise.finally(() => this.#waiting.delete(reject));
  }

  #fake(type: number, detail: number, x = 0, y = 0): void {
    if (this.#open) this.#test.FakeInput(type, detail, 0, this.#root, clamped(x), clamped(y));
  }

  /** There is no window manager: what opens goes to the corner and gets the keyboard. */
  #keepWindows(): void {
    this.#client.on('end', () => this.#lose());
    this.#client.on('event', (event) => {
      if (event.name !== 'MapNotify' || event.wid === undefined || event.overrideRedirect) return;
      this.#client.ConfigureWindow(event.wid, { x: 0, y: 0 });
      this.#client.SetInputFocus(event.wid, REVERT_TO_ROOT);
    });
    this.#client.ChangeWindowAttributes(this.#root, { eventMask: x11.eventMask.SubstructureNotify });
  }
}
