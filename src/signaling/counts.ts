// src/signaling/counts.ts - how many of something one address holds, so that none takes all there is.

/** Counts by name; a name whose count is 0 takes no room. */
export class Counts<Name> {
  readonly most: number;
  readonly #counts = new Map<Name, number>();

  /** @param most what one name may hold */
  constructor(most: number) {
    this.most = most;
  }

  /** Counts one more; false, and nothing changed, when `name` holds as many as it may. */
  add(name: Name): boolean {
    const count = this.#counts.get(name) ?? 0;
    if (count >= this.most) return false;
    this.#counts.set(name, count + 1);
    return true;
  }

  /** Counts one less. */
  remove(name: Name): void {
    const count = this.#counts.get(name) ?? 0;
    if (count <= 1) this.#counts.delete(name);
    else this.#counts.set(name, count - 1);
  }

  /** What `name` holds. */
  of(name: Name): number {
    return this.#counts.get(name) ?? 0;
  }
}
