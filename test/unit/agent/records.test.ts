// test/unit/agent/records.test.ts - the minutes of a session on the node: made in the slot, signed by the page, signed and
// kept by the agent.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRecordSigner } from '../../../clients/web/src/player/record-signer.ts';
import { RecordKeeper } from '../../../src/agent/record-keeper.ts';
import { RecordMaker } from '../../../src/agent/record-maker.ts';
import type { SlotToAgent } from '../../../src/agent/slot-messages.ts';
import type { Terms } from '../../../src/agent/terms.ts';
import type { LeaseId, SessionId } from '../../../src/base/ids.ts';
import { priceWei } from '../../../src/billing/pricing.ts';
import { AuditLines, checkRecords } from '../../../src/billing/record-checks.ts';
import { silentLog } from '../../../src/observe/log.ts';
import type { NodeToPlayer } from '../../../src/protocol/control-messages.ts';
import { timings } from '../../../src/protocol/limits.ts';
import type { NodeToHub } from '../../../src/protocol/node-messages.ts';
import { addressOf, signDigest } from '../../../src/protocol/typed-data.ts';
import { type Consent, type Open, openDigest } from '../../../src/protocol/voucher.ts';

type Draft = Extract<SlotToAgent, { t: 'record' }>;
type ToHub = Extract<NodeToHub, { t: 'record' }>;
type ToPage = Extract<NodeToPlayer, { t: 'record' }>;

const [sessionKey, nodeKey] = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(8)];
const session = `s_${'1'.repeat(26)}` as SessionId;
const domain = { chainId: 1n, verifyingContract: `0x${'c0'.repeat(20)}` } as const;
const RATE = 50n * 10n ** 18n;
const START_MS = 1_790_000_000_000;
const consent: Consent = {
  ...{ payer: `0x${'01'.repeat(20)}`, sessionKey: addressOf(sessionKey), maxAmount: 10n ** 21n, maxRate: RATE },
  ...{ validFrom: 0n, validUntil: 2n ** 40n, nonce: 1n },
};
const open: Open = {
  ...{ consent: `0x${'02'.repeat(32)}`, key: addressOf(sessionKey) },
  ...{ node: addressOf(nodeKey), rate: RATE, baseShare: RATE, burnPolicy: 1n },
  ...{ gpuTier: 0n, maxAmount: 10n ** 20n, startedAtMs: BigInt(START_MS), nonce: 2n },
};
const lease = openDigest(domain, open);
const terms: Terms = { domain, consent, open, lease };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nc-records-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A slot's maker with a page before it; `silent`: the page does not answer. */
function slot(fromWallMs = START_MS) {
  const drafts: Draft[] = [];
  const asked: ToPage[] = [];
  const out = {
    send: (message: SlotToAgent) => message.t === 'record' && drafts.push(message),
    toPage: (message: NodeToPlayer) => message.t !== 'record' || asked.push(message) > 0,
    log: silentLog,
  };
  const maker = new RecordMaker(session, terms, { slot: 3, fromWallMs, nowMs: 0 }, out);
  const minute = (number: number) => {
    const servedMs = BigInt(number * 50_000);
    const voucher = { lease, seq: `${number}`, servedMs: `${servedMs}`, amount: `${priceWei(RATE, servedMs)}` };
    return () => ({ goodMs: number * 55_000, voucher, framesSent: number * 1_800, bytesSent: number * 9_000_000 });
  };
  return { maker, drafts, asked, minute };
}
const signRecord = () =>
  createRecordSigner({ lease, domain, rateWeiPerHour: RATE, startedAtMs: BigInt(START_MS) }, (digest) =>
    signDigest(digest, sessionKey),
  );
const known = (minute: number) => ({
  ...{ wallMs: START_MS + minute * 60_000, goodMs: minute * 50_000, voucherSeq: BigInt(minute) },
});

/** Three minutes, all signed by the page. */
function threeMinutes(): Draft[] {
  const { maker, drafts, asked, minute } = slot();
  const sign = signRecord();
  for (let number = 1; number <= 3; number++) {
    maker.beat(number * timings.recordMs, minute(number));
    const ask = asked.at(-1);
    const answer = ask && sign(ask, known(number));
    if (answer !== undefined) maker.signed(answer);
  }
  return drafts;
}

function keeper(send: (message: ToHub) => boolean) {
  return new RecordKeeper({ folder, sign: (digest) => signDigest(digest, nodeKey), send, log: silentLog });
}
const origin = { slot: 3, lease: lease as string as LeaseId, domain };

test('each minute is made, signed by the page, signed by the machine, written down, and told until it is kept', async () => {
  const told: ToHub[] = [];
  let hubIsThere = false;
  const agent = keeper((message) => told.push(message) > 0 && hubIsThere);
  const drafts = threeMinutes();
  expect(drafts.map(({ record }) => record.seq)).toEqual(['1', '2', '3']);
  for (const draft of drafts) await agent.take(draft, origin);
  hubIsThere = true;
  told.length = 0;
  agent.tellAll();
  expect(told.map(({ record }) => record.seq)).toEqual(['1', '2', '3']);
  const lines = new AuditLines();
  const recordTerms = { domain, lease, node: open.node, sessionKey: consent.sessionKey, rateWeiPerHour: RATE };
  expect(checkRecords(told, recordTerms, lines)).toHaveLength(3);
  expect(lines.list.filter(({ ok }) => !ok)).toEqual([]);
  expect(told.every(({ playerSignature }) => playerSignature !== undefined)).toBe(true);
  const file = readFileSync(join(folder, `${lease}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
  expect(file.map((line) => JSON.parse(line).nodeSignature)).toEqual(told.map(({ nodeSignature }) => nodeSignature));
  for (const seq of [1, 2]) agent.kept(session, seq);
  told.length = 0;
  agent.tellAll();
  expect(told.map(({ record }) => record.seq)).toEqual(['3']);
});

test('a page that does not answer holds nothing up, and a stranger signs for nobody', () => {
  const { maker, drafts, asked, minute } = slot();
  maker.beat(timings.recordMs, minute(1));
  const [ask] = asked;
  const answer = ask && signRecord()(ask, known(1));
  if (answer === undefined) throw new Error('the page signs a true record');
  maker.signed({ ...answer, signature: signDigest(lease, nodeKey) });
  expect(drafts).toEqual([]);
  maker.beat(timings.recordMs + timings.recordAnswerMs, minute(1));
  expect(drafts).toMatchObject([{ record: { seq: '1' } }]);
  expect(drafts[0]).not.toHaveProperty('playerSignature');
  maker.signed(answer); // Too late.
  expect(drafts).toHaveLength(1);
});

test('the page signs nothing that it knows to be untrue', () => {
  const { maker, asked, minute } = slot();
  maker.beat(timings.recordMs, minute(1));
  const [ask] = asked;
  if (ask === undefined) throw new Error('the page is asked');
  const answers = (change: Partial<ToPage['record']>, at = known(1)) =>
    signRecord()({ ...ask, record: { ...ask.record, ...change } }, at) !== undefined;
  expect(answers({})).toBe(true);
  expect(answers({ lease: `0x${'00'.repeat(32)}` })).toBe(false);
  expect(answers({ vouchedMs: '50001', amount: `${priceWei(RATE, 50_001n)}` })).toBe(false);
  expect(answers({ amount: '1000' })).toBe(false);
  expect(answers({ nodeGoodMs: '121000' })).toBe(false);
  expect(answers({ voucherSeq: '2' })).toBe(false);
  const sign = signRecord();
  expect(sign(ask, known(1))).toBeDefined();
  expect(sign({ ...ask, record: { ...ask.record, seq: '3' } }, known(3))).toBeUndefined(); // One was left out.
});

// Goal: two records of one number, or overlapping spans of a slot, cost the operator its stake: the machine never signs
// them, whatever a slot says, and not after a restart either. Method: the second one alone is wrong each time.
test('the machine signs a number once and a span once', async () => {
  const told: ToHub[] = [];
  const agent = keeper((message) => told.push(message) > 0);
  const [first, second] = threeMinutes();
  if (first === undefined || second === undefined) throw new Error('there are two minutes');
  await agent.take(first, origin);
  const other = { ...first, record: { ...first.record, framesSent: '1' } };
  await agent.take(other, origin);
  await agent.take({ ...second, record: { ...second.record, previous: lease } }, origin);
  await agent.take({ ...second, record: { ...second.record, fromMs: first.record.fromMs } }, origin);
  await agent.take(second, { ...origin, slot: 4 });
  await agent.take(second, { ...origin, lease: `0x${'00'.repeat(32)}` as LeaseId });
  expect(told.map(({ record }) => record.seq)).toEqual(['1']);
  await agent.take(second, origin);
  expect(told.map(({ record }) => record.seq)).toEqual(['1', '2']);
  const again = keeper((message) => told.push(message) > 0);
  expect(again.untilMs).toBe(Number(second.record.untilMs));
  await again.take(first, origin);
  expect(told).toHaveLength(2);
  expect(readdirSync(folder).filter((name) => name.endsWith('.jsonl'))).toHaveLength(1);
});

// Goal: what was signed outlives a node that is killed within a minute. Method: two minutes are kept, the third is cut off, a
// new agent opens the folder; its next session plays on the same slot.
test('a node that dies in the middle of a minute keeps the minutes before it, and signs none of them anew', async () => {
  const before = keeper(() => false); // The hub is away too.
  const [first, second, third] = threeMinutes();
  if (first === undefined || second === undefined || third === undefined) throw new Error('there are three minutes');
  for (const draft of [first, second]) await before.take(draft, origin);
  const file = join(folder, `${lease}.jsonl`);
  const kept = readFileSync(file, 'utf8');

  const told: ToHub[] = [];
  const after = keeper((message) => told.push(message) > 0);
  await after.take(third, origin); // From a slot that outlived its agent: whether its number was signed is not known.
  expect(told).toEqual([]);
  expect(readFileSync(file, 'utf8')).toBe(kept);
  const records = kept
    .trimEnd()
    .split('\n')
    .map((line): ToHub => ({ t: 'record', ...JSON.parse(line) }));
  const lines = new AuditLines();
  const recordTerms = { domain, lease, node: open.node, sessionKey: consent.sessionKey, rateWeiPerHour: RATE };
  expect(checkRecords(records, recordTerms, lines)).toHaveLength(2);
  expect(lines.list.filter(({ ok }) => !ok)).toEqual([]);

  const next = openDigest(domain, { ...open, nonce: 3n });
  const span = { fromMs: `${after.untilMs}`, untilMs: `${after.untilMs + timings.recordMs}` };
  const draft = {
    ...first,
    session: `s_${'2'.repeat(26)}` as SessionId,
    record: { ...first.record, ...span, lease: next, previous: next },
  };
  const early = { ...draft, record: { ...draft.record, fromMs: `${after.untilMs - 1}` } };
  const nextOrigin = { ...origin, lease: next as string as LeaseId };
  await after.take(early, nextOrigin);
  expect(told).toEqual([]); // It would overlap what the agent before signed for this slot.
  await after.take(draft, nextOrigin);
  expect(told.map(({ record }) => record.lease)).toEqual([next]);
  expect(readFileSync(file, 'utf8')).toBe(kept);
});

test('spans follow each other by the monotonic clock, and start where the slot last ended', () => {
  const [first, second] = threeMinutes();
  expect(second?.record.fromMs).toBe(first?.record.untilMs);
  expect(Number(first?.record.untilMs) - Number(first?.record.fromMs)).toBe(timings.recordMs);
  const late = slot(START_MS + 5_000);
  late.maker.beat(timings.recordMs, late.minute(1));
  expect(late.asked[0]?.record.fromMs).toBe(`${START_MS + 5_000}`);
});
