// clients/web/src/player/input/capture.ts - who has the player's hands: the game or the page. The game gets them when
// the picture is pressed or play begins; the page gets them back on the exit chord, on blur, when the tab is hidden and
// when a menu opens - and then nothing stays pressed.
import { createStore, type Store } from '../store.ts';
import { createPadTracker, type PadInfo, type PadReading } from './gamepads.ts';
import { keyAct } from './keyboard.ts';
import { listenMouse, type PointerHooks, type PointerProfile } from './pointer.ts';
import type { InputSender } from './sender.ts';
import { listenTouch } from './touch.ts';

const POLL_MS = 8;
const RAW_MEMORY = 'nearcade.raw-mouse';

/** How the game takes input, from its manifest. */
export type InputProfile = PointerProfile & { readonly keyboard: boolean; readonly gamepad: boolean };

/** What a page shows about the hands. */
export type CaptureState = {
  readonly captured: boolean;
  /** The mouse is locked to the picture; `raw` without the system's acceleration. */
  readonly mouse: 'free' | 'locked' | 'raw';
  readonly keyboardLocked: boolean;
  readonly pads: readonly PadInfo[];
};

/** The hands of one session. */
export type Capture = {
  readonly state: Store<CaptureState>;
  /** Gives the hands to the game. Locks the mouse when the game wants relative motion: call it from a press. */
  grab(): void;
  /** Gives them back to the page and releases all that is held. */
  release(): void;
  /** Locks the keyboard in full screen where the browser can (system keys and Esc reach the game). */
  lockKeyboard(on: boolean): Promise<void>;
  rumble(pad: number, effect: { strong: number; weak: number; durationMs: number }): void;
  close(): void;
};

/** What the capture is made from. */
export type CaptureOptions = {
  /** The visible picture: presses and places count on it, and it takes the focus. */
  readonly picture: HTMLElement;
  readonly profile: InputProfile;
  readonly sender: InputSender;
  /** Speed of the relative mouse; 1 leaves it as it is. */
  speed(): number;
  /** The player used the way out. */
  onExit(): void;
  /** A person did something; at most a few thousand times a second. */
  onActivity(): void;
};

type LockableKeyboard = { lock(): Promise<void>; unlock(): void };

function lockableKeyboard(): LockableKeyboard | undefined {
  const keyboard: unknown = Reflect.get(navigator, 'keyboard');
  return typeof keyboard === 'object' && keyboard !== null && 'lock' in keyboard && 'unlock' in keyboard
    ? (keyboard as LockableKeyboard)
    : undefined;
}

/** Locks the mouse, raw where the browser can; remembers when it cannot, because asking costs a refused promise. */
async function lockMouse(picture: HTMLElement): Promise<'locked' | 'raw' | 'free'> {
  if (localStorage.getItem(RAW_MEMORY) !== 'no') {
    try {
      await picture.requestPointerLock({ unadjustedMovement: true });
      return 'raw';
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'NotSupportedError') return 'free';
      localStorage.setItem(RAW_MEMORY, 'no');
    }
  }
  try {
    await picture.requestPointerLock();
    return 'locked';
  } catch {
    return 'free';
  }
}

/** Starts listening; nothing goes to the game before `grab`. */
export function createCapture(options: CaptureOptions): Capture {
  const { picture, profile, sender } = options;
  const state = createStore<CaptureState>({ captured: false, mouse: 'free', keyboardLocked: false, pads: [] });
  const update = (part: Partial<CaptureState>): void => state.set({ ...state.get(), ...part });
  const captured = (): boolean => state.get().captured;
  const stop = new AbortController();
  const { signal } = stop;
  const pads = createPadTracker(sender);
  /** False once the browser refused the lock: then presses go to the game with the mouse free. */
  let lockable = 'requestPointerLock' in picture;
  let pumpTimer: ReturnType<typeof setTimeout> | undefined;

  const pump = (): void => {
    clearTimeout(pumpTimer);
    const waitMs = sender.pump(performance.now());
    pumpTimer = Number.isFinite(waitMs) ? setTimeout(pump, Math.max(1, waitMs)) : undefined;
  };
  const active = (): void => {
    pump();
    options.onActivity();
  };
  const lockWanted = (): boolean => profile.mouse === 'relative' && lockable && document.pointerLockElement !== picture;
  const grab = (): void => {
    if (!captured()) update({ captured: true });
    picture.focus({ preventScroll: true });
    if (!lockWanted() || !navigator.userActivation.isActive) return; // Browsers lock after a press only.
    void lockMouse(picture).then((mouse) => {
      lockable = mouse !== 'free';
      update({ mouse });
    });
  };
  const release = (): void => {
    if (!captured()) return;
    update({ captured: false });
    sender.releaseAll(performance.now());
    if (document.pointerLockElement === picture) document.exitPointerLock();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (!captured()) return;
    const act = keyAct(event);
    if (act.kind === 'browser') return;
    event.preventDefault();
    event.stopPropagation();
    if (act.kind === 'exit') {
      release();
      options.onExit();
    } else if (profile.keyboard) {
      sender.send(sender.held.key(act.hid, act.down), event.timeStamp, performance.now());
      active();
    }
  };
  const hooks: PointerHooks = {
    captured,
    lockWanted,
    onPress: grab,
    onActivity: active,
    speed: options.speed,
  };
  const stopMouse = listenMouse(picture, profile, sender, hooks);
  const stopTouch = listenTouch(picture, profile, sender, hooks);

  const poll = (): void => {
    if (captured() && !document.hidden && 'getGamepads' in navigator) {
      const readings: readonly (PadReading | null)[] = navigator.getGamepads();
      const before = pads.pads.length;
      if (pads.read(readings, performance.now())) options.onActivity();
      if (pads.pads.length !== before) update({ pads: pads.pads });
    }
    if (sender.motion.dirty) pump(); // Also what buttons drawn on the picture moved.
  };
  const pollTimer = setInterval(poll, POLL_MS);

  window.addEventListener('keydown', onKey, { signal, capture: true });
  window.addEventListener('keyup', onKey, { signal, capture: true });
  window.addEventListener('blur', release, { signal });
  document.addEventListener('visibilitychange', () => document.hidden && release(), { signal });
  document.addEventListener(
    'pointerlockchange',
    () => {
      if (document.pointerLockElement === picture) return;
      const wasLocked = state.get().mouse !== 'free';
      update({ mouse: 'free' });
      if (wasLocked && captured()) {
        release(); // The browser's own way out (Esc) is a way out of the capture too.
        options.onExit();
      }
    },
    { signal },
  );

  return {
    state,
    grab,
    release,
    async lockKeyboard(on) {
      const keyboard = lockableKeyboard();
      if (keyboard === undefined) return;
      if (on) await keyboard.lock().catch(() => undefined);
      else keyboard.unlock();
      update({ keyboardLocked: on });
    },
    rumble(pad, { strong, weak, durationMs }) {
      const actuator = navigator.getGamepads()[pad]?.vibrationActuator;
      // A pad that cannot rumble refuses the promise; nobody needs to know.
      actuator
        ?.playEffect('dual-rumble', { duration: durationMs, strongMagnitude: strong, weakMagnitude: weak })
        .catch(() => undefined);
    },
    close() {
      release();
      stop.abort();
      stopMouse();
      stopTouch();
      clearInterval(pollTimer);
      clearTimeout(pumpTimer);
      lockableKeyboard()?.unlock();
    },
  };
}
