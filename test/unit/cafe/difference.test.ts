// test/unit/cafe/difference.test.ts - what differs, and no more; both sides can be put together again.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { difference } from '../../../src/cafe/difference.ts';

test('fields and places that are equal are left out, also inside', () => {
  const was = { name: 'Hall', note: 'old', tariffs: [{ week: ['a', 'b'] }, { week: ['c', 'd'] }] };
  const is = { name: 'Hall', lineKbps: 9, tariffs: [{ week: ['a', 'b'] }, { week: ['c', 'x'] }] };
  expect(difference(was, is)).toEqual([
    { note: 'old', tariffs: { 1: { week: { 1: 'd' } } } },
    { lineKbps: 9, tariffs: { 1: { week: { 1: 'x' } } } },
  ]);
  expect(difference(was, was)).toEqual([{}, {}]);
});

test('lists of two lengths are told as they are', () => {
  expect(difference({ a: [1, 2], b: 1 }, { a: [1], b: 1 })).toEqual([{ a: [1, 2] }, { a: [1] }]);
});

/** The value before with what changed put into it; a field has one shape for ever, as settings have. */
function changed(was: unknown, before: unknown, after: unknown): unknown {
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!isObject(was) || !isObject(after) || !isObject(before) || Array.isArray(after)) return after;
  const fields: Record<string, unknown> = { ...was };
  for (const name of Object.keys(before)) if (!(name in after)) delete fields[name];
  for (const [name, value] of Object.entries(after)) fields[name] = changed(was[name], before[name], value);
  return Array.isArray(was) ? Object.values(fields) : fields;
}

// Goal: the audit alone still tells what settings were. Method: random values; the one before and what differs make the new one.
test('the value before and the difference make the new value', () => {
  const value = fc.record(
    {
      number: fc.integer(),
      list: fc.array(fc.record({ x: fc.integer(), y: fc.string() }, { requiredKeys: [] }), { maxLength: 3 }),
      inside: fc.record({ x: fc.integer(), y: fc.array(fc.integer(), { maxLength: 2 }) }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(value, value, (was, is) => {
      const [before, after] = difference(was, is);
      expect(changed(was, before, after)).toEqual(is);
    }),
  );
});
