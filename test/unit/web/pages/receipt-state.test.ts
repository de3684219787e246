// test/unit/web/pages/receipt-state.test.ts - who is offered what of a receipt, and how a receipt is looked for.
import { expect, test } from 'vitest';
import { readSearch } from '../../../../clients/web/src/pages/cafe/receipt-search.ts';
import { offerOf, unusedOf } from '../../../../clients/web/src/pages/cafe/receipt-state.ts';

const payments = [
  { receipt: 1, voidable: true, refundMinor: '0', unusedMinor: '0' },
  { receipt: 2, voidable: false, refundMinor: '15', unusedMinor: '10' },
  { receipt: 3, voidable: false, refundMinor: '0', unusedMinor: '25' },
];

test('a role is offered what it may do and the hub would allow, and nothing of what was paid back', () => {
  const offers = (role: Parameters<typeof offerOf>[2]) => [1, 2, 3, 4].map((one) => offerOf(payments, one, role));
  const [all, part] = [
    { voidable: true, refundMinor: 0n },
    { voidable: false, refundMinor: 15n },
  ];
  expect(offers('manager')).toEqual([all, part, undefined, undefined]);
  expect(offers('cashier')).toEqual([all, undefined, undefined, undefined]);
  expect(offers('auditor')).toEqual([undefined, undefined, undefined, undefined]);
  expect([1, 2, 3, 4].map((one) => unusedOf(payments, one))).toEqual([0n, 10n, 25n, 0n]);
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
