// test/unit/app/cafe/till-close.test.ts - a till is closed under the signature of who counted it; any number that is changed
// afterwards shows.
import { expect, test } from 'vitest';
import { runAct } from '../../../../src/app/cafe/run-act.ts';
import type { PlayerId } from '../../../../src/base/ids.ts';
import { isCloseSigned, signedClose, tillCloseText } from '../../../../src/cafe/till-close.ts';
import type { ShiftView } from '../../../../src/protocol/cafe-things.ts';
import { addressOf, signDigest, textDigest } from '../../../../src/protocol/typed-data.ts';
import { CafeWorld } from '../../../support/cafe/world.ts';

const guest = { kind: 'guest' } as const;
const KEY = new Uint8Array(32).fill(7);
const STRANGER = new Uint8Array(32).fill(8);
const wallet = addressOf(KEY) as string as PlayerId;
const actor = { kind: 'staff', wallet, role: 'cashier' } as const;
const close = {
  count: [{ minor: '1000', pieces: 2 }],
  reason: 'a coin is gone',
  note: 'seat 4 squeaks\nDifference: 0',
};

async function tillOf() {
  const world = await new CafeWorld().build();
  await world.ok('staff', { wallet, role: 'cashier', reason: 'hired' }, 'owner');
  const act = (name: 'shift.open' | 'shift.close', body: object) =>
    runAct(
      world.cafes,
      { cafe: world.id, act: name, actor, body: { key: world.key(), ...body } as never },
      world.nowMs,
    );
  const opened = await act('shift.open', { floatMinor: '2000' });
  if (!opened.ok || opened.value.shift === undefined) throw new Error('no till');
  await world.ok('start', {
    ...{ seat: '1', version: 1, who: guest, ageBand: '18-up' },
    ...{ buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' },
  });
  const { shift } = opened.value;
  const taken = { ...shift, version: shift.version + 1, cashTakenMinor: '25', expectedMinor: '2025' };
  return { world, act, before: shift, open: taken };
}

test('who counted signs every number; the hub takes the signature of nobody else and of nothing else', async () => {
  const { world, act, before, open } = await tillOf();
  const signed = (shift: ShiftView, key = KEY, said: typeof close = close) =>
    signDigest(textDigest(tillCloseText(world.id, shift, said)), key);
  const send = (signature: string) =>
    act('shift.close', { shift: open.shift, version: open.version, ...close, signature });
  const refused = { ok: false, error: { code: 'TILL_BAD_SIGNATURE' } };
  expect(await send(signed(open, STRANGER))).toMatchObject(refused);
  expect(await send(signed(before))).toMatchObject(refused); // Of before the last customer paid.
  expect(await send(signed(open, KEY, { ...close, count: [] }))).toMatchObject(refused);
  expect(await send(signed(open))).toMatchObject({ value: { shift: { closed: { varianceMinor: '-25' } } } });
  const [till] = (await world.day('2026-03-02')).shifts.filter(({ cashier }) => cashier === wallet);
  if (till?.closed === undefined) throw new Error('not closed');
  expect(isCloseSigned(world.id, till)).toBe(true);
  // Each number, changed alone, is seen.
  const { closed } = till;
  const changes: Partial<ShiftView>[] = [
    ...(
      ['floatMinor', 'cashTakenMinor', 'cardTakenMinor', 'paidInMinor', 'paidOutMinor', 'expectedMinor'] as const
    ).map((name) => ({ [name]: '1' })),
    { openedAtMs: till.openedAtMs + 1 },
    { closed: { ...closed, count: [{ minor: '1000', pieces: 3 }] } },
    { closed: { ...closed, reason: 'none' } },
    { closed: { ...closed, note: 'seat 4' } },
    { closed: { ...closed, by: world.id as string as PlayerId } },
  ];
  for (const change of changes) expect(isCloseSigned(world.id, { ...till, ...change })).toBe(false);
  expect(signedClose(world.id, till, closed, 'no signature')).toBeUndefined();
});

test('a till that a program closed is not signed, and says so', async () => {
  const { world, act, open } = await tillOf();
  await act('shift.close', { shift: open.shift, version: open.version, ...close });
  const [till] = (await world.day('2026-03-02')).shifts.filter(({ cashier }) => cashier === wallet);
  expect(till === undefined ? true : isCloseSigned(world.id, till)).toBeUndefined();
});
