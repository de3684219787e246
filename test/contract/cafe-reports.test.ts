// test/contract/cafe-reports.test.ts - the reports of a café over HTTP as files, read and added up by this test alone: each agrees
// with the day close to the last unit.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryStores } from '../../src/main/hub-stores.ts';
import type { CafeActAnswer, CafeActName } from '../../src/protocol/cafe-acts.ts';
import type { DayReport, Floor } from '../../src/protocol/cafe-api.ts';
import type { MemberView } from '../../src/protocol/cafe-things.ts';
import { cafeSettings } from '../support/cafe/settings.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { aheadClock, hubParts, type TestHub, testHub } from '../support/hub/service.ts';

const clock = aheadClock();
const MINUTE = 60_000;
const reason = 'because';
let hub: TestHub;
let owner: FakePlayer;
let cashier: FakePlayer;
let cafe: string;
let keys = 0;
const played: { game: string; tab: string; sessions: number; playedMs: number; costWei: bigint }[] = [];

const path = (name: string) => `/api/cafe/${cafe}/${name}`;
async function act(name: CafeActName, body: object, by = cashier): Promise<CafeActAnswer> {
  const key = `report-key-${String(++keys).padStart(5, '0')}`;
  const response = await by.post(path(name.replaceAll('.', '/')), { key, ...body });
  const answer = await response.text();
  expect(response.status, `${name} ${answer}`).toBe(200);
  return JSON.parse(answer) as CafeActAnswer;
}
async function on(name: CafeActName, seat: string, body: object = {}, by = cashier): Promise<CafeActAnswer> {
  const { seats } = (await (await owner.fetch(path('floor'))).json()) as Floor;
  return act(name, { seat, version: seats.find((one) => one.seat === seat)?.version, ...body }, by);
}
const sit = (seat: string, minutes: number, body: object = {}, by = cashier) =>
  on('start', seat, { who: { kind: 'guest' }, buy: { kind: 'minutes', minutes }, pay: 'cash', ...body }, by);
const tabOn = ({ seats }: CafeActAnswer): string => seats[0]?.tab?.tab ?? '';

/** Reads a file as a spreadsheet does: rows by the names of their columns. No cell of these has a comma in it. */
async function table(name: string, query = `date=${today}`): Promise<Record<string, string>[]> {
  const response = await owner.fetch(`${path(`reports/${name}.csv`)}?${query}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  expect(response.headers.get('content-disposition')).toContain(`.csv"`);
  const [head = '', ...lines] = (await response.text())
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split('\r\n');
  const columns = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i] ?? '', cell])));
}
const sum = (rows: readonly Record<string, string>[], column: string): bigint =>
  rows.reduce((all, row) => all + BigInt(row[column] || '0'), 0n);
let today = '';
let day: DayReport;

// A day with everything on it: two at the till, cash and card, wallet and bonus, a code, a package, a move, pauses, credit, a void,
// a refund of what was played, a till that is short; and three sessions, of which one is of nobody who sat here.
beforeAll(async () => {
  const parts = hubParts({ clock });
  const stores = memoryStores(parts.folder);
  const cafes = { ...stores.cafes, plays: async () => played as never };
  hub = await testHub({ ...parts, stores: { ...stores, cafes } });
  [owner, cashier] = [await new FakePlayer(hub.url).login(), await new FakePlayer(hub.url).login()];
  // One price at all hours, so that the test is the same at any time of day.
  const rate = (zone: string, group: string, minorPerHour: string) => ({
    ...{ zone, group, rates: [{ name: 'always', minorPerHour }], week: Array<string>(8).fill('a'.repeat(24)) },
  });
  const tariffs = [rate('hall', 'guest', '30'), rate('hall', 'gold', '25'), rate('vip', 'guest', '60')];
  const settings = cafeSettings({ curfew: [], ageBands: [], tariffs });
  const made = await owner.post('/api/cafe', { key: 'report-key-of-it', settings });
  cafe = ((await made.json()) as { cafe: string }).cafe;
  await act('staff', { wallet: cashier.address, role: 'cashier', name: '=cmd()', reason }, owner);
  const seats = ['1', '2', '3', '10', 'V1'].map((seat) => ({ seat, name: '', zone: seat === 'V1' ? 'vip' : 'hall' }));
  await act('seats.add', { seats }, owner);
  await act('shift.open', { floatMinor: '500' });
  const { member } = await act('members.add', { name: 'Lin', group: 'gold' });
  await act('members.top-up', { member: member?.member, minor: '300', bonusMinor: '40', pay: 'card' }, owner);
  const { code } = await act('codes.sell', { minor: '120', pay: 'cash', days: 3 });
  const one = tabOn(await sit('1', 60));
  const two = tabOn(await sit('2', 120, { pay: 'card' }, owner));
  await sit('3', 0, { buy: { kind: 'package', package: 'three-hours' } });
  await sit('10', 90, { who: { kind: 'code', code: code?.code }, pay: 'code' });
  await sit('V1', 45);
  const wrong = (await on('extend', 'V1', { buy: { kind: 'minutes', minutes: 60 }, pay: 'card' })).receipts[0]?.number;
  clock.aheadMs += 20 * MINUTE;
  await on('credit', '2', { minutes: 7, reason });
  clock.aheadMs += 5 * MINUTE;
  await on('stop', '2', { pay: 'cash' });
  await sit('2', 60, { who: { kind: 'member', member: member?.member }, pay: 'wallet' });
  clock.aheadMs += 31 * MINUTE;
  for (const seat of ['1', '2', '3', '10', 'V1']) await on('stop', seat, { pay: 'cash' });
  await act('refund', { receipt: wrong, minor: '15', reason }, owner);
  await act('void', { receipt: (await sit('3', 60)).receipts[0]?.number, reason });
  await act('shift.paid-out', { minor: '20', reason });
  const floor = await owner.fetch(`/api/cafe/${cafe}/floor`);
  const { shift, version } = ((await floor.json()) as { shift: { shift: string; version: number } }).shift;
  await act('shift.close', {
    shift,
    version,
    count: [{ minor: '1', pieces: 600 }],
    reason: '-5+HYPERLINK',
  });
  played.push(
    { game: 'light', tab: one, sessions: 2, playedMs: 3_000_000, costWei: 50n * 10n ** 18n + 1n },
    { game: 'arcade', tab: two, sessions: 1, playedMs: 1_200_000, costWei: 7n * 10n ** 18n },
    { game: 'light', tab: 'b_nobody', sessions: 1, playedMs: 60_000, costWei: 3n },
  );
  const { shifts } = (await (await owner.fetch(path('shifts'))).json()) as { shifts: { openedAtMs: number }[] };
  today = new Date((shifts[0]?.openedAtMs ?? 0) + 8 * 60 * MINUTE).toISOString().slice(0, 10); // Taipei.
  day = (await (await owner.fetch(`${path('reports/day')}?date=${today}`)).json()) as DayReport;
});
afterAll(async () => {
  expect(hub.faults).toEqual([]);
  await hub.remove();
});

describe('each file agrees with the day close', () => {
  test('what passed the counter: receipts, kinds, cashiers, hours and seats, tills', async () => {
    const closed = BigInt(day.agrees.ledgerMinor);
    expect([closed > 0n, new Set(Object.values(day.agrees)).size]).toEqual([true, 1]);
    expect(sum(await table('receipts'), 'total')).toBe(closed);
    for (const name of ['kinds', 'cashiers', 'hours']) {
      const rows = await table(name);
      expect([sum(rows, 'total_minor'), rows.length > 1], name).toEqual([closed, true]);
      expect(sum(rows, 'receipts'), name).toBe(BigInt((await table('receipts')).length));
    }
    const hours = await table('hours');
    const seats = ['', '1', '2', '3', '10', 'V1'];
    expect(hours.map(({ seat }) => seat).filter((seat) => !seats.includes(seat ?? '?'))).toEqual([]);
    // Seat 3: a package of 60, and an hour that was taken and voided.
    const three = hours.filter(({ seat }) => seat === '3');
    expect([sum(three, 'total_minor'), sum(three, 'receipts')]).toEqual([60n, 4n]);
    const tills = await table('tills');
    expect(sum(tills, 'cash_minor') + sum(tills, 'card_minor')).toBe(closed);
    expect(sum(tills, 'cash_minor')).toBe(BigInt(day.cashMinor));
    expect(sum(tills, 'variance_minor')).toBe(BigInt(day.varianceMinor));
    expect(sum(tills, 'counted_minor') - sum(tills, 'expected_minor')).toBe(BigInt(day.varianceMinor));
    expect(tills[0]?.reason).toBe("'-5+HYPERLINK"); // Text, as is the name of who took it.
    expect((await table('cashiers')).map(({ name }) => name)).toContain("'=cmd()");
  });

  test('margins: what was earned, and what the cloud cost', async () => {
    const margins = await table('margins');
    expect(sum(margins, 'earned_minor')).toBe(BigInt(day.earnedMinor));
    const games = await table('games');
    expect(games.map(({ game, sessions }) => [game, sessions])).toEqual([
      ['light', '3'],
      ['arcade', '1'],
    ]);
    expect(sum(margins, 'cost_wei')).toBe(sum(games, 'cost_wei'));
    expect(sum(games, 'cost_wei')).toBe(57n * 10n ** 18n + 4n);
    const of = (wanted: string) => margins.find(({ seat }) => seat === wanted);
    // 50 DBC and a wei at 0.002 USD and 32 TWD a dollar: 3.2, rounded up.
    expect(of('1')).toMatchObject({ cost_minor: '4', micro_usd_per_dbc: '2000', minor_per_usd: '32', zone: 'hall' });
    expect(of('')).toMatchObject({ cost_wei: '3', cost_minor: '1', margin_minor: '-1', earned_minor: '0' });
    // An hour less what was given back of it: 60 - 15, on its own seat.
    expect(of('V1')).toMatchObject({ earned_minor: '45', cost_minor: '0', margin_minor: '45', zone: 'vip' });
    for (const row of margins)
      expect(BigInt(row.earned_minor ?? '') - BigInt(row.cost_minor ?? '')).toBe(BigInt(row.margin_minor ?? ''));
  });

  test('faults and credits; how full seats were', async () => {
    const rows = await table('faults');
    const [faults, credits] = ['fault', 'credit'].map((what) => rows.filter((row) => row.what === what));
    expect(faults?.length).toBe(day.nodeFaults);
    expect(sum(credits ?? [], 'credited_ms')).toBe(BigInt(day.creditedMs));
    expect(credits).toMatchObject([{ seat: '2', credited_ms: String(7 * MINUTE) }]);
    expect((await table('heat', `from=${today}&to=${today}`)).map(({ seat }) => seat)).toEqual(
      expect.arrayContaining(['1', '10', 'V1']),
    );
  });
});

// Goal: the file has every member with what lies on the wallet, and a name or note that somebody typed as a formula is text.
test('members are a file, which no cashier carries away', async () => {
  await act('members.add', { name: '=HYPERLINK("http://a.b")', group: 'guest', note: '+1, "gold" next' });
  const response = await owner.fetch(path('members.csv'));
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="members.csv"');
  const { members } = (await (await owner.fetch(path('members'))).json()) as { members: readonly MemberView[] };
  const lin = members.find(({ name }) => name === 'Lin');
  expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer()).split('\r\n')).toEqual([
    '\uFEFFnumber,name,group,age_band,real_minor,bonus_minor,note',
    `1,Lin,gold,,${lin?.realMinor},${lin?.bonusMinor},`,
    `2,"'=HYPERLINK(""http://a.b"")",guest,,0,0,"'+1, ""gold"" next"`,
    '',
  ]);
  expect((await cashier.fetch(path('members.csv'))).status).toBe(403);
  expect((await new FakePlayer(hub.url).login().then((who) => who.fetch(path('members.csv')))).status).toBe(404);
});

test('files are read by those who read reports, and are in the document', async () => {
  const { paths } = (await (await fetch(`${hub.url}/openapi.json`)).json()) as {
    paths: Record<string, { get?: object }>;
  };
  expect(paths['/api/cafe/{cafe}/members.csv']?.get).toBeDefined();
  for (const name of ['kinds', 'cashiers', 'hours', 'games', 'margins', 'faults', 'tills', 'receipts', 'heat']) {
    expect(paths[`/api/cafe/{cafe}/reports/${name}.csv`]?.get, name).toBeDefined();
    const query = name === 'heat' ? `from=${today}&to=${today}` : `date=${today}`;
    expect((await cashier.fetch(`${path(`reports/${name}.csv`)}?${query}`)).status, name).toBe(403);
    expect((await owner.fetch(`${path(`reports/${name}.csv`)}?date=2026-13-01`)).status, name).toBe(400);
  }
});
