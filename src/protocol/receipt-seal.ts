// src/protocol/receipt-seal.ts - the hub's signature over a receipt, made so that a reader can name the field that was
// changed: each field has a short digest of its own, and the hub signs the list of them. What wallet and session key
// signed needs no hub; the seal binds the rest (names, times, causes, bytes), which only the hub can vouch for.
import { keccak_256 } from '@noble/hashes/sha3.js';
import { toHex } from '../base/bytes.ts';
import { toUtf8 } from '../base/utf8.ts';
import type { Receipt } from './receipt.ts';
import { type Address, addressOf, recoverSigner, type Signature, signDigest, textDigest } from './typed-data.ts';

/** Bytes of a field's digest: 128 bits, so that nobody finds a second value for one. */
const SUM_BYTES = 16;
const TITLE = 'Nearcade receipt';

/** A receipt before the hub seals it. */
export type UnsealedReceipt = Omit<Receipt, 'seal'>;

/**
 * JSON of one form only (RFC 8785): keys sorted by UTF-16 units, no space, numbers as ECMAScript writes them.
 * @param value anything that JSON can hold; fields that are undefined are left out
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}

function sumOf(value: unknown): string {
  return toHex(keccak_256(toUtf8(canonicalJson(value))).subarray(0, SUM_BYTES)).slice(2);
}

/** Digests of a receipt's fields by name, 32 hex digits each: the first half of keccak256 of the field's canonical JSON. */
export function fieldSums(receipt: UnsealedReceipt): Record<string, string> {
  return Object.fromEntries(
    Object.entries(receipt)
      .filter(([name, value]) => name !== 'seal' && value !== undefined)
      .map(([name, value]) => [name, sumOf(value)]),
  );
}

/** The text that the hub signs (EIP-191): a title and one line a field, sorted by name. */
export function sealText(sums: Readonly<Record<string, string>>): string {
  const lines = Object.entries(sums)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, sum]) => `${name} ${sum}`);
  return [TITLE, ...lines].join('\n');
}

/** Seals by `privateKey`: 32 bytes of a key that signs nothing else. */
export function receiptSealer(privateKey: Uint8Array): (receipt: UnsealedReceipt) => Receipt {
  const hub = addressOf(privateKey);
  return (receipt) => {
    const sums = fieldSums(receipt);
    return { ...receipt, seal: { hub, sums, signature: signDigest(textDigest(sealText(sums)), privateKey) } };
  };
}

/** What a look at a seal finds: sound, absent, not the hub's own, or the fields that are not what was sealed. */
export type SealVerdict =
  | { readonly kind: 'sound'; readonly hub: Address }
  | { readonly kind: 'absent' }
  | { readonly kind: 'not-its-own'; readonly signer: Address | undefined }
  | { readonly kind: 'changed'; readonly fields: readonly string[] };

/** Checks a seal against the receipt that it stands on. */
export function checkSeal(receipt: Receipt): SealVerdict {
  const { seal } = receipt;
  if (seal === undefined) return { kind: 'absent' };
  const signer = recoverSigner(textDigest(sealText(seal.sums)), seal.signature as Signature);
  if (signer !== seal.hub) return { kind: 'not-its-own', signer };
  const now = fieldSums(receipt);
  const names = new Set([...Object.keys(now), ...Object.keys(seal.sums)]);
  const fields = [...names].filter((name) => now[name] !== seal.sums[name]).sort();
  return fields.length === 0 ? { kind: 'sound', hub: seal.hub } : { kind: 'changed', fields };
}
