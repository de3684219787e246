// test/unit/app/cafe/kiosks.test.ts - devices on seats: two with one identity, wrong PINs, codes that are over.
import { expect, test } from 'vitest';
import { Kiosks, placeOf as seatOfDevice } from '../../../../src/app/cafe/kiosks.ts';
import { Pairings } from '../../../../src/app/cafe/pairing.ts';
import { followPresence } from '../../../../src/app/cafe/presence.ts';
import { Tries } from '../../../../src/app/cafe/tries.ts';
import { placeOf, saverOf, tabPlace } from '../../../../src/app/place.ts';
import type { CafeId, PlayerId } from '../../../../src/base/ids.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import { sealsBy } from '../../../../src/main/seals.ts';
import { CafeWorld } from '../../../support/cafe/world.ts';

const quiet = (): void => {};

test('a page that is reloaded is no second device; two that stay are', () => {
  const kiosks = new Kiosks();
  const first = kiosks.here('token', 0, quiet);
  const second = kiosks.here('token', 1_000, quiet);
  expect(kiosks.doubled('token', 2_000)).toBe(false);
  first?.leave(2_500);
  expect(kiosks.doubled('token', 60_000)).toBe(false);
  kiosks.here('token', 10_000, quiet);
  kiosks.heard('token', second?.id ?? 0, 10_500);
  expect([kiosks.doubled('token', 14_999), kiosks.doubled('token', 15_000)]).toEqual([false, true]);
  expect([kiosks.doubles(14_999), kiosks.doubles(15_000)]).toEqual([[], ['token']]);
  expect(kiosks.presence('token')).toEqual({ online: true, seenAtMs: 2_500 });
  expect(kiosks.presence('other')).toEqual({ online: false, seenAtMs: undefined });
});

test('one identity shows on so many pages and no more; the next fits when one goes', () => {
  const kiosks = new Kiosks();
  const [first] = Array.from({ length: 32 }, () => kiosks.here('token', 0, quiet));
  expect(kiosks.here('token', 0, quiet)).toBeUndefined();
  expect(kiosks.here('other', 0, quiet)).toBeDefined();
  first?.leave(1);
  expect(kiosks.here('token', 0, quiet)).toBeDefined();
});

// Goal: a device hears at once of its own seat, of being paired and of being unpaired, and of nobody else's. Method: two
// devices with open lines; what each is told is counted after each act.
test('a device is told of its own seat, from its pairing to its end', async () => {
  const world = await new CafeWorld().build();
  const kiosks = new Kiosks();
  world.cafes.watchAll((written) => kiosks.follow(written));
  const random = seededRandom(2);
  const told = { one: 0, two: 0 };
  const heard = async (act: () => Promise<unknown>): Promise<string> => {
    Object.assign(told, { one: 0, two: 0 });
    await act();
    return `${told.one} ${told.two}`;
  };
  const codes = (['one', 'two'] as const).map((name) => {
    kiosks.here(name, 0, () => (told[name] += 1));
    return world.cafes.pairings.open({ tokenHash: name, deviceKey: '0x1', from: '' }, random, world.nowMs)?.code ?? '';
  });
  const pair = (seat: string, code = '') => world.onSeat('seats.pair', seat, { code });
  expect(await heard(() => pair('1', codes[0]))).toBe('1 0');
  expect(await heard(() => pair('2', codes[1]))).toBe('0 1');
  expect(await heard(() => world.ok('shift.open', { floatMinor: '0' }))).toBe('0 0');
  expect(await heard(() => world.sitGuest('1', 60))).toBe('1 0');
  const move = async () => world.onSeat('move', '1', { to: '2', toVersion: await world.version('2') });
  expect(await heard(move)).toBe('1 1');
  expect(await heard(() => world.ok('message', { text: 'hello' }))).toBe('1 1');
  expect(await heard(() => pair('3', codes[0]))).toBe('1 0'); // The device goes to another seat: the floor is told of both.
  expect(await heard(() => pair('1', codes[0]))).toBe('1 0');
  const remove = { reason: 'sold' };
  expect(await heard(() => world.onSeat('seats.unpair', '1', remove, 'manager'))).toBe('1 0');
  expect(await heard(() => world.onSeat('seats.remove', '1', remove, 'manager'))).toBe('0 0');
  world.restart();
  expect(placedOn(world, 'two')).toBeUndefined();
  await world.now();
  expect([placedOn(world, 'one'), placedOn(world, 'two')]).toEqual([undefined, '2']);
});
const placedOn = (world: CafeWorld, tokenHash: string) => seatOfDevice(world.cafes, tokenHash)?.device.seat;

test('a device that goes to another seat leaves the first one shown without', async () => {
  const world = await new CafeWorld().build();
  const open = () =>
    world.cafes.pairings.open({ tokenHash: 'one', deviceKey: '0x1', from: '' }, seededRandom(3), world.nowMs);
  await world.onSeat('seats.pair', '1', { code: open()?.code ?? '' });
  const { seats } = await world.onSeat('seats.pair', '2', { code: open()?.code ?? '' });
  expect(seats.map(({ seat, device }) => `${seat} ${device.paired}`).toSorted()).toEqual(['1 false', '2 true']);
});

// Goal: a floor shows that a device is there from its pairing on, not from its next reload. Method: the device has its line before it
// is anybody's; what is shown of the presence is asked for after the act.
test('a device that was there before it was paired is shown as there', async () => {
  const world = await new CafeWorld().build();
  const kiosks = new Kiosks();
  world.cafes.watchAll((written) => kiosks.follow(written));
  kiosks.here('one', 0, quiet);
  followPresence(world.cafes, kiosks, world.nowMs); // It came, and is no seat's.
  const wish = { tokenHash: 'one', deviceKey: '0x1', from: '' } as const;
  const code = world.cafes.pairings.open(wish, seededRandom(3), world.nowMs)?.code ?? '';
  await world.onSeat('seats.pair', '1', { code });
  const shown: string[] = [];
  world.cafes.watch(world.id, ({ seats }) => shown.push(...seats.map(({ seat }) => seat)));
  followPresence(world.cafes, kiosks, world.nowMs);
  expect(shown).toEqual(['1']);
  await world.ok('message', { text: 'hello' });
  expect(kiosks.takeMoved().size).toBe(0); // What the seat is told is no news of its device.
});

test('a PC that was switched off without a word is no second device when it is back', () => {
  const kiosks = new Kiosks();
  kiosks.here('token', 0, quiet); // Its end was never told.
  const again = kiosks.here('token', 40_000, quiet);
  expect(kiosks.doubled('token', 46_000)).toBe(false);
  kiosks.heard('token', again?.id ?? 0, 50_000);
  expect(kiosks.doubled('token', 50_000)).toBe(false);
  const other = kiosks.here('token', 52_000, quiet); // Control: a device that is alive is one.
  kiosks.heard('token', again?.id ?? 0, 57_000);
  expect(kiosks.doubled('token', 57_000)).toBe(true);
  kiosks.heard('other', other?.id ?? 0, 80_000); // A line speaks for its own identity alone.
  kiosks.heard('token', again?.id ?? 0, 80_000);
  expect(kiosks.doubled('token', 80_000)).toBe(false);
});

test('five wrong PINs lock for a quarter of an hour, a right one clears', () => {
  const kiosks = new Kiosks();
  const codes = (rights: readonly boolean[], nowMs = 0) =>
    rights.map((right) => {
      const counted = kiosks.pin('f_1' as CafeId, { device: 'd', name: 'm' }, right, nowMs);
      return counted.ok ? 'ok' : counted.error.code;
    });
  expect(codes([false, false, false, false, true])).toEqual([...new Array(4).fill('PIN_WRONG'), 'ok']);
  expect(codes([false, false, false, false, false, true])).toEqual([...new Array(5).fill('PIN_WRONG'), 'PIN_LOCKED']);
  expect(codes([true], 900_000)).toEqual(['ok']);
});

// Goal: one PIN is not tried on every member, from one device or from many, and no flood of tries frees whoever waits. Method:
// each try names another member; another café in the same hub is the control.
test('a device waits after twenty wrong ones whomever they name, a café after a hundred, and no other café does', () => {
  const kiosks = new Kiosks();
  const [here, there] = ['f_1', 'f_2'] as readonly string[] as readonly [CafeId, CafeId];
  const code = (cafe: CafeId, device: string, name: string, right = false, nowMs = 0) => {
    const counted = kiosks.pin(cafe, { device, name }, right, nowMs);
    return counted.ok ? 'ok' : counted.error.code;
  };
  for (let n = 0; n < 5; n++) code(here, 'other', 'locked');
  const sprayed = Array.from({ length: 21 }, (_, n) => code(here, 'd', `m${n}`));
  expect(sprayed).toEqual([...new Array(20).fill('PIN_WRONG'), 'PIN_LOCKED']);
  expect(code(here, 'd', 'own', true)).toBe('PIN_LOCKED'); // Its own card does not free it.
  expect(code(here, 'e', 'own', true)).toBe('ok');
  for (let n = 0; n < 75; n++) expect(code(here, `many-${n}`, `n${n}`)).toBe('PIN_WRONG');
  expect(code(here, 'e', 'own', true)).toBe('PIN_LOCKED');
  for (let n = 0; n < 2_000; n++) code(there, `d${n}`, `m${n}`);
  expect(code(here, 'f', 'locked', true)).toBe('PIN_LOCKED');
  expect([code(here, 'd', 'own', true, 900_000), code(here, 'f', 'locked', true, 900_000)]).toEqual(['ok', 'ok']);
});

test('a full count forgets what was tried longest ago and nothing else', () => {
  const tries = new Tries(1);
  for (let n = 0; n <= 1_000; n++) tries.wrong(`m${n}`, 0);
  expect([tries.waitsUntilMs('m0', 1), tries.waitsUntilMs('m1', 1)]).toEqual([undefined, 900_000]);
});

test('a code lasts ten minutes, is a device’s only one, and names it alone', () => {
  const pairings = new Pairings();
  const random = seededRandom(1);
  const device = (n: number) => ({ tokenHash: `t${n}`, deviceKey: `0x${String(n)}` as const });
  const open = (n: number, nowMs: number, from = `from ${n % 5}`, before?: string) =>
    pairings.open({ ...device(n), from, before }, random, nowMs);
  const first = open(1, 0);
  const again = open(1, 10);
  expect(pairings.find(20)(first?.code ?? '')).toBeUndefined();
  expect(pairings.find(20)(again?.code ?? '')).toEqual(device(1));
  expect(pairings.find(600_010)(again?.code ?? '')).toBeUndefined();
  const anew = open(2, 30, 'from 1', 't1'); // The same device under a new name.
  expect(pairings.find(40)(again?.code ?? '')).toBeUndefined();
  expect(pairings.find(40)(anew?.code ?? '')).toEqual(device(2));
});

// Goal: nobody keeps others from pairing. Method: one address asks for all there is, then many do; a café elsewhere asks too.
test('one address has a quarter of the codes at most, and a full table makes room for others', () => {
  const pairings = new Pairings();
  const random = seededRandom(1);
  const open = (n: number, from: string, nowMs = 0) =>
    pairings.open({ tokenHash: `t${n}`, deviceKey: `0x${n}`, from }, random, nowMs);
  const codes = Array.from({ length: 250 }, (_, n) => open(n, 'greedy')?.code ?? '');
  expect(open(250, 'greedy')).toBeUndefined();
  for (let n = 251; n <= 1_000; n++) expect(open(n, `other ${n % 5}`)).toBeDefined();
  const mine = open(1_001, 'café');
  expect(pairings.find(1)(mine?.code ?? '')).toMatchObject({ tokenHash: 't1001' });
  expect([codes[0], codes[1]].map((code) => pairings.find(1)(code ?? '') === undefined)).toEqual([true, false]);
  expect(open(1_002, 'greedy', 600_000)).toBeDefined();
});

test('a tab is a place of its own, with saves that are no account’s', () => {
  const player = `0x${'1'.repeat(40)}` as PlayerId;
  const seals = sealsBy('seal-key-of-tests-0123456789abcdef');
  const tab = (id: string) => ({ player, place: tabPlace('f_1', id) });
  expect([placeOf({ player }), placeOf(tab('b_1'))]).toEqual([player, 'f_1/b_1']);
  expect(saverOf(seals, { player })).toBe(player);
  const [one, two] = [saverOf(seals, tab('b_1')), saverOf(seals, tab('b_2'))];
  expect(new Set([player, one, two]).size).toBe(3);
  expect(one).toMatch(/^0x[0-9a-f]{40}$/);
});
