// test/unit/protocol/reason.test.ts - page and hub agree on how much of a text is a reason, in a café and of those who run the hub.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AdminActRequestShape } from '../../../src/protocol/admin-api.ts';
import { bodyDecoder } from '../../../src/protocol/body-decoder.ts';
import { cafeActs } from '../../../src/protocol/cafe-acts.ts';
import { explains } from '../../../src/protocol/reason.ts';

const key = 'reason-key-000001';
const voids = bodyDecoder(cafeActs.void);
const acts = bodyDecoder(AdminActRequestShape);
const taken = (reason: string) => [
  voids({ key, receipt: 1, reason }).ok,
  acts({ key, reason, act: { t: 'pause' } }).ok,
];

test('two characters say enough, one and space do not', () => {
  for (const reason of ['按錯', '按错', ' no ', 'a b'])
    expect([explains(reason), ...taken(reason)]).toEqual([true, true, true]);
  for (const reason of ['', '錯', ' 錯 ', '  ', '\n\t\n'])
    expect([explains(reason), ...taken(reason)]).toEqual([false, false, false]);
});

// Goal: no button is pressed in vain. Method: any text that fits the field.
test('what the page lets through the hub takes, and nothing else', () => {
  const text = fc.string({ unit: fc.constantFrom('錯', 'a', ' ', '\n', '𠀀'), maxLength: 6 });
  fc.assert(
    fc.property(text, (reason) => {
      expect(new Set([explains(reason), ...taken(reason)]).size).toBe(1);
    }),
  );
});
