// src/protocol/typed-data.ts - EIP-712 digests and Ethereum signatures in portable code, shared by browser, node and hub.
// Only static field types are needed here, so the encoder is a table of five widths. A faster verifier with native
// code lives in src/chain; both give the same digest (test/vectors/typed-data).
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { assert } from '../base/assert.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { toUtf8 } from '../base/utf8.ts';

/** An Ethereum address, 0x and 40 hex digits; we keep lower case. */
export type Address = `0x${string}`;
/** 0x and 64 hex digits. */
export type Hash32 = `0x${string}`;
/** r, s, v: 0x and 130 hex digits; s is low, v is 27 or 28. */
export type Signature = `0x${string}`;

/** Where a signature counts: another chain or contract cannot take it (EIP-712 section 'domainSeparator'). */
export type SigningDomain = { readonly chainId: bigint; readonly verifyingContract: Address };

type FieldType = 'address' | 'bytes32' | 'uint16' | 'uint64' | 'uint256' | 'string';
/** Name and fields of a struct, in signing order. */
export type StructType = { readonly name: string; readonly fields: readonly (readonly [string, FieldType])[] };
/** Field values: bigint for uints, hex for addresses and hashes. */
export type StructValue = Readonly<Record<string, bigint | string>>;

const DOMAIN_NAME = 'Nearcade';
const DOMAIN_VERSION = '1';
const DOMAIN: StructType = {
  name: 'EIP712Domain',
  fields: [
    ['name', 'string'],
    ['version', 'string'],
    ['chainId', 'uint256'],
    ['verifyingContract', 'address'],
  ],
};
const UINT_BITS: Partial<Record<FieldType, bigint>> = { uint16: 16n, uint64: 64n, uint256: 256n };

/** `Name(type a,type b)` as EIP-712 spells a struct. */
export function typeText(type: StructType): string {
  return `${type.name}(${type.fields.map(([name, kind]) => `${kind} ${name}`).join(',')})`;
}

function word(kind: FieldType, value: bigint | string): Uint8Array {
  const out = new Uint8Array(32);
  const bits = UINT_BITS[kind];
  if (bits !== undefined) {
    assert(typeof value === 'bigint' && value >= 0n && value < 1n << bits, `a ${kind} fits its bits`);
    let rest: bigint = value;
    for (let i = 31; rest > 0n; i--, rest >>= 8n) out[i] = Number(rest & 0xffn);
    return out;
  }
  assert(typeof value === 'string', `a ${kind} is text`);
  if (kind === 'string') return keccak_256(toUtf8(value));
  const bytes = fromHex(value);
  assert(bytes !== undefined && bytes.length === (kind === 'address' ? 20 : 32), `a ${kind} has its length`);
  out.set(bytes, 32 - bytes.length);
  return out;
}

/** Type hashes by type: there are four types, and each signature needs two of their hashes. */
const typeHashes = new WeakMap<StructType, Uint8Array>();

function typeHash(type: StructType): Uint8Array {
  const known = typeHashes.get(type);
  if (known !== undefined) return known;
  const hash = keccak_256(toUtf8(typeText(type)));
  typeHashes.set(type, hash);
  return hash;
}

/** hashStruct of EIP-712: keccak256 of type hash and encoded fields. */
export function structHash(type: StructType, value: StructValue): Uint8Array {
  const words = type.fields.map(([name, kind]) => {
    const field = value[name];
    assert(field !== undefined, `the struct has its field ${name}`);
    return word(kind, field);
  });
  return keccak_256(concatBytes(typeHash(type), ...words));
}

/** Separators by domain object: a process signs for one domain all its life. */
const separators = new WeakMap<SigningDomain, Uint8Array>();

/** The domain separator of EIP-712 for this product. Owned by this file: do not change its bytes. */
export function domainSeparator(domain: SigningDomain): Uint8Array {
  const known = separators.get(domain);
  if (known !== undefined) return known;
  const separator = structHash(DOMAIN, { name: DOMAIN_NAME, version: DOMAIN_VERSION, ...domain });
  separators.set(domain, separator);
  return separator;
}

/** What is signed: keccak256(0x1901, domain separator, struct hash). */
export function typedDataDigest(domain: SigningDomain, type: StructType, value: StructValue): Hash32 {
  return toHex(keccak_256(concatBytes(new Uint8Array([0x19, 0x01]), domainSeparator(domain), structHash(type, value))));
}

/**
 * The same struct as a wallet takes it for `eth_signTypedData_v4` (EIP-712): plain JSON, numbers as decimal text. What
 * the wallet signs for it is `typedDataDigest` of the same arguments.
 */
export function typedDataJson(domain: SigningDomain, type: StructType, value: StructValue) {
  const fields = (of: StructType) => of.fields.map(([name, kind]) => ({ name, type: kind }));
  const plain = (struct: StructValue) =>
    Object.fromEntries(Object.entries(struct).map(([name, field]) => [name, field.toString()]));
  return {
    types: { [DOMAIN.name]: fields(DOMAIN), [type.name]: fields(type) },
    primaryType: type.name,
    domain: { name: DOMAIN_NAME, version: DOMAIN_VERSION, ...plain(domain) },
    message: plain(value),
  };
}

/** The digest of EIP-191 'personal_sign': what a wallet signs when it signs a text. */
export function textDigest(text: string): Hash32 {
  const bytes = toUtf8(text);
  return toHex(keccak_256(concatBytes(toUtf8(`\x19Ethereum Signed Message:\n${bytes.length}`), bytes)));
}

/** The address of a private key. `privateKey`: 32 bytes, not zero and below the curve's order. */
export function addressOf(privateKey: Uint8Array): Address {
  return addressOfPoint(secp256k1.getPublicKey(privateKey, false));
}

function addressOfPoint(uncompressed: Uint8Array): Address {
  return toHex(keccak_256(uncompressed.subarray(1)).subarray(12));
}

/** Signs a digest (RFC 6979, low s). */
export function signDigest(digest: Hash32, privateKey: Uint8Array): Signature {
  const bytes = fromHex(digest);
  assert(bytes !== undefined && bytes.length === 32, 'a digest has 32 bytes');
  const recovered = secp256k1.sign(bytes, privateKey, { prehash: false, format: 'recovered' });
  return toHex(concatBytes(recovered.subarray(1), new Uint8Array([27 + (recovered[0] ?? 0)])));
}

/**
 * Who signed a digest.
 * @returns the signer's address in lower case, or `undefined` when the text is no signature, s is high (so that one
 *   voucher has one form) or v is not 27 or 28
 */
export function recoverSigner(digest: Hash32, signature: string): Address | undefined {
  const [digestBytes, bytes] = [fromHex(digest), fromHex(signature)];
  if (digestBytes?.length !== 32 || bytes?.length !== 65) return undefined;
  const recovery = (bytes[64] ?? 0) - 27;
  if (recovery !== 0 && recovery !== 1) return undefined;
  try {
    const parsed = secp256k1.Signature.fromBytes(bytes.subarray(0, 64), 'compact');
    if (parsed.hasHighS()) return undefined;
    const point = parsed.addRecoveryBit(recovery).recoverPublicKey(digestBytes);
    return addressOfPoint(point.toBytes(false));
  } catch {
    return undefined; // r or s off the curve: the library throws, and peers choose the bytes.
  }
}

/** Makes a private key from random bytes; undefined for the one in 2^128 draws that is not one. */
export function privateKeyFrom(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.length === 32 && secp256k1.utils.isValidSecretKey(bytes) ? bytes : undefined;
}
