// Goal: our digests and signatures are the ones every Ethereum wallet makes. Method: ethers beside ours.
import { verifyMessage, verifyTypedData, Wallet } from 'ethers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/base/bytes.ts';
import {
  addressOf,
  recoverSigner,
  type SigningDomain,
  type StructType,
  signDigest,
  textDigest,
  typedDataDigest,
} from '../../../src/protocol/typed-data.ts';
import {
  consentType,
  fromWire,
  openType,
  toWire,
  type Voucher,
  voucherDigest,
  voucherType,
} from '../../../src/protocol/voucher.ts';

const key = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .filter((bytes) => bytes.some((byte) => byte > 0) && (bytes[0] ?? 0) < 0xff);
const domain: SigningDomain = { chainId: 19_850_818n, verifyingContract: '0x00000000000000000000000000000000000000aa' };
const uint = (bits: bigint) => fc.bigInt(0n, (1n << bits) - 1n);
const hex = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(toHex);
const structOf = (type: StructType) =>
  fc.record(
    Object.fromEntries(
      type.fields.map(([name, kind]): [string, fc.Arbitrary<bigint | string>] => [
        name,
        kind === 'address' ? hex(20) : kind === 'bytes32' ? hex(32) : uint(BigInt(kind.slice(4))),
      ]),
    ),
  );
const ethersDomain = {
  name: 'Nearcade',
  version: '1',
  chainId: domain.chainId,
  verifyingContract: domain.verifyingContract,
};
const ethersTypes = (type: StructType) => ({ [type.name]: type.fields.map(([name, kind]) => ({ name, type: kind })) });

test.each([consentType, openType, voucherType])('$name is signed and recovered as by ethers', (type) =>
  fc.assert(
    fc.property(key, structOf(type), (privateKey, value) => {
      const digest = typedDataDigest(domain, type, value);
      const signature = signDigest(digest, privateKey);
      const address = addressOf(privateKey);
      expect(verifyTypedData(ethersDomain, ethersTypes(type), value, signature).toLowerCase()).toBe(address);
      expect(recoverSigner(digest, signature)).toBe(address);
    }),
    { numRuns: 20 },
  ),
);

test('texts are signed and recovered as by ethers', async () => {
  const wallet = new Wallet(`0x${'11'.repeat(32)}`);
  const text = 'Nearcade 網咖\nline two';
  expect(recoverSigner(textDigest(text), await wallet.signMessage(text))).toBe(wallet.address.toLowerCase());
  const own = signDigest(textDigest(text), fromHex(wallet.privateKey) ?? new Uint8Array());
  expect(verifyMessage(text, own)).toBe(wallet.address);
});

// Goal: one voucher has one signature form. Method: the same signature with s mirrored, v changed, a byte cut.
test('a mirrored s, an odd v and a cut signature are refused', () => {
  const privateKey = new Uint8Array(32).fill(7);
  const digest = textDigest('x');
  const good = fromHex(signDigest(digest, privateKey)) ?? new Uint8Array();
  expect(recoverSigner(digest, toHex(good))).toBe(addressOf(privateKey));
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = BigInt(toHex(good.subarray(32, 64)));
  const mirrored = fromHex(`0x${(order - s).toString(16).padStart(64, '0')}`) ?? new Uint8Array();
  const flipped = new Uint8Array([...good.subarray(0, 32), ...mirrored, good[64] === 27 ? 28 : 27]);
  expect(recoverSigner(digest, toHex(flipped))).toBeUndefined();
  expect(recoverSigner(digest, toHex(new Uint8Array([...good.subarray(0, 64), 0])))).toBeUndefined();
  expect(recoverSigner(digest, toHex(good.subarray(0, 64)))).toBeUndefined();
  expect(recoverSigner(digest, '0xzz')).toBeUndefined();
});

test('structs survive the wire, and a field that is too wide is named', () => {
  const voucher: Voucher = {
    lease: `0x${'ab'.repeat(32)}`,
    seq: 3n,
    servedMs: 10_000n,
    amount: 138_888_888_888_888_000n,
  };
  expect(fromWire<Voucher>(voucherType, toWire(voucher))).toEqual({ ok: true, value: voucher });
  expect(fromWire(voucherType, { ...toWire(voucher), seq: (1n << 64n).toString() })).toEqual({
    ok: false,
    error: { field: 'seq' },
  });
  expect(fromWire(voucherType, { ...toWire(voucher), lease: '0x12' })).toEqual({
    ok: false,
    error: { field: 'lease' },
  });
  expect(voucherDigest(domain, voucher)).not.toBe(voucherDigest({ ...domain, chainId: 1n }, voucher));
});
