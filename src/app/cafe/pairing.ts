// src/app/cafe/pairing.ts - devices that show six digits and wait for somebody at a till to type them.
import type { Random } from '../../base/random.ts';

/** How long a code is shown; then the device asks for another. */
const CODE_MS = 600_000;
/** Codes at once: a thousandth of all, so that a guess at a till hits nobody's device. */
const WAITING_MAX = 1_000;

type Waiting = { readonly tokenHash: string; readonly deviceKey: `0x${string}`; readonly untilMs: number };

/** Codes of this hub. They live in memory: a hub that starts anew makes devices ask again. */
export class Pairings {
  readonly #waiting = new Map<string, Waiting>();

  /** A fresh code for a device; `undefined` when too many wait. A device that asks again gets a new one. */
  open(
    device: Pick<Waiting, 'tokenHash' | 'deviceKey'>,
    random: Random,
    nowMs: number,
  ): { readonly code: string; readonly untilMs: number } | undefined {
    for (const [code, { untilMs, tokenHash }] of this.#waiting) {
      if (untilMs <= nowMs || tokenHash === device.tokenHash) this.#waiting.delete(code);
    }
    if (this.#waiting.size >= WAITING_MAX) return undefined;
    let code = '';
    do code = String(random.below(1_000_000)).padStart(6, '0');
    while (this.#waiting.has(code));
    const untilMs = nowMs + CODE_MS;
    this.#waiting.set(code, { ...device, untilMs });
    return { code, untilMs };
  }

  /** Looks codes up at an instant. A code that was used stays until it is over: its device is told by its token. */
  find(nowMs: number): (code: string) => Omit<Waiting, 'untilMs'> | undefined {
    return (code) => {
      const waiting = this.#waiting.get(code);
      if (waiting === undefined || waiting.untilMs <= nowMs) return undefined;
      const { tokenHash, deviceKey } = waiting;
      return { tokenHash, deviceKey };
    };
  }
}
