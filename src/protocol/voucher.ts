// src/protocol/voucher.ts - the three signed structs of paid play (docs/MONEY.md, DESIGN 6.8).
// The wallet signs a Consent once a day; a session key of it signs an Open for each node and then one cumulative
// Voucher every 10 s. Nothing here decides whether an amount is right: that is src/billing.
import { err, ok, type Result } from '../base/result.ts';
import {
  type Address,
  type Hash32,
  recoverSigner,
  type Signature,
  type SigningDomain,
  type StructType,
  typedDataDigest,
} from './typed-data.ts';

/** The wallet lets a session key spend up to `maxAmount`, at no more than `maxRate`, within a span of time. */
export type Consent = {
  readonly payer: Address;
  /** One key, or what several are joined to (session-keys.ts). */
  readonly sessionKey: Address;
  /** Wei over all sessions of this consent. */
  readonly maxAmount: bigint;
  /** Wei per hour of any one session. */
  readonly maxRate: bigint;
  /** Unix seconds. */
  readonly validFrom: bigint;
  /** Unix seconds. */
  readonly validUntil: bigint;
  readonly nonce: bigint;
};

/** One session opens on one node under a consent: rate, share, policy and tier are frozen here. */
export type Open = {
  /** Digest of the consent. */
  readonly consent: Hash32;
  /** Signs this Open, its vouchers and its play records; the consent speaks for it. */
  readonly key: Address;
  readonly node: Address;
  /** Wei per hour, base and premium together. */
  readonly rate: bigint;
  /** Wei per hour of `rate` that are the base leg, which the burn policy applies to. */
  readonly baseShare: bigint;
  /** Number of the burn policy (src/billing/burn-policy.ts). */
  readonly burnPolicy: bigint;
  /** Number of the tier inside the policy, counted from 0. */
  readonly gpuTier: bigint;
  /** Wei that this session may cost at most. */
  readonly maxAmount: bigint;
  /** Unix milliseconds. */
  readonly startedAtMs: bigint;
  readonly nonce: bigint;
};

/** 'So much have I been served, so much do I owe': cumulative, so only the highest counts. */
export type Voucher = {
  /** Digest of the Open. */
  readonly lease: Hash32;
  /** Rises by at least 1 with each voucher of a lease. */
  readonly seq: bigint;
  /** Good milliseconds since the session began. */
  readonly servedMs: bigint;
  /** Wei owed since the session began, a multiple of 1,000. */
  readonly amount: bigint;
};

/** Field order of Consent, as the contract has it. */
export const consentType: StructType = {
  name: 'Consent',
  fields: [
    ['payer', 'address'],
    ['sessionKey', 'address'],
    ['maxAmount', 'uint256'],
    ['maxRate', 'uint256'],
    ['validFrom', 'uint64'],
    ['validUntil', 'uint64'],
    ['nonce', 'uint256'],
  ],
};

/** Field order of Open, as the contract has it. */
export const openType: StructType = {
  name: 'Open',
  fields: [
    ['consent', 'bytes32'],
    ['key', 'address'],
    ['node', 'address'],
    ['rate', 'uint256'],
    ['baseShare', 'uint256'],
    ['burnPolicy', 'uint16'],
    ['gpuTier', 'uint16'],
    ['maxAmount', 'uint256'],
    ['startedAtMs', 'uint64'],
    ['nonce', 'uint256'],
  ],
};

/** Open as receipts have it that were written before an Open named its key: then the consent's own key signed. */
export const openTypeWithoutKey: StructType = {
  name: 'Open',
  fields: openType.fields.filter(([name]) => name !== 'key'),
};

/** Field order of Voucher, as the contract has it. */
export const voucherType: StructType = {
  name: 'Voucher',
  fields: [
    ['lease', 'bytes32'],
    ['seq', 'uint64'],
    ['servedMs', 'uint64'],
    ['amount', 'uint256'],
  ],
};

/** Digest of a consent; it is also the consent's id. */
export function consentDigest(domain: SigningDomain, consent: Consent): Hash32 {
  return typedDataDigest(domain, consentType, consent);
}

/** Digest of an open; it is also the lease's id. */
export function openDigest(domain: SigningDomain, open: Open): Hash32 {
  return typedDataDigest(domain, openType, open);
}

/** What the session key signs for a voucher: 32 bytes of EIP-712. */
export function voucherDigest(domain: SigningDomain, voucher: Voucher): Hash32 {
  return typedDataDigest(domain, voucherType, voucher);
}

/** A bigint struct as text fields for a wire, a receipt or a store. */
export type Wire<T> = { readonly [K in keyof T]: T[K] extends bigint ? string : T[K] };

/** Writes the numbers of a struct as decimal strings. */
export function toWire<T extends Readonly<Record<string, bigint | string>>>(value: T): Wire<T> {
  const fields = Object.entries(value).map(([key, field]) => [
    key,
    typeof field === 'bigint' ? field.toString() : field,
  ]);
  return Object.fromEntries(fields) as Wire<T>;
}

const UINT_TEXT = /^(0|[1-9][0-9]{0,77})$/;

/**
 * Reads a struct of `type` from text fields, checking every width.
 * @returns the struct, or the name of the first field that is missing or wrong
 */
export function fromWire<T>(type: StructType, wire: Readonly<Record<string, unknown>>): Result<T, { field: string }> {
  const out: Record<string, bigint | string> = {};
  for (const [field, kind] of type.fields) {
    const text = wire[field];
    if (typeof text !== 'string') return err({ field });
    if (kind === 'address' || kind === 'bytes32') {
      if (!new RegExp(`^0x[0-9a-f]{${kind === 'address' ? 40 : 64}}$`).test(text)) return err({ field });
      out[field] = text;
      continue;
    }
    if (!UINT_TEXT.test(text) || BigInt(text) >= 1n << BigInt(kind.slice(4))) return err({ field });
    out[field] = BigInt(text);
  }
  return ok(out as T);
}

/** True when `signature` over the consent is the payer's own (a plain key: of a contract wallet the chain alone could tell). */
export function consentSignedByPayer(domain: SigningDomain, consent: Consent, signature: Signature): boolean {
  return recoverSigner(consentDigest(domain, consent), signature) === consent.payer;
}

/** True when `signature` over the open is that of the key it names. */
export function openSigned(domain: SigningDomain, open: Open, signature: Signature): boolean {
  return recoverSigner(openDigest(domain, open), signature) === open.key;
}

/** True when `signature` over the voucher is the key's. */
export function voucherSignedBy(domain: SigningDomain, voucher: Voucher, signature: Signature, key: Address): boolean {
  return recoverSigner(voucherDigest(domain, voucher), signature) === key;
}
