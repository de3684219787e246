import fc from 'fast-check';
import { expect, test } from 'vitest';
import { billedMs, firstHoldWei, holdGrowthWei, holdShortWei, timeLeft } from '../../../src/billing/hold.ts';
import { priceWei } from '../../../src/billing/pricing.ts';

const RATE = 50n * 10n ** 18n;
const LOCK = priceWei(RATE, 3_600_000n);
const facts = (billableMs: bigint, heldWei: bigint, lockWei = LOCK) => ({
  rateWeiPerHour: RATE,
  billableMs,
  heldWei,
  lockWei,
});

test('a minute is held first, and it grows when less than half of it is left', () => {
  const heldWei = firstHoldWei(RATE);
  expect(heldWei).toBe(833_333_333_333_333_000n);
  expect(holdGrowthWei(facts(29_999n, heldWei))).toBe(0n);
  expect(holdGrowthWei(facts(30_001n, heldWei))).toBe(priceWei(RATE, 90_001n) - heldWei);
});
test('never more is held than was signed for', () => {
  const lockWei = priceWei(RATE, 70_000n);
  expect(holdGrowthWei(facts(50_000n, firstHoldWei(RATE), lockWei))).toBe(lockWei - firstHoldWei(RATE));
  expect(holdGrowthWei(facts(69_000n, lockWei, lockWei))).toBe(0n);
});
test('after an outage the hold is brought up to what was played, and no further', () => {
  expect(holdShortWei(facts(300_000n, firstHoldWei(RATE)))).toBe(priceWei(RATE, 300_000n) - firstHoldWei(RATE));
  expect(holdShortWei(facts(60_000n, firstHoldWei(RATE)))).toBe(0n);
});
test('what is billed never costs more than what is held', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 10n ** 21n), fc.bigInt(0n, 10n ** 8n), fc.bigInt(0n, 10n ** 21n), (rate, ms, held) => {
      const billed = billedMs({ rateWeiPerHour: rate, billableMs: ms, heldWei: held });
      expect(priceWei(rate, billed) <= held && billed <= ms).toBe(true);
      if (billed < ms) expect(priceWei(rate, billed + 1n) > held).toBe(true);
    }),
  );
});
test('time left is what ends first, with its name', () => {
  const room = { ...facts(0n, firstHoldWei(RATE)), freeWei: 10n ** 30n, consentMs: 10n ** 9n };
  expect(timeLeft({ ...room, freeWei: 0n })).toEqual({ leftMs: 60_000n, limit: 'balance' });
  expect(timeLeft({ ...room, capRoomWei: 0n })).toEqual({ leftMs: 60_000n, limit: 'cap' });
  expect(timeLeft(room)).toEqual({ leftMs: 3_600_000n, limit: 'consent' });
  expect(timeLeft({ ...room, consentMs: 5n })).toEqual({ leftMs: 5n, limit: 'consent' });
  expect(timeLeft({ ...room, consentMs: -5n })).toEqual({ leftMs: 0n, limit: 'consent' });
});
