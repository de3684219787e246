// test/unit/app/money/account-lines.test.ts - what a line of an account is called, and a ledger as CSV: what a person wrote as a
// reason stays text in a spreadsheet.
import { expect, test } from 'vitest';
import { endName } from '../../../../src/app/chain/event-transfers.ts';
import { csvRow, ledgerLine } from '../../../../src/app/money/account-lines.ts';
import type { OperatorId, PlayerId } from '../../../../src/base/ids.ts';
import { chart, transferKey } from '../../../../src/billing/ledger.ts';
import type { LedgerLine } from '../../../../src/protocol/money-api.ts';

const accounts = chart('DBC');
const player = accounts.player(`0x${'1'.repeat(40)}` as PlayerId);
const operator = accounts.operator(`0x${'2'.repeat(40)}` as OperatorId);
const line = (key: readonly string[], mine: typeof player) => {
  const transfer = { key: transferKey(...key), from: player, to: operator, amountWei: 5_000n, atMs: 1 };
  return ledgerLine({ seq: 1, transfer, balanceWei: 0n }, mine);
};

test('what a lease paid beside its receipt is earned, for the operator', () => {
  const end = [...endName(`s_${'a'.repeat(26)}`, 0), '1'];
  expect(line(end, operator)).toMatchObject({ kind: 'earning', amountWei: '5000', other: 'player' });
  expect(line(end, player)).toMatchObject({ kind: 'other', amountWei: '-5000' });
  expect(line(['elsewhere', '1'], operator).kind).toBe('other');
});

// Else an operator who settles alone, and claims before its hub is back, would read for ever that it earned and took nothing.
test('what the contract had paid before the books knew is redeemed, when it is made up for', () => {
  const key = transferKey(...endName(`s_${'a'.repeat(26)}`, 0), '3');
  const claim = transferKey('chain', `0x${'b'.repeat(64)}`, '0', '0', '0');
  const short = accounts.short(`0x${'2'.repeat(40)}`);
  const of = (from: typeof player, to: typeof player, name = key) =>
    ledgerLine({ seq: 1, transfer: { key: name, from, to, amountWei: 5_000n, atMs: 1 }, balanceWei: 0n }, operator);
  expect(of(operator, short)).toMatchObject({ kind: 'claim', amountWei: '-5000', other: 'chain' });
  expect(of(short, operator)).toMatchObject({ kind: 'claim', amountWei: '5000' }); // Taken back with its block.
  expect(of(operator, accounts.chain, claim)).toMatchObject({ kind: 'claim', amountWei: '-5000' });
  const back = transferKey(claim, 'back'); // A claim whose block is gone was none: nothing was earned by that.
  expect(of(accounts.chain, operator, back)).toMatchObject({ kind: 'claim', amountWei: '5000' });
});

const refund: LedgerLine = {
  ...{ key: 'refund/s_1/k/operator', atMs: 0, currency: 'PLAY', kind: 'refund', other: 'operator' },
  ...{ amountWei: '-5000', balanceWei: '7000' },
};
const reasonCell = (reason: string) =>
  csvRow({ ...refund, reason }, '')
    .trimEnd()
    .split('refund/s_1/k/operator,')[1];

test('no reason is a formula, and a negative amount stays a number', () => {
  for (const formula of ['=1+1', '+1', '-2+3', '@SUM(A1)', '\t=1']) expect(reasonCell(formula)).toBe(`'${formula}`);
  expect(reasonCell('-HYPERLINK("x")')).toBe(`"'-HYPERLINK(""x"")"`);
  expect(reasonCell('late by 5 - sorry')).toBe('late by 5 - sorry');
  expect(csvRow(refund, '1970').split(',').slice(2, 4)).toEqual(['-5000', '7000']);
});
