// clients/web/src/player/terms.ts - what the session key signs at the start, checked against what the player was shown.
// The hub writes the Open; this page signs it only when every number in it is one the player has seen.
import { err, ok, type Result } from '../../../../src/base/result.ts';
import type { PublicConfig } from '../../../../src/protocol/http-api.ts';
import type { HubToPlayer, PlanCandidate } from '../../../../src/protocol/player-messages.ts';
import { sameOffer } from '../../../../src/protocol/same-offer.ts';
import type { Picture, PlayPromise, Quote } from '../../../../src/protocol/shapes.ts';
import type { SigningDomain } from '../../../../src/protocol/typed-data.ts';
import { consentDigest, fromWire, type Open, openDigest, openType } from '../../../../src/protocol/voucher.ts';
import type { HeldConsent } from './consent.ts';

/** Where signatures count at the hub of this configuration. */
export function signingDomain({ domain }: Pick<PublicConfig, 'domain'>): SigningDomain {
  return { chainId: BigInt(domain.chainId), verifyingContract: domain.verifyingContract };
}

type Started = Extract<HubToPlayer, { t: 'started' }>;

/** What was agreed, and the key that signs. */
type Agreed = Pick<HeldConsent, 'consent' | 'key'>;

/** What the player saw when they pressed 'play'. */
export type Shown = {
  readonly candidates: readonly PlanCandidate[];
  readonly consent: Agreed;
  readonly domain: SigningDomain;
  /** The picture asked for, when one was: the promise never exceeds it. */
  readonly picture?: Picture | undefined;
};

function promised({ promise }: Quote, picture: Picture | undefined): PlayPromise {
  if (picture === undefined) return promise;
  return { ...promise, fps: Math.min(promise.fps, picture.fps), height: Math.min(promise.height, picture.height) };
}

const sameQuote = (a: Quote, b: Quote, picture: Picture | undefined): boolean =>
  sameOffer({ ...a, promise: promised(a, picture) }, b);

/**
 * Checks a start.
 * @returns the Open to sign, or the name of what differs from what was shown
 */
export function checkTerms(started: Started, shown: Shown): Result<Open, { readonly field: string }> {
  const differs = (field: string) => err({ field });
  const candidate = shown.candidates.find(({ node }) => node === started.node);
  if (candidate === undefined) return differs('node');
  if (!sameQuote(candidate.quote, started.quote, shown.picture)) return differs('quote');
  return checkOpen(started, shown.consent, shown.domain);
}

/** The part of the check that needs no plan: for a session that goes on after a reload. */
export function checkOpen(
  started: Started,
  { consent, key }: Agreed,
  domain: SigningDomain,
): Result<Open, { readonly field: string }> {
  const differs = (field: string) => err({ field });
  const { quote } = started;
  const open = fromWire<Open>(openType, started.open);
  if (!open.ok) return open;
  const { value } = open;
  if (value.consent !== consentDigest(domain, consent)) return differs('consent');
  if (value.key !== key) return differs('key');
  if (value.node !== started.node) return differs('node');
  if (value.rate !== BigInt(quote.rateWeiPerHour) || value.rate > consent.maxRate) return differs('rate');
  if (value.baseShare !== BigInt(quote.baseWeiPerHour)) return differs('baseShare');
  if (value.burnPolicy !== BigInt(quote.burnPolicyNumber)) return differs('burnPolicy');
  if (value.gpuTier !== BigInt(quote.gpuTier)) return differs('gpuTier');
  if (value.maxAmount > consent.maxAmount) return differs('maxAmount');
  if (openDigest(domain, value) !== started.lease) return differs('lease');
  return ok(value);
}
