// test/unit/pool/gpu-class.test.ts - a machine's price row follows from the memory of its cards and the encoders that opened.
import { expect, test } from 'vitest';
import { basePrices } from '../../../src/billing/price-table.ts';
import { cardsOf, gpuClassOf, isStakeEnough } from '../../../src/pool/gpu-class.ts';

test.each([
  ['a card whose encoder opened', [24_564], ['h264_nvenc', 'libx264'], 'gpu-large'],
  ['a middle card beside a small one', [2_048, 12_288], ['h264_vaapi'], 'gpu-medium'],
  ['a card that does not say its memory', [0], ['h264_vaapi'], 'gpu-small'],
  ['an agent that does not tell of memory', [], ['h264_nvenc'], 'gpu-small'],
  ['a card without a working encoder', [24_564], ['libx264'], 'cpu'],
  ['no card', [], ['libx264', 'libvpx'], 'cpu'],
] as const)('%s: its row', (_, memoryMb, encoders, expected) => {
  expect(gpuClassOf(memoryMb, encoders)).toBe(expected);
  expect(Object.keys(basePrices)).toContain(expected);
});

test.each([
  ['two cards beside the processor’s own graphics', [24_564, 24_564, 0], ['h264_nvenc'], 2],
  ['a card beside graphics with a piece of the memory', [12_288, 512], ['h264_vaapi'], 1],
  ['a card that does not say its memory', [0], ['h264_vaapi'], 1],
  ['an agent that does not tell of memory', undefined, ['h264_nvenc'], 1],
  ['cards whose encoders do not open', [24_564, 24_564], ['libx264'], 1],
  ['no card', [], ['libx264'], 1],
] as const)('%s: as many stakes as cards', (_, memoryMb, names, expected) => {
  const encoders = names.map((name) => ({ name, codec: 'h264' as const, msPerFrame: 5 }));
  expect(cardsOf({ encoders, ...(memoryMb && { gpuMemoryMb: [...memoryMb] }) })).toBe(expected);
});

test('a stake is enough when it counts for each card; who knows neither does not say', () => {
  expect([1, 2, 3].map((staked) => isStakeEnough(staked, 2))).toEqual([false, true, true]);
  expect(isStakeEnough(0, undefined)).toBe(false);
  expect([isStakeEnough(undefined, 1), isStakeEnough(1, undefined)]).toEqual([undefined, undefined]);
});
