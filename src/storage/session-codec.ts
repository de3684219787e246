// src/storage/session-codec.ts - a session as rows and JSON, and back. Numbers of signed structs travel as decimal text.

import type { Counters, Sample, SessionFacts, SessionRow } from '../app/money/ports.ts';
import { assert, present } from '../base/assert.ts';
import type { SessionId } from '../base/ids.ts';
import type { Receipt } from '../protocol/receipt.ts';
import { type BadMs, badCauses } from '../protocol/shapes.ts';
import type { Hash32, Signature } from '../protocol/typed-data.ts';
import {
  type Consent,
  consentType,
  fromWire,
  type Open,
  openType,
  toWire,
  type Voucher,
  type Wire,
} from '../protocol/voucher.ts';

type FactsJson = Omit<SessionFacts, 'consent' | 'open'> & {
  readonly consent: Wire<Consent>;
  readonly open: Wire<Open>;
};

/** The unchanging half as JSON text. */
export function factsToJson(facts: SessionFacts): string {
  const json: FactsJson = { ...facts, consent: toWire(facts.consent), open: toWire(facts.open) };
  return JSON.stringify(json);
}

/** Reads what `factsToJson` wrote, as the driver has parsed it. */
export function factsFromJson(value: unknown): SessionFacts {
  const json = value as FactsJson;
  const consent = fromWire<Consent>(consentType, json.consent);
  const open = fromWire<Open>(openType, json.open);
  assert(consent.ok && open.ok, 'stored structs are whole');
  return { ...json, consent: consent.value, open: open.value };
}

/** A row of `session` joined with its `session_count` and the balance of its held account. */
export type StoredRow = {
  readonly facts: unknown;
  readonly receipt: Receipt | null;
  readonly open_signature: Signature | null;
  readonly resume_token_hash: string;
  readonly held: bigint | null;
  readonly fence: number;
  readonly rev: number;
  readonly holds: number;
  readonly epoch: number;
  readonly player_good_ms: number;
  readonly node_good_ms: number;
  readonly bad_ms: readonly number[];
  readonly spend_day: number;
  readonly spend_start: bigint;
  readonly received_bytes: number;
  readonly first_frame_at_ms: number | null;
  readonly voucher_seq: bigint | null;
  readonly voucher_served_ms: number | null;
  readonly voucher_amount: bigint | null;
  readonly voucher_signature: Signature | null;
  readonly relay_to_player: number | null;
  readonly relay_to_node: number | null;
};

/** Columns of a `StoredRow`, for a select over `session s` and `session_count c`. */
export const storedColumns = `s.facts, s.receipt, s.open_signature, s.resume_token_hash, c.fence, c.rev, c.holds, c.epoch,
  c.player_good_ms, c.node_good_ms, c.bad_ms, c.spend_day, c.spend_start, c.received_bytes,
  c.first_frame_at_ms, c.voucher_seq, c.voucher_served_ms, c.voucher_amount, c.voucher_signature, c.relay_to_player,
  c.relay_to_node`;

function badMsOf(list: readonly number[]): BadMs {
  return Object.fromEntries(badCauses.map((cause, at) => [cause, list[at] ?? 0])) as BadMs;
}

function voucherOf(row: StoredRow, lease: string): { voucher: Voucher; signature: Signature } | undefined {
  if (row.voucher_seq === null) return undefined;
  const signature = present(row.voucher_signature, 'a stored voucher is signed');
  const servedMs = BigInt(present(row.voucher_served_ms, 'a stored voucher has its time'));
  const amount = present(row.voucher_amount, 'a stored voucher has its amount');
  return { voucher: { lease: lease as Hash32, seq: row.voucher_seq, servedMs, amount }, signature };
}

/** A stored session as the book knows it. */
export function sessionFromRow(row: StoredRow): SessionRow {
  const facts = factsFromJson(row.facts);
  const voucher = voucherOf(row, facts.lease);
  const { relay_to_player: toPlayerBytes, relay_to_node: toNodeBytes } = row;
  const counters: Counters = {
    rev: row.rev,
    meter: {
      epoch: row.epoch,
      player: { goodMs: row.player_good_ms, badMs: badMsOf(row.bad_ms) },
      nodeGoodMs: row.node_good_ms,
    },
    spend: { day: row.spend_day, costAtStartWei: row.spend_start },
    receivedBytes: row.received_bytes,
    ...(voucher && { voucher }),
    ...(row.first_frame_at_ms !== null && { firstFrameAtMs: row.first_frame_at_ms }),
    ...(toPlayerBytes !== null && toNodeBytes !== null && { relay: { toPlayerBytes, toNodeBytes } }),
  };
  return {
    facts,
    counters,
    resumeTokenHash: row.resume_token_hash,
    heldWei: row.held ?? 0n,
    holds: row.holds,
    fence: row.fence,
    ...(row.open_signature !== null && { openSignature: row.open_signature }),
    ...(row.receipt !== null && { receipt: row.receipt }),
  };
}

/** Names and types of the columns that counters fill, in the order of `counterValues`. */
export const counterColumns = [
  ['rev', 'bigint'],
  ['epoch', 'integer'],
  ['player_good_ms', 'bigint'],
  ['node_good_ms', 'bigint'],
  ['bad_ms', 'text'],
  ['spend_day', 'integer'],
  ['spend_start', 'numeric'],
  ['received_bytes', 'bigint'],
  ['first_frame_at_ms', 'bigint'],
  ['voucher_seq', 'numeric'],
  ['voucher_served_ms', 'bigint'],
  ['voucher_amount', 'numeric'],
  ['voucher_signature', 'text'],
  ['relay_to_player', 'bigint'],
  ['relay_to_node', 'bigint'],
] as const;

/** Counters as column values. `bad_ms` is text with commas: Postgres has no ragged arrays to unnest. */
export function counterValues({ rev, meter, voucher, spend, ...rest }: Counters): (number | string | null)[] {
  return [
    rev,
    meter.epoch,
    meter.player.goodMs,
    meter.nodeGoodMs,
    badCauses.map((cause) => meter.player.badMs[cause]).join(','),
    spend.day,
    spend.costAtStartWei.toString(),
    rest.receivedBytes,
    rest.firstFrameAtMs ?? null,
    voucher?.voucher.seq.toString() ?? null,
    voucher?.voucher.servedMs.toString() ?? null,
    voucher?.voucher.amount.toString() ?? null,
    voucher?.signature ?? null,
    rest.relay?.toPlayerBytes ?? null,
    rest.relay?.toNodeBytes ?? null,
  ];
}

/** A row of `session_sample`. */
export type SampleRow = {
  readonly at_ms: number;
  readonly good_ms: number;
  readonly cost: bigint;
  readonly fps: number;
  readonly rtt_ms: number;
  readonly loss_share: number;
  readonly kbps: number;
  readonly click_to_frame_ms: number | null;
};

/** A stored point of a timeline. */
export function sampleFromRow(row: SampleRow): Sample {
  const point = {
    atMs: row.at_ms,
    goodMs: row.good_ms,
    costWei: row.cost.toString(),
    fps: row.fps,
    rttMs: row.rtt_ms,
    lossShare: row.loss_share,
    kbps: row.kbps,
  };
  return row.click_to_frame_ms === null ? point : { ...point, clickToFrameMs: row.click_to_frame_ms };
}

/**
 * A point of a timeline as column values, its session first. Each number is the nearest that its column of single precision
 * holds: Postgres refuses one that is too small for it, and a page measures what it likes.
 */
export function sampleValues(session: SessionId, sample: Sample): (number | string | null)[] {
  const { atMs, goodMs, costWei, fps, rttMs, lossShare, kbps, clickToFrameMs } = sample;
  const measured = [fps, rttMs, lossShare, kbps].map(Math.fround);
  return [
    session,
    atMs,
    goodMs,
    costWei,
    ...measured,
    clickToFrameMs === undefined ? null : Math.fround(clickToFrameMs),
  ];
}
