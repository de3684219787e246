// test/sim/money/sim-hub.ts - one hub process: the production session book over a faulty store, its own two clocks, and the
// little a hub does around it: it asks what is due, passes ends on, closes, and tries again when the store was away.
import type { MoneyBook } from '../../../src/app/money/session-book.ts';
import type { BookEffect } from '../../../src/app/session-book.ts';
import { OutageError } from '../../../src/base/assert.ts';
import type { SessionId } from '../../../src/base/ids.ts';
import type { Result } from '../../../src/base/result.ts';
import type { Refusal } from '../../../src/protocol/error-codes.ts';
import type { Receipt } from '../../../src/protocol/receipt.ts';
import type { EndReason } from '../../../src/protocol/shapes.ts';
import { bookOver } from '../../support/money.ts';
import { faultyStore } from './faulty-store.ts';
import type { World } from './world.ts';

const LAST_WORDS_MS = 1_500; // After an end the hub waits this long for final counts.
const RETRY_MS = 1_000;

/** A hub process in a world. */
export class SimHub {
  alive = true;
  /** False until `recover` has answered. */
  ready = false;
  readonly book: MoneyBook;
  readonly #world: World;
  readonly #bootMs: number;
  #dueAtMs = Number.POSITIVE_INFINITY;

  constructor(world: World) {
    this.#world = world;
    this.#bootMs = world.time.nowMs - world.random.below(1_000_000);
    const wire = {
      alive: () => this.alive,
      outage: () => world.outage,
      calling: (name: string) => world.storeCalled(this, name),
    };
    const { time, random, tally, acknowledged } = world;
    this.book = bookOver(faultyStore(world.store, { time, random, tally, wire, acknowledged }), {
      random: { bytes: (count) => random.bytes(count), below: (limit) => random.below(limit) },
    });
  }

  /** Monotonic, of this process. */
  get nowMs(): number {
    return this.#world.time.nowMs - this.#bootMs;
  }

  get wallMs(): number {
    return this.#world.wallMs;
  }

  /** Comes up: again and again until the store answers. */
  async start(): Promise<void> {
    const booked = await this.book.recover(this.nowMs, this.wallMs).catch((cause: unknown) => {
      if (!(cause instanceof OutageError)) throw cause;
    });
    if (booked === undefined) {
      this.#world.time.after(RETRY_MS, () => this.alive && this.#world.go(this.start()));
      return;
    }
    this.#world.laws.recovered(booked);
    this.ready = true;
    this.#world.hubIsBack(this);
    this.pump();
  }

  /** Does what an answer asks for, and remembers what it promised. */
  take(answer: Promise<Result<readonly BookEffect[], Refusal>>, acknowledged: () => void): void {
    this.#world.go(answer, (said) => {
      if (said.ok) acknowledged();
      if (!this.alive) return;
      for (const effect of said.ok ? said.value : []) this.#act(effect);
      this.pump();
    });
  }

  /** Makes sure that `due` is called when the book wants it. */
  pump(): void {
    const nextMs = this.book.nextDueMs();
    if (nextMs === undefined || !this.alive || !this.ready) return;
    const atMs = Math.max(nextMs, this.nowMs + 1);
    if (atMs >= this.#dueAtMs) return;
    this.#dueAtMs = atMs;
    this.#world.time.after(atMs - this.nowMs, () => {
      if (!this.alive || this.#dueAtMs !== atMs) return;
      this.#dueAtMs = Number.POSITIVE_INFINITY;
      this.#world.go(this.book.due(this.nowMs, this.wallMs), (effects) => {
        for (const effect of effects) this.#act(effect);
        this.pump();
      });
    });
  }

  /** Ends a session: both sides are told, and after their last words it is closed. */
  end(session: SessionId, reason: EndReason): void {
    this.#world.tellEnd(session, reason);
    this.#world.time.after(LAST_WORDS_MS, () => this.#world.go(this.close(session, reason)));
  }

  async close(session: SessionId, reason: EndReason): Promise<void> {
    if (!this.alive) return;
    const twice = this.#world.random.below(10) === 0;
    if (twice) this.#world.tally['close-repeated']++;
    const answers = await Promise.all(
      Array.from({ length: twice ? 2 : 1 }, () => this.book.close(session, reason, this.nowMs, this.wallMs)),
    );
    for (const answer of answers) this.#closed(session, reason, answer);
    this.pump();
  }

  #closed(session: SessionId, reason: EndReason, answer: Result<Receipt, Refusal>): void {
    if (answer.ok) this.#world.receiptSeen(answer.value);
    else if (answer.error.code === 'STORE_UNAVAILABLE' && this.alive) {
      this.#world.time.after(RETRY_MS, () => this.#world.go(this.close(session, reason)));
    }
  }

  #act(effect: BookEffect): void {
    if (effect.kind !== 'end') return;
    this.#world.countEnd(effect.session, effect.reason);
    this.end(effect.session, effect.reason);
  }
}
