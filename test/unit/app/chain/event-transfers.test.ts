// Goal: what the contract pays to one wallet leaves the accounts of the books that stand for it, whatever that wallet is there.
// Method: a wallet that is treasury and operator in one claims all that it earned; nothing may be short.
import { expect, test } from 'vitest';
import { eventTransfers } from '../../../../src/app/chain/event-transfers.ts';
import type { EscrowEvent } from '../../../../src/app/chain/ports.ts';
import type { OperatorId } from '../../../../src/base/ids.ts';
import { type AccountId, chart } from '../../../../src/billing/ledger.ts';

const TREASURY = '0x00000000000000000000000000000000000000aa';
const OTHER = '0x00000000000000000000000000000000000000bb';
const accounts = chart('DBC');
const own = accounts.operator(TREASURY as string as OperatorId);
const PLACE = { blockHash: '0x1', blockNumber: 1, logIndex: 0, txHash: '0x2' } as const;

async function moves(event: EscrowEvent, balances: Partial<Record<AccountId, bigint>>) {
  const transfersOf = eventTransfers({ currency: 'DBC', treasury: TREASURY, atMs: () => 0 });
  const books = { treasuries: async () => [], hasTransfer: async () => true };
  const transfers = await transfersOf(event, 0, async (account) => balances[account] ?? 0n, books);
  return transfers.map(({ from, to, amountWei }) => [from, to, amountWei]);
}

test('a claim of a treasury with machines of its own spreads over both accounts', async () => {
  const claim: EscrowEvent = { ...PLACE, kind: 'claimed', account: TREASURY, amountWei: 9_000n };
  expect(await moves(claim, { [accounts.platform]: 4_000n, [own]: 5_000n })).toEqual([
    [accounts.platform, accounts.chain, 4_000n],
    [own, accounts.chain, 5_000n],
  ]);
  const more = { [accounts.platform]: 4_000n, [own]: 1_000n };
  expect((await moves(claim, more)).at(-1)).toEqual([accounts.short('fees'), accounts.chain, 4_000n]);
});

test('a claim of anybody else is that operator’s alone', async () => {
  const operator = accounts.operator(OTHER as string as OperatorId);
  const claim: EscrowEvent = { ...PLACE, kind: 'claimed', account: OTHER, amountWei: 9_000n };
  const balances = { [accounts.platform]: 4_000n, [operator]: 9_000n };
  expect(await moves(claim, balances)).toEqual([[operator, accounts.chain, 9_000n]]);
});
