// clients/web/src/player/identity.ts - who a player is to the hub and whose consent pays: a person with a wallet, or a
// café's seat, whose device holds the key of a consent that the café's owner signed.
import { err, ok, type Result } from '../../../../src/base/result.ts';
import { bodyDecoder } from '../../../../src/protocol/body-decoder.ts';
import { type KioskTicket, KioskTicketShape } from '../../../../src/protocol/cafe-acts.ts';
import type { Problem } from '../../../../src/protocol/http-api.ts';
import { speaksFor } from '../../../../src/protocol/session-keys.ts';
import { addressOf, type SigningDomain } from '../../../../src/protocol/typed-data.ts';
import { type Consent, consentType, fromWire } from '../../../../src/protocol/voucher.ts';
import { ask } from './api.ts';
import { type ConsentTerms, dropConsent, type HeldConsent, heldConsent, signConsent, withKey } from './consent.ts';
import { socketTicket } from './login.ts';
import type { Wallet } from './ports.ts';
import { type PlayerProblem, walletProblem } from './problem.ts';

/** How the player core logs in and by what it signs. */
export type Identity = {
  /** Opens one socket. */
  ticket(): Promise<Result<string, Problem>>;
  /** A consent for these terms: the one at hand, or a new one. `nowMs`: the hub's wall clock. */
  consent(terms: ConsentTerms, nowMs: number): Promise<Result<HeldConsent, PlayerProblem>>;
  /** The consent at hand when it covers this rate and lasts `restS` more seconds. */
  held(rateWeiPerHour: bigint, nowMs: number, restS: number): HeldConsent | undefined;
  /** The hub refused the consent at hand. */
  refused(): void;
};

/** A person: logs in with the wallet, which signs a consent for a key of this tab. */
export function walletIdentity(wallet: Wallet, domain: SigningDomain): Identity {
  return {
    ticket: () => socketTicket(wallet, domain.chainId),
    async consent(terms, nowMs) {
      const held = heldConsent(wallet.address, domain, terms.maxRateWeiPerHour, nowMs);
      if (held !== undefined) return ok(held);
      try {
        return ok(await signConsent(wallet, domain, terms, nowMs));
      } catch (error) {
        return err(walletProblem(error));
      }
    },
    held: (rate, nowMs, restS) => heldConsent(wallet.address, domain, rate, nowMs, BigInt(restS)),
    refused: dropConsent,
  };
}

const decodeTicket = bodyDecoder(KioskTicketShape);

/** The consent that came with a ticket, when it speaks for this device's key and covers the rate for so long. */
function seatConsent(
  ticket: KioskTicket | undefined,
  key: Uint8Array,
  rateWeiPerHour: bigint,
  nowMs: number,
  restS: number,
): HeldConsent | undefined {
  if (ticket?.consent === undefined || ticket.consentSignature === undefined) return undefined;
  const read = fromWire<Consent>(consentType, ticket.consent);
  if (!read.ok || read.value.payer !== ticket.player) return undefined;
  if (!speaksFor(read.value.sessionKey, addressOf(key), ticket.keyProof)) return undefined;
  const { validUntil, maxRate } = read.value;
  if (validUntil < BigInt(Math.floor(nowMs / 1_000) + restS) || maxRate < rateWeiPerHour) return undefined;
  return withKey(read.value, ticket.consentSignature, key, ticket.keyProof);
}

/**
 * A café's seat: the hub gives tickets while somebody plays there, and `key`, which never leaves the device, signs. Nothing
 * of it is kept in the browser: a new customer begins with a new ticket.
 */
export function seatIdentity(key: Uint8Array): Identity {
  let last: KioskTicket | undefined;
  const held: Identity['held'] = (rate, nowMs, restS) => seatConsent(last, key, rate, nowMs, restS);
  return {
    async ticket() {
      const answer = await ask('/api/cafe-kiosk/ticket', decodeTicket, { method: 'POST' });
      if (!answer.ok) return answer;
      last = answer.value;
      return ok(answer.value.ticket);
    },
    async consent(terms, nowMs) {
      const at = held(terms.maxRateWeiPerHour, nowMs, 0);
      return at === undefined ? err({ code: 'CONSENT_REQUIRED' }) : ok(at);
    },
    held,
    refused() {
      last = undefined;
    },
  };
}
