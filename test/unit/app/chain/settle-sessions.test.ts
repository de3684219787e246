// Goal: a settlement that brought nothing is tried again, also on a chain that makes no block meanwhile. Method: a settler over
// an outbox that remembers what it was given and does an act of one name once, as the real one does.
import { expect, test } from 'vitest';
import type { ChainCall, ChainSession } from '../../../../src/app/chain/ports.ts';
import { Settler, type SettlerParts } from '../../../../src/app/chain/settle-sessions.ts';
import type { Receipt } from '../../../../src/protocol/receipt.ts';

const CALL: ChainCall = { to: '0x0', data: '0x', gas: 1n, valueWei: 0n };
const HEAD = { number: 7, hash: '0x07', parent: '0x06', atS: 1_000 } as const;

/** A closed session whose node has signed that nothing was owed. */
const row = {
  session: 's_1',
  lease: `0x${'1'.repeat(64)}`,
  facts: { node: '0x5' },
  ...{ opened: true, closed: false, leaving: false },
  paid: { burnWei: 0n, platformWei: 0n, operatorWei: 0n },
  close: { seq: 0n, amountWei: 0n, signature: '0x' },
  receipt: {} as Receipt,
} as unknown as ChainSession;

test('the same head again: a try after the first is another act', async () => {
  const done = new Set<string>();
  const parts = {
    store: { pressing: async () => [], closed: async () => [row], finish: async () => {} },
    outbox: {
      put: async (purpose: string) => void done.add(purpose),
      insist: async () => {},
      stateOf: async () => new Map(),
      waiting: async () => new Set<string>(), // Each was taken by a block at once, and skipped there.
    },
    calls: { settleMany: () => CALL },
    escrow: {},
    terms: {},
    askClose: () => {},
    endPlay: () => {},
    settleEveryMs: 0,
  } as unknown as SettlerParts;
  const settler = new Settler(parts);
  await settler.run(HEAD, 0, 1_000_000);
  await settler.run(HEAD, 1_000, 1_001_000); // Too early: a minute must pass.
  expect(done.size).toBe(1);
  await settler.run(HEAD, 61_000, 1_061_000);
  expect(done.size).toBe(2);
});
