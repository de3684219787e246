// bench/cafe/sightings.ts - when a line saw which number of something that only grows: the `rev` of a floor, the version of a seat.

/** Numbers are asked for within a second of being seen; older ones are forgotten. */
const KEPT = 500;

/** What one line has seen. */
export class Sightings {
  readonly #seen: { readonly number: number; readonly atMs: number }[] = [];
  readonly #waiters = new Map<number, ((atMs: number) => void)[]>();
  #lastMs: number | undefined;
  /** The longest time between two messages. */
  silenceMs = 0;
  messages = 0;

  /** A message came, whatever it says. */
  heard(atMs: number): void {
    if (this.#lastMs !== undefined) this.silenceMs = Math.max(this.silenceMs, atMs - this.#lastMs);
    this.#lastMs = atMs;
    this.messages += 1;
  }

  /** A message showed `number`. */
  note(number: number, atMs: number): void {
    const last = this.#seen.at(-1);
    if (last !== undefined && last.number >= number) return;
    this.#seen.push({ number, atMs });
    if (this.#seen.length > KEPT) this.#seen.shift();
    for (const [wanted, tell] of this.#waiters) {
      if (wanted > number) continue;
      this.#waiters.delete(wanted);
      for (const one of tell) one(atMs);
    }
  }

  /** When `number`, or what came after it, was first seen. Waits until it is. */
  seen(number: number): Promise<number> {
    const known = this.#seen.find((one) => one.number >= number);
    if (known !== undefined) return Promise.resolve(known.atMs);
    return new Promise((resolve) => {
      this.#waiters.set(number, [...(this.#waiters.get(number) ?? []), resolve]);
    });
  }
}
