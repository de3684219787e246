// Goal: everybody is told how the chain stands by a rule, and play waits only when an Open could not land. Method: the table.
import { expect, test } from 'vitest';
import { chainState, mayOpen } from '../../../../src/app/chain/health.ts';
import { raisedPrice } from '../../../../src/app/chain/outbox.ts';

test.each([
  [{ good: 2, all: 2, headAgeMs: 6_000, movesAlone: true }, 'live'],
  [{ good: 1, all: 2, headAgeMs: 6_000, movesAlone: true }, 'degraded'],
  [{ good: 2, all: 2, headAgeMs: 61_000, movesAlone: true }, 'degraded'],
  [{ good: 2, all: 2, headAgeMs: 301_000, movesAlone: true }, 'offline'],
  [{ good: 0, all: 2, headAgeMs: 6_000, movesAlone: true }, 'offline'],
  [{ good: 2, all: 2, headAgeMs: undefined, movesAlone: true }, 'offline'],
  [{ good: 1, all: 1, headAgeMs: 9_000_000, movesAlone: false }, 'live'],
  [{ good: 0, all: 1, headAgeMs: 1, movesAlone: false }, 'offline'],
] as const)('%o is %s', (sight, state) => expect(chainState(sight)).toBe(state));

test('an Open has ten minutes; two of them are kept for its way', () => {
  expect([mayOpen(0), mayOpen(479_999), mayOpen(480_000)]).toEqual([true, true, false]);
});

test('a replacement pays a tenth more at least, and never less than the node asks for', () => {
  expect(raisedPrice(10_000_000_000n, 1n)).toBe(11_500_000_001n);
  expect(raisedPrice(10n, 10_000_000_000n)).toBe(10_000_000_000n);
  expect(raisedPrice(1n, 1n)).toBeGreaterThan(1n);
});
