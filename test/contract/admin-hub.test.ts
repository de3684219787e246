// test/contract/admin-hub.test.ts - a whole hub over real sockets: what a wallet reads about its money, proof of play time,
// and what the hub's owners do. Each refusal has the same act beside it that succeeds.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChainFunds } from '../../src/app/admin/ports.ts';
import { priceWei } from '../../src/billing/pricing.ts';
import { auditSession } from '../../src/billing/session-audit.ts';
import { type Log, silentLog } from '../../src/observe/log.ts';
import type { AdminAct, AuditLine } from '../../src/protocol/admin-api.ts';
import type { PublicConfig } from '../../src/protocol/http-api.ts';
import type { Earnings, Holds, LedgerPage, SessionLog } from '../../src/protocol/money-api.ts';
import { type PlayRecord, playRecordDigest } from '../../src/protocol/play-record.ts';
import { signDigest } from '../../src/protocol/typed-data.ts';
import { toWire } from '../../src/protocol/voucher.ts';
import { fakeChain } from '../support/hub/fake-chain.ts';
import { FakeNode, keyOf, MACHINE } from '../support/hub/fake-node.ts';
import { FakePlayer, freshKey, type PageSocket, type Started } from '../support/hub/fake-player.ts';
import { HOUSE, nodeToken, type TestHub, testHub } from '../support/hub/service.ts';

const boss = new FakePlayer('http://127.0.0.1', 'the boss');
let escrowWei = 0n;
const funds: ChainFunds = { escrowWei: async () => escrowWei };
/** What the log warned of. */
let warned: object[] = [];
const log: Log = { ...silentLog, warn: (facts, event) => warned.push({ ...facts, event }), child: () => log };
let hub: TestHub;
let admin: FakePlayer;
let node: FakeNode;

beforeEach(async () => {
  escrowWei = 10n ** 30n;
  warned = [];
  hub = await testHub({ admins: new Set([boss.player]), funds, log });
  admin = await new FakePlayer(hub.url, 'the boss').login();
  node = await new FakeNode(hub.url, { token: await nodeToken(hub) }).joined();
});
afterEach(async () => {
  node.stop();
  expect(hub.faults).toEqual([]);
  await hub.remove();
});

const read = async <T>(who: FakePlayer, path: string): Promise<T> => (await (await who.fetch(path)).json()) as T;
const act = async (what: AdminAct, key = freshKey() as string, who = admin): Promise<AuditLine & { code?: string }> =>
  (await (await who.post('/api/admin/acts', { key, reason: 'for a test', act: what })).json()) as AuditLine;

/** Plays 20 s and ends; answers what was started. */
async function playAndEnd(page: PageSocket): Promise<Started> {
  const started = await page.play();
  await node.talk.next('open');
  node.tick(started.session, 20_000);
  page.tick(started.session, 1, 20_000);
  await page.next('state', ({ state }) => state.billedMs === 20_000);
  page.voucher(started, 1, 20_000, priceWei(BigInt(started.quote.rateWeiPerHour), 20_000n));
  await node.talk.next('voucher');
  page.send({ t: 'end', session: started.session });
  await page.next('ended');
  return started;
}

const domain = { chainId: 0n, verifyingContract: `0x${'0'.repeat(40)}` } as const;

/** The record of the first minute, signed by both. */
function firstRecord(started: Started, who: FakePlayer, change: Partial<PlayRecord> = {}) {
  const lease = started.lease as string as PlayRecord['lease'];
  const fromMs = BigInt(started.open.startedAtMs);
  const vouchedMs = 20_000n;
  const record: PlayRecord = {
    ...{ lease, seq: 1n, slot: 0n, fromMs, untilMs: fromMs + 60_000n, previous: lease, nodeGoodMs: 20_000n },
    ...{ voucherSeq: 1n, vouchedMs, amount: priceWei(BigInt(started.quote.rateWeiPerHour), vouchedMs) },
    ...{ framesSent: 600n, bytesSent: 9_000_000n, relayToPlayerBytes: 0n, relayToNodeBytes: 0n },
    ...change,
  };
  const digest = playRecordDigest(domain, record);
  return {
    t: 'record' as const,
    session: started.session,
    record: toWire(record),
    nodeSignature: signDigest(digest, keyOf(MACHINE.name)),
    playerSignature: signDigest(digest, who.sessionKey),
  };
}

test('an account shows every line with its balance, as pages, as CSV, and what is on hold', async () => {
  const page = await new FakePlayer(hub.url).connect();
  const { who } = page;
  const first = await page.play();
  const holds = await read<Holds>(who, '/api/me/holds');
  expect(holds.holds).toHaveLength(1);
  expect(BigInt(holds.holds[0]?.heldWei ?? '0')).toBeGreaterThan(0n);
  page.send({ t: 'end', session: first.session });
  await page.next('ended');
  const played = await playAndEnd(page);
  const all = await read<LedgerPage>(who, '/api/me/ledger');
  expect(all.lines.map(({ kind }) => kind)).toEqual(['release', 'hold', 'release', 'hold', 'gift']);
  expect(all.lines[0]).toMatchObject({ session: played.session, balanceWei: all.balanceWei, other: 'held' });
  let sum = 0n;
  for (const line of all.lines.toReversed()) {
    sum += BigInt(line.amountWei);
    expect(line.balanceWei).toBe(sum.toString());
  }
  const newest = await read<LedgerPage>(who, '/api/me/ledger?limit=2');
  const older = await read<LedgerPage>(who, `/api/me/ledger?limit=3&before=${newest.next}`);
  expect([...newest.lines, ...older.lines]).toEqual(all.lines);
  const csv = await (await who.fetch('/api/me/ledger.csv')).text();
  expect(csv.split('\r\n').slice(0, 2)).toEqual([
    'time,kind,amount_wei,balance_wei,currency,session,other,key,reason',
    expect.stringContaining(`,release,${all.lines[0]?.amountWei},${all.balanceWei},PLAY,${played.session},held,`),
  ]);
  expect((await read<Holds>(who, '/api/me/holds')).holds).toEqual([]);
});

test('an operator sees what was earned, burned and by which policy', async () => {
  const page = await new FakePlayer(hub.url).connect();
  const { session } = await playAndEnd(page);
  const receipt = await read<Record<string, string>>(page.who, `/api/sessions/${session}/receipt`);
  // The house has no key: its account is read as an admin reads it, the wallet's own is empty.
  const own = await read<Earnings>(page.who, '/api/operator/earnings');
  expect(own).toMatchObject({
    earnedWei: '0',
    redeemableWei: '0',
    byNode: [],
    policy: { name: 'seed-2024', burnBps: 3_000 },
  });
  const rows = await hub.parts.stores.books.endedOf(HOUSE);
  expect(rows).toMatchObject([{ sessions: 1, billedMs: 20_000, policy: 'seed-2024', burnBps: 3_000 }]);
  expect(rows[0]?.operatorWei.toString()).toBe(receipt.operatorWei);
  const revenue = await read<{ days: object[]; platformWei: string }>(admin, '/api/admin/revenue');
  expect(revenue.days).toMatchObject([{ sessions: 1, payers: 1, costWei: receipt.costWei, burnWei: receipt.burnWei }]);
  expect(revenue.platformWei).toBe(receipt.platformWei);
});

test('a minute signed by both sides is kept, and the session replays from its log', async () => {
  const page = await new FakePlayer(hub.url).connect();
  const started = await playAndEnd(page);
  node.talk.send(firstRecord(started, page.who));
  expect(await node.talk.next('record.kept')).toMatchObject({ session: started.session, seq: 1 });
  const log = await read<SessionLog>(page.who, `/api/sessions/${started.session}/records`);
  expect(log.records).toHaveLength(1);
  const lines = auditSession(log) ?? [];
  expect(lines.filter(({ ok }) => !ok)).toEqual([]);
  expect(lines.length).toBeGreaterThan(40);
});

// Goal: what a node says of a session is believed only when it is its own, of this lease, signed. The good record above is
// the control.
test('a record of another lease, with a wrong signature, or a second one of its number is refused', async () => {
  const page = await new FakePlayer(hub.url).connect();
  const started = await playAndEnd(page);
  const refusedField = async (message: ReturnType<typeof firstRecord>) => {
    node.talk.send(message);
    const { code, facts } = await node.talk.next('refused');
    return [code, facts?.field];
  };
  const good = firstRecord(started, page.who);
  const foreign = firstRecord(started, page.who, { lease: `0x${'ab'.repeat(32)}` });
  expect(await refusedField(foreign)).toEqual(['RECORD_BAD', 'lease']);
  node.talk.send(good);
  await node.talk.next('record.kept');
  await new Promise((resume) => setTimeout(resume, 1_100)); // One refusal a second is told.
  expect(await refusedField(firstRecord(started, page.who, { framesSent: 601n }))).toEqual(['RECORD_BAD', 'seq']);
  node.talk.send(good);
  await node.talk.next('record.kept');
});

test('only an admin may act, and every act is in the audit once', async () => {
  const stranger = await new FakePlayer(hub.url).login();
  expect(await act({ t: 'pause' }, freshKey(), stranger)).toMatchObject({ code: 'FORBIDDEN' });
  expect(warned).toContainEqual(
    expect.objectContaining({ event: 'admin.stranger', who: stranger.player, url: '/api/admin/acts' }),
  );
  const key = freshKey();
  const line = await act({ t: 'pause' }, key);
  expect(line).toMatchObject({
    who: boss.address,
    reason: 'for a test',
    before: { paused: false },
    after: { paused: true },
  });
  expect(await act({ t: 'pause' }, key)).toEqual(line);
  expect(await act({ t: 'resume' }, key)).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  const { lines } = await read<{ lines: AuditLine[] }>(admin, '/api/admin/audit');
  expect(lines.filter(({ act: { t } }) => t !== 'refused').map(({ key: name }) => name)).toEqual([key]);
  expect(await read(admin, '/api/me')).toMatchObject({ admin: true });
  expect(await read(stranger, '/api/me')).not.toHaveProperty('admin');
  expect((await stranger.fetch('/api/admin/state')).status).toBe(403);
});

// Goal: who tried what is seen where the acts are, and nobody fills that table. Method: each kind of refusal, from an admin and
// from strangers, over the wire; beside them the same key with an act that may be done.
test('an act that was refused changes nothing and leaves one line; its key may still act', async () => {
  const key = freshKey();
  const session = `s_${'0'.repeat(26)}` as Started['session'];
  const sends: readonly [unknown, string][] = [
    [{ key, reason: 'for a test', act: { t: 'refund', session, amountWei: '1000' } }, 'SESSION_UNKNOWN'],
    [{ key, reason: 'for a test', act: { t: 'announce', text: 'Soon', untilMs: 1 } }, 'MESSAGE_MALFORMED'],
    [{ key, reason: 'for a test', act: { t: 'unannounce', id: 'a-none' } }, 'NOT_FOUND'],
    [{ key, reason: 'for a test', act: { t: 'refund', session, amountWei: '-5' } }, 'MESSAGE_MALFORMED'],
    [{ key, reason: 'for a test', act: { t: 'suspend', kind: 'player', id: '0x12' } }, 'MESSAGE_MALFORMED'],
    [{ key, reason: 'for a test', act: { t: 'rotate', secret: '\u{1f600}'.repeat(400) } }, 'MESSAGE_MALFORMED'],
    [{ key, act: { t: 'grant' } }, 'MESSAGE_MALFORMED'],
    ['pause', 'MESSAGE_MALFORMED'],
  ];
  for (const [body, code] of sends) {
    expect(await (await admin.post('/api/admin/acts', body as object)).json()).toMatchObject({ code });
  }
  const { lines } = await read<{ lines: AuditLine[] }>(admin, '/api/admin/audit');
  const refused = lines.toReversed().map(({ who, before, after, act: line }) => {
    expect([who, before, after]).toEqual([boss.player, {}, {}]);
    return line.t === 'refused' ? [line.act, line.code] : line;
  });
  const names = ['refund', 'announce', 'unannounce', 'refund', 'suspend', 'rotate', undefined, undefined];
  expect(refused).toEqual(sends.map(([, code], at) => [names[at], code]));
  expect(lines[4]?.act).toMatchObject({ asked: JSON.stringify({ t: 'refund', session, amountWei: '-5' }) });
  expect(hub.hub.gate.suspended.size).toBe(0);
  expect(hub.hub.announcements).toEqual([]);
  expect(await act({ t: 'pause' }, key)).toMatchObject({ key, after: { paused: true } });
});

test('a stranger leaves one line an hour, and all strangers together a few', async () => {
  const stranger = await new FakePlayer(hub.url).login();
  for (let time = 0; time < 5; time++) await act({ t: 'pause' }, freshKey(), stranger);
  await stranger.post('/api/admin/acts', { no: 'act' });
  const audit = async () => (await read<{ lines: AuditLine[] }>(admin, '/api/admin/audit')).lines;
  expect((await audit()).map(({ who, act: line }) => [who, line])).toEqual([
    [stranger.player, { t: 'refused', act: 'pause', code: 'FORBIDDEN', asked: '{"t":"pause"}' }],
  ]);
  for (let number = 0; number < 25; number++)
    await act({ t: 'pause' }, freshKey(), await new FakePlayer(hub.url).login());
  expect(await audit()).toHaveLength(20);
  const nobody = await fetch(`${hub.url}/api/admin/acts`, { method: 'POST', headers: { origin: hub.url } });
  expect(nobody.status).toBe(401);
  expect(await audit()).toHaveLength(20);
});

test('a suspended player cannot start and is stopped; a lifted one plays', async () => {
  const page = await new FakePlayer(hub.url).connect();
  const started = await page.play();
  await act({ t: 'suspend', kind: 'player', id: page.who.address });
  expect(await page.next('ended', ({ session }) => session === started.session)).toMatchObject({
    reason: 'stopped-by-operator',
  });
  expect(await page.tryPlay()).toBe('ACCOUNT_SUSPENDED');
  await act({ t: 'lift', kind: 'player', id: page.who.address });
  expect(await page.tryPlay()).toMatchObject({ t: 'started' });
});

// Goal: an answer that was lost and is asked for again undoes nothing. Method: the same key after a later act that took it back.
test('a key that is sent again acts no second time in the memory of the hub either', async () => {
  const { player } = await new FakePlayer(hub.url).login();
  const who = { kind: 'player', id: `0x${player.slice(2)}` } as const;
  const untilMs = Date.now() + 3_600_000;
  const acts: readonly [AdminAct, (key: string) => AdminAct, () => boolean][] = [
    [{ t: 'suspend', ...who }, () => ({ t: 'lift', ...who }), () => hub.hub.gate.suspended.size > 0],
    [{ t: 'pause' }, () => ({ t: 'resume' }), () => hub.hub.gate.paused],
    [
      { t: 'announce', text: 'Soon', untilMs },
      () => ({ t: 'unannounce', id: hub.hub.announcements[0]?.id ?? '' }),
      () => hub.hub.announcements.length > 0,
    ],
  ];
  for (const [first, second, holds] of acts) {
    const key = freshKey();
    const { seq } = await act(first, key);
    expect([first.t, holds()]).toEqual([first.t, true]);
    await act(second(key));
    expect([first.t, holds()]).toEqual([first.t, false]);
    expect((await act(first, key)).seq).toBe(seq); // Answered as it was.
    expect([first.t, holds()]).toEqual([first.t, false]);
  }
});

test('machines of a suspended operator serve nobody and cannot join; lifted, they do', async () => {
  const page = await new FakePlayer(hub.url).connect();
  await act({ t: 'suspend', kind: 'operator', id: HOUSE as string as `0x${string}` });
  await expect(page.plan()).rejects.toThrow('NO_NODE');
  const other = new FakeNode(hub.url, { name: 'Taipei-2', token: await nodeToken(hub, 'another-token-of-the-tests') });
  expect((await other.talk.next('refused')).code).toBe('NODE_SUSPENDED');
  other.stop();
  await act({ t: 'lift', kind: 'operator', id: HOUSE as string as `0x${string}` });
  expect((await page.plan()).candidates).toHaveLength(1);
});

// Goal: fewer coins than owed stop new sessions and nothing else. Method: the chain's figure falls below, then rises again.
test('when the chain holds less than is owed, no new session begins; when it holds enough again, it does', async () => {
  const page = await new FakePlayer(hub.url).connect();
  const running = await page.play();
  escrowWei = 1n;
  await act({ t: 'reconcile' });
  const state = await read<{ reconcile: object }>(admin, '/api/admin/state');
  expect(state.reconcile).toMatchObject({ state: 'short', depositsWei: '1' });
  const second = await new FakePlayer(hub.url).connect();
  expect(await second.tryPlay({})).toBe('MONEY_PAUSED');
  node.tick(running.session, 5_000);
  page.tick(running.session, 1, 5_000);
  await page.next('state', ({ state: seen }) => seen.billedMs === 5_000); // What runs goes on.
  page.send({ t: 'end', session: running.session });
  await page.next('ended');
  escrowWei = 10n ** 30n;
  await act({ t: 'reconcile' });
  expect(await second.tryPlay({})).toMatchObject({ t: 'started' });
});

test('a refund is a counter-entry that the player sees with its reason, at most the cost', async () => {
  const page = await new FakePlayer(hub.url).connect();
  const { session } = await playAndEnd(page);
  const receipt = await read<{ costWei: string }>(page.who, `/api/sessions/${session}/receipt`);
  const cost = BigInt(receipt.costWei);
  const half = (cost / 2n / 1_000n) * 1_000n;
  // The platform has too little to give back the burned share as well: nothing moves at all.
  expect(await act({ t: 'refund', session, amountWei: receipt.costWei })).toMatchObject({ code: 'REFUND_TOO_HIGH' });
  expect(await act({ t: 'refund', session, amountWei: (cost + 1_000n).toString() })).toMatchObject({
    code: 'REFUND_TOO_HIGH',
  });
  const refused = warned.filter((line) => 'event' in line && line.event === 'admin.refused');
  expect(refused).toHaveLength(2);
  expect(refused[0]).toMatchObject({ who: boss.player, act: { t: 'refund', session }, code: 'REFUND_TOO_HIGH' });
  const before = await read<LedgerPage>(page.who, '/api/me/ledger');
  const small = (half / 10n / 1_000n) * 1_000n;
  const key = freshKey();
  const done = await act({ t: 'refund', session, amountWei: small.toString() }, key);
  expect(done).toMatchObject({
    act: { t: 'refund' },
    after: { balanceWei: (BigInt(before.balanceWei) + small).toString() },
  });
  expect(await act({ t: 'refund', session, amountWei: small.toString() }, key)).toEqual(done);
  const after = await read<LedgerPage>(page.who, '/api/me/ledger');
  expect(BigInt(after.balanceWei)).toBe(BigInt(before.balanceWei) + small);
  expect(after.lines[0]).toMatchObject({ kind: 'refund', reason: 'for a test', session });
  const log = await read<SessionLog>(page.who, `/api/sessions/${session}/records`);
  expect((auditSession(log) ?? []).filter(({ ok }) => !ok)).toEqual([]);
});

test('an announcement reaches who is here and who comes, until it is taken back', async () => {
  const page = await new FakePlayer(hub.url).connect();
  const line = await act({ t: 'announce', text: 'Maintenance at ten', untilMs: Date.now() + 60_000 });
  expect((await page.next('announce')).announcement.text).toBe('Maintenance at ten');
  // Who has no connection, as on most pages, reads it from what every page asks for.
  const said = async () => (await read<PublicConfig>(admin, '/api/config')).announcements.map(({ text }) => text);
  expect(await said()).toEqual(['Maintenance at ten']);
  await act({ t: 'unannounce', id: String(line.after.id) });
  expect(await said()).toEqual([]);
  const state = await read<{ announcements: object[] }>(admin, '/api/admin/state');
  expect(state.announcements).toEqual([]);
});

test('a hub whose coins lie in a contract quotes no conversion; one without does', async () => {
  const wish = { from: 'USD', to: 'DBC', amountWei: '1000000000000000000' };
  const quoted = async (url: string) =>
    (await (await new FakePlayer(url).login()).post('/api/me/conversions/quotes', wish)).json();
  const onChain = await testHub({ chain: fakeChain().part });
  expect(await quoted(onChain.url)).toMatchObject({ code: 'CONVERSION_UNAVAILABLE' });
  expect(onChain.faults).toEqual([]);
  await onChain.remove();
  expect(await quoted(hub.url)).toMatchObject({ getWei: expect.any(String) });
});
