// test/e2e/support/own-books.ts - a second reckoning of a cashier's day, from what was typed alone. It imports nothing: prices
// and sums are written down once more, so that a mistake of the product is not made here as well.

/** 35 an hour, at least 10, in steps of 5; nobody in the test plays longer than the minimum lasts. */
const [HOUR, MINIMUM] = [35, 10] as const;

type Seated = { readonly paid: number };

/** The books of one till. */
export class OwnBooks {
  readonly float: number;
  cash = 0;
  settled = 0;
  refunded = 0;
  receipts = 0;
  readonly seats = new Map<string, Seated>();

  constructor(float: number) {
    this.float = float;
  }

  #take(minor: number): void {
    this.cash += minor;
    this.receipts += 1;
  }

  /** Hours paid in cash. */
  start(seat: string, hours: number): void {
    if (this.seats.has(seat)) throw new Error(`somebody sits on ${seat}`);
    this.#take(hours * HOUR);
    this.seats.set(seat, { paid: hours * HOUR });
  }

  #leave(seat: string): Seated {
    const seated = this.seats.get(seat);
    if (seated === undefined) throw new Error(`nobody sits on ${seat}`);
    this.seats.delete(seat);
    return seated;
  }

  /** After a few minutes: the minimum is earned, the rest goes back. */
  stop(seat: string): void {
    const { paid } = this.#leave(seat);
    this.#take(MINIMUM - paid);
    this.settled += MINIMUM;
  }

  swap(one: string, other: string): void {
    const [first, second] = [this.#leave(one), this.#leave(other)];
    this.seats.set(one, second);
    this.seats.set(other, first);
  }

  /** A payment that was a mistake: all of it goes back, nothing is earned. */
  void(seat: string): void {
    this.#take(-this.#leave(seat).paid);
  }

  refund(minor: number): void {
    this.#take(-minor);
    this.refunded += minor;
  }

  /** What must lie in the drawer. */
  get drawer(): number {
    return this.float + this.cash;
  }

  get earned(): number {
    return this.settled - this.refunded;
  }

  /** What those who sit have paid and not been charged for yet. */
  get owed(): number {
    return [...this.seats.values()].reduce((sum, { paid }) => sum + paid, 0);
  }
}
