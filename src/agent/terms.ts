// src/agent/terms.ts - what the player's signatures say about one session, checked on the node itself: a lying hub must
// not make a node serve for a promise that nobody signed. Pure.
import { err, ok, type Result } from '../base/result.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import type { HubToNode } from '../protocol/node-messages.ts';
import { speaksFor } from '../protocol/session-keys.ts';
import type { Address, Signature, SigningDomain } from '../protocol/typed-data.ts';
import {
  type Consent,
  consentDigest,
  consentSignedByPayer,
  consentType,
  fromWire,
  type Open,
  openDigest,
  openSigned,
  openType,
} from '../protocol/voucher.ts';

/** A session's checked consent and open. */
export type Terms = {
  readonly domain: SigningDomain;
  readonly consent: Consent;
  readonly open: Open;
  /** Digest of the open. */
  readonly lease: `0x${string}`;
};

const CLOCK_SKEW_S = 300n; // Machines without NTP drift by minutes; a consent lasts a day.

/** The signing domain that the hub named in `welcome`. */
export function readDomain(wire: { chainId: string; verifyingContract: Address }): SigningDomain {
  return { chainId: BigInt(wire.chainId), verifyingContract: wire.verifyingContract };
}

/**
 * Checks what `start` carried. `node`: own address; `wallMs`: Unix time.
 * @returns the terms, or CONSENT_BAD / OPEN_BAD with the field that is wrong
 */
export function readTerms(
  start: Extract<HubToNode, { t: 'start' }>,
  { domain, node, wallMs }: { domain: SigningDomain; node: Address; wallMs: number },
): Result<Terms, Refusal> {
  const consent = fromWire<Consent>(consentType, start.consent);
  if (!consent.ok) return err(refusal('CONSENT_BAD', consent.error));
  const open = fromWire<Open>(openType, start.open);
  if (!open.ok) return err(refusal('OPEN_BAD', open.error));
  const [given, opened] = [consent.value, open.value];
  const nowS = BigInt(Math.floor(wallMs / 1_000));
  if (nowS + CLOCK_SKEW_S < given.validFrom || nowS > given.validUntil) {
    return err(refusal('CONSENT_BAD', { field: 'validUntil' }));
  }
  if (!consentSignedByPayer(domain, given, start.consentSignature)) {
    return err(refusal('CONSENT_BAD', { field: 'signature' }));
  }
  if (opened.consent !== consentDigest(domain, given)) return err(refusal('OPEN_BAD', { field: 'consent' }));
  if (!speaksFor(given.sessionKey, opened.key, start.keyProof)) return err(refusal('OPEN_BAD', { field: 'key' }));
  if (opened.node !== node) return err(refusal('OPEN_BAD', { field: 'node' }));
  if (opened.rate > given.maxRate) return err(refusal('OPEN_BAD', { field: 'rate' }));
  if (opened.maxAmount > given.maxAmount) return err(refusal('OPEN_BAD', { field: 'maxAmount' }));
  const lease = openDigest(domain, opened);
  if (lease !== start.lease) return err(refusal('OPEN_BAD', { field: 'lease' }));
  return ok({ domain, consent: given, open: opened, lease });
}

/** True when its key signed the open: from here on the node serves. */
export function openIsSigned({ domain, open }: Terms, signature: Signature): boolean {
  return openSigned(domain, open, signature);
}
