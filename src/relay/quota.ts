// src/relay/quota.ts - how many allocations one user, one source address and the whole shard may have at once.

/** Most allocations at once. */
export type QuotaLimits = { readonly perUser: number; readonly perAddress: number; readonly total: number };

/** Counts live allocations. Its maps are no larger than the number of allocations. */
export class Quota {
  readonly limits: QuotaLimits;
  #users = new Map<string, number>();
  #addresses = new Map<string, number>();
  #total = 0;

  constructor(limits: QuotaLimits) {
    this.limits = limits;
  }

  /** Live allocations. */
  get total(): number {
    return this.#total;
  }

  /**
   * Takes a place.
   * @param user session or user part of the credential; `address` the client's IP address, without its port
   * @returns `taken`, or which bound it would break: `user`, `address` (RFC 8656: 486), `total` (508)
   */
  take(user: string, address: string): 'taken' | 'user' | 'address' | 'total' {
    const [ofUser, ofAddress] = [this.#users.get(user) ?? 0, this.#addresses.get(address) ?? 0];
    if (this.#total >= this.limits.total) return 'total';
    if (ofUser >= this.limits.perUser) return 'user';
    if (ofAddress >= this.limits.perAddress) return 'address';
    this.#users.set(user, ofUser + 1);
    this.#addresses.set(address, ofAddress + 1);
    this.#total++;
    return 'taken';
  }

  /** Gives a place back that `take` gave. */
  release(user: string, address: string): void {
    lower(this.#users, user);
    lower(this.#addresses, address);
    this.#total--;
  }
}

function lower(counts: Map<string, number>, key: string): void {
  const count = (counts.get(key) ?? 0) - 1;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
