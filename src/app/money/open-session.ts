// src/app/money/open-session.ts - opening and closing: the two acts of a session that move money in one transaction.
import { greater } from '../../base/bigint.ts';
import type { IdempotencyKey } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { firstHoldWei, holdShortWei } from '../../billing/hold.ts';
import { chart, transferKey } from '../../billing/ledger.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { Receipt } from '../../protocol/receipt.ts';
import type { EndReason } from '../../protocol/shapes.ts';
import { consentDigest } from '../../protocol/voucher.ts';
import { newMeter } from '../../session/meter.ts';
import { newSession, recoveredSession } from '../../session/session.ts';
import type { OpenedSession, OpenSession } from '../session-book.ts';
import { type BookCore, STORE_UNAVAILABLE } from './book-core.ts';
import { closingTransfers, writeReceipt } from './closing.ts';
import { orOutage } from './flusher.ts';
import type { LiveSession } from './live-session.ts';
import { checkConsent, proposeOpen, quotedRates, requestText } from './opening.ts';
import type { Opening, OpenOutcome, SessionFacts, SessionRow } from './ports.ts';
import type { PlayerPurse } from './purses.ts';

/** The moment of an act on both clocks. */
export type Moment = { readonly nowMs: number; readonly wallMs: number };

const FIRST_EPOCH = 1;

function opened(live: LiveSession): OpenedSession {
  const { session, lease, open } = live.facts;
  return { session, lease, open, epoch: live.meter.epoch, heldWei: live.heldWei };
}

/** A key that was used before: the same wish gets the same session, with the token of this try. */
async function openAgain(
  core: BookCore,
  row: SessionRow,
  command: OpenSession,
  resumeTokenHash: string,
  { nowMs, wallMs }: Moment,
): Promise<Result<OpenedSession, Refusal>> {
  if (row.facts.request !== requestText(command)) return err(refusal('IDEMPOTENCY_MISMATCH'));
  if (row.receipt !== undefined) return err(refusal('SESSION_ENDED'));
  await core.parts.store.setResumeToken(row.facts.session, resumeTokenHash);
  const purse = await core.purses.fresh(command.player, wallMs);
  const live = core.live.get(row.facts.session) ?? core.add(row, newSession(nowMs), purse, nowMs, wallMs);
  live.resumeTokenHash = resumeTokenHash;
  core.doubts.delete(live.id);
  return ok(opened(live));
}

async function propose(
  core: BookCore,
  command: OpenSession,
  purse: PlayerPurse,
  wallMs: number,
): Promise<Result<SessionFacts, Refusal>> {
  const { store, terms, lockMs, random, chain } = core.parts;
  const needWei = firstHoldWei(quotedRates(command.quote).rateWeiPerHour);
  const { capRoomWei, freeWei } = purse;
  if (freeWei < needWei) {
    return err(refusal('FUNDS_TOO_LOW', { needWei: needWei.toString(), haveWei: freeWei.toString() }));
  }
  if (capRoomWei !== undefined && capRoomWei < needWei) {
    return err(refusal('CAP_REACHED', { needWei: needWei.toString(), leftWei: capRoomWei.toString() }));
  }
  if (command.continues !== undefined) {
    const before = await store.session(command.continues);
    if (before?.facts.player !== command.player) return err(refusal('SESSION_UNKNOWN'));
  }
  const consent = consentDigest(terms.domain, command.consent);
  // Such as one that its wallet revoked at the contract: under it nobody would be paid.
  if ((await chain?.refusedOpen(command.player, consent, command.sessionKey)) === true) {
    return err(refusal('CONSENT_BAD', { field: 'contract' }));
  }
  const lockedWei = (await store.consentLockedWei(consent)) + ((await chain?.lockedBeyondWei(consent)) ?? 0n);
  const lockableWei = await chain?.lockableWei(command.player);
  if (lockableWei !== undefined && lockableWei < needWei) {
    // The money is there, but earlier sessions of this player lock it until they are settled.
    const haveWei = greater(lockableWei, 0n).toString();
    return err(
      refusal('FUNDS_TOO_LOW', { needWei: needWei.toString(), haveWei, lockedWei: (freeWei - lockableWei).toString() }),
    );
  }
  return proposeOpen(command, {
    ...{ domain: terms.domain, lockedWei, lockMs, wallMs, random },
    ...(lockableWei !== undefined && { lockableWei }),
  });
}

function firstRow(core: BookCore, facts: SessionFacts, resumeTokenHash: string, wallMs: number): Opening {
  const accounts = chart(core.parts.terms.currency);
  return {
    facts,
    resumeTokenHash,
    counters: {
      rev: 0,
      meter: newMeter(FIRST_EPOCH),
      spend: { day: core.purses.day(wallMs), costAtStartWei: 0n },
      receivedBytes: 0,
    },
    hold: {
      key: transferKey(facts.session, 'hold', '1'),
      from: accounts.player(facts.player),
      to: accounts.held(facts.session),
      amountWei: firstHoldWei(facts.open.rate),
      session: facts.session,
      atMs: wallMs,
    },
  };
}

function openRefused(outcome: Exclude<OpenOutcome, { kind: 'opened' | 'known' }>, hold: Opening['hold']): Refusal {
  const needWei = hold.amountWei.toString();
  switch (outcome.kind) {
    case 'too-little':
      return refusal('FUNDS_TOO_LOW', { needWei, haveWei: outcome.freeWei.toString() });
    case 'consent-exceeded':
      return refusal('CONSENT_EXCEEDED', { field: 'maxAmount', needWei, leftWei: outcome.leftWei.toString() });
    case 'consent-nonce-used':
      return refusal('CONSENT_BAD', { field: 'nonce' });
  }
}

/** Opens a session; runs in the player's line. Throws OutageError. */
export async function openSession(
  core: BookCore,
  command: OpenSession,
  resumeTokenHash: string,
  moment: Moment,
): Promise<Result<OpenedSession, Refusal>> {
  const { nowMs, wallMs } = moment;
  const { store } = core.parts;
  const key: IdempotencyKey = command.key;
  const known = await store.sessionByKey(command.player, key);
  if (known !== undefined) return openAgain(core, known, command, resumeTokenHash, moment);
  const consented = checkConsent(command, wallMs);
  if (!consented.ok) return consented;
  const purse = await core.purses.fresh(command.player, wallMs);
  const proposed = await propose(core, command, purse, wallMs);
  if (!proposed.ok) return proposed;
  const opening = firstRow(core, proposed.value, resumeTokenHash, wallMs);
  const outcome = await orOutage(() => store.open(opening), undefined);
  if (outcome === undefined) {
    core.doubt(command.session, command.player, nowMs);
    return err(STORE_UNAVAILABLE);
  }
  if (outcome.kind === 'known') return openAgain(core, outcome.row, command, resumeTokenHash, moment);
  if (outcome.kind !== 'opened') return err(openRefused(outcome, opening.hold));
  purse.freeWei = outcome.freeWei;
  const { facts, counters, hold } = opening;
  const row = { facts, counters, resumeTokenHash, heldWei: hold.amountWei, holds: 1, fence: outcome.fence };
  return ok(opened(core.add(row, newSession(nowMs), purse, nowMs, wallMs)));
}

/** Charges, releases, writes the receipt; runs in the player's line. Throws OutageError: call again. */
export async function closeSession(
  core: BookCore,
  live: LiveSession,
  reason: EndReason,
  { wallMs, nowMs }: Moment,
): Promise<Result<Receipt, Refusal>> {
  const { store, terms, chain } = core.parts;
  live.step({ kind: 'end', reason }, nowMs);
  const purse = await core.purses.fresh(live.player, wallMs);
  if ((await core.watch.grow(live, purse, wallMs, holdShortWei)) === 'lost') return lost(core, live);
  const outcome = await store.close({
    session: live.id,
    fence: live.fence,
    counters: live.counters(),
    transfers: closingTransfers(live, terms, wallMs),
    receipt: writeReceipt(live, terms, reason, wallMs),
  });
  if (outcome.kind === 'lost') return lost(core, live);
  purse.freeWei = outcome.freeWei;
  purse.spentWei += live.spending(purse.day).spentWei;
  core.drop(live, 'closed');
  await chain?.sessionClosed(outcome.receipt);
  return ok(outcome.receipt);
}

function lost(core: BookCore, live: LiveSession): Result<never, Refusal> {
  core.drop(live, 'lost');
  return err(refusal('SESSION_UNKNOWN'));
}

/** Looks whether an open of unknown outcome happened after all, and closes it: nobody was told of it. */
export async function settleDoubt(core: BookCore, session: LiveSession['id'], moment: Moment): Promise<void> {
  const doubt = core.doubts.get(session);
  if (doubt === undefined) return;
  const { nowMs, wallMs } = moment;
  const done = await orOutage(
    () =>
      core.line.run(doubt.player, async () => {
        if (core.live.has(session) || !core.doubts.has(session)) return true;
        const row = await core.parts.store.session(session);
        if (row === undefined) return nowMs >= doubt.untilMs;
        if (row.receipt !== undefined) return true;
        const purse = await core.purses.fresh(doubt.player, wallMs);
        const live = core.add(row, recoveredSession(false, nowMs), purse, nowMs, wallMs);
        await closeSession(core, live, 'first-frame-timeout', moment);
        return true;
      }),
    false,
  );
  if (done) core.doubts.delete(session);
  else core.doubtAgain(session, nowMs);
}
