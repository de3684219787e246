// test/unit/web/pages/typed-code.test.ts - a code is what was printed, however it was read and typed.
import { expect, test } from 'vitest';
import { typedCode } from '../../../../clients/web/src/pages/cafe/typed-code.ts';
import { isGuestCode } from '../../../../src/protocol/cafe-shapes.ts';

test('letters that no code has are read as the digits they look like', () => {
  expect(typedCode('o1il-ab cd')).toBe('0111ABCD');
  expect(typedCode('ＡＢＣＤ１２３４')).toBe('ABCD1234');
  expect(isGuestCode(typedCode('OIL0ABCD'))).toBe(true);
  expect(isGuestCode(typedCode('UUUU1234'))).toBe(false);
});
