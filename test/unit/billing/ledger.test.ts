import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlayerId, SessionId } from '../../../src/base/ids.ts';
import { chart, Ledger, type Transfer, transferKey } from '../../../src/billing/ledger.ts';

const accounts = chart('PLAY');
const ann = accounts.player('0xa' as PlayerId);
const bob = accounts.player('0xb' as PlayerId);
const held = accounts.held('s_1' as SessionId);
const transfer = (key: string, from: Transfer['from'], to: Transfer['to'], amountWei: bigint): Transfer => ({
  key: transferKey(key),
  from,
  to,
  amountWei,
  atMs: 0,
});
const gift = transfer('gift', accounts.issued, ann, 5_000n);

test('money moves and the books stay at zero', () => {
  const ledger = new Ledger();
  expect(ledger.post([gift])).toEqual({ ok: true, value: { moved: true } });
  expect(ledger.post([transfer('hold', ann, held, 2_000n)])).toEqual({ ok: true, value: { moved: true } });
  expect([ledger.balance(accounts.issued), ledger.balance(ann), ledger.balance(held)]).toEqual([
    -5_000n,
    3_000n,
    2_000n,
  ]);
});
test('an account of somebody cannot fall below zero, and nothing of the group moves', () => {
  const ledger = new Ledger();
  ledger.post([gift]);
  const refused = ledger.post([transfer('a', ann, bob, 1_000n), transfer('b', ann, held, 5_000n)]);
  expect(refused).toEqual({ ok: false, error: { code: 'too-little', account: ann, haveWei: 5_000n } });
  expect([ledger.balance(ann), ledger.balance(bob), ledger.transfers().size]).toEqual([5_000n, 0n, 1]);
});
test('the same act twice moves money once; the same key for another act is refused', () => {
  const ledger = new Ledger();
  ledger.post([gift]);
  expect(ledger.post([gift])).toEqual({ ok: true, value: { moved: false } });
  expect(ledger.post([{ ...gift, atMs: 99 }])).toEqual({ ok: true, value: { moved: false } });
  expect(ledger.post([{ ...gift, amountWei: 6_000n }])).toMatchObject({ ok: false, error: { code: 'key-reused' } });
  expect(ledger.post([gift, transfer('new', ann, bob, 1_000n)])).toMatchObject({ error: { code: 'key-reused' } });
  expect(ledger.balance(ann)).toBe(5_000n);
});
test('dust, nothing, a circle and a change of currency are bugs', () => {
  const ledger = new Ledger();
  for (const bad of [
    { ...gift, amountWei: 1n },
    { ...gift, amountWei: 0n },
    { ...gift, amountWei: -1_000n },
    { ...gift, to: accounts.issued },
    { ...gift, to: chart('DBC').player('0xa' as PlayerId) },
  ])
    expect(() => ledger.post([bad])).toThrow('broken invariant');
});

// Goal: conservation. Method: any acts in any order; balances are the fold of the entries and add up to nothing.
test('balances equal the fold of the transfers whatever was tried', () => {
  const owners = [accounts.issued, ann, bob, held, accounts.platform];
  const act = fc.record({
    key: fc.integer({ min: 0, max: 30 }).map(String),
    from: fc.constantFrom(...owners),
    to: fc.constantFrom(...owners),
    amountWei: fc.bigInt(1n, 9n).map((grains) => grains * 1_000n),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const ledger = new Ledger();
      for (const { key, from, to, amountWei } of acts)
        if (from !== to) ledger.post([transfer(key, from, to, amountWei)]);
      const fold = new Map<string, bigint>();
      for (const { from, to, amountWei } of ledger.transfers().values()) {
        fold.set(from, (fold.get(from) ?? 0n) - amountWei);
        fold.set(to, (fold.get(to) ?? 0n) + amountWei);
      }
      expect([...ledger.balances()].filter(([, wei]) => wei !== 0n).toSorted()).toEqual(
        [...fold].filter(([, wei]) => wei !== 0n).toSorted(),
      );
      expect([...ledger.balances().values()].reduce((sum, wei) => sum + wei, 0n)).toBe(0n);
    }),
  );
});
