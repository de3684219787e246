// Goal: the native reader of signers is the portable one, only faster, and a thread that dies costs nobody an answer.
// Method: the same signatures, whole and broken in every way a peer can break them, through both; a thread that throws.
import { afterAll, expect, test } from 'vitest';
import { toHex } from '../../../src/base/bytes.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { fastestRecover } from '../../../src/chain/recover-native.ts';
import { openRecoverPool } from '../../../src/chain/recover-pool.ts';
import { addressOf, type Hash32, recoverSigner, signDigest } from '../../../src/protocol/typed-data.ts';

const random = seededRandom(11);
const key = new Uint8Array(32).fill(5);
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const digest = (): Hash32 => toHex(random.bytes(32));
const word = (value: bigint) => value.toString(16).padStart(64, '0');

/** Signatures of one digest: the good one, and what a peer might send in its place. */
function variants(of: Hash32): readonly string[] {
  const good = signDigest(of, key);
  const [r, s, v] = [good.slice(2, 66), BigInt(`0x${good.slice(66, 130)}`), good.slice(130)];
  const otherV = v === '1b' ? '1c' : '1b';
  return [
    good,
    `0x${r}${word(s)}${otherV}`,
    `0x${r}${word(ORDER - s)}${otherV}`, // The same signature in its high form.
    `0x${r}${word(s)}00`,
    `0x${word(0n)}${word(s)}${v}`,
    `0x${r}${word(0n)}${v}`,
    `0x${word(ORDER)}${word(s)}${v}`,
    `0x${'ff'.repeat(64)}1b`,
    good.slice(0, -2),
    'nonsense',
    toHex(random.bytes(65)),
  ];
}

const { recover, native } = fastestRecover();
const pool = openRecoverPool();
afterAll(() => pool.close());

test('this machine has the native library', () => {
  expect(native).toBe(process.arch === 'x64');
});

test('native and portable code agree, also about broken signatures', () => {
  for (let round = 0; round < 20; round++) {
    const of = digest();
    const [good = '', ...bad] = variants(of);
    expect(recover(of, good)).toBe(addressOf(key));
    for (const signature of [good, ...bad])
      expect(recover(of, signature), signature).toBe(recoverSigner(of, signature));
  }
});

test('many at once come back in their order from the thread', async () => {
  const list = Array.from({ length: 300 }, () => digest());
  const signers = await Promise.all(
    list.map((of, at) => pool.recover(of, at % 3 === 0 ? `0x${'00'.repeat(65)}` : signDigest(of, key))),
  );
  expect(signers).toEqual(list.map((_, at) => (at % 3 === 0 ? undefined : addressOf(key))));
});

test('a thread that dies loses no answer', async () => {
  const broken = openRecoverPool(new URL('data:text/javascript,throw new Error("dead on arrival")'));
  const of = digest();
  expect(await broken.recover(of, signDigest(of, key))).toBe(addressOf(key));
  await broken.close();
});
