// test/unit/billing/session-audit.test.ts - a session replayed from its log alone.
import { expect, test } from 'vitest';
import { priceWei } from '../../../src/billing/pricing.ts';
import { auditSession } from '../../../src/billing/session-audit.ts';
import { readReceipt } from '../../../src/billing/verify-receipt.ts';
import type { SessionLog } from '../../../src/protocol/money-api.ts';
import { type PlayRecord, playRecordDigest, type SignedRecord } from '../../../src/protocol/play-record.ts';
import type { Receipt } from '../../../src/protocol/receipt.ts';
import { addressOf, signDigest } from '../../../src/protocol/typed-data.ts';
import { consentDigest, openDigest, toWire, voucherDigest } from '../../../src/protocol/voucher.ts';
import { keys, sealTrue, trueDomain, trueReceipt } from '../../support/true-receipt.ts';

const nodeKey = new Uint8Array(32).fill(4);
const MINUTES = 3;
const GOOD_MS = 150_000;

/** A true receipt whose node has a key that signs: consent, Open and voucher made anew over it. */
function receiptWithNode(): Receipt {
  const read = readReceipt(trueReceipt(GOOD_MS));
  if (!read.ok || read.value.voucher === undefined) throw new Error('the receipt of the tests can be read');
  const { seal: _seal, ...receipt } = read.value.receipt;
  const node = addressOf(nodeKey);
  const consent = read.value.consent;
  const open = { ...read.value.open, node, consent: consentDigest(trueDomain, consent) };
  const lease = openDigest(trueDomain, open);
  const voucher = { ...read.value.voucher, lease };
  return sealTrue({
    ...receipt,
    node: node as string as Receipt['node'],
    lease: lease as string as Receipt['lease'],
    open: toWire(open),
    openSignature: signDigest(lease, keys.session),
    voucher: toWire(voucher),
    voucherSignature: signDigest(voucherDigest(trueDomain, voucher), keys.session),
  });
}

function recordsOf(receipt: Receipt): SignedRecord[] {
  const rate = BigInt(receipt.open.rate);
  const records: SignedRecord[] = [];
  let previous = receipt.lease as string as PlayRecord['previous'];
  for (let minute = 1; minute <= MINUTES; minute++) {
    const vouchedMs = BigInt(minute * 40_000);
    const record: PlayRecord = {
      lease: receipt.lease as string as PlayRecord['lease'],
      seq: BigInt(minute),
      slot: 1n,
      fromMs: BigInt(receipt.startedAtMs + (minute - 1) * 60_000),
      untilMs: BigInt(receipt.startedAtMs + minute * 60_000),
      previous,
      nodeGoodMs: BigInt(minute * 50_000),
      voucherSeq: BigInt(minute * 6),
      vouchedMs,
      amount: priceWei(rate, vouchedMs),
      framesSent: BigInt(minute * 1_800),
      bytesSent: BigInt(minute * 40_000_000),
      relayToPlayerBytes: BigInt(minute * 41_000_000),
      relayToNodeBytes: BigInt(minute * 300_000),
    };
    previous = playRecordDigest(trueDomain, record);
    const playerSignature = signDigest(previous, keys.session);
    records.push({ record: toWire(record), nodeSignature: signDigest(previous, nodeKey), playerSignature });
  }
  return records;
}

function trueLog(): SessionLog {
  const receipt = receiptWithNode();
  const { session, player, operator } = receipt;
  const held = `PLAY/held/${session}`;
  const firstWei = priceWei(BigInt(receipt.open.rate), 60_000n);
  const atMs = receipt.endedAtMs;
  const line = (key: string, from: string, to: string, amountWei: string) => ({ key, from, to, amountWei, atMs });
  return {
    v: 1,
    session,
    receipt,
    records: recordsOf(receipt),
    transfers: [
      line(`${session}/hold/1`, `PLAY/player/${player}`, held, firstWei.toString()),
      line(`${session}/hold/2`, `PLAY/player/${player}`, held, (BigInt(receipt.heldWei) - firstWei).toString()),
      line(`${session}/burn`, held, 'PLAY/burn/seed-2024', receipt.burnWei),
      line(`${session}/platform`, held, 'PLAY/platform/fees', receipt.platformWei),
      line(`${session}/operator`, held, `PLAY/operator/${operator}`, receipt.operatorWei),
      line(`${session}/release`, held, `PLAY/player/${player}`, receipt.releasedWei),
    ],
    counts: {
      playerGoodMs: receipt.playerGoodMs,
      nodeGoodMs: receipt.nodeGoodMs,
      freeMs: receipt.freeMs,
      ...(receipt.voucher && { voucher: receipt.voucher }),
      ...(receipt.voucherSignature && { voucherSignature: receipt.voucherSignature }),
    },
  };
}

const wrongLines = (log: SessionLog): string[] =>
  (auditSession(log) ?? []).filter(({ ok }) => !ok).map(({ line }) => line);

/** A value of the same form that is another one. */
function other(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string' && /^\d+$/.test(value)) return (BigInt(value) + 1n).toString();
  if (typeof value === 'string') return value.slice(0, -1) + (value.endsWith('1') ? '2' : '1');
  return value;
}

/** Every leaf below `at`, as a path. */
function leaves(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  const entries = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value);
  return entries.flatMap(([key, field]) => leaves(field, [...at, key]));
}

function changed(log: SessionLog, path: readonly (string | number)[]): SessionLog {
  const copy: unknown = JSON.parse(JSON.stringify(log)); // Parts that the log shares are two places here.
  let place = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  place[last] = other(place[last]);
  return copy as SessionLog;
}

test('a true session replays without a fault', () => {
  const lines = auditSession(trueLog()) ?? [];
  expect(wrongLines(trueLog())).toEqual([]);
  expect(lines.length).toBeGreaterThan(80);
});

test('there is nothing to replay while a session runs', () => {
  const { receipt: _receipt, ...running } = trueLog();
  expect(auditSession(running)).toBeUndefined();
});

// Goal: no field of the log can be changed without a line being named. Method: change each leaf of one record, of the
// transfers and of the counts alone (verify-receipt.test.ts does so for the receipt); the name must lead
// to it. Times of transfers are the database's own and say nothing about money.
test('any one field changed is found, and the line is named', () => {
  const log = trueLog();
  const paths = leaves(log).filter(
    (path) =>
      !(path[0] === 'receipt' || path[0] === 'v' || path.at(-1) === 'atMs' || (path[0] === 'records' && path[1] !== 1)),
  );
  expect(paths.length).toBeGreaterThan(50);
  for (const path of paths) {
    const wrong = wrongLines(changed(log, path));
    const name = path.join('.');
    expect(wrong, name).not.toEqual([]);
    if (path[0] === 'records')
      expect(
        wrong.some((line) => line.startsWith(`records[${path[1]}]`)),
        name,
      ).toBe(true);
    if (path[0] === 'transfers') {
      expect(
        wrong.some((line) => line.startsWith(`transfers[${path[1]}]`) || line.startsWith('transfers ')),
        name,
      ).toBe(true);
    }
    if (path[0] === 'counts') expect(wrong, name).toEqual([expect.stringMatching(/^counts\./)]);
  }
});

test('a record or a transfer that is missing is found', () => {
  const log = trueLog();
  const without = (at: number) => ({ ...log, records: log.records.filter((_, index) => index !== at) });
  expect(wrongLines(without(0))).toContain('records[0].seq');
  expect(wrongLines(without(1))).toContain('records[1].previous');
  const fewer = { ...log, transfers: log.transfers.filter(({ key }) => !key.endsWith('/operator')) };
  expect(wrongLines(fewer)).toEqual([`transfers ${log.session}/operator`]);
});

// Goal: a page that was gone breaks nothing, a stranger's signature does.
test('a record without the player stands, one with a wrong signature does not', () => {
  const log = trueLog();
  const [first, ...rest] = log.records;
  if (first === undefined) throw new Error('there is a first record');
  const { playerSignature: _gone, ...alone } = first;
  expect(wrongLines({ ...log, records: [alone, ...rest] })).toEqual([]);
  const forged = { ...first, playerSignature: first.nodeSignature };
  expect(wrongLines({ ...log, records: [forged, ...rest] })).toEqual(['records[0].playerSignature']);
});
