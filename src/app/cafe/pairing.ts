// src/app/cafe/pairing.ts - devices that show six digits and wait for somebody at a till to type them.
import type { Random } from '../../base/random.ts';

/** How long a code is shown; then the device asks for another. */
const CODE_MS = 600_000;
/** Codes at once: a thousandth of all, so that a guess at a till hits nobody's device. */
const WAITING_MAX = 1_000;
/** Codes of one address at once: the seats of a large café behind one line, a quarter of all. */
const FROM_ADDRESS_MAX = 250;

type Waiting = {
  readonly tokenHash: string;
  readonly deviceKey: `0x${string}`;
  readonly from: string;
  readonly untilMs: number;
};

/** Codes of this hub. They live in memory: a hub that starts anew makes devices ask again. */
export class Pairings {
  readonly #waiting = new Map<string, Waiting>();

  /**
   * A fresh code for a device. A device that asks again, as who it was before or as itself, gives the older one up; in a full
   * table the address that has most gives up its oldest, so that nobody keeps others from pairing.
   * @param from the address that asks, as it is counted
   * @returns `undefined` when too many of its address wait
   */
  open(
    { before, ...device }: Omit<Waiting, 'untilMs'> & { readonly before?: string | undefined },
    random: Random,
    nowMs: number,
  ): { readonly code: string; readonly untilMs: number } | undefined {
    const held = new Map<string, string[]>();
    for (const [code, { untilMs, tokenHash, from }] of this.#waiting) {
      if (untilMs <= nowMs || tokenHash === device.tokenHash || tokenHash === before) this.#waiting.delete(code);
      else if (held.get(from)?.push(code) === undefined) held.set(from, [code]);
    }
    if ((held.get(device.from)?.length ?? 0) >= FROM_ADDRESS_MAX) return undefined;
    if (this.#waiting.size >= WAITING_MAX) {
      const [most = []] = [...held.values()].sort((a, b) => b.length - a.length);
      this.#waiting.delete(most[0] ?? '');
    }
    let code = '';
    do code = String(random.below(1_000_000)).padStart(6, '0');
    while (this.#waiting.has(code));
    const untilMs = nowMs + CODE_MS;
    this.#waiting.set(code, { ...device, untilMs });
    return { code, untilMs };
  }

  /** Looks codes up at an instant. A code that was used stays until it is over: its device is told by its token. */
  find(nowMs: number): (code: string) => Pick<Waiting, 'tokenHash' | 'deviceKey'> | undefined {
    return (code) => {
      const waiting = this.#waiting.get(code);
      if (waiting === undefined || waiting.untilMs <= nowMs) return undefined;
      const { tokenHash, deviceKey } = waiting;
      return { tokenHash, deviceKey };
    };
  }
}
