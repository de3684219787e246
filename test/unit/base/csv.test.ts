// test/unit/base/csv.test.ts - a spreadsheet gets text and numbers, never a formula.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLine, csvOf } from '../../../src/base/csv.ts';

test('a spreadsheet gets text and numbers, never a formula', () => {
  expect(
    csvOf([
      ['a', 1, undefined],
      ['=1+1', '-5', '@x'],
      ['a,"b"', '', '\tx'],
    ]),
  ).toBe('\uFEFFa,1,\r\n\'=1+1,-5,\'@x\r\n"a,""b""",,\'\tx\r\n');
});

// Goal: one rule for every file. Method: each sign that begins a formula, before anything; the control is the same text behind a
// letter, and amounts below zero, which stay numbers.
test('whatever begins like a formula is text; whole amounts below zero stay numbers', () => {
  const begins = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
  const bare = (text: string) =>
    csvLine([text])
      .slice(0, -2)
      .replace(/^"(.*)"$/s, '$1')
      .replaceAll('""', '"');
  fc.assert(
    fc.property(fc.constantFrom(...begins), fc.string(), (begin, rest) => {
      fc.pre(!/^-\d+$/.test(begin + rest));
      expect(bare(begin + rest)).toBe(`'${begin}${rest}`);
      expect(bare(`a${begin}${rest}`)).toBe(`a${begin}${rest}`);
    }),
  );
  fc.assert(
    fc.property(fc.bigInt({ max: -1n }), (minor) => {
      expect(csvLine([minor.toString()])).toBe(`${minor}\r\n`);
    }),
  );
  for (const text of ['-1.5', '-1-1', '-', '--1', '-1\n', '-１']) expect(bare(text)).toBe(`'${text}`);
});
