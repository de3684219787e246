// src/app/money/live-session.ts - a running session in the hub's memory: the counts of both sides, the state machine, and
// what is held. The store has all of it but the last tick.
import type { PlayerId, SessionId } from '../../base/ids.ts';
import { spentOn, turnDay } from '../../billing/day-cap.ts';
import { billedMs, type HoldFacts, type SpendLimit } from '../../billing/hold.ts';
import type { Transfer } from '../../billing/ledger.ts';
import { priceWei } from '../../billing/pricing.ts';
import type { SplitTerms } from '../../billing/split.ts';
import { keepVoucher, type SignedVoucher, type VoucherBook } from '../../billing/voucher-book.ts';
import type { PlayerToHub, SessionState } from '../../protocol/player-messages.ts';
import type { Signature } from '../../protocol/typed-data.ts';
import { sumBadMs } from '../../session/good-time.ts';
import { billableMs, countVouched, type Meter } from '../../session/meter.ts';
import { type Session, type SessionEvent, stepSession } from '../../session/session.ts';
import type { BookEffect, BookedSession, RelayWitness } from '../session-book.ts';
import type { Counters, Sample, SessionFacts, SessionRow } from './ports.ts';

const SAMPLES_WAITING_MAX = 60; // Five minutes of ticks while the store is away; then the oldest go.

/** A player's tick as it comes from the wire. */
export type PlayerTick = Extract<PlayerToHub, { t: 'tick' }>;

/** One session that this hub runs. */
export class LiveSession {
  readonly facts: SessionFacts;
  readonly fence: number;
  /** Moment of the open on this process's monotonic clock. */
  readonly openedAtMs: number;
  /** Monotonic: the consent's end does not move when somebody sets the date. */
  readonly consentEndsAtMs: number;
  resumeTokenHash: string;
  openSignature: Signature | undefined;
  machine: Session;
  heldWei: bigint;
  /** Number of the last hold that the store confirmed. */
  holds: number;
  /** A hold whose outcome is not known yet: repeated word for word until it is. */
  holdInDoubt: Transfer | undefined;
  /** The limit the player was warned of, so that one end is announced once. */
  warnedOf: SpendLimit | undefined;
  /** Effects that could not be told because the store was away. */
  untold: BookEffect[] = [];
  #meter: Meter;
  #vouchers: VoucherBook;
  #rest: Pick<Counters, 'spend' | 'firstFrameAtMs' | 'receivedBytes' | 'relay'>;
  #rev: number;
  #savedRev: number;
  #samples: Sample[] = [];

  constructor(row: SessionRow, machine: Session, clock: { openedAtMs: number; consentEndsAtMs: number }) {
    const { facts, counters } = row;
    this.facts = facts;
    this.fence = row.fence;
    this.openedAtMs = clock.openedAtMs;
    this.consentEndsAtMs = clock.consentEndsAtMs;
    this.resumeTokenHash = row.resumeTokenHash;
    this.openSignature = row.openSignature;
    this.machine = machine;
    this.heldWei = row.heldWei;
    this.holds = row.holds;
    this.#meter = counters.meter;
    this.#vouchers = { lease: facts.lease, open: facts.open, ...(counters.voucher && { highest: counters.voucher }) };
    this.#rest = counters;
    this.#rev = counters.rev;
    this.#savedRev = counters.rev;
  }

  get id(): SessionId {
    return this.facts.session;
  }

  get player(): PlayerId {
    return this.facts.player;
  }

  get meter(): Meter {
    return this.#meter;
  }

  get vouchers(): VoucherBook {
    return this.#vouchers;
  }

  /** Something is not yet in the store. */
  get dirty(): boolean {
    return this.#rev > this.#savedRev || this.#samples.length > 0;
  }

  get rateWeiPerHour(): bigint {
    return this.facts.open.rate;
  }

  get terms(): SplitTerms {
    const { quote, open } = this.facts;
    return {
      rateWeiPerHour: open.rate,
      baseWeiPerHour: open.baseShare,
      burnBps: BigInt(quote.burnBps),
      platformBps: BigInt(quote.platformBps),
    };
  }

  /** Nothing is owed for an Open that the player never signed. */
  get holdFacts(): HoldFacts {
    const billable = this.openSignature === undefined ? 0 : billableMs(this.#meter);
    return {
      rateWeiPerHour: this.rateWeiPerHour,
      billableMs: BigInt(billable),
      heldWei: this.heldWei,
      lockWei: this.facts.open.maxAmount,
    };
  }

  /** Time that is paid for: never more than the hold reaches. */
  get billedMs(): bigint {
    return billedMs(this.holdFacts);
  }

  get costWei(): bigint {
    return priceWei(this.rateWeiPerHour, this.billedMs);
  }

  /** Takes over a meter; returns whether billable time grew. */
  setMeter(meter: Meter): boolean {
    if (meter === this.#meter) return false;
    const grew = billableMs(meter) > billableMs(this.#meter);
    this.#meter = meter;
    this.#rev++;
    return grew;
  }

  /** Keeps a verified voucher; it counts like a tick of the player. */
  setVoucher(signed: SignedVoucher): boolean {
    this.#vouchers = keepVoucher(this.#vouchers, signed);
    this.#rev++;
    return this.setMeter(countVouched(this.#meter, Number(signed.voucher.servedMs)));
  }

  /** Moves the state machine; returns whether it changed. */
  step(event: SessionEvent, nowMs: number): boolean {
    const next = stepSession(this.machine, event, nowMs);
    const changed = next.state !== this.machine.state;
    this.machine = next;
    return changed;
  }

  /** Lets a new day begin for the own cap. Call before the cost of that day is counted. */
  turnDay(day: number): void {
    const spend = turnDay(this.#rest.spend, day, this.costWei);
    if (spend === this.#rest.spend) return;
    this.#rest = { ...this.#rest, spend };
    this.#rev++;
  }

  /** What this session cost on a day, and what it holds beyond its cost. */
  spending(day: number): { spentWei: bigint; aheadWei: bigint } {
    const { costWei } = this;
    return { spentWei: spentOn(this.#rest.spend, day, costWei), aheadWei: this.heldWei - costWei };
  }

  /** A picture was decoded, or good time counted. */
  get seen(): boolean {
    return this.#rest.firstFrameAtMs !== undefined || billableMs(this.#meter) > 0;
  }

  /** The page received more bytes than any tick before said. */
  receivedMore({ sample }: PlayerTick): boolean {
    return sample !== undefined && sample.receivedBytes > this.#rest.receivedBytes;
  }

  /** Keeps what a tick says beyond its counts: first picture, bytes, a point of the timeline. */
  note(tick: PlayerTick, wallMs: number): void {
    const { goodMs, badMs, sample } = tick;
    const sinceFirstMs = goodMs + sumBadMs(badMs) - badMs['no-frame-yet'];
    if (this.#rest.firstFrameAtMs === undefined && sinceFirstMs > 0) {
      const atMs = Math.max(Number(this.facts.open.startedAtMs), Math.round(wallMs - sinceFirstMs));
      this.#rest = { ...this.#rest, firstFrameAtMs: atMs };
      this.#rev++;
    }
    if (sample === undefined) return;
    this.#rest = { ...this.#rest, receivedBytes: Math.max(this.#rest.receivedBytes, sample.receivedBytes) };
    this.#rev++;
    const { fps, rttMs, lossShare, kbps, clickToFrameMs } = sample;
    const point = { atMs: wallMs, goodMs, costWei: this.costWei.toString(), fps, rttMs, lossShare, kbps };
    this.#samples.push(clickToFrameMs === undefined ? point : { ...point, clickToFrameMs });
    if (this.#samples.length > SAMPLES_WAITING_MAX) this.#samples.shift();
  }

  /** Keeps what a relay carried; its counts only grow. */
  witness({ toPlayerBytes, toNodeBytes }: Omit<RelayWitness, 'session'>): void {
    const before = this.#rest.relay ?? { toPlayerBytes: 0, toNodeBytes: 0 };
    const relay = {
      toPlayerBytes: Math.max(before.toPlayerBytes, toPlayerBytes),
      toNodeBytes: Math.max(before.toNodeBytes, toNodeBytes),
    };
    this.#rest = { ...this.#rest, relay };
    this.#rev++;
  }

  /** What the store should have. */
  counters(): Counters {
    const { spend, firstFrameAtMs, receivedBytes, relay } = this.#rest;
    const { highest } = this.#vouchers;
    return {
      rev: this.#rev,
      meter: this.#meter,
      spend,
      receivedBytes,
      ...(highest && { voucher: highest }),
      ...(firstFrameAtMs !== undefined && { firstFrameAtMs }),
      ...(relay && { relay }),
    };
  }

  /** Points of the timeline that wait to be written. */
  samples(): readonly Sample[] {
    return [...this.#samples];
  }

  /** The store has counters up to `rev` and these samples. */
  saved(rev: number, samples: readonly Sample[]): void {
    this.#savedRev = Math.max(this.#savedRev, rev);
    const written = new Set(samples);
    this.#samples = this.#samples.filter((sample) => !written.has(sample));
  }

  /** The session as the hub sees it. */
  booked(): BookedSession {
    const { facts, openSignature } = this;
    const { session, player, node, nodeName, region, game, path, quote, choice, open, lease, continues, place } = facts;
    return {
      session,
      player,
      node,
      nodeName,
      region,
      game,
      path,
      quote,
      choice,
      open,
      lease,
      consent: facts.consent,
      consentSignature: facts.consentSignature,
      epoch: this.#meter.epoch,
      goodMs: this.#meter.player.goodMs,
      badMs: this.#meter.player.badMs,
      voucherSeq: Number(this.#vouchers.highest?.voucher.seq ?? 0n),
      resumeTokenHash: this.resumeTokenHash,
      ...(openSignature && { openSignature }),
      ...(continues && { continues }),
      ...(place !== undefined && { place }),
    };
  }

  /** The phase as a player reads it. */
  get phase(): SessionState['phase'] {
    return this.machine.state;
  }
}
