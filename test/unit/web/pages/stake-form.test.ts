// test/unit/web/pages/stake-form.test.ts
import { expect, test } from 'vitest';
import { countsFor, readStakeForm } from '../../../../clients/web/src/pages/node/stake-form.ts';

const EACH = 1_000n;
const kept = { gpus: 2, amountWei: 2_000n, exitAtMs: 0 };

test('a first stake is so much for each GPU, a larger one what is missing, the same one nothing', () => {
  expect(readStakeForm('3', undefined, EACH)).toEqual({ kind: 'ready', gpus: 3, amountWei: 3_000n });
  expect(readStakeForm(' 3 ', kept, EACH)).toEqual({ kind: 'ready', gpus: 3, amountWei: 1_000n });
  expect(readStakeForm('2', kept, EACH)).toEqual({ kind: 'complete' });
});

test('a stake that was cut is filled up', () =>
  expect(readStakeForm('2', { ...kept, amountWei: 1_840n }, EACH)).toEqual({
    kind: 'ready',
    gpus: 2,
    amountWei: 160n,
  }));

test('what is no number of GPUs is said to be none, and never a stake of nothing', () => {
  for (const typed of ['', '0', '65', '-1', '1.5', '1,0', '1e1', '0x1', '１', 'two'])
    expect(readStakeForm(typed, undefined, EACH), typed).toEqual({ kind: 'count' });
});

test('neither fewer than are staked nor a stake that leaves can be staked for', () => {
  expect(readStakeForm('1', kept, EACH)).toEqual({ kind: 'fewer' });
  expect(readStakeForm('3', { ...kept, exitAtMs: 9 }, EACH)).toEqual({ kind: 'leaving' });
});

test('a stake counts for as many GPUs as it still pays for, and for none while it leaves', () => {
  expect(countsFor(kept, EACH)).toBe(2);
  expect(countsFor({ ...kept, amountWei: 9_000n }, EACH)).toBe(2);
  expect(countsFor({ ...kept, amountWei: 1_840n }, EACH)).toBe(1);
  expect(countsFor({ ...kept, exitAtMs: 9 }, EACH)).toBe(0);
});
