// Goal: a customer begins and comes back at a seat by what is theirs, and by nothing else. Method: the use cases over a café in
// memory; each refusal with its control.
import { expect, test } from 'vitest';
import { backAtKiosk, idleAtKiosk } from '../../../../src/app/cafe/idle.ts';
import { keepTime } from '../../../../src/app/cafe/keep-time.ts';
import { Kiosks, kioskView, startAtKiosk } from '../../../../src/app/cafe/kiosks.ts';
import { deviceOfLink } from '../../../../src/app/cafe/seat-link.ts';
import type { MemberId } from '../../../../src/base/ids.ts';
import { TAIPEI_AGE_BANDS, TAIPEI_CURFEW } from '../../../../src/cafe/curfew.ts';
import type { KioskBack } from '../../../../src/protocol/cafe-api.ts';
import type { CafeSettings } from '../../../../src/protocol/cafe-settings.ts';
import { taipei } from '../../../support/cafe/settings.ts';
import { CafeWorld } from '../../../support/cafe/world.ts';

const MINUTE_MS = 60_000;
const idle = { minutes: 5, graceSeconds: 30, guestsGoOn: true };
const deviceKey = `0x${'a'.repeat(40)}` as const;

/** A café with a paired device on seat 1, an open till, and a member with money and a PIN. */
async function seatWorld(change: Partial<CafeSettings> = { idle }) {
  const world = await new CafeWorld().build({ curfew: [], ageBands: [], ...change });
  const { random, seals } = world.cafes.parts;
  const [token, kiosks] = [seals.digest('device'), new Kiosks()];
  const code = world.cafes.pairings.open({ tokenHash: token, deviceKey, from: '' }, random, world.nowMs)?.code ?? '';
  const seat = async () => {
    const found = (await world.now()).things.seat.get('1');
    if (found === undefined) throw new Error('seat 1');
    return found;
  };
  const at = async () => ({ seat: '1', version: (await seat()).version });
  await world.ok('seats.pair', { ...(await at()), code }, 'technician');
  await world.ok('shift.open', { floatMinor: '0' });
  const added = await world.ok('members.add', { name: 'Lin', group: 'guest', pin: '2468' });
  const member = added.member?.number ?? 0;
  await world.ok('members.top-up', { member: added.member?.member as MemberId, minor: '100', pay: 'cash' });
  const view = () => kioskView(world.cafes, kiosks, token, world.nowMs);
  const start = (number: number, pin = '2468') =>
    startAtKiosk(world.cafes, kiosks, token, { by: 'member', number, pin }, world.nowMs);
  const startBy = (text: string) => startAtKiosk(world.cafes, kiosks, token, { by: 'code', code: text }, world.nowMs);
  const standStill = () => idleAtKiosk(world.cafes, kiosks, token, world.nowMs);
  const back = (wish: KioskBack) => backAtKiosk(world.cafes, kiosks, token, wish, world.nowMs);
  const linked = (link: string | undefined) => {
    const device = deviceOfLink(world.cafes, link ?? '', world.nowMs);
    return device.ok ? device.value.seat : device.error.code;
  };
  return { world, kiosks, token, member, seat, at, view, start, startBy, standStill, back, linked };
}
const codeOf = (result: { ok: true } | { ok: false; error: { code: string } }) =>
  result.ok ? 'ok' : result.error.code;
const guest = { who: { kind: 'guest' }, buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' } as const;

test('each seat that plays gets its part of the line, and more when others leave; a site that says nothing holds nobody back', async () => {
  const { world, view } = await seatWorld({ lineKbps: 40_000 });
  expect(view().kbpsMax).toBe(36_000);
  await world.sitGuest('2', 60);
  await world.sitGuest('3', 60);
  expect(view().kbpsMax).toBe(18_000);
  await world.onSeat('stop', '3', { pay: 'cash' });
  expect(view().kbpsMax).toBe(36_000);
  expect((await seatWorld({})).view()).not.toHaveProperty('kbpsMax');
});

test('the link of a locked seat leads to it for some minutes, and not once somebody sat down there', async () => {
  const { world, at, view, linked } = await seatWorld();
  const { link } = view();
  expect(linked(link)).toBe('1');
  world.nowMs += 5 * MINUTE_MS;
  expect(linked(link)).toBe('1'); // Whoever is typing has time.
  expect(view().link).not.toBe(link);
  world.nowMs += 5 * MINUTE_MS;
  expect(linked(link)).toBe('LINK_OVER');
  const fresh = view().link;
  for (const wrong of ['', 'x.y', `${fresh}x`, fresh?.replace('.1.', '.2.'), fresh?.replace(/\.(\d+)\./, '.9.')]) {
    expect(linked(wrong), wrong).toBe('LINK_OVER');
  }
  expect(linked(fresh)).toBe('1');
  await world.ok('start', { ...(await at()), ...guest });
  expect([view().link, linked(fresh)]).toEqual([undefined, 'LINK_OVER']);
  await world.ok('stop', { ...(await at()), pay: 'cash' });
  expect([linked(view().link), linked(fresh)]).toEqual(['1', 'LINK_OVER']); // A photograph opens nothing for the next one.
});

test('a seat that nobody touched stands still; a member goes on by PIN, with not a second lost', async () => {
  const { world, member, seat, view, start, standStill, back } = await seatWorld();
  expect(codeOf(await standStill())).toBe('SEAT_STATE'); // Nobody sits there.
  await start(member);
  expect(view()).toMatchObject({ idle });
  world.nowMs += 10 * MINUTE_MS;
  const leftMs = ((await seat()).untilMs ?? 0) - world.nowMs;
  expect(codeOf(await standStill())).toBe('ok');
  expect(await seat()).toMatchObject({ state: 'paused', reason: 'nobody there' });
  expect(view()).toMatchObject({ back: 'pin' });
  expect(codeOf(await standStill())).toBe('SEAT_STATE');
  world.nowMs += 60 * MINUTE_MS;
  for (const wrong of [{ by: 'pin', pin: '1111' }, { by: 'guest' }, { by: 'code', code: '00000000' }] as const) {
    expect(codeOf(await back(wrong))).toBe('PIN_WRONG');
  }
  expect(codeOf(await back({ by: 'pin', pin: '2468' }))).toBe('ok');
  expect(await seat()).toMatchObject({ state: 'in-use', untilMs: world.nowMs + leftMs });
  const [newest] = await world.store.audit(world.id, 2 ** 40, 1);
  expect(newest).toMatchObject({ act: 'kiosk.back', by: { kind: 'seat', seat: '1' } });
});

test('what staff wrote down about a member is shown at no seat', async () => {
  const { world, member, start } = await seatWorld();
  const [known] = [...(await world.now()).things.member.values()];
  if (known === undefined) throw new Error('a member');
  const card = {
    member: known.member,
    version: known.version,
    name: 'Lin',
    group: 'guest',
    note: 'shouts at midnight',
  };
  expect((await world.ok('members.edit', card)).member).toMatchObject({ note: 'shouts at midnight' });
  const told = await start(member);
  expect(told).toMatchObject({ value: { member: { name: 'Lin', realMinor: '0' } } });
  expect(JSON.stringify(told)).not.toContain('midnight');
});

// Goal: whoever tries PINs at a seat is seen by those who read the audit. Method: wrong PINs until the member is locked, at the
// start and in an idle pause, and what is no time for it; each leaves one line, and no line holds a PIN.
test('each refusal at a seat leaves its line', async () => {
  const { world, member, start, standStill, back } = await seatWorld();
  const lines = async () => (await world.store.audit(world.id, 2 ** 40, 99)).toReversed();
  const before = (await lines()).length;
  const told = [await standStill(), await start(99, '1111'), await start(member), await back({ by: 'guest' })];
  told.push(await standStill(), await standStill());
  for (let n = 0; n < 6; n++) told.push(await back({ by: 'pin', pin: '1111' }));
  const fresh = (await lines()).slice(before);
  expect(fresh.map(({ act, outcome, by }) => `${act} ${outcome} ${by.kind}`)).toEqual([
    ...[
      'kiosk.idle SEAT_STATE seat',
      'kiosk.start PIN_WRONG seat',
      'kiosk.start done seat',
      'kiosk.back SEAT_STATE seat',
    ],
    ...['kiosk.idle done seat', 'kiosk.idle SEAT_STATE seat'],
    ...[...new Array(5).fill('kiosk.back PIN_WRONG seat'), 'kiosk.back PIN_LOCKED seat'],
  ]);
  expect(told).toHaveLength(fresh.length);
  expect(JSON.stringify(fresh)).not.toMatch(/1111|2468/);
});

test('what a doubled device asks leaves its line', async () => {
  const { world, kiosks, token, standStill, back } = await seatWorld();
  for (const line of [1, 2]) kiosks.here(token, world.nowMs, () => line);
  world.nowMs += 6_000;
  expect(kiosks.doubled(token, world.nowMs)).toBe(true);
  expect([codeOf(await standStill()), codeOf(await back({ by: 'guest' }))]).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  const lines = await world.store.audit(world.id, 2 ** 40, 2);
  expect(lines.map(({ act, outcome }) => `${act} ${outcome}`)).toEqual([
    'kiosk.back FORBIDDEN',
    'kiosk.idle FORBIDDEN',
  ]);
});

test('a printed code goes on by itself, and five wrong ones wait', async () => {
  const { world, at, view, standStill, back } = await seatWorld();
  const code = (await world.ok('codes.sell', { minor: '100', pay: 'cash', days: 1 })).code?.code ?? '';
  await world.ok('start', { ...(await at()), who: { kind: 'code', code }, buy: { kind: 'open' }, pay: 'code' });
  await standStill();
  expect(view().back).toBe('code');
  expect(codeOf(await back({ by: 'guest' }))).toBe('CODE_UNKNOWN');
  expect(codeOf(await back({ by: 'code', code }))).toBe('ok');
  await standStill();
  const tries = [];
  for (let n = 0; n < 6; n++) tries.push(codeOf(await back({ by: 'code', code: 'ZZZZZZZZ' })));
  expect(tries).toEqual([...new Array(5).fill('CODE_UNKNOWN'), 'PIN_LOCKED']);
  world.nowMs += 15 * MINUTE_MS;
  expect(codeOf(await back({ by: 'code', code }))).toBe('ok');
});

// Goal: codes are not guessed at a seat. Method: wrong ones at the start, each another, then a right one; a quarter of an hour
// later the right one is let in.
test('a seat waits after twenty wrong codes at its start', async () => {
  const { world, startBy } = await seatWorld();
  const code = (await world.ok('codes.sell', { minor: '100', pay: 'cash', days: 1 })).code?.code ?? '';
  const tries = [];
  for (let n = 0; n < 20; n++) tries.push(codeOf(await startBy(`ZZZZZZ${String(n).padStart(2, '0')}`)));
  expect(tries).toEqual(new Array(20).fill('CODE_UNKNOWN'));
  expect(codeOf(await startBy(code))).toBe('PIN_LOCKED');
  world.nowMs += 15 * MINUTE_MS;
  expect(codeOf(await startBy(code))).toBe('ok');
});

test('a guest goes on where the site lets guests; else the desk does; a pause of the desk is the desk’s', async () => {
  const free = await seatWorld();
  await free.world.ok('start', { ...(await free.at()), ...guest });
  await free.standStill();
  expect(free.view().back).toBe('guest');
  expect(codeOf(await free.back({ by: 'guest' }))).toBe('ok');
  await free.world.ok('pause', { ...(await free.at()), reason: 'police check' });
  expect(free.view().back).toBeUndefined();
  expect(codeOf(await free.back({ by: 'guest' }))).toBe('SEAT_STATE');

  const strict = await seatWorld({ idle: { ...idle, guestsGoOn: false } });
  await strict.world.ok('start', { ...(await strict.at()), ...guest });
  await strict.standStill();
  expect(strict.view().back).toBe('desk');
  expect(codeOf(await strict.back({ by: 'guest' }))).toBe('FORBIDDEN');
  await strict.world.ok('resume', await strict.at());
  expect((await strict.seat()).state).toBe('in-use');
});

test('a pause for nobody carries nobody past a curfew', async () => {
  const { world, at, seat, standStill, back } = await seatWorld({
    idle,
    ageBands: TAIPEI_AGE_BANDS,
    curfew: [...TAIPEI_CURFEW],
  });
  world.nowMs = taipei('2026-03-02T21:00');
  const open = {
    who: { kind: 'guest' },
    buy: { kind: 'open' },
    pay: 'later',
    ageBand: '15-to-17',
  } as const;
  await world.ok('start', { ...(await at()), ...open });
  const ends = (await seat()).untilMs;
  await standStill();
  world.nowMs = taipei('2026-03-02T21:10');
  expect(codeOf(await back({ by: 'guest' }))).toBe('ok'); // Control: in time it goes on, up to the curfew.
  expect([ends, (await seat()).untilMs]).toEqual([taipei('2026-03-02T22:00'), taipei('2026-03-02T22:00')]);
  await standStill();
  world.nowMs = taipei('2026-03-02T22:30');
  await back({ by: 'guest' });
  await keepTime(world.cafes, world.nowMs);
  expect((await seat()).state).toBe('ending');
});

test('a site without the rule is never stood still by a page', async () => {
  const { world, at, seat, view, standStill } = await seatWorld({});
  await world.ok('start', { ...(await at()), ...guest });
  expect(view().idle).toBeUndefined();
  expect(codeOf(await standStill())).toBe('FORBIDDEN');
  expect((await seat()).state).toBe('in-use');
});

test('a seat that is kept for somebody is started by the desk alone, until it lapses', async () => {
  const { world, member, at, view, start, linked } = await seatWorld();
  const link = view().link;
  world.nowMs += 1_000;
  await world.ok('reserve', { ...(await at()), label: 'Ms Lin', untilMs: world.nowMs + 15 * MINUTE_MS });
  expect(view().link).toBeUndefined();
  expect(await start(member)).toMatchObject({
    error: { code: 'SEAT_RESERVED', facts: { until: '12:15', untilMs: world.nowMs + 15 * MINUTE_MS } },
  });
  expect(linked(link)).toBe('LINK_OVER');
  await world.ok('start', { ...(await at()), ...guest });
  await world.ok('stop', { ...(await at()), pay: 'cash' });
  await world.ok('reserve', { ...(await at()), label: 'Ms Lin', untilMs: world.nowMs + 15 * MINUTE_MS });
  await world.pass(15 * MINUTE_MS);
  expect((await start(member)).ok).toBe(true);
});
