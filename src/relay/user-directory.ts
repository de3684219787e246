// src/relay/user-directory.ts - names behind USERHASH (RFC 8489 section 14.4). A hash cannot be undone, so a relay can
// serve it only for names it was told: the hub announces those it mints. Without any, anonymity is not offered.
import { userhashKey } from './stun/attributes/userhash.ts';

const NAMES_MAX = 16_384; // As many as allocations; the oldest go first.

/** Announced user names by their hash. */
export class UserDirectory {
  readonly #realm: string;
  #names = new Map<string, string>();

  constructor(realm: string) {
    this.#realm = realm;
  }

  /** Remembers a name. */
  announce(username: string): void {
    const key = userhashKey(username, this.#realm);
    this.#names.delete(key);
    this.#names.set(key, username);
    if (this.#names.size <= NAMES_MAX) return;
    for (const oldest of this.#names.keys()) {
      this.#names.delete(oldest);
      return;
    }
  }

  /** The name behind a hash (lower-case hex), if it was announced. */
  nameOf(hash: string): string | undefined {
    return this.#names.get(hash);
  }

  /** True when clients may be offered to hide their names. */
  get offers(): boolean {
    return this.#names.size > 0;
  }
}
