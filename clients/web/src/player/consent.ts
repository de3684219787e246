// clients/web/src/player/consent.ts - the session key and the wallet's consent to it: once a day, up to an amount and a
// rate, and then no more windows while playing. The key lives in this tab only (sessionStorage) and is worth at most
// what the consent allows.

import { assert } from '../../../../src/base/assert.ts';
import { fromHex, toHex } from '../../../../src/base/bytes.ts';
import {
  type Address,
  addressOf,
  type Hash32,
  privateKeyFrom,
  type Signature,
  type SigningDomain,
  signDigest,
} from '../../../../src/protocol/typed-data.ts';
import { type Consent, consentDigest, consentType, fromWire, toWire } from '../../../../src/protocol/voucher.ts';
import { randomBytes } from './ids.ts';
import type { Wallet } from './ports.ts';

const STORE = 'nearcade.consent';
const DAY_S = 86_400n;
/** Clocks of page and hub may differ by this much. */
const SKEW_S = 120n;
/** A consent that ends sooner is signed anew before play, not during it. */
const REST_S = 3_600n;

/** A consent with the key at hand that it speaks for. */
export type HeldConsent = {
  readonly consent: Consent;
  readonly signature: Signature;
  readonly key: Address;
  /** How the key belongs to those of the consent; absent where the consent names it. */
  readonly keyProof?: Hash32[];
  sign(digest: `0x${string}`): Signature;
};

/** What a new consent would say; shown to the person before the wallet asks. */
export type ConsentTerms = { readonly maxAmountWei: bigint; readonly maxRateWeiPerHour: bigint };

/** Joins a consent to its key; the key itself stays hidden in `sign`. */
export function withKey(consent: Consent, signature: Signature, key: Uint8Array, keyProof?: Hash32[]): HeldConsent {
  const sign = (digest: Hash32): Signature => signDigest(digest, key);
  return { consent, signature, key: addressOf(key), ...(keyProof && { keyProof }), sign };
}

function read(
  text: string | null,
): { consent: Consent; signature: Signature; key: Uint8Array; digest: string } | undefined {
  try {
    const stored: unknown = JSON.parse(text ?? 'null');
    if (typeof stored !== 'object' || stored === null) return undefined;
    const field = (name: string): string => String(Reflect.get(stored, name) ?? '');
    const wire: unknown = Reflect.get(stored, 'consent');
    if (typeof wire !== 'object' || wire === null) return undefined;
    const consent = fromWire<Consent>(consentType, wire as Record<string, unknown>);
    const key = privateKeyFrom(fromHex(field('key')) ?? new Uint8Array(0));
    if (!consent.ok || key === undefined || addressOf(key) !== consent.value.sessionKey) return undefined;
    return { consent: consent.value, signature: field('signature') as Signature, key, digest: field('digest') };
  } catch {
    return undefined; // Somebody else's text under our name.
  }
}

/**
 * The consent of this tab, when it covers this rate and lasts long enough.
 * @param nowMs the hub's wall clock
 * @param restS seconds that it must still last
 */
export function heldConsent(
  payer: string,
  domain: SigningDomain,
  rateWeiPerHour: bigint,
  nowMs: number,
  restS = REST_S,
): HeldConsent | undefined {
  const stored = read(sessionStorage.getItem(STORE));
  if (stored === undefined || stored.consent.payer !== payer) return undefined;
  if (stored.digest !== consentDigest(domain, stored.consent)) return undefined; // Another chain or contract.
  const nowS = BigInt(Math.floor(nowMs / 1_000));
  if (stored.consent.validUntil < nowS + restS || stored.consent.maxRate < rateWeiPerHour) return undefined;
  return withKey(stored.consent, stored.signature, stored.key);
}

/** Forgets the tab's consent: it was used up or refused. */
export function dropConsent(): void {
  sessionStorage.removeItem(STORE);
}

/** A consent of `payer` to a key, from now for a day. `nowMs`: the hub's wall clock. */
export function consentTo(payer: Address, sessionKey: Address, terms: ConsentTerms, nowMs: number): Consent {
  const nowS = BigInt(Math.floor(nowMs / 1_000));
  return {
    payer,
    sessionKey,
    maxAmount: terms.maxAmountWei,
    maxRate: terms.maxRateWeiPerHour,
    validFrom: nowS - SKEW_S,
    validUntil: nowS + DAY_S,
    nonce: BigInt(toHex(randomBytes(16))),
  };
}

/**
 * Makes a session key and asks the wallet to consent to it.
 * @param nowMs the hub's wall clock
 * @throws what the wallet throws when the person declines
 */
export async function signConsent(
  wallet: Wallet,
  domain: SigningDomain,
  terms: ConsentTerms,
  nowMs: number,
): Promise<HeldConsent> {
  const key = privateKeyFrom(randomBytes(32));
  assert(key !== undefined, 'random bytes are a key but for one draw in 2^128');
  const consent = consentTo(wallet.address, addressOf(key), terms, nowMs);
  const signature = await wallet.signTypedData(domain, consentType, consent);
  const digest = consentDigest(domain, consent);
  sessionStorage.setItem(STORE, JSON.stringify({ consent: toWire(consent), signature, key: toHex(key), digest }));
  return withKey(consent, signature, key);
}
