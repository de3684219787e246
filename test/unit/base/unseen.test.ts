// test/unit/base/unseen.test.ts
import { expect, test } from 'vitest';
import { isSeen, seenOf } from '../../../src/base/unseen.ts';

test('a name is one line that goes in one direction, in any script', () => {
  for (const name of ['rack 3', '機房 一', 'غرفة', 'é'.normalize('NFD')]) {
    expect([isSeen(name), seenOf(name)]).toEqual([true, name]);
  }
  expect(['', '  ', 'a\tb', 'a\nb', 'a\u2028b', 'evil\u202egpj', '\u0000', 'a\u009bb'].filter(isSeen)).toEqual([]);
});

test('what is not seen goes, and the words stay apart', () =>
  expect(['a\tb', ' \r\na\u202e\u0000b\n', '\u0007'].map(seenOf)).toEqual(['a b', 'a b', '']));
