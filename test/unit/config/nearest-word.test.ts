import { expect, test } from 'vitest';
import { lettersApart, nearestWord } from '../../../src/config/nearest-word.ts';

test.each<[string, string, number]>([
  ['', '', 0],
  ['slots', 'slots', 0],
  ['', 'up', 2],
  ['sluts', 'slots', 1],
  ['solts', 'slots', 1], // Neighbours swapped are one slip.
  ['slot', 'slots', 1],
  ['kitten', 'sitting', 3],
])('%j and %j are %d letters apart', (one, other, apart) => {
  expect(lettersApart(one, other)).toBe(apart);
  expect(lettersApart(other, one)).toBe(apart);
});

test('the nearest word is named where it can be meant, and none where it cannot', () => {
  const known = ['data', 'http', 'session-cpus', 'slots'];
  expect(nearestWord('dta', known)).toBe('data');
  expect(nearestWord('session-cpu', known)).toBe('session-cpus');
  expect(nearestWord('frob', known)).toBeUndefined();
});
