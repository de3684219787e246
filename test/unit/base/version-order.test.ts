// test/unit/base/version-order.test.ts - versions are compared number by number; what is no version is behind nothing.
import { expect, test } from 'vitest';
import { isOlder } from '../../../src/base/version-order.ts';

test.each([
  ['0.9.2', '0.10.0', true],
  ['0.10.0', '0.9.2', false],
  ['1.0', '1.0.0', false],
  ['1.0', '1.0.1', true],
  ['1.2.3', '1.2.3', false],
  ['1.2.3-rc.1', '1.2.4', true],
  ['unknown', '1.2.4', false],
  ['1.2.4', 'unknown', false],
])('%s is older than %s: %s', (version, than, older) => expect(isOlder(version, than)).toBe(older));
