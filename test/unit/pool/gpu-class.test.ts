// test/unit/pool/gpu-class.test.ts - a machine's price row follows from the memory of its cards and the encoders that opened.
import { expect, test } from 'vitest';
import { basePrices } from '../../../src/billing/price-table.ts';
import { gpuClassOf } from '../../../src/pool/gpu-class.ts';

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
