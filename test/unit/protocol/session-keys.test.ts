// Goal: a consent of many speaks for each of its keys and for no other. Method: sets of every size up to 70, each key with its
// proof, and every way to lend a proof; the root of four keys is worked out by hand with ethers, which knows nothing of ours.
import { keccak256 } from 'ethers';
import { expect, test } from 'vitest';
import { joinKeys, speaksFor } from '../../../src/protocol/session-keys.ts';
import type { Address, Hash32 } from '../../../src/protocol/typed-data.ts';

const keyOf = (number: number): Address => `0x${number.toString(16).padStart(40, '0')}`;
const keysTo = (count: number) => Array.from({ length: count }, (_, i) => keyOf(i + 1));

test.each(keysTo(70).map((_, i) => i + 1))('%i keys: each belongs, no other does', (count) => {
  const { sessionKey, proofs } = joinKeys(keysTo(count));
  const stranger = keyOf(count + 1);
  for (const [key, proof] of proofs) {
    expect(speaksFor(sessionKey, key, proof)).toBe(true);
    expect(speaksFor(sessionKey, stranger, proof)).toBe(false);
    expect(speaksFor(sessionKey, key, proof.slice(1))).toBe(proof.length === 0);
    expect(speaksFor(sessionKey, key, [...proof, `0x${'11'.repeat(32)}`])).toBe(count === 1);
  }
  expect(proofs.size).toBe(count);
});

test('one key is its own name; order and repeats change nothing', () => {
  expect(joinKeys([keyOf(7)])).toEqual({ sessionKey: keyOf(7), proofs: new Map([[keyOf(7), []]]) });
  expect(joinKeys([keyOf(3), keyOf(1), keyOf(2), keyOf(1)])).toEqual(joinKeys(keysTo(3)));
  expect(speaksFor(keyOf(7), keyOf(8))).toBe(false);
});

test('the root of four keys, by hand', () => {
  const above = (a: string, b: string) => keccak256(a < b ? `${a}${b.slice(2)}` : `${b}${a.slice(2)}`);
  const [one, two, three, four] = keysTo(4).map((key) => keccak256(key)) as [string, string, string, string];
  const [left, right] = [above(one, two), above(three, four)];
  const { sessionKey, proofs } = joinKeys(keysTo(4));
  expect(sessionKey).toBe(above(left, right).slice(0, 42));
  expect(proofs.get(keyOf(3))).toEqual([four, left]);
});

// An inner node is 64 bytes and a key 20: the hash of two leaves is no leaf of anybody.
test('an inner node passes for no key', () => {
  const { sessionKey, proofs } = joinKeys(keysTo(4));
  const way = proofs.get(keyOf(1)) ?? [];
  const inner = (way[1] as Hash32).slice(0, 42) as Address;
  expect(speaksFor(sessionKey, inner, way.slice(1))).toBe(false);
});
