// Goal: all seats that play get the same part of the café's line, and together no more than it has.
import { expect, test } from 'vitest';
import { fairShareKbps } from '../../../src/cafe/fair-share.ts';

test('nine tenths of the line in equal parts, within what a picture needs and can use', () => {
  expect(fairShareKbps(100_000, 10)).toBe(9_000);
  for (const playing of [1, 7, 20, 100]) expect(playing * fairShareKbps(200_000, playing)).toBeLessThanOrEqual(200_000);
  expect(fairShareKbps(100_000, 0)).toBe(50_000); // Nobody plays: what the first one gets.
  expect(fairShareKbps(1_000, 100)).toBe(300); // Too thin a line: less than this is no picture.
});
