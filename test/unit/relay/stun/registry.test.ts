// test/unit/relay/stun/registry.test.ts - our numbers are the registry's, and we speak nothing else.
import { expect, test } from 'vitest';
import {
  attributeTypes,
  errorReasons,
  methods,
  mustRefuse,
  passwordAlgorithmNumbers,
} from '../../../../src/relay/stun/registry.ts';
import {
  ianaAttributes,
  ianaErrors,
  ianaMethods,
  ianaOthers,
  ianaPasswordAlgorithms,
  type RegistryRow,
} from '../../../vectors/iana-stun.ts';

const plain = (name: string) => name.replaceAll(/[-_ ]/g, '').toUpperCase();
const table = (rows: readonly RegistryRow[]) => Object.fromEntries(rows.map(([name, number]) => [plain(name), number]));
const ours = (numbers: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(numbers).map(([name, number]) => [plain(name), number]));

test('methods', () => expect(ours(methods)).toEqual(table(ianaMethods)));
test('attributes', () => expect(ours(attributeTypes)).toEqual(table(ianaAttributes)));
test('password algorithms', () => expect(ours(passwordAlgorithmNumbers)).toEqual(table(ianaPasswordAlgorithms)));
test('error codes and their words', () => {
  expect(Object.entries(errorReasons)).toEqual(ianaErrors.map(([reason, code]) => [String(code), reason]));
});

test("others' attributes are refused when they must be understood, ours never", () => {
  expect(ianaOthers.every(([, type]) => mustRefuse(type))).toBe(true);
  expect(ianaAttributes.some(([, type]) => mustRefuse(type))).toBe(false);
  expect(mustRefuse(0x8055)).toBe(false);
});
