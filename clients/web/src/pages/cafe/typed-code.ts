// clients/web/src/pages/cafe/typed-code.ts - a printed code as somebody reads it off a card: O is 0, I and L are 1 (the alphabet has
// no such letters), small letters, gaps and the wide letters of an input method count for nothing.

/** Characters of a printed code. */
export const CODE_LENGTH = 8;

/** What was typed as the hub knows codes, whole or not. */
export const typedCode = (text: string): string =>
  text.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
