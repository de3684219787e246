// test/unit/relay/scope.test.ts - a scope survives its text, and has only one.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatIp } from '../../../src/relay/address.ts';
import { packScope, readScope, type ScopeEntry, unpackScope } from '../../../src/relay/scope.ts';

const address = fc
  .oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .map(formatIp);
const ports = fc.tuple(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 1, max: 65_535 }));
const entry: fc.Arbitrary<ScopeEntry> = fc
  .tuple(address, ports)
  .map(([text, [a, b]]) => ({ address: text, portFirst: Math.min(a, b), portLast: Math.max(a, b) }));
const entries = fc.array(entry, { minLength: 1, maxLength: 8 });

test('what is packed comes out again', () => {
  fc.assert(
    fc.property(entries, (scope) => {
      const packed = packScope(scope);
      expect(packed.ok && packed.value.length <= 224).toBe(true);
      expect(packed.ok && unpackScope(packed.value)).toEqual({ ok: true, value: scope });
    }),
  );
});

// Goal: nobody can spell one scope in two ways. Method: whatever is read, packing it again gives the same text.
test('a scope has one text only', () => {
  const texts = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9_-]{0,40}$/),
    fc.tuple(entries, fc.nat(400), fc.stringMatching(/^[A-Za-z0-9_=-]$/)).map(([scope, at, digit]) => {
      const packed = packScope(scope);
      const text = packed.ok ? packed.value : '';
      return text.slice(0, at % text.length) + digit + text.slice((at % text.length) + 1);
    }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const read = unpackScope(text);
      if (read.ok) expect(packScope(read.value)).toEqual({ ok: true, value: text });
    }),
    { numRuns: 2_000 },
  );
});

const one = { address: '203.0.113.7', portFirst: 40_000, portLast: 40_100 };
test.each([
  ['no entry', [], 'empty'],
  ['nine entries', new Array(9).fill(one), 'too-many'],
  ['a name', [{ ...one, address: 'example.org' }], 'bad-address'],
  ['port 0', [{ ...one, portFirst: 0 }], 'bad-port'],
  ['ports backwards', [{ ...one, portFirst: 40_101 }], 'bad-port'],
  ['half a port', [{ ...one, portLast: 40_100.5 }], 'bad-port'],
])('%s is not packed', (_, scope, error) => {
  expect(packScope(scope as ScopeEntry[])).toEqual({ ok: false, error });
  expect(packScope([one]).ok).toBe(true);
});

test.each([
  ['', 'nothing'],
  ['BA', 'cut after the kind'],
  ['BQABAgMEnECcpA', 'kind 5'],
  [`${'BMsAcQecQJyk'.repeat(9)}`, 'nine entries'],
  ['BMsAcQcAAJyk', 'port 0'],
])('%s is not read: %s', (text) => expect(readScope(text).ok).toBe(false));
