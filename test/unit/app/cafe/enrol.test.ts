// Goal: a PC without a disk is its seat again after each boot, and nobody else is. Method: acts, the file they answer, and
// devices that show lines of it; each refusal with its control.
import { expect, test } from 'vitest';
import { followDoubles, type ToldDoubles } from '../../../../src/app/cafe/doubles.ts';
import { enrolDevice } from '../../../../src/app/cafe/enrol-device.ts';
import { Kiosks, kioskView, placeOf, startAtKiosk } from '../../../../src/app/cafe/kiosks.ts';
import type { CafeId } from '../../../../src/base/ids.ts';
import { CafeWorld } from '../../../support/cafe/world.ts';

const deviceKey = `0x${'a'.repeat(40)}` as const;
const hosts = [
  { seat: '1', host: 'pc-01' },
  { seat: '2', host: '52:54:00:12:34:56' },
];

/** Lines of a file by host, as a boot script reads them. */
function linesOf(file = ''): Map<string, { cafe: CafeId; seat: string; secret: string }> {
  const rows = file.split('\n').filter((row) => row !== '' && !row.startsWith('#'));
  return new Map(
    rows.map((row) => {
      const [host = '', , shown = ''] = row.split('\t');
      const [cafe = '', seat = '', secret = ''] = shown.split('.');
      return [host, { cafe: cafe as CafeId, seat, secret }];
    }),
  );
}
const lineOf = (file: string | undefined, host: string) => {
  const line = linesOf(file).get(host);
  if (line === undefined) throw new Error(`no line of ${host}`);
  return { ...line, deviceKey };
};
async function enrolled(world: CafeWorld, shown: ReturnType<typeof lineOf>, kiosks = new Kiosks()): Promise<string> {
  const token = await enrolDevice(world.cafes, kiosks, shown, world.nowMs);
  return token.ok ? world.cafes.parts.seals.digest(token.value) : token.error.code;
}
const newest = async (world: CafeWorld) => (await world.store.audit(world.id, 2 ** 40, 1))[0];

test('the line of the file is the seat, at each boot the same; nothing is written when nothing changed', async () => {
  const world = await new CafeWorld().build();
  const { secret: file } = await world.ok('seats.enrol', { seats: hosts }, 'technician');
  expect([...linesOf(file).keys()]).toEqual(['pc-01', '52:54:00:12:34:56']);
  const first = await enrolled(world, lineOf(file, 'pc-01'));
  expect(placeOf(world.cafes, first)?.device).toMatchObject({ seat: '1', deviceKey });
  expect(await newest(world)).toMatchObject({ act: 'kiosk.enrol', by: { kind: 'seat', seat: '1' }, outcome: 'done' });
  const { rev } = await world.now();
  world.restart();
  expect(await enrolled(world, lineOf(file, 'pc-01'))).toBe(first);
  expect((await world.now()).rev).toBe(rev);
  expect(await enrolled(world, lineOf(file, '52:54:00:12:34:56'))).not.toBe(first);
});

test('a line of another seat, a wrong secret, another café: no seat', async () => {
  const world = await new CafeWorld().build();
  const { secret: file } = await world.ok('seats.enrol', { seats: hosts }, 'technician');
  const line = lineOf(file, 'pc-01');
  const { rev } = await world.now();
  for (const wrong of [
    { ...line, seat: '2' },
    { ...line, seat: '3' },
    { ...line, secret: 'A'.repeat(43) },
    { ...line, cafe: `f_${'0'.repeat(26)}` as CafeId },
  ]) {
    expect(await enrolled(world, wrong)).toBe('TOKEN_UNKNOWN');
  }
  expect((await world.now()).rev).toBe(rev);
  expect(await enrolled(world, line)).toMatch(/^[0-9a-f]{64}$/);
});

test('who shows a wrong line is in the audit, twenty times in a quarter of an hour', async () => {
  const world = await new CafeWorld().build();
  const { secret: file } = await world.ok('seats.enrol', { seats: hosts }, 'technician');
  const kiosks = new Kiosks();
  const wrong = { ...lineOf(file, 'pc-01'), secret: 'A'.repeat(43) };
  const told = async () =>
    (await world.store.audit(world.id, 2 ** 40, 99)).filter(({ outcome }) => outcome === 'TOKEN_UNKNOWN').length;
  for (let n = 0; n < 30; n++) await enrolled(world, wrong, kiosks);
  expect(await told()).toBe(20);
  expect(await newest(world)).toMatchObject({ act: 'kiosk.enrol', by: { kind: 'seat', seat: '1' } });
  world.nowMs += 900_000;
  await enrolled(world, wrong, kiosks);
  expect(await told()).toBe(21);
});

test('the file can be made again; a line that was taken back, or got another host, opens nothing', async () => {
  const world = await new CafeWorld().build();
  const { secret: file } = await world.ok('seats.enrol', { seats: hosts }, 'technician');
  const line = lineOf(file, 'pc-01');
  const hash = await enrolled(world, line);
  expect((await world.ok('seats.enrol', { seats: hosts }, 'owner')).secret).toBe(file);
  await world.ok('seats.unenrol', { seat: '1', reason: 'file was lost' }, 'technician');
  expect(placeOf(world.cafes, hash)).toBeUndefined();
  expect(await enrolled(world, line)).toBe('TOKEN_UNKNOWN');
  const { secret: again } = await world.ok('seats.enrol', { seats: hosts }, 'technician');
  expect(await enrolled(world, line)).toBe('TOKEN_UNKNOWN');
  const second = lineOf(again, 'pc-01');
  expect(await enrolled(world, second)).toMatch(/^[0-9a-f]{64}$/);
  await world.ok('seats.enrol', { seats: [{ seat: '1', host: 'pc-99' }] }, 'technician');
  expect(await enrolled(world, second)).toBe('TOKEN_UNKNOWN');
  const other = lineOf(again, '52:54:00:12:34:56'); // Control: the other seat's line stayed.
  expect(await enrolled(world, other)).toMatch(/^[0-9a-f]{64}$/);
  await world.ok('seats.remove', { seat: '2', version: 3, reason: 'sold the PC' }, 'manager');
  expect(await enrolled(world, other)).toBe('TOKEN_UNKNOWN');
});

test('who may not, a host twice, a seat that is not there: refused, nothing changed, one audit line', async () => {
  const world = await new CafeWorld().build();
  await world.ok('seats.enrol', { seats: hosts }, 'technician');
  const refused = (seats: typeof hosts, role: 'cashier' | 'technician') =>
    world.refused('seats.enrol', { seats }, role);
  expect(await refused(hosts, 'cashier')).toBe('ROLE_TOO_LOW');
  expect(await refused([{ seat: '3', host: 'pc-01' }], 'technician')).toBe('HOST_TAKEN');
  const twice = [
    { seat: '3', host: 'pc-03' },
    { seat: '4', host: 'pc-03' },
  ];
  expect(await refused(twice, 'technician')).toBe('HOST_TAKEN');
  expect(await refused([{ seat: '99', host: 'pc-04' }], 'technician')).toBe('SEAT_UNKNOWN');
  expect(await world.refused('seats.unenrol', { seat: '5', reason: 'none there' }, 'technician')).toBe('NOT_FOUND');
  expect(await world.refused('seats.unenrol', { seat: '1', reason: 'not mine' }, 'cashier')).toBe('ROLE_TOO_LOW');
});

test('no secret and no salt is in the audit or in the answer that is kept', async () => {
  const world = await new CafeWorld().build();
  const key = world.key();
  const { secret: file = '' } = await world.ok('seats.enrol', { seats: hosts }, 'technician', key);
  const text = JSON.stringify(await world.store.audit(world.id, 2 ** 40, 9_999));
  expect(text).toContain('"host":"pc-01"');
  expect(text).toContain('"salt":"set"');
  for (const { secret } of linesOf(file).values()) expect(text).not.toContain(secret);
  const again = await world.ok('seats.enrol', { seats: hosts }, 'technician', key);
  expect([again.repeated, again.secret]).toEqual([true, undefined]);
});

test('two PCs with one line: both are stopped, the clock stands, the floor is told once, and again when one is gone', async () => {
  const world = await new CafeWorld().build({ curfew: [], ageBands: [] });
  const { secret: file } = await world.ok('seats.enrol', { seats: hosts }, 'technician');
  const hash = await enrolled(world, lineOf(file, 'pc-01'));
  await world.ok('shift.open', { floatMinor: '0' });
  const minutes = { kind: 'minutes', minutes: 60 } as const;
  const seatNow = async () => (await world.now()).things.seat.get('1');
  const version = async () => (await seatNow())?.version ?? 0;
  const sit = { who: { kind: 'guest' }, buy: minutes, pay: 'cash' } as const;
  await world.ok('start', { seat: '1', version: await version(), ...sit });

  const [kiosks, told]: [Kiosks, ToldDoubles] = [new Kiosks(), new Map()];
  const follow = () => followDoubles(world.cafes, kiosks, told, world.nowMs);
  const acts = async () => (await world.store.audit(world.id, 2 ** 40, 9)).map(({ act }) => act);
  const quiet = (): void => {};
  const first = kiosks.here(hash, world.nowMs, quiet);
  world.nowMs += 60_000;
  await follow();
  expect(await seatNow()).toMatchObject({ state: 'in-use' }); // Control: one device alone.

  const second = kiosks.here(hash, world.nowMs, quiet);
  world.nowMs += 6_000;
  kiosks.heard(hash, first?.id ?? 0, world.nowMs);
  await follow();
  await follow();
  expect(await seatNow()).toMatchObject({ state: 'paused', reason: 'two devices show this seat' });
  expect((await acts()).filter((act) => act === 'kiosk.doubled')).toHaveLength(1);
  expect(kioskView(world.cafes, kiosks, hash, world.nowMs).doubled).toBe(true);
  const code = { by: 'code', code: '00000000' } as const;
  const start = () => startAtKiosk(world.cafes, kiosks, hash, code, world.nowMs);
  expect(await start()).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });

  second?.leave(world.nowMs);
  await follow();
  await follow();
  expect((await acts()).filter((act) => act === 'kiosk.single')).toHaveLength(1);
  expect(kioskView(world.cafes, kiosks, hash, world.nowMs).doubled).toBe(false);
  await world.ok('resume', { seat: '1', version: await version() });
  await follow();
  expect(await seatNow()).toMatchObject({ state: 'in-use' });
  expect(await start()).toMatchObject({ ok: false, error: { code: 'SEAT_STATE' } });
});

// Goal: a seat that has the number of one that was removed is a seat of its own. Method: both go through the same acts, so that
// each version of the one was a version of the other.
test('a seat that was removed and added again is enrolled and played as if its number were new', async () => {
  const world = await new CafeWorld().build({ ageBands: [], curfew: [] });
  const kiosks = new Kiosks();
  await world.ok('shift.open', { floatMinor: '0' });
  const { code } = (await world.ok('codes.sell', { minor: '100', pay: 'cash', days: 9 })).code ?? { code: '' };
  for (let round = 0; round < 2; round++) {
    await world.pass(1_000);
    const { secret: file } = await world.ok('seats.enrol', { seats: hosts.slice(0, 1) }, 'technician');
    const hash = await enrolled(world, lineOf(file, 'pc-01'));
    expect(placeOf(world.cafes, hash)?.device.seat).toBe('1');
    const started = await startAtKiosk(world.cafes, kiosks, hash, { by: 'code', code }, world.nowMs);
    expect(started).toMatchObject({ value: { repeated: false, seats: [{ state: 'in-use' }] } });
    await world.onSeat('stop', '1', { pay: 'code' });
    await world.onSeat('seats.remove', '1', { reason: 'a new PC' }, 'manager');
    await world.ok('seats.add', { seats: [{ seat: '1', name: '', zone: 'hall' }] }, 'manager');
  }
});
