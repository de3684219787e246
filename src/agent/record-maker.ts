// src/agent/record-maker.ts - makes a session's records in its slot: once a minute and at the end, asks the page to sign,
// and hands each to the agent, which alone has the machine's key. A page that does not answer holds nothing up.
import { greater } from '../base/bigint.ts';
import type { SessionId } from '../base/ids.ts';
import type { Log } from '../observe/log.ts';
import type { NodeToPlayer, PlayerToNode } from '../protocol/control-messages.ts';
import { timings } from '../protocol/limits.ts';
import type { HubToNode, NodeToHub } from '../protocol/node-messages.ts';
import { type PlayRecord, playRecordDigest } from '../protocol/play-record.ts';
import { type Hash32, recoverSigner, type Signature } from '../protocol/typed-data.ts';
import { toWire } from '../protocol/voucher.ts';
import { withinMs } from './deadline.ts';
import type { SlotToAgent } from './slot-messages.ts';
import type { Terms } from './terms.ts';

/** What a record says of the moment it is made. */
export type RecordFacts = {
  readonly goodMs: number;
  readonly voucher: Extract<NodeToHub, { t: 'voucher' }>['voucher'] | undefined;
  readonly framesSent: number;
  readonly bytesSent: number;
};
/** Where and when a session's records begin: the slot, the first moment that its spans may cover, and the monotonic now. */
export type RecordPlace = { readonly slot: number; readonly fromWallMs: number; readonly nowMs: number };
/** Where records go. `toPage` is false when no page is there. */
export type RecordOut = {
  readonly send: (message: SlotToAgent) => void;
  readonly toPage: (message: NodeToPlayer) => boolean;
  readonly log: Log;
};
type Waiting = { readonly record: PlayRecord; readonly digest: Hash32; readonly untilMs: number };

/** The records of one session. */
export class RecordMaker {
  readonly #session: SessionId;
  readonly #terms: Terms;
  readonly #place: RecordPlace;
  readonly #out: RecordOut;
  #seq = 0n;
  #previous: Hash32;
  #untilMs: bigint;
  #madeMs: number;
  #relay = { toPlayerBytes: 0, toNodeBytes: 0 };
  #waiting: Waiting | undefined;
  #answered = Promise.withResolvers<void>();

  constructor(session: SessionId, terms: Terms, place: RecordPlace, out: RecordOut) {
    this.#session = session;
    this.#terms = terms;
    this.#place = place;
    this.#untilMs = BigInt(Math.floor(place.fromWallMs));
    this.#previous = terms.lease;
    this.#madeMs = place.nowMs;
    this.#out = out;
  }

  /** What the hub says of the relay's counter; it only grows. */
  relayed({
    toPlayerBytes,
    toNodeBytes,
  }: Pick<Extract<HubToNode, { t: 'relayed' }>, 'toPlayerBytes' | 'toNodeBytes'>): void {
    this.#relay = {
      toPlayerBytes: Math.max(this.#relay.toPlayerBytes, toPlayerBytes),
      toNodeBytes: Math.max(this.#relay.toNodeBytes, toNodeBytes),
    };
  }

  /** Call several times a second: makes the minute's record, and lets go of one that waited too long. */
  beat(nowMs: number, facts: () => RecordFacts): void {
    if (this.#waiting !== undefined && nowMs >= this.#waiting.untilMs) this.#hand(undefined);
    if (this.#waiting === undefined && nowMs - this.#madeMs >= timings.recordMs) this.#make(nowMs, facts());
  }

  /** The page's answer. One that is not its key's over this very record is dropped. */
  signed({ seq, signature }: Extract<PlayerToNode, { t: 'record.signed' }>): void {
    const waiting = this.#waiting;
    if (waiting === undefined || waiting.record.seq !== BigInt(seq)) return;
    if (recoverSigner(waiting.digest, signature) === this.#terms.open.key) this.#hand(signature);
    else this.#out.log.warn({ seq }, 'record.refused');
  }

  /** The last record, with what the page signs of it within `limitMs`. */
  async last(nowMs: number, limitMs: number, facts: RecordFacts): Promise<void> {
    this.#hand(undefined);
    if (this.#make(nowMs, facts)) await withinMs(limitMs, this.#answered.promise);
    this.#hand(undefined);
  }

  /** True when a page was there to be asked. */
  #make(nowMs: number, { goodMs, voucher, framesSent, bytesSent }: RecordFacts): boolean {
    this.#seq += 1n;
    this.#madeMs = nowMs;
    const fromMs = this.#untilMs;
    // By the monotonic clock, so that spans are true and never overlap when somebody sets the date.
    const { slot, fromWallMs, nowMs: beganMs } = this.#place;
    this.#untilMs = greater(BigInt(Math.floor(fromWallMs + nowMs - beganMs)), fromMs + 1n);
    const record: PlayRecord = {
      lease: this.#terms.lease,
      seq: this.#seq,
      slot: BigInt(slot),
      fromMs,
      untilMs: this.#untilMs,
      previous: this.#previous,
      nodeGoodMs: BigInt(Math.floor(goodMs)),
      voucherSeq: BigInt(voucher?.seq ?? '0'),
      vouchedMs: BigInt(voucher?.servedMs ?? '0'),
      amount: BigInt(voucher?.amount ?? '0'),
      framesSent: BigInt(framesSent),
      bytesSent: BigInt(bytesSent),
      relayToPlayerBytes: BigInt(this.#relay.toPlayerBytes),
      relayToNodeBytes: BigInt(this.#relay.toNodeBytes),
    };
    this.#previous = playRecordDigest(this.#terms.domain, record);
    this.#waiting = { record, digest: this.#previous, untilMs: nowMs + timings.recordAnswerMs };
    this.#answered = Promise.withResolvers<void>();
    return this.#out.toPage({ t: 'record', record: toWire(record) });
  }

  #hand(playerSignature: Signature | undefined): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    const signed = playerSignature === undefined ? {} : { playerSignature };
    this.#out.send({ t: 'record', session: this.#session, record: toWire(waiting.record), ...signed });
    this.#answered.resolve();
  }
}
