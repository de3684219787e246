// test/support/hub/mutate.ts - frames that no honest peer sends: every message type with every field broken in turn, right
// messages with wrong ids, and bytes that are no messages at all. Seeded, so that a failure comes back.
import { Packr } from 'msgpackr';
import type { Random } from '../../../src/base/random.ts';

const packr = new Packr({ useRecords: false, moreTypes: true });

/** A message as plain data. */
export type Plain = { [key: string]: unknown };

/** What a field is replaced by. */
const NASTY: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  'x',
  '0',
  '-1',
  '../../etc/passwd',
  '%s%n\u0000\r\n',
  '\ud800',
  '漢'.repeat(200),
  'a'.repeat(40_000),
  '9'.repeat(90),
  `0x${'0'.repeat(40)}`,
  `0x${'f'.repeat(64)}`,
  `s_${'0'.repeat(26)}`,
  `c_${'z'.repeat(26)}`,
  [],
  {},
  [[[[[[[[[[]]]]]]]]]],
  { t: 'hello' },
  { constructor: { prototype: { polluted: 1 } } },
  new Array(3_000).fill(0),
  new Date(0),
  new Uint8Array(10),
  10n ** 18n,
  Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i])),
];

const pick = <T>(list: readonly T[], random: Random): T => list[random.below(list.length)] as T;

/** Every path to a field of `value`, as lists of keys. */
function paths(value: unknown, before: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...before, key], ...paths(inner, [...before, key])]);
}

function setAt(value: Plain, [key = '', ...rest]: readonly string[], to: unknown): Plain {
  const copy = Array.isArray(value) ? ([...value] as unknown as Plain) : { ...value };
  if (rest.length > 0) copy[key] = setAt(copy[key] as Plain, rest, to);
  else if (to === undefined) delete copy[key];
  else copy[key] = to;
  return copy;
}

/** A message with one field broken, one added, or two of its kind mixed. */
export function brokenMessage(samples: readonly Plain[], random: Random): Plain {
  const sample = pick(samples, random);
  const kind = random.below(10);
  if (kind === 0)
    return { ...sample, [pick(['extra', '__proto__', 'constructor', 're', 'session'], random)]: pick(NASTY, random) };
  if (kind === 1) return { ...pick(samples, random), ...sample, t: pick(samples, random).t };
  return setAt(sample, pick(paths(sample), random), pick(NASTY, random));
}

/** One frame that is well framed, or is not. */
export type HostileFrame = { readonly bytes: Uint8Array; readonly framed: boolean };

/**
 * Each field of each message broken in turn, by `each` different values, and once left out.
 * @param each how many of the nasty values, at most all of them
 */
export function brokenFields(samples: readonly Plain[], random: Random, each: number): HostileFrame[] {
  return samples.flatMap((sample) =>
    paths(sample).flatMap((path) => {
      const first = random.below(NASTY.length);
      const values = Array.from({ length: Math.min(each, NASTY.length) }, (_, i) => NASTY[(first + i) % NASTY.length]);
      return [undefined, ...values].map((value) => ({ bytes: pack(setAt(sample, path, value)), framed: true }));
    }),
  );
}

function pack(value: unknown): Uint8Array {
  return new Uint8Array(packr.pack(value));
}

/** A frame: a broken message, a right one, or bytes. */
export function hostileFrame(samples: readonly Plain[], random: Random): HostileFrame {
  const kind = random.below(10);
  if (kind < 4) return { bytes: pack(brokenMessage(samples, random)), framed: true };
  if (kind < 7) return { bytes: pack(pick(samples, random)), framed: true };
  const bytes = pack(pick(samples, random));
  if (kind === 7) return { bytes: random.bytes(random.below(300)), framed: false };
  if (kind === 8) return { bytes: bytes.subarray(0, random.below(bytes.length)), framed: false };
  for (let i = 0; i <= random.below(4); i++) bytes[random.below(bytes.length)] = random.below(256);
  return { bytes, framed: false };
}
