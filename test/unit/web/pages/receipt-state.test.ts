// test/unit/web/pages/receipt-state.test.ts - a receipt that was voided offers no second void; one given back in part still does.
import { expect, test } from 'vitest';
import { readSearch } from '../../../../clients/web/src/pages/cafe/receipt-search.ts';
import { afterReceipt, canTakeBack } from '../../../../clients/web/src/pages/cafe/receipt-state.ts';

type Day = Parameters<typeof afterReceipt>[0];

const day: Day = [
  { number: 1, kind: 'advance', lines: [{ what: 'advance', minor: '100' }] },
  { number: 2, kind: 'advance', lines: [{ what: 'advance', minor: '60' }] },
  { number: 3, kind: 'advance', lines: [{ what: 'advance', minor: '25' }] },
  { number: 4, kind: 'void', of: 1, lines: [{ what: 'void', minor: '-100' }] },
  { number: 5, kind: 'refund', of: 2, lines: [{ what: 'refund', minor: '-20' }] },
];

test('only what still holds a payment can be taken back', () => {
  expect(day.filter((one) => canTakeBack(day, one)).map(({ number }) => number)).toEqual([2, 3]);
});

test('what was given back is summed for its own receipt alone', () => {
  expect(day.slice(0, 3).map(({ number }) => afterReceipt(day, number))).toEqual([
    { after: [day[3]], voided: true, backMinor: 100n },
    { after: [day[4]], voided: false, backMinor: 20n },
    { after: [], voided: false, backMinor: 0n },
  ]);
});

test('what is typed becomes a question, or none', () => {
  const euro = { code: 'EUR', decimals: 2, denominations: ['1'], minorPerUsd: '0' };
  expect(readSearch('number', '  ', euro)).toBe('none');
  expect(readSearch('number', ' 12 ', euro)).toEqual({ number: '12' });
  expect(readSearch('minor', '2,5', euro)).toEqual({ minor: '250' });
  expect(readSearch('member', 'mei hua', euro)).toEqual({ member: 'mei hua' });
  for (const odd of [
    ['number', '0'],
    ['number', 'x1'],
    ['minor', '2.555'],
    ['seat', 'a b'],
  ] as const)
    expect(readSearch(odd[0], odd[1], euro), odd[1]).toBe('odd');
});
