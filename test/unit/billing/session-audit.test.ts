// test/unit/billing/session-audit.test.ts - a session replayed from its log alone.
import { expect, test } from 'vitest';
import { refundTransfers } from '../../../src/app/admin/plan-act.ts';
import { backTransfers, type EventTerms, endName, finishTransfers } from '../../../src/app/chain/event-transfers.ts';
import type { OperatorId } from '../../../src/base/ids.ts';
import { type AccountId, chart, type Transfer } from '../../../src/billing/ledger.ts';
import { priceWei } from '../../../src/billing/pricing.ts';
import { auditSession } from '../../../src/billing/session-audit.ts';
import { splitCost } from '../../../src/billing/split.ts';
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
function receiptWithNode(burned: Receipt['burned'] = 'play-money'): Receipt {
  const read = readReceipt(trueReceipt(GOOD_MS));
  if (!read.ok || read.value.voucher === undefined) throw new Error('the receipt of the tests can be read');
  const { seal: _seal, ...receipt } = read.value.receipt;
  const node = addressOf(nodeKey);
  const consent = read.value.consent;
  const open = { ...read.value.open, node, consent: consentDigest(trueDomain, consent) };
  const lease = openDigest(trueDomain, open);
  const voucher = { ...read.value.voucher, lease };
  return sealTrue({
    ...{ ...receipt, burned },
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

function trueLog(receipt = receiptWithNode(), currency: 'PLAY' | 'DBC' = 'PLAY'): SessionLog {
  const { session, player, operator } = receipt;
  const held = `${currency}/held/${session}`;
  const firstWei = priceWei(BigInt(receipt.open.rate), 60_000n);
  const atMs = receipt.endedAtMs;
  const line = (key: string, from: string, to: string, amountWei: string) => ({ key, from, to, amountWei, atMs });
  return {
    v: 1,
    session,
    receipt,
    records: recordsOf(receipt),
    transfers: [
      line(`${session}/hold/1`, `${currency}/player/${player}`, held, firstWei.toString()),
      line(`${session}/hold/2`, `${currency}/player/${player}`, held, (BigInt(receipt.heldWei) - firstWei).toString()),
      line(`${session}/burn`, held, `${currency}/burn/seed-2024`, receipt.burnWei),
      line(`${session}/platform`, held, `${currency}/platform/fees`, receipt.platformWei),
      line(`${session}/operator`, held, `${currency}/operator/${operator}`, receipt.operatorWei),
      line(`${session}/release`, held, `${currency}/player/${player}`, receipt.releasedWei),
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

const TERMS: EventTerms = { currency: 'DBC', treasury: `0x${'7e'.repeat(20)}`, atMs: () => 0 };
const STAKER = `0x${'5a'.repeat(20)}` as string as OperatorId;
const coins = chart('DBC');
const plainLine = ({ key, from, to, amountWei }: Transfer) => ({ key, from, to, amountWei: `${amountWei}`, atMs: 0 });

/** Accounts of coins in memory, which begin with these and follow what is posted. */
function accountsWith(begin: Partial<Record<AccountId, bigint>>) {
  const balances = new Map(Object.entries(begin));
  const change = (account: AccountId, wei: bigint) => balances.set(account, (balances.get(account) ?? 0n) + wei);
  return {
    of: async (account: AccountId) => balances.get(account) ?? 0n,
    post: (transfers: readonly Transfer[]) => {
      for (const { from, to, amountWei } of transfers) {
        change(from, -amountWei);
        change(to, amountWei);
      }
      return transfers;
    },
  };
}

/** A session of coins after ends on the chain, by what each paid in all; all but the last were taken back. */
async function coinLog(
  paidEach: readonly bigint[],
  to?: OperatorId,
  free = 10n ** 18n,
  claimed = false,
): Promise<SessionLog> {
  const receipt = receiptWithNode('on-chain');
  const log = trueLog(receipt, 'DBC');
  const { session, player, operator, burnWei, platformWei, operatorWei, quote } = receipt;
  const booked = { burnWei: BigInt(burnWei), platformWei: BigInt(platformWei), operatorWei: BigInt(operatorWei) };
  const accounts = accountsWith({
    [coins.player(player)]: free,
    [coins.burn('seed-2024')]: claimed ? 0n : booked.burnWei,
    [coins.platform]: claimed ? 0n : booked.platformWei,
    [coins.operator(operator)]: booked.operatorWei / 2n, // It has claimed what the contract does not owe it.
    [coins.short(operator)]: -4_000n, // And some of it before the books knew.
  });
  const ends: Transfer[] = [];
  for (const [round, wei] of paidEach.entries()) {
    const rates = { rateWeiPerHour: BigInt(receipt.open.rate), baseWeiPerHour: BigInt(receipt.open.baseShare) };
    const shares = { burnBps: BigInt(quote.burnBps), platformBps: BigInt(quote.platformBps) };
    const paid = { ...splitCost(wei, { ...rates, ...shares }), operator: wei === 0n ? undefined : to };
    const of = { session, player, operator, burnPolicy: quote.burnPolicy, booked, paid };
    const end = await finishTransfers(TERMS, of, round, accounts.of);
    ends.push(...accounts.post(end));
    if (round === paidEach.length - 1) break;
    if (claimed) accounts.post(end.map(emptied)); // Whoever was paid by this end has taken it by now.
    ends.push(...accounts.post(await backTransfers(TERMS)(end, accounts.of)));
  }
  expect(ends.every(({ key }) => key.startsWith(endName(session, 0).slice(0, 2).join('/')))).toBe(true);
  return { ...log, transfers: [...log.transfers, ...ends.map(plainLine)] };
}
const emptied = (transfer: Transfer): Transfer => ({ ...transfer, from: transfer.to, to: coins.chain });
const vouchedWei = BigInt(receiptWithNode().voucher?.amount ?? '0');
const chargedWei = BigInt(receiptWithNode().costWei);
const rateOf = (): bigint => BigInt(receiptWithNode().open.rate);

// Goal: what the chain makes of an honest session is no fault. Method: the hub's own entries for vouchers below, at and above
// the charge, for a lease that was never opened, for an end that was taken back, for another staker, for accounts that are short.
test.each([
  ['less than was charged', [vouchedWei], undefined, undefined],
  ['more, by a voucher that only the node had', [chargedWei + 2_000_000n], undefined, undefined],
  ['nothing', [0n], undefined, undefined],
  ['an earlier voucher, with which the lease was closed', [priceWei(rateOf(), 2_345n)], undefined, undefined],
  ['twice, since the first end was taken back', [0n, vouchedWei], undefined, undefined],
  ['whoever staked', [vouchedWei], STAKER, undefined],
  ['a player who has spent all of it', [chargedWei + 2_000_000n, vouchedWei], STAKER, 0n],
])('the chain pays %s: the session replays without a fault', async (_name, paid, to, free) => {
  expect(vouchedWei).not.toBe(chargedWei);
  const log = await coinLog(paid, to, free);
  expect(log.transfers.length).toBeGreaterThan(trueLog().transfers.length);
  expect(wrongLines(log)).toEqual([]);
});

// Goal: what is taken back when burn, platform and operator have gone already is no fault. Method: all of it is claimed between.
test('an end that was taken back after its claims replays without a fault; short of somebody else it does not', async () => {
  const log = await coinLog([chargedWei + 2_000_000n, vouchedWei], undefined, undefined, true);
  const backs = log.transfers.filter(({ key }) => key.endsWith('/back-short'));
  expect(backs.map(({ from }) => from)).toEqual(expect.arrayContaining([coins.short('burn'), coins.short('fees')]));
  expect(wrongLines(log)).toEqual([]);
  for (const back of backs) {
    const forged = { ...back, from: coins.short('somebody') };
    const transfers = log.transfers.map((line) => (line === back ? forged : line));
    expect(wrongLines({ ...log, transfers })).toHaveLength(1);
  }
});

// Who staked no receipt says: the contract alone knows, so here it is the operator.
test('any one field changed of what the chain made of it is found', async () => {
  const log = await coinLog([0n, vouchedWei]);
  const own = trueLog().transfers.length;
  const paths = leaves(log.transfers, ['transfers']).filter((path) => Number(path[1]) >= own && path[2] !== 'atMs');
  expect(paths.length).toBeGreaterThan(20);
  for (const path of paths) expect(wrongLines(changed(log, path)), path.join('.')).not.toEqual([]);
  const more = { ...log, transfers: [...log.transfers, ...log.transfers.slice(-1)] };
  expect(wrongLines(more)).not.toEqual([]);
});

test('nothing of a chain stands in the log of a session of play money, and no refund in one of coins', async () => {
  const coin = await coinLog([vouchedWei]);
  const chainEntries = coin.transfers.slice(trueLog().transfers.length);
  expect(wrongLines({ ...trueLog(), transfers: [...trueLog().transfers, ...chainEntries] })).toContain(
    'transfers (chain)',
  );
  const refund = refundTransfers(receiptWithNode(), 10_000_000n, { key: 'act', atMs: 0, currency: 'DBC' });
  expect(wrongLines({ ...coin, transfers: [...coin.transfers, ...refund.map(plainLine)] })).toEqual([
    'transfers (refunds)',
  ]);
});

// Goal: a refund is taken as one only as it must be. Method: the hub's own, in two acts; then each field changed, and one too many.
test('refunds follow from the cost; forged ones are found', () => {
  const receipt = receiptWithNode();
  const act = (key: string, wei: bigint) =>
    refundTransfers(receipt, wei, { key, atMs: 0, currency: 'PLAY' }).map(plainLine);
  const log = trueLog();
  const refunded = { ...log, transfers: [...log.transfers, ...act('one', 10_000_000n), ...act('two', 7_777_000n)] };
  expect(wrongLines(refunded)).toEqual([]);
  const paths = leaves(refunded.transfers, ['transfers']).filter(
    (path) => Number(path[1]) >= log.transfers.length && path[2] !== 'atMs',
  );
  for (const path of paths) expect(wrongLines(changed(refunded, path)), path.join('.')).not.toEqual([]);
  const whole = act('all', chargedWei);
  expect(wrongLines({ ...log, transfers: [...log.transfers, ...whole] })).toEqual([]);
  const over = { ...log, transfers: [...log.transfers, ...whole, ...act('again', 10_000_000n)] };
  expect(wrongLines(over)).toEqual(['transfers (sum of refunds)']);
});
