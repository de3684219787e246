// test/unit/media/send-ledger.test.ts - goal: each departure is joined with its arrival once, over the wrap of the numbers.
import { expect, test } from 'vitest';
import { SendLedger } from '../../../src/media/send-ledger.ts';
import { Unwrapper16 } from '../../../src/media/serial-numbers.ts';

const feedback = (baseSeq: number, arrivalsUs: (number | undefined)[]) => ({ baseSeq, feedbackSeq: 0, arrivalsUs });

test('departures and arrivals are joined in order', () => {
  const ledger = new SendLedger();
  const first = ledger.depart(100, 10);
  ledger.depart(200, 11);
  expect(ledger.settle(feedback(first, [5_000, undefined, 7_000]))).toEqual([
    { sentMs: 10, bytes: 100, arrivedMs: 5, wasMissing: false },
    { sentMs: 11, bytes: 200, arrivedMs: undefined, wasMissing: false },
  ]);
});

test('a late packet is told once more, an arrived one never again', () => {
  const ledger = new SendLedger();
  const first = ledger.depart(100, 10);
  ledger.settle(feedback(first, [undefined]));
  expect(ledger.settle(feedback(first, [9_000]))).toEqual([{ sentMs: 10, bytes: 100, arrivedMs: 9, wasMissing: true }]);
  expect(ledger.settle(feedback(first, [9_000]))).toEqual([]);
});

test('200,000 packets, three wraps: each is found', () => {
  const ledger = new SendLedger();
  for (let i = 1; i <= 200_000; i++) {
    const number = ledger.depart(1_000, i);
    if (i % 50 === 0) {
      const base = (number - 49) & 0xffff;
      const results = ledger.settle(feedback(base, new Array(50).fill(i * 1000)));
      expect(results).toHaveLength(50);
      expect(results[0]?.sentMs).toBe(i - 49);
    }
  }
});

test('numbers that were never sent or are long gone are left out', () => {
  const ledger = new SendLedger();
  for (let i = 0; i < 20_000; i++) ledger.depart(1, i);
  expect(ledger.settle(feedback(1, [1, 2, 3]))).toEqual([]);
  expect(ledger.settle(feedback(30_000, [1]))).toEqual([]);
});

test('unwrapping follows the newest number and takes old ones as old', () => {
  const unwrapper = new Unwrapper16();
  expect([65_530, 3, 65_534, 10].map((value) => unwrapper.unwrap(value))).toEqual([65_530, 65_539, 65_534, 65_546]);
});
