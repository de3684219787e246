// src/app/money/opening.ts - what must be true before a session may cost anything: whose consent it is, whether it is
// valid now and covers this rate, and the Open that the hub proposes under it.
import { greater, lesser } from '../../base/bigint.ts';
import type { LeaseId } from '../../base/ids.ts';
import type { Random } from '../../base/random.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { GRAIN_WEI } from '../../base/units.ts';
import { firstHoldWei } from '../../billing/hold.ts';
import { priceWei } from '../../billing/pricing.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import { speaksFor } from '../../protocol/session-keys.ts';
import type { SigningDomain } from '../../protocol/typed-data.ts';
import { consentDigest, type Open, openDigest } from '../../protocol/voucher.ts';
import type { OpenSession } from '../session-book.ts';
import type { SessionFacts } from './ports.ts';

const NO_LIMIT_WEI = 2n ** 128n; // Above all coins there are: without a chain only the consent limits a lock.
const NONCE_BYTES = 16; // 128 random bits: no two Opens ever share a nonce.

/** What the quote says, as numbers. */
export function quotedRates(quote: OpenSession['quote']): { rateWeiPerHour: bigint; baseWeiPerHour: bigint } {
  return { rateWeiPerHour: BigInt(quote.rateWeiPerHour), baseWeiPerHour: BigInt(quote.baseWeiPerHour) };
}

/** What a key stood for: the wish of the player, not the hub's choice, which may differ when asked again. */
export function requestText({ game, consent, sessionKey, continues }: OpenSession): string {
  return [game, consent.payer, sessionKey, consent.nonce.toString(), continues ?? ''].join(' ');
}

/**
 * Checks a consent but for its signature.
 * @returns nothing, or CONSENT_BAD (facts: `field`) or CONSENT_EXCEEDED (`field: maxRate`)
 */
export function checkConsent(command: OpenSession, wallMs: number): Result<void, Refusal> {
  const { consent, sessionKey, keyProof, player, quote } = command;
  const bad = (field: string) => err(refusal('CONSENT_BAD', { field }));
  const nowS = BigInt(Math.floor(wallMs / 1_000));
  if (consent.payer !== player) return bad('payer');
  if (!speaksFor(consent.sessionKey, sessionKey, keyProof)) return bad('sessionKey');
  // No allowance for a fast clock: the contract has none, and pages date back by the hub's clock.
  if (nowS < consent.validFrom) return bad('validFrom');
  if (nowS >= consent.validUntil) return bad('validUntil');
  const { rateWeiPerHour } = quotedRates(quote);
  if (rateWeiPerHour > consent.maxRate) {
    return err(refusal('CONSENT_EXCEEDED', { field: 'maxRate', needWei: quote.rateWeiPerHour }));
  }
  return ok(undefined);
}

/** Of a consent to many devices one session locks its fair part, or an hour: the others shall be able to begin too. */
function fairWei({ consent, keyProof, quote }: OpenSession): bigint {
  if (keyProof === undefined) return consent.maxAmount;
  const { rateWeiPerHour } = quotedRates(quote);
  return greater(consent.maxAmount >> BigInt(keyProof.length), rateWeiPerHour);
}

/**
 * Proposes the Open of a session.
 * @param lockedWei what other sessions of the consent lock
 * @param lockMs longest play that one Open allows for
 * @param lockableWei what of the player's deposit no other lease locks; absent without a chain
 * @returns the facts of the session, or CONSENT_EXCEEDED when not even the first minute fits under the consent
 */
export function proposeOpen(
  command: OpenSession,
  terms: {
    domain: SigningDomain;
    lockedWei: bigint;
    lockMs: number;
    wallMs: number;
    random: Random;
    lockableWei?: bigint;
  },
): Result<SessionFacts, Refusal> {
  const { domain, lockedWei, lockMs, wallMs, random, lockableWei = NO_LIMIT_WEI } = terms;
  const { rateWeiPerHour, baseWeiPerHour } = quotedRates(command.quote);
  const leftWei = command.consent.maxAmount - lockedWei;
  const underConsentWei = lesser(lesser(leftWei, fairWei(command)), priceWei(rateWeiPerHour, BigInt(lockMs)));
  const maxAmount = lesser(underConsentWei - (underConsentWei % GRAIN_WEI), lockableWei);
  const needWei = firstHoldWei(rateWeiPerHour);
  if (maxAmount < needWei) {
    const facts = { field: 'maxAmount', needWei: needWei.toString(), leftWei: leftWei.toString() };
    return err(refusal('CONSENT_EXCEEDED', facts));
  }
  const consentId = consentDigest(domain, command.consent);
  const open: Open = {
    consent: consentId,
    key: command.sessionKey,
    node: command.node as Open['node'],
    rate: rateWeiPerHour,
    baseShare: baseWeiPerHour,
    burnPolicy: BigInt(command.quote.burnPolicyNumber),
    gpuTier: BigInt(command.quote.gpuTier),
    maxAmount,
    startedAtMs: BigInt(Math.floor(wallMs)),
    nonce: random.bytes(NONCE_BYTES).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
  };
  const lease = openDigest(domain, open) as LeaseId;
  return ok({ ...command, consentId, open, lease, request: requestText(command) });
}
