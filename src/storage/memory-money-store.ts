// src/storage/memory-money-store.ts - the store of money without a disk: for tests, simulations and trying things out.
// It obeys the same contract suite as the Postgres one (test/contract/ledger-*.test.ts) and forgets all at its end.

import type {
  CloseOutcome,
  Closing,
  CounterRow,
  HoldOutcome,
  MoneyStore,
  Opening,
  OpenOutcome,
  PaidTime,
  Purse,
  Sample,
  SessionRow,
} from '../app/money/ports.ts';
import { assert, present } from '../base/assert.ts';
import type { IdempotencyKey, NodeId, OperatorId, PlayerId, SessionId } from '../base/ids.ts';
import type { Result } from '../base/result.ts';
import { type DayCap, NO_CAP, spentOn } from '../billing/day-cap.ts';
import { type Currency, chart, Ledger, type LedgerRefusal, type Transfer } from '../billing/ledger.ts';
import type { SessionList } from '../protocol/http-api.ts';
import type { SignedRecord } from '../protocol/play-record.ts';
import type { Hash32, Signature } from '../protocol/typed-data.ts';

type Kept = { row: Omit<SessionRow, 'heldWei'>; samples: Sample[] };

/** Everything in maps; each call is one step and cannot be seen half done. */
export class MemoryMoneyStore implements MoneyStore {
  /** The books themselves, for tests that look at every entry. */
  readonly ledger = new Ledger();
  readonly currency: Currency;
  readonly #accounts: ReturnType<typeof chart>;
  #sessions = new Map<SessionId, Kept>();
  #byKey = new Map<string, SessionId>();
  #caps = new Map<PlayerId, DayCap>();
  #notes = new Map<string, string>();
  #records = new Map<SessionId, Map<number, SignedRecord>>();

  constructor(currency: Currency) {
    this.currency = currency;
    this.#accounts = chart(currency);
  }

  async open({ facts, resumeTokenHash, counters, hold }: Opening): Promise<OpenOutcome> {
    const { session, player, key, consent, consentId, open } = facts;
    const known = this.#byKey.get(`${player} ${key}`);
    if (known !== undefined) return { kind: 'known', row: present(this.#row(known), 'a known key has its session') };
    assert(!this.#sessions.has(session), 'a session id is used once');
    for (const { row } of this.#sessions.values()) {
      assert(row.facts.open.nonce !== open.nonce, 'a nonce of an Open is used once');
      const other = row.facts;
      const sameNonce = other.consent.payer === consent.payer && other.consent.nonce === consent.nonce;
      if (sameNonce && other.consentId !== consentId) return { kind: 'consent-nonce-used' };
    }
    const leftWei = consent.maxAmount - this.#lockedWei(consentId);
    if (open.maxAmount > leftWei) return { kind: 'consent-exceeded', leftWei };
    const posted = this.ledger.post([hold]);
    if (!posted.ok) return { kind: 'too-little', freeWei: tooLittle(posted) };
    this.#sessions.set(session, { row: { facts, counters, resumeTokenHash, holds: 1, fence: 1 }, samples: [] });
    this.#byKey.set(`${player} ${key}`, session);
    return { kind: 'opened', fence: 1, freeWei: this.#freeWei(player) };
  }

  async sessionByKey(player: PlayerId, key: IdempotencyKey): Promise<SessionRow | undefined> {
    const session = this.#byKey.get(`${player} ${key}`);
    return session === undefined ? undefined : this.#row(session);
  }

  async session(session: SessionId): Promise<SessionRow | undefined> {
    return this.#row(session);
  }

  async setResumeToken(session: SessionId, hash: string): Promise<void> {
    this.#change(session, { resumeTokenHash: hash });
  }

  async setOpenSignature(session: SessionId, signature: Signature): Promise<void> {
    this.#change(session, { openSignature: signature });
  }

  async hold(session: SessionId, fence: number, transfer: Transfer): Promise<HoldOutcome> {
    const kept = this.#owned(session, fence);
    if (kept === undefined) return { kind: 'lost' };
    const posted = this.ledger.post([transfer]);
    if (!posted.ok) return { kind: 'too-little', freeWei: tooLittle(posted) };
    if (posted.value.moved) this.#change(session, { holds: kept.row.holds + 1 });
    const heldWei = this.ledger.balance(this.#accounts.held(session));
    return { kind: 'held', heldWei, freeWei: this.#freeWei(kept.row.facts.player) };
  }

  async saveCounters(rows: readonly CounterRow[]): Promise<ReadonlySet<SessionId>> {
    const ours = new Set<SessionId>();
    for (const { session, fence, counters, samples } of rows) {
      const kept = this.#owned(session, fence);
      if (kept === undefined) continue;
      ours.add(session);
      if (counters.rev > kept.row.counters.rev) this.#change(session, { counters });
      const times = new Set(kept.samples.map(({ atMs }) => atMs));
      kept.samples.push(...samples.filter(({ atMs }) => !times.has(atMs)));
    }
    return ours;
  }

  async close({ session, fence, counters, transfers, receipt }: Closing): Promise<CloseOutcome> {
    const kept = this.#sessions.get(session);
    if (kept === undefined) return { kind: 'lost' };
    const { facts, receipt: before } = kept.row;
    if (before !== undefined) return { kind: 'known', receipt: before, freeWei: this.#freeWei(facts.player) };
    if (kept.row.fence !== fence) return { kind: 'lost' };
    const leavingWei = transfers.reduce((sum, { amountWei }) => sum + amountWei, 0n);
    assert(leavingWei === this.ledger.balance(this.#accounts.held(session)), 'a close empties the hold');
    assert(this.ledger.post(transfers).ok, 'a close is posted once');
    this.#change(session, { counters, receipt });
    return { kind: 'closed', receipt, freeWei: this.#freeWei(facts.player) };
  }

  async takeOver(): Promise<readonly SessionRow[]> {
    const open = [...this.#sessions.values()].filter(({ row }) => row.receipt === undefined);
    for (const { row } of open) this.#change(row.facts.session, { fence: row.fence + 1 });
    return open.map(({ row }) => present(this.#row(row.facts.session), 'an open session has its row'));
  }

  async post(transfers: readonly Transfer[]): Promise<Result<{ readonly moved: boolean }, LedgerRefusal>> {
    return this.ledger.post(transfers);
  }

  async purse(player: PlayerId, fromDay: number): Promise<Purse> {
    let [heldWei, spentWei] = [0n, 0n];
    for (const { row } of this.#sessions.values()) {
      if (row.facts.player !== player) continue;
      heldWei += this.ledger.balance(this.#accounts.held(row.facts.session));
      if (row.receipt !== undefined) spentWei += spentOn(row.counters.spend, fromDay, BigInt(row.receipt.costWei));
    }
    return { freeWei: this.#freeWei(player), heldWei, spentWei, cap: this.#caps.get(player) ?? NO_CAP };
  }

  async consentLockedWei(consentId: Hash32): Promise<bigint> {
    return this.#lockedWei(consentId);
  }

  #lockedWei(consentId: Hash32): bigint {
    let sum = 0n;
    for (const { row } of this.#sessions.values()) {
      if (row.facts.consentId !== consentId) continue;
      sum += row.receipt === undefined ? row.facts.open.maxAmount : BigInt(row.receipt.costWei);
    }
    return sum;
  }

  async setCap(player: PlayerId, cap: DayCap): Promise<void> {
    this.#caps.set(player, cap);
  }

  async history(
    player: PlayerId,
    limit: number,
    beforeMs = Number.POSITIVE_INFINITY,
  ): Promise<SessionList['sessions']> {
    const mine = [...this.#sessions.values()].filter(({ row }) => row.facts.player === player);
    return mine
      .map(({ row: { facts, receipt } }) => ({
        session: facts.session,
        game: facts.game as SessionList['sessions'][number]['game'],
        nodeName: facts.nodeName,
        startedAtMs: Number(facts.open.startedAtMs),
        billedMs: receipt?.billedMs ?? 0,
        costWei: receipt?.costWei ?? '0',
        ...(receipt && { endedAtMs: receipt.endedAtMs, reason: receipt.reason }),
      }))
      .filter(({ startedAtMs }) => startedAtMs < beforeMs)
      .sort((a, b) => b.startedAtMs - a.startedAtMs)
      .slice(0, limit);
  }

  async samples(session: SessionId): Promise<readonly Sample[]> {
    return (this.#sessions.get(session)?.samples ?? []).toSorted((a, b) => a.atMs - b.atMs);
  }

  async saveRecord(session: SessionId, seq: number, signed: SignedRecord): Promise<'kept' | 'other'> {
    const records = this.#records.get(session) ?? new Map<number, SignedRecord>();
    const before = records.get(seq);
    if (before !== undefined && JSON.stringify(before.record) !== JSON.stringify(signed.record)) return 'other';
    records.set(seq, { ...signed, ...before });
    this.#records.set(session, records);
    return 'kept';
  }

  async records(session: SessionId): Promise<readonly SignedRecord[]> {
    return [...(this.#records.get(session) ?? [])].toSorted(([a], [b]) => a - b).map(([, record]) => record);
  }

  async earned(operator: OperatorId): Promise<ReadonlyMap<NodeId, bigint>> {
    const sums = new Map<NodeId, bigint>();
    for (const { row } of this.#sessions.values()) {
      if (row.facts.operator !== operator || row.receipt === undefined) continue;
      sums.set(row.facts.node, (sums.get(row.facts.node) ?? 0n) + BigInt(row.receipt.operatorWei));
    }
    return sums;
  }

  async paidTime(sinceMs: number): Promise<readonly PaidTime[]> {
    const sums = new Map<string, PaidTime>();
    for (const { row } of this.#sessions.values()) {
      const { receipt, facts } = row;
      if (receipt === undefined || receipt.endedAtMs < sinceMs || receipt.costWei === '0') continue;
      const name = `${facts.node} ${facts.player}`;
      const paidMs = (sums.get(name)?.paidMs ?? 0) + receipt.billedMs;
      sums.set(name, { node: facts.node, payer: facts.player, paidMs });
    }
    return [...sums.values()];
  }

  async note(name: string): Promise<string | undefined> {
    return this.#notes.get(name);
  }

  async setNote(name: string, text: string): Promise<void> {
    this.#notes.set(name, text);
  }

  /** Every session, for readers of the books. */
  rows(): readonly SessionRow[] {
    return [...this.#sessions.keys()].flatMap((session) => this.#row(session) ?? []);
  }

  #row(session: SessionId): SessionRow | undefined {
    const kept = this.#sessions.get(session);
    return kept && { ...kept.row, heldWei: this.ledger.balance(this.#accounts.held(session)) };
  }

  /** The session if it is open and under this fence. */
  #owned(session: SessionId, fence: number): Kept | undefined {
    const kept = this.#sessions.get(session);
    return kept !== undefined && kept.row.fence === fence && kept.row.receipt === undefined ? kept : undefined;
  }

  #change(session: SessionId, change: Partial<Kept['row']>): void {
    const kept = present(this.#sessions.get(session), 'a changed session exists');
    kept.row = { ...kept.row, ...change };
  }

  #freeWei(player: PlayerId): bigint {
    return this.ledger.balance(this.#accounts.player(player));
  }
}

/** The balance that was too small; a reused key is a bug of ours. */
function tooLittle(refused: { readonly error: LedgerRefusal }): bigint {
  assert(refused.error.code === 'too-little', 'a hold has a key of its own');
  return refused.error.haveWei;
}
