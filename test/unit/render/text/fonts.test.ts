// test/unit/render/text/fonts.test.ts - every language draws letters, and a machine without the fonts says so.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OutageError } from '../../../../src/base/assert.ts';
import { charactersOf, LANGUAGES } from '../../../../src/render/arcade/words.ts';
import { inkOf, loadFonts } from '../../../../src/render/text/fonts.ts';
import { TextBox } from '../../../../src/render/text/text-box.ts';

test('without the font files the game does not start and says which is missing', () => {
  expect(() => loadFonts('/nonexistent')).toThrow(OutageError);
  expect(() => loadFonts('/nonexistent')).toThrow('latin.woff2');
  loadFonts(); // The control: with them it starts.
});

test('each language leaves ink, and two letters of it differ', () => {
  loadFonts();
  for (const language of LANGUAGES) {
    const { first, second, apart } = inkOf(language);
    expect(Math.min(first, second)).toBeGreaterThan(60);
    expect(apart).toBeGreaterThan(60);
  }
});

// Goal: no word shows an empty box. Method: the fonts' own list of characters, written by the command that made them.
test('the Chinese fonts hold every character that the words need', () => {
  const [hans = '', hant = ''] = readFileSync(
    join(import.meta.dirname, '../../../../assets/fonts/characters.txt'),
    'utf8',
  ).split('\n');
  for (const [language, held] of [
    ['zh-Hans', hans],
    ['zh-Hant', hant],
  ] as const) {
    const lacking = [...charactersOf(language)].filter((character) => !held.includes(character));
    expect(lacking).toEqual([]);
  }
});

test('a text is made once, and another size is another one', () => {
  const box = new TextBox('en');
  const first = box.line('Near', { size: 20, colour: '#ffffff' });
  expect(box.line('Near', { size: 20, colour: '#ffffff' })).toBe(first);
  expect(box.line('Near', { size: 40, colour: '#ffffff' }).width).toBeGreaterThan(1.7 * first.width);
});
