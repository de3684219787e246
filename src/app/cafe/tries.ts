// src/app/cafe/tries.ts - wrong PINs and codes at the seats of one café. Each counts against the member that it is said to be
// of, the device (or the phone that its code led there) and the café: one device cannot try one PIN on every member, nor a
// hundred devices a hundred codes. What is full forgets what was tried longest ago, and nothing of another café.
import { err, ok, type Result } from '../../base/result.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';

/** Wrong ones within this time are counted together; whoever has too many waits as long. */
const WINDOW_MS = 15 * 60_000;
/** Wrong ones before a member or a code waits: nobody mistypes their own more often. */
const OF_NAME_MAX = 5;
/** Before a device waits: some customers one after the other who mistype. */
const OF_DEVICE_MAX = 20;
/** Before all devices of a café wait: ten thousand PINs of four digits last for a day then. */
const OF_CAFE_MAX = 100;
/** Names counted at once: more than a café can try in a window. */
const NAMES_MAX = 1_000;

type Count = { wrong: number; sinceMs: number; lockedUntilMs: number };

/** Whose wrong tries are counted together. */
export class Tries {
  readonly #most: number;
  readonly #counts = new Map<string, Count>();

  /** @param most wrong tries within a quarter of an hour before one waits */
  constructor(most: number) {
    this.#most = most;
  }

  /** Until when `name` waits; `undefined` when it does not. */
  waitsUntilMs(name: string, nowMs: number): number | undefined {
    const untilMs = this.#counts.get(name)?.lockedUntilMs ?? 0;
    return nowMs < untilMs ? untilMs : undefined;
  }

  /** Counts a wrong try. */
  wrong(name: string, nowMs: number): void {
    const known = this.#counts.get(name);
    const count = known !== undefined && nowMs - known.sinceMs < WINDOW_MS ? known : newCount(nowMs);
    count.wrong += 1;
    if (count.wrong >= this.#most) Object.assign(count, { ...newCount(nowMs), lockedUntilMs: nowMs + WINDOW_MS });
    this.#counts.delete(name);
    this.#counts.set(name, count);
    for (const oldest of this.#counts.keys()) {
      if (this.#counts.size <= NAMES_MAX) break;
      this.#counts.delete(oldest);
    }
  }

  /** The right one: earlier wrong ones were mistyped. */
  right(name: string): void {
    this.#counts.delete(name);
  }
}

const newCount = (nowMs: number): Count => ({ wrong: 0, sinceMs: nowMs, lockedUntilMs: 0 });

/** Who tries: a device, and the member, code or tab that it names. */
export type Trier = { readonly device: string; readonly name: string };

/** The tries of one café. */
export class CafeTries {
  readonly #names = new Tries(OF_NAME_MAX);
  readonly #devices = new Tries(OF_DEVICE_MAX);
  readonly #cafe = new Tries(OF_CAFE_MAX);

  /** Refuses PIN_LOCKED while one of the three waits. */
  mayTry({ device, name }: Trier, nowMs: number): Result<void, Refusal> {
    const waits = [
      this.#names.waitsUntilMs(name, nowMs),
      this.#devices.waitsUntilMs(device, nowMs),
      this.#cafe.waitsUntilMs('', nowMs),
    ];
    const untilMs = Math.max(...waits.map((each) => each ?? 0));
    return untilMs > 0 ? err(refusal('PIN_LOCKED', { untilMs })) : ok(undefined);
  }

  /** Counts a try. A right one clears the name alone: who has a card of their own could go on with others for ever. */
  tried({ device, name }: Trier, right: boolean, nowMs: number): void {
    if (right) {
      this.#names.right(name);
      return;
    }
    this.#names.wrong(name, nowMs);
    this.#devices.wrong(device, nowMs);
    this.#cafe.wrong('', nowMs);
  }
}
