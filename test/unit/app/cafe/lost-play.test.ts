// test/unit/app/cafe/lost-play.test.ts - a cut line stops the customers' clocks. Goal: nobody pays for minutes without a picture, and
// nobody gets others for nothing. Method: a hub of one session whose page says nothing any more, and a clock that a test moves.
import { beforeEach, expect, test } from 'vitest';
import { Kiosks } from '../../../../src/app/cafe/kiosks.ts';
import { followPlay, type HeardPages, PAGE_SILENCE_MS } from '../../../../src/app/cafe/lost-play.ts';
import { reportTables } from '../../../../src/app/cafe/report-tables.ts';
import type { Hub, LiveSession } from '../../../../src/app/hub.ts';
import { tabPlace } from '../../../../src/app/place.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import type { EndReason } from '../../../../src/protocol/shapes.ts';
import { cafeSettings } from '../../../support/cafe/settings.ts';
import { CafeWorld, seatOf } from '../../../support/cafe/world.ts';

const MINUTE = 60_000;
let world: CafeWorld;
let kiosks: Kiosks;
let pages: HeardPages;
let hub: Hub;
let live: LiveSession;
let goodMs = 0;
const reasons = new Map<string, { reason: EndReason }>();

beforeEach(async () => {
  world = await new CafeWorld().build();
  kiosks = new Kiosks();
  pages = new Map();
  reasons.clear();
  goodMs = 0;
  await world.ok('shift.open', { floatMinor: '0' });
  const random = seededRandom(2);
  const code =
    world.cafes.pairings.open({ tokenHash: 'pc', deviceKey: '0x1', from: '' }, random, world.nowMs)?.code ?? '';
  await world.onSeat('seats.pair', '1', { code });
  kiosks.here('pc', world.nowMs, () => {});
  const tab = seatOf(await world.sitGuest('1', 60)).tab?.tab ?? '';
  const place = tabPlace(world.id, tab);
  live = { session: 's', place, heardAtMs: undefined, nodeLost: false, ending: undefined } as unknown as LiveSession;
  hub = {
    sessions: new Map([['s', live]]),
    playing: new Map([[place, 's']]),
    ports: { book: { find: () => ({ nodeName: 'Taipei-2', goodMs }) } },
    ended: { get: (session: string) => reasons.get(session) },
  } as unknown as Hub;
});

/** Lets the hub look once a second; the page plays or is silent. */
async function pass(ms: number, plays: boolean): Promise<void> {
  for (const endMs = world.nowMs + ms; world.nowMs < endMs; ) {
    await world.pass(1_000);
    if (plays && world.nowMs % 5_000 === 0) live.heardAtMs = world.nowMs;
    await followPlay(hub, { cafes: world.cafes, kiosks, pages }, { nowMs: world.nowMs, wallMs: world.nowMs });
  }
}
function over(reason: EndReason): void {
  hub.sessions.clear();
  hub.playing.clear();
  reasons.set('s', { reason });
}
const seat = async () => (await world.now()).things.seat.get('1');

test('a line that is cut for twenty minutes costs no prepaid minute, and the minutes are listed', async () => {
  await pass(10 * MINUTE, true);
  const cutAtMs = world.nowMs;
  await pass(PAGE_SILENCE_MS, false);
  expect(await seat()).toMatchObject({ state: 'node-fault', sinceMs: cutAtMs, reason: 'no line to the seat' });
  await pass(2 * MINUTE, false);
  over('player-lost');
  await pass(20 * MINUTE - PAGE_SILENCE_MS - 2 * MINUTE, false);
  kiosks.here('pc', world.nowMs, () => {}); // The PC's page is back.
  await pass(1_000, false);
  const back = world.nowMs;
  expect(await seat()).toMatchObject({ state: 'in-use', untilMs: back + 50 * MINUTE });
  const { credits, nodeFaults } = await world.day('2026-03-02');
  expect(credits).toMatchObject([{ seat: '1', creditedMs: back - cutAtMs }]);
  expect(nodeFaults).toBe(0);
  await pass(10 * MINUTE, false); // Nothing is played, the page is there: the clock runs.
  expect((await seat())?.untilMs).toBe(back + 50 * MINUTE);
});

test('a page that plays again within the two minutes goes on, and so does the clock', async () => {
  await pass(10 * MINUTE, true);
  await pass(MINUTE, false);
  expect((await seat())?.state).toBe('node-fault');
  await pass(5_000, true);
  expect((await seat())?.state).toBe('in-use');
  await pass(MINUTE, true);
  expect((await seat())?.state).toBe('in-use');
});

test('a session that ends of the cut before its silence is long enough stops the clock too; one that is left does not', async () => {
  await pass(10 * MINUTE, true);
  const heardAtMs = world.nowMs;
  await pass(7_000, false);
  over('voucher-shortfall');
  await pass(1_000, false);
  expect(await seat()).toMatchObject({ state: 'node-fault', sinceMs: heardAtMs });
  await world.onSeat('resume', '1', {});
  over('player-left');
  await pass(5 * MINUTE, false);
  expect((await seat())?.state).toBe('in-use');
});

test('whoever closes the page and opens it again pays for the time with it, and for no other', async () => {
  await pass(10 * MINUTE, true);
  await pass(5_000, false);
  kiosks.here('pc', world.nowMs, () => {}); // Loaded anew, and no game chosen.
  await pass(30 * MINUTE, false);
  expect((await seat())?.state).toBe('in-use');
});

// Goal: standing the clock still and playing on gains nothing. Method: a page that is kept from the hub for a minute and then says
// that it has played all the while, and so does the node.
test('what was played while the hub heard nothing of the page is paid when it is heard', async () => {
  await pass(10 * MINUTE, true);
  goodMs = 10 * MINUTE;
  await pass(MINUTE, false);
  expect(await seat()).toMatchObject({ state: 'node-fault' });
  goodMs = 10 * MINUTE + 50_000;
  await pass(5_000, true);
  const tab = (await world.now()).things.tab.get((await seat())?.tab ?? '');
  expect(tab?.creditedMs).toBe(15_000);
  expect((await seat())?.untilMs).toBe(world.nowMs + 50 * MINUTE - 50_000);
});

test('a site may let the time run on', async () => {
  await world.ok('settings', { version: 1, settings: cafeSettings({ unseenPlayCounts: true }) }, 'manager');
  await pass(10 * MINUTE, true);
  await pass(20 * MINUTE, false);
  expect((await seat())?.state).toBe('in-use');
});

test('the report says which machine was lost', async () => {
  const node = `0x${'7'.repeat(40)}`;
  Object.assign(live, { node, nodeLost: true });
  await pass(1_000, false);
  live.nodeLost = false;
  await pass(1_000, false);
  expect((await seat())?.lostNode).toBeUndefined();
  const report = await world.day('2026-03-02');
  expect(report.faults).toMatchObject([{ seat: '1', node, nodeName: 'Taipei-2' }]);
  expect(reportTables.faults.rows(report, { nameOf: () => '', iso: String })).toMatchObject([
    ['fault', expect.any(String), '1', undefined, undefined, node, 'Taipei-2'],
    ['credit', expect.any(String), '1', expect.any(String), 3_500, undefined, undefined],
  ]);
});
