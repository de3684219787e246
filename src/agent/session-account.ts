// src/agent/session-account.ts - what one session served and what was signed for it: the ticks and the vouchers, counted
// here whether the hub listens or not, and written down so that a crash leaves something to claim.
import type { Clock } from '../base/clock.ts';
import type { StreamCounters } from '../media/ports.ts';
import type { Log } from '../observe/log.ts';
import type { NodeToPlayer, PlayerToNode } from '../protocol/control-messages.ts';
import type { ErrorCode } from '../protocol/error-codes.ts';
import { timings } from '../protocol/limits.ts';
import type { HubToNode, NodeToHub, Running } from '../protocol/node-messages.ts';
import type { EndReason } from '../protocol/shapes.ts';
import { shortfallExceeded, shortfallMs } from '../session/shortfall.ts';
import { withinMs } from './deadline.ts';
import type { Journal } from './journal.ts';
import { type RecordFacts, RecordMaker, type RecordPlace } from './record-maker.ts';
import { type ServedFacts, ServedTime } from './served-time.ts';
import type { SlotToAgent } from './slot-messages.ts';
import type { Terms } from './terms.ts';
import { VoucherKeeper } from './voucher-keeper.ts';

type Start = Extract<HubToNode, { t: 'start' }>;
type SignedVoucher = Pick<Extract<PlayerToNode, { t: 'voucher' }>, 'voucher' | 'signature'>;
type Counters = Pick<StreamCounters, 'framesSent' | 'bytesSent' | 'encodeMs' | 'framesEncoded'>;

/** What an account is opened with. */
export type AccountDeps = {
  readonly start: Start;
  readonly terms: Terms;
  readonly place: Omit<RecordPlace, 'nowMs'>;
  readonly clock: Clock;
  readonly journal: Pick<Journal, 'keep'>;
  readonly send: (message: SlotToAgent) => void;
  /** Says something to the page; false when there is none. */
  readonly toPage: (message: NodeToPlayer) => boolean;
  readonly log: Log;
};

const NO_COUNTERS: Counters = { framesSent: 0, bytesSent: 0, encodeMs: 0, framesEncoded: 0 };
/** A page's clock may run ahead of ours a little; its voucher must not pay for more than can have been. */
const CLOCK_SLACK_MS = 2_000;
/** Largest number that a count on `control` may have. */
const COUNT_MAX = 2 ** 48;

/** Counts one session. */
export class SessionAccount {
  readonly #deps: AccountDeps;
  readonly #beganMs: number;
  readonly #served: ServedTime;
  readonly #vouchers: VoucherKeeper;
  readonly #records: RecordMaker;
  #seq = 0;
  #tickedMs: number;
  #counters = NO_COUNTERS;
  #over = false;
  #heardVoucher = Promise.withResolvers<void>();

  constructor(deps: AccountDeps) {
    const { start, terms, journal } = deps;
    this.#deps = deps;
    this.#beganMs = deps.clock.monotonicMs();
    this.#tickedMs = this.#beganMs;
    this.#served = new ServedTime(start.promise, this.#beganMs);
    this.#vouchers = new VoucherKeeper(start.session, terms, journal);
    this.#records = new RecordMaker(start.session, terms, { ...deps.place, nowMs: this.#beganMs }, deps);
  }

  /** What the hub is told of the session after a reconnect. */
  get running(): Running {
    const { session, lease, epoch } = this.#deps.start;
    const { goodMs } = this.#served;
    return { session, lease, epoch, seq: this.#seq, servedMs: goodMs, goodMs, voucherSeq: this.#vouchers.seq };
  }

  /** Call several times a second. Judges full seconds, ticks when it is time; a reason when the session must end. */
  beat(facts: ServedFacts, counters: Counters | undefined): EndReason | undefined {
    const nowMs = this.#deps.clock.monotonicMs();
    if (facts.serving) this.#records.beat(nowMs, () => this.#recordFacts(counters));
    const judged = this.#served.beat(nowMs, facts);
    if (nowMs - this.#tickedMs >= timings.tickMs) void this.tick(counters);
    if (!judged) return undefined;
    if (shortfallExceeded(this.#served.goodMs, this.#vouchers.vouchedMs)) return 'voucher-shortfall';
    const wallS = BigInt(Math.floor(this.#deps.clock.wallMs() / 1_000));
    return wallS > this.#deps.terms.consent.validUntil ? 'consent-ended' : undefined;
  }

  /** Writes down and tells how far the session is. */
  async tick(counters: Counters | undefined): Promise<void> {
    const now = counters === undefined ? NO_COUNTERS : { ...counters };
    const frames = now.framesEncoded - this.#counters.framesEncoded;
    const encodeMs = frames > 0 ? (now.encodeMs - this.#counters.encodeMs) / frames : 0;
    this.#counters = now;
    this.#tickedMs = this.#deps.clock.monotonicMs();
    this.#seq++;
    const { session, epoch } = this.#deps.start;
    const { goodMs, badMs } = this.#served;
    const { framesSent, bytesSent } = now;
    const seq = this.#seq;
    const tick: Extract<NodeToHub, { t: 'tick' }> = {
      ...{ t: 'tick', session, epoch, seq, goodMs, badMs },
      ...{ framesSent, bytesSent, encodeMs },
    };
    this.#deps.send(tick);
    await this.#keep(tick);
  }

  #recordFacts(counters: Counters | undefined): RecordFacts {
    const { framesSent, bytesSent } = counters ?? NO_COUNTERS;
    return { goodMs: this.#served.goodMs, voucher: this.#vouchers.message?.voucher, framesSent, bytesSent };
  }

  /** The page's signature under a record. */
  recordSigned(message: Extract<PlayerToNode, { t: 'record.signed' }>): void {
    this.#records.signed(message);
  }

  /** What the relay carried, as the hub says. */
  relayed(message: Extract<HubToNode, { t: 'relayed' }>): void {
    this.#records.relayed(message);
  }

  /** The last record, when anything was served; the page has `limitMs` to sign it. */
  async lastRecord(limitMs: number, counters: Counters | undefined): Promise<void> {
    if (this.#served.goodMs === 0) return;
    await this.#records.last(this.#deps.clock.monotonicMs(), limitMs, this.#recordFacts(counters));
  }

  async #keep(entry: Parameters<Journal['keep']>[0]): Promise<void> {
    try {
      await this.#deps.journal.keep(entry);
    } catch (cause) {
      this.#deps.log.error({ cause: String(cause) }, 'journal.failed'); // Play goes on; only a crash would lose it.
    }
  }

  /** Takes a voucher and passes it on to the hub. A code says why it was refused. */
  async take({ voucher, signature }: SignedVoucher): Promise<ErrorCode | undefined> {
    if (this.#over) return 'SESSION_ENDED';
    const limitMs = this.#deps.clock.monotonicMs() - this.#beganMs + CLOCK_SLACK_MS;
    const taken = await this.#vouchers.take(voucher, signature, limitMs);
    if (!taken.ok) {
      this.#deps.log.warn({ code: taken.error.code, ...taken.error.facts }, 'voucher.refused');
      return taken.error.code;
    }
    const kept = this.#vouchers.message;
    if (kept !== undefined) this.#deps.send(kept);
    this.#heardVoucher.resolve();
    return undefined;
  }

  /** Takes a voucher of the page; the answer goes back to it. */
  async answer(signed: SignedVoucher): Promise<NodeToPlayer> {
    const seq = Math.min(Number(signed.voucher.seq), COUNT_MAX);
    const code = await this.take(signed);
    if (code !== undefined) return { t: 'voucher.refused', seq, code };
    return { t: 'voucher.kept', seq, shortfallMs: shortfallMs(this.#served.goodMs, this.#vouchers.vouchedMs) };
  }

  /** Judges what is left of the last second: nothing is served from here on. */
  close(facts: ServedFacts): void {
    this.#served.close(this.#deps.clock.monotonicMs(), facts);
    this.#heardVoucher = Promise.withResolvers<void>();
  }

  /** Waits for a voucher that pays for the rest, at most `limitMs`. */
  async lastVoucher(limitMs: number): Promise<void> {
    if (this.#vouchers.vouchedMs < this.#served.goodMs) await withinMs(limitMs, this.#heardVoucher.promise);
  }

  /** The last tick, and the end as the hub is told it; both are on the disk when it resolves. */
  async end(reason: EndReason, counters: Counters | undefined): Promise<Extract<NodeToHub, { t: 'ended' }>> {
    this.#over = true;
    await this.tick(counters);
    const last = this.#vouchers.message;
    const paid = last === undefined ? {} : { voucher: last.voucher, voucherSignature: last.signature };
    const { session } = this.#deps.start;
    const ended = { t: 'ended' as const, session, reason, goodMs: this.#served.goodMs, ...paid };
    await this.#keep(ended);
    return ended;
  }
}
