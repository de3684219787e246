// test/sim/money/faulty-store.ts - a store on the far side of a wire: calls take time, get lost on the way there or back,
// fail during an outage, and die half-way with the hub that made them. What it acknowledged it must never forget.

import type { MoneyStore } from '../../../src/app/money/ports.ts';
import { OutageError } from '../../../src/base/assert.ts';
import type { Random } from '../../../src/base/random.ts';
import type { MemoryMoneyStore } from '../../../src/storage/memory-money-store.ts';
import type { Tally } from './tally.ts';
import type { VirtualTime } from './time.ts';

/** What the wire of one hub process is like. */
export type Wire = {
  /** False once the process is killed: answers reach nobody. */
  readonly alive: () => boolean;
  readonly outage: () => boolean;
  /** A call is on its way: the moment to die in. */
  readonly calling: (name: string) => void;
};

/** Names of transfers and sessions that a hub was told are safe. */
export type Acknowledged = { readonly transfers: Set<string>; readonly receipts: Map<string, string> };

/** Opens are few, so more of them are lost. */
const lostOf100 = (name: string): number => (name === 'open' ? 4 : 2);

/** A store as one hub process sees it. */
export function faultyStore(
  inner: MemoryMoneyStore,
  parts: { time: VirtualTime; random: Random; tally: Tally; wire: Wire; acknowledged: Acknowledged },
): MoneyStore {
  const { time, random, tally, wire, acknowledged } = parts;
  const call = (name: string, args: readonly unknown[], apply: () => Promise<unknown>): Promise<unknown> =>
    new Promise((done, fail) => {
      wire.calling(name);
      time.after(1 + random.below(20), () => {
        if (wire.outage()) return fail(new OutageError('the store is away'));
        const fate = random.below(100);
        if (!wire.alive()) {
          tally['write-died-with-the-hub']++;
          if (fate < 50) void apply(); // It was on its way; nobody will ever hear.
          return;
        }
        const lost = lostOf100(name);
        if (fate < lost) {
          tally['write-lost']++;
          return fail(new OutageError('lost on the way there'));
        }
        const applied = apply();
        if (fate < 2 * lost) {
          tally['answer-lost']++;
          applied.then(() => fail(new OutageError('lost on the way back')), fail);
          return;
        }
        applied.then((value) => {
          acknowledge(acknowledged, name, args, value);
          done(value);
        }, fail);
      });
    });
  return new Proxy(inner as MoneyStore, {
    get(_, name: keyof MoneyStore) {
      return (...args: never[]) =>
        call(name, args, () => (inner[name] as (...all: never[]) => Promise<unknown>).apply(inner, args));
    },
  });
}

function acknowledge(known: Acknowledged, name: string, args: readonly unknown[], value: unknown): void {
  const answer = value as { kind?: string; ok?: boolean; receipt?: unknown };
  const [first, , third] = args as [
    { hold?: { key: string }; session?: string; transfers?: { key: string }[] },
    unknown,
    { key: string },
  ];
  if (name === 'open' && answer.kind === 'opened' && first.hold) known.transfers.add(first.hold.key);
  if (name === 'hold' && answer.kind === 'held') known.transfers.add(third.key);
  if (name === 'close' && answer.kind === 'closed') {
    for (const { key } of first.transfers ?? []) known.transfers.add(key);
    known.receipts.set(first.session ?? '', JSON.stringify(answer.receipt));
  }
}
