// test/unit/app/cafe/codes.test.ts - printed codes: batches that are kept at the desk and sold one by one, what is withdrawn of
// them, and codes that hold a package.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchViews } from '../../../../src/app/cafe/views.ts';
import { taipei } from '../../../support/cafe/settings.ts';
import { CafeWorld, checkCafeBooks, seatOf } from '../../../support/cafe/world.ts';

const HOUR = 3_600_000;
const DAY = '2026-03-02';
const reason = 'sold out of them';

async function desk(): Promise<CafeWorld> {
  const world = await new CafeWorld().build({ curfew: [], ageBands: [] });
  await world.ok('shift.open', { floatMinor: '0' });
  return world;
}
const cardsOf = async (world: CafeWorld, count: number, worth: { minor?: string; package?: string }) => {
  const { secret = '' } = await world.ok('codes.batch', { name: 'Summer', count, days: 30, ...worth }, 'manager');
  return secret.split('\n');
};
const batchOf = async (world: CafeWorld) => batchViews(await world.now())[0];
const sitBy = (world: CafeWorld, seat: string, code: string) =>
  world.onSeat('start', seat, { who: { kind: 'code', code }, buy: { kind: 'open' }, pay: 'code' });

test('a batch is worth nothing until its codes are sold; what was not sold is withdrawn', async () => {
  const world = await desk();
  const [one = '', two = '', three = ''] = await cardsOf(world, 5, { minor: '100' });
  expect(await batchOf(world)).toMatchObject({ name: 'Summer', made: 5, stock: 5, heldMinor: '0', withdrawn: 0 });
  expect(await world.day(DAY)).toMatchObject({ owedToCustomersMinor: '0', agrees: { ledgerMinor: '0' } });
  const seat = { seat: '1', version: await world.version('1') };
  const play = { who: { kind: 'code', code: one }, buy: { kind: 'open' }, pay: 'code' } as const;
  expect(await world.refused('start', { ...seat, ...play })).toBe('CODE_UNKNOWN'); // Printed, not sold.

  const sold = await world.ok('codes.activate', { code: one, pay: 'cash' });
  expect(sold.code).toEqual({ code: one, leftMinor: '100', untilMs: world.nowMs + 30 * 24 * HOUR });
  expect(sold.receipts).toMatchObject([{ kind: 'code', totalMinor: '100', lines: [{ about: `…${one.slice(-4)}` }] }]);
  expect(JSON.stringify(sold.receipts)).not.toContain(one);
  expect(await world.refused('codes.activate', { code: one, pay: 'cash' })).toBe('CODE_UNKNOWN'); // Once is once.
  expect(await world.refused('codes.activate', { code: '00000000', pay: 'cash' })).toBe('CODE_UNKNOWN');
  await world.ok('codes.activate', { code: two, pay: 'card' });
  await sitBy(world, '1', one);
  await world.pass(HOUR);
  await world.onSeat('stop', '1', { pay: 'code' });
  expect(await batchOf(world)).toMatchObject({ stock: 3, unused: 1, used: 1, withdrawn: 0, heldMinor: '175' });

  const { batch = '' } = (await batchOf(world)) ?? {};
  expect(await world.refused('codes.withdraw', { batch, reason }, 'cashier')).toBe('ROLE_TOO_LOW');
  await world.ok('codes.withdraw', { batch, reason }, 'manager');
  expect(await batchOf(world)).toMatchObject({ made: 5, stock: 0, unused: 1, used: 1, withdrawn: 3, heldMinor: '175' });
  expect(await world.refused('codes.activate', { code: three, pay: 'cash' })).toBe('CODE_UNKNOWN');
  await sitBy(world, '2', two); // What was sold plays on.
  expect(await world.day(DAY)).toMatchObject({ owedToCustomersMinor: '175', agrees: { ledgerMinor: '200' } });
  await checkCafeBooks(world, [DAY]);
});

test('a card that was sold by mistake is in stock again; one that was begun is not', async () => {
  const world = await desk();
  const [one = '', two = ''] = await cardsOf(world, 2, { minor: '100' });
  const [first, second] = [
    await world.ok('codes.activate', { code: one, pay: 'cash' }),
    await world.ok('codes.activate', { code: two, pay: 'cash' }),
  ].map(({ receipts }) => receipts[0]?.number ?? 0);
  await world.ok('void', { receipt: first ?? 0, reason: 'the wrong card' });
  expect(await batchOf(world)).toMatchObject({ stock: 1, unused: 1, used: 0, heldMinor: '100' });
  expect(await world.refused('void', { receipt: first ?? 0, reason: 'again' })).toBe('ALREADY_REVERSED');
  await world.ok('codes.activate', { code: one, pay: 'card' });
  expect(await batchOf(world)).toMatchObject({ stock: 0, unused: 2, heldMinor: '200' });
  await sitBy(world, '1', two);
  await world.pass(5 * 60_000);
  await world.onSeat('stop', '1', { pay: 'code' });
  expect(await world.refused('void', { receipt: second ?? 0, reason: 'too late' })).toBe('ALREADY_REVERSED');
  await world.ok('refund', { receipt: second ?? 0, minor: '90', reason: 'it is broken' }, 'manager');
  expect(await batchOf(world)).toMatchObject({ stock: 0, unused: 1, used: 1, heldMinor: '100' });
  expect(await world.refused('codes.activate', { code: two, pay: 'cash' })).toBe('CODE_UNKNOWN');
  await checkCafeBooks(world, [DAY]);
});

test('codes of a batch are shown once, and no line of the audit could be used', async () => {
  const world = await desk();
  const key = world.key();
  const asked = { name: 'Summer', count: 3, minor: '50', days: 30 };
  const { secret = '' } = await world.ok('codes.batch', asked, 'manager', key);
  expect(secret).toMatch(/^([0-9A-Z]{8}\n){2}[0-9A-Z]{8}$/);
  const again = await world.ok('codes.batch', asked, 'manager', key);
  expect([again.repeated, again.secret]).toEqual([true, undefined]);
  const [one = ''] = secret.split('\n');
  await world.ok('codes.activate', { code: one, pay: 'cash' });
  await sitBy(world, '1', one);
  const lines = JSON.stringify(await world.store.audit(world.id, 2 ** 40, 99));
  expect(lines).toContain(`…${one.slice(-4)}`);
  for (const code of secret.split('\n')) expect(lines).not.toContain(code);
  expect(await world.refused('codes.batch', { ...asked, package: 'lunch' }, 'manager')).toBe('MESSAGE_MALFORMED');
  expect(await world.refused('codes.batch', asked, 'cashier')).toBe('ROLE_TOO_LOW');
});

// Goal: only who has the paper has the code. Method: a code is sold and played; all that others read of it is searched.
test('receipts, floor and audit name a code by its end', async () => {
  const world = await desk();
  const { code: sold } = await world.ok('codes.sell', { minor: '100', pay: 'cash', days: 3 });
  const code = sold?.code ?? '';
  const seated = await sitBy(world, '1', code);
  expect(seatOf(seated).tab?.label).toBe(`…${code.slice(-4)}`);
  await world.pass(HOUR);
  await world.onSeat('stop', '1', { pay: 'code' });
  const { store, id } = world;
  const audit = await store.audit(id, 2 ** 40, 99);
  const read = [await store.receipts(id, 2 ** 40, 99), audit, seated.seats, await world.day(DAY)];
  expect(JSON.stringify(audit)).toContain('"code":"TWD"'); // A currency is no secret.
  expect(JSON.stringify(read)).toContain(`…${code.slice(-4)}`);
  expect(JSON.stringify(read)).not.toContain(code);
});

test('a code with a package plays that package for what it was sold for, in its window, and is worth money once it is gone', async () => {
  const world = await desk();
  const [one = '', two = '', three = ''] = await cardsOf(world, 3, { package: 'lunch' });
  for (const code of [one, two, three]) await world.ok('codes.activate', { code, pay: 'cash' });
  const { settings } = { settings: (await world.now()).things.settings.get('1') };
  if (settings === undefined) throw new Error('settings');
  const dear = settings.packages.map((one) => (one.id === 'lunch' ? { ...one, priceMinor: '90' } : one));
  await world.ok('settings', { version: 1, settings: { ...settings, packages: dear } }, 'manager');

  const seated = await sitBy(world, '1', one); // 12:00; the card says 30.
  expect(seatOf(seated).tab).toMatchObject({
    packages: ['Two of the lunch hours'],
    paidMinor: '30',
    endsBy: 'package',
  });
  expect(seatOf(seated).tab?.endsAtMs).toBe(taipei('2026-03-02T14:00'));
  await world.pass(HOUR);
  expect((await world.onSeat('stop', '1', { pay: 'code' })).receipts).toMatchObject([
    {
      totalMinor: '0',
      lines: [
        { what: 'package', minor: '30' },
        { what: 'advance', minor: '-30' },
      ],
    },
  ]);
  expect(await batchOf(world)).toMatchObject({
    package: 'lunch',
    priceMinor: '30',
    used: 1,
    unused: 2,
    heldMinor: '60',
  });

  world.nowMs = taipei('2026-03-02T15:00');
  const late = { seat: '1', version: await world.version('1'), who: { kind: 'code', code: two } } as const;
  expect(await world.refused('start', { ...late, buy: { kind: 'open' }, pay: 'code' })).toBe('PACKAGE_UNAVAILABLE');
  await world.ok('start', { ...late, buy: { kind: 'money', minor: '30' }, pay: 'code' }); // Its money plays at any time.
  const none = { ...settings, packages: settings.packages.filter(({ id }) => id !== 'lunch') };
  await world.ok('settings', { version: 2, settings: none }, 'manager');
  expect(seatOf(await sitBy(world, '2', three)).tab).toMatchObject({ packages: [], paidMinor: '30', endsBy: 'money' });
  expect(await world.refused('codes.sell', { package: 'lunch', pay: 'cash', days: 3 })).toBe('PACKAGE_UNAVAILABLE');
  await world.ok('codes.sell', { package: 'three-hours', pay: 'cash', days: 3 });
  await checkCafeBooks(world, [DAY]);
});

// Goal: a code is owed from its sale until it is used, and never else. Method: batches made, sold, played, voided and withdrawn in
// any order; after each act what the day owes is what lies on codes and open tabs, and each batch adds up.
test('whatever is done with codes, the day owes what lies on those that were sold', async () => {
  const step = fc.tuple(fc.constantFrom('batch', 'activate', 'sell', 'sit', 'stop', 'void', 'withdraw'), fc.nat(11));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const world = await desk();
      let done = 0;
      for (const [act, at] of steps) {
        const { things } = await world.now();
        const pick = <T>(all: Iterable<T>): T | undefined => [...all][at % Math.max(1, [...all].length)];
        const code = pick(things.code.values())?.code ?? '00000000';
        const seat = String(1 + (at % 3));
        const on = { seat, version: await world.version(seat) };
        const worth = at % 2 === 0 ? { minor: '40' } : { package: 'three-hours' };
        const result = await {
          batch: () => world.act('codes.batch', { name: 'B', count: 1 + (at % 3), days: 9, ...worth }, 'manager'),
          activate: () => world.act('codes.activate', { code, pay: at % 2 === 0 ? 'cash' : 'card' }),
          sell: () => world.act('codes.sell', { ...worth, pay: 'cash', days: 9 }),
          sit: () => world.act('start', { ...on, who: { kind: 'code', code }, buy: { kind: 'open' }, pay: 'code' }),
          stop: () => world.act('stop', { ...on, pay: 'code' }),
          void: () => world.act('void', { receipt: pick(things.paid.values())?.receipt ?? 1, reason }),
          withdraw: () =>
            world.act('codes.withdraw', { batch: pick(things.batch.values())?.batch ?? '', reason }, 'manager'),
        }[act]();
        done += result.ok ? 1 : 0;
        await world.pass(7 * 60_000);
        const now = (await world.now()).things;
        const onCodes = [...now.code.values()].reduce((sum, { leftMinor }) => sum + leftMinor, 0n);
        const onTabs = [...now.tab.values()]
          .flatMap(({ payments }) => payments)
          .reduce((sum, { minor }) => sum + minor, 0n);
        expect(await world.store.owedMinor(world.id, DAY)).toBe(onCodes + onTabs);
        for (const { made, stock, unused, used, withdrawn } of batchViews(await world.now())) {
          expect(stock + unused + used + withdrawn).toBe(made);
        }
      }
      fc.pre(done > 0);
      await checkCafeBooks(world, [DAY]);
      const { agrees } = await world.day(DAY);
      expect(new Set(Object.values(agrees)).size).toBe(1);
    }),
    { numRuns: 40 },
  );
});
