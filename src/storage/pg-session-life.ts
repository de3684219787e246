// src/storage/pg-session-life.ts - what moves money over a session's life, each inside one transaction: its open with the first
// hold, a hold that grows, its close with the receipt. Written by hand: these statements are the money.
import type { CloseOutcome, Closing, HoldOutcome, Opening, OpenOutcome } from '../app/money/ports.ts';
import { assert } from '../base/assert.ts';
import type { PlayerId, SessionId } from '../base/ids.ts';
import { spentOn } from '../billing/day-cap.ts';
import { type Currency, chart, type Transfer } from '../billing/ledger.ts';
import type { Receipt } from '../protocol/receipt.ts';
import type { Transaction } from './database.ts';
import { insertCounters, writeCounters } from './pg-counters.ts';
import { balanceIn, postIn } from './pg-ledger.ts';
import { factsToJson } from './session-codec.ts';

/** Writes a session, its lock on the consent, its counters, and its first hold. Throws what broke a constraint, TooLittle. */
export async function openIn(
  transaction: Transaction,
  currency: Currency,
  { facts, resumeTokenHash, counters, hold }: Opening,
): Promise<OpenOutcome> {
  const { session, player, node, operator, key, consent, consentId, open } = facts;
  await transaction.query(
    // Whichever of its two keys is taken: naming one, the other would break where two first sessions begin at once.
    'insert into consent (id, payer, nonce, max_amount) values ($1, $2, $3, $4) on conflict do nothing',
    [consentId, consent.payer, consent.nonce.toString(), consent.maxAmount.toString()],
  );
  const known = await transaction.query('select from consent where id = $1', [consentId]);
  if (known.rowCount === 0) return { kind: 'consent-nonce-used' };
  await transaction.query(
    `insert into session (id, player, node, operator, open_key, consent_id, open_nonce, locked, started_at_ms, facts,
       resume_token_hash, currency) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      session,
      player,
      node,
      operator,
      key,
      consentId,
      open.nonce.toString(),
      open.maxAmount.toString(),
      open.startedAtMs.toString(),
      factsToJson(facts),
      resumeTokenHash,
      currency,
    ],
  );
  // After the session: a key that is known must be found before its lock is counted a second time.
  await transaction.query('update consent set locked = locked + $2 where id = $1', [
    consentId,
    open.maxAmount.toString(),
  ]);
  await insertCounters(transaction, session, counters);
  const posted = await postIn(transaction, [hold]);
  assert(posted.ok && posted.value.moved, 'a first hold has a key of its own');
  return { kind: 'opened', fence: 1, freeWei: await balanceIn(transaction, chart(currency).player(player)) };
}

/** Grows a hold under a fence. Throws TooLittle. */
export async function holdIn(
  transaction: Transaction,
  session: SessionId,
  fence: number,
  transfer: Transfer,
): Promise<HoldOutcome> {
  const { rowCount } = await transaction.query(
    'select from session_count where session = $1 and fence = $2 for no key update',
    [session, fence],
  );
  if (rowCount === 0) return { kind: 'lost' };
  const posted = await postIn(transaction, [transfer]);
  assert(posted.ok, 'a hold has a key of its own');
  if (posted.value.moved) {
    await transaction.query('update session_count set holds = holds + 1 where session = $1', [session]);
  }
  const heldWei = await balanceIn(transaction, transfer.to);
  return { kind: 'held', heldWei, freeWei: await balanceIn(transaction, transfer.from) };
}

/** Ends a session: last counters, what was charged, what goes back, the receipt. Done before: the receipt of then. */
export async function closeIn(transaction: Transaction, currency: Currency, closing: Closing): Promise<CloseOutcome> {
  const accounts = chart(currency);
  const { session, fence, counters, transfers, receipt } = closing;
  const found = await transaction.query<{
    player: PlayerId;
    receipt: Receipt | null;
    locked: bigint;
    consent_id: string;
  }>('select player, receipt, locked, consent_id from session where id = $1 for no key update', [session]);
  const row = found.rows[0];
  if (row === undefined) return { kind: 'lost' };
  const free = () => balanceIn(transaction, accounts.player(row.player));
  if (row.receipt !== null) return { kind: 'known', receipt: row.receipt, freeWei: await free() };
  const fenced = await transaction.query(
    'update session_count set fence = 0 where session = $1 and fence = $2 returning session',
    [session, fence],
  );
  if (fenced.rowCount === 0) return { kind: 'lost' };
  await writeCounters(transaction, session, counters);
  const posted = await postIn(transaction, transfers);
  assert(posted.ok, 'a close is posted once');
  assert((await balanceIn(transaction, accounts.held(session))) === 0n, 'a close empties the hold');
  const costWei = BigInt(receipt.costWei);
  await transaction.query('update consent set locked = locked - $2 where id = $1', [
    row.consent_id,
    (row.locked - costWei).toString(),
  ]);
  await transaction.query(
    `update session set receipt = $2, ended_at_ms = $3, cost = $4, operator_wei = $5, billed_ms = $6, spend_day = $7,
       spent_on_day = $8 where id = $1`,
    [
      session,
      JSON.stringify(receipt),
      receipt.endedAtMs,
      receipt.costWei,
      receipt.operatorWei,
      receipt.billedMs,
      counters.spend.day,
      spentOn(counters.spend, counters.spend.day, costWei).toString(),
    ],
  );
  return { kind: 'closed', receipt, freeWei: await free() };
}
