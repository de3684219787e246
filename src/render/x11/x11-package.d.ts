// src/render/x11/x11-package.d.ts - the few calls of the package `x11` that we use; it brings no types.
declare module 'x11' {
  /** What a request that answers calls back with. */
  type Answer<T> = (error: Error | null, value: T) => void;

  /** XTEST. `detail`: keycode, button, or 1 for relative motion. */
  export interface Xtest {
    readonly KeyPress: number;
    readonly KeyRelease: number;
    readonly ButtonPress: number;
    readonly ButtonRelease: number;
    readonly MotionNotify: number;
    FakeInput(type: number, detail: number, delayMs: number, window: number, x: number, y: number): void;
  }

  /** Events of which we read a few fields. */
  export interface XEvent {
    readonly name: string;
    readonly wid?: number;
    readonly overrideRedirect?: boolean | number;
  }

  export interface XClient {
    on(event: 'event', listener: (event: XEvent) => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
    on(event: 'end', listener: () => void): void;
    require(extension: 'xtest', answer: Answer<Xtest>): void;
    ChangeWindowAttributes(window: number, values: { eventMask: number }): void;
    ConfigureWindow(window: number, values: { x?: number; y?: number; width?: number; height?: number }): void;
    SetInputFocus(window: number, revertTo: number): void;
    QueryTree(window: number, answer: Answer<{ readonly children: number[] }>): void;
    GetWindowAttributes(
      window: number,
      answer: Answer<{ readonly mapState: number; readonly overrideRedirect: number }>,
    ): void;
    GetGeometry(window: number, answer: Answer<{ readonly width: number; readonly height: number }>): void;
    GetKeyboardMapping(first: number, count: number, answer: Answer<number[][]>): void;
    ChangeKeyboardMapping(first: number, symbolsPerKey: number, symbols: number[]): void;
    GetImage(
      format: number,
      window: number,
      x: number,
      y: number,
      width: number,
      height: number,
      planes: number,
      answer: Answer<{ readonly depth: number; readonly data: Buffer }>,
    ): void;
    QueryPointer(window: number, answer: Answer<{ readonly rootX: number; readonly rootY: number }>): void;
    terminate(): void;
  }

  /** What a connection is answered with. */
  export interface XDisplay {
    readonly client: XClient;
    readonly screen: readonly { readonly root: number; readonly pixel_width: number; readonly pixel_height: number }[];
    readonly min_keycode: number;
    readonly max_keycode: number;
  }

  export const eventMask: { readonly SubstructureNotify: number };

  /** Connects. `auth`: the name and data of a cookie, each as a latin1 string. */
  export function createClient(
    options: { display: string; auth: { name: string; data: string }; shm: false },
    answer: (error: Error | undefined, display: XDisplay | undefined) => void,
  ): XClient;
}
