// test/unit/pool/node-twin.test.ts - a machine that comes back has its place; the second machine with its key has it twice a
// minute at most, and then not at all.
import { expect, test } from 'vitest';
import { type Places, TWIN_SHOWN_MS, takePlace, twinOf, type Voice } from '../../../src/pool/node-twin.ts';

const A: Voice = { boot: 'boot-of-the-first', address: '192.0.2.1' };
const B: Voice = { boot: 'boot-of-the-second', address: '192.0.2.2' };

/** Lets voices come one after the other at their times; answers who was refused, and what is remembered. */
function come(...visits: readonly (readonly [Voice, number, here?: boolean])[]) {
  let places: Places | undefined;
  const refused = visits.map(([voice, nowMs, here = true]) => {
    const taken = takePlace(places === undefined ? undefined : { places, here }, voice, nowMs);
    places = taken.places;
    return taken.twin;
  });
  return { refused, places };
}

test('two machines take turns twice; then the later one is refused and the first stays', () => {
  const { refused, places } = come([A, 0], [B, 1_000], [A, 2_000], [B, 3_000], [A, 4_000], [B, 5_000]);
  expect(refused).toEqual([false, false, false, true, false, true]);
  expect(places?.voice).toEqual(A);
  expect(twinOf(places, 5_000 + TWIN_SHOWN_MS - 1)).toBe(B.address);
  expect(twinOf(places, 5_000 + TWIN_SHOWN_MS)).toBeUndefined();
});

test('with another start of its program a second machine gets no further turn', () =>
  expect(come([A, 0], [B, 1], [A, 2], [B, 3], [{ ...B, boot: 'once-more' }, 200_000]).refused.at(-1)).toBe(true));

test.each([
  ['the same run knocks again and again', [0, 1, 2, 3, 4].map((atMs) => [A, atMs] as const)],
  [
    'one that moves to another network',
    [0, 1, 2, 3].map((atMs) => [{ ...A, address: `192.0.2.${atMs}` }, atMs] as const),
  ],
  ['one that starts anew each half minute', [0, 1, 2, 3, 4].map((n) => [{ ...A, boot: `b${n}` }, n * 31_000] as const)],
  ['one that starts anew after it was gone', [0, 1, 2, 3, 4].map((n) => [{ ...A, boot: `b${n}` }, n, false] as const)],
  ['an older agent from one address', [0, 1, 2, 3].map((atMs) => [{ address: A.address }, atMs] as const)],
])('%s is one machine', (_, visits) => {
  const { refused, places } = come(...visits);
  expect(refused).not.toContain(true);
  expect(twinOf(places, 200_000)).toBeUndefined();
});

test('older agents are told apart by their addresses', () =>
  expect(come(...['1', '2', '1', '2'].map((address, atMs) => [{ address }, atMs] as const)).refused).toEqual([
    false,
    false,
    false,
    true,
  ]));
