// test/unit/app/cafe/taken-back.test.ts - what a list of receipts says may be taken back is what the acts then do, to the unit.
import { beforeEach, expect, test } from 'vitest';
import type { Taken } from '../../../../src/protocol/cafe-api.ts';
import { CafeWorld } from '../../../support/cafe/world.ts';

const MINUTE = 60_000;
const reason = 'asked for';
let world: CafeWorld;
beforeEach(async () => {
  world = await new CafeWorld().build();
  await world.ok('shift.open', { floatMinor: '2000' });
});

/** What is told of a receipt; and that a void, all that is said to be left and one more are answered as it says. */
async function told(receipt: number): Promise<Omit<Taken, 'receipt'> | undefined> {
  const { payments } = await world.receipts({});
  const found = payments.find((one) => one.receipt === receipt);
  const { voidable = false, refundMinor = '0', unusedMinor = '0' } = found ?? {};
  const more = (BigInt(refundMinor) + 1n).toString();
  expect(await world.refused('refund', { receipt, minor: more, reason }, 'manager')).toMatch(/ALREADY|WINDOW|UNKNOWN/);
  if (!voidable) expect(await world.refused('void', { receipt, reason })).toMatch(/ALREADY|WINDOW|UNKNOWN/);
  return found && { voidable, refundMinor, unusedMinor };
}

test('what a stop paid back is offered no more; of what was played, what is left', async () => {
  await world.sitGuest('1', 60); // 1: 25
  await world.sitGuest('2', 60); // 2: 25
  expect(await told(1)).toEqual({ voidable: true, refundMinor: '0', unusedMinor: '0' }); // It plays: its stop settles it.
  await world.onSeat('stop', '1', { pay: 'cash' }); // 3: nothing was played.
  expect(await told(1)).toEqual({ voidable: false, refundMinor: '0', unusedMinor: '25' });
  expect(await told(3)).toBeUndefined(); // It took nothing.
  await world.pass(31 * MINUTE);
  await world.onSeat('stop', '2', { pay: 'cash' }); // 4: 15 of 25.
  expect(await told(2)).toEqual({ voidable: false, refundMinor: '15', unusedMinor: '10' });
  await world.ok('refund', { receipt: 2, minor: '5', reason }, 'manager');
  expect(await told(2)).toEqual({ voidable: false, refundMinor: '10', unusedMinor: '10' });
  await world.ok('refund', { receipt: 2, minor: '10', reason }, 'manager');
  expect(await told(2)).toEqual({ voidable: false, refundMinor: '0', unusedMinor: '10' });
});

test('what was spent of a top-up, voided, or is of yesterday is not offered; a closed till hides nothing', async () => {
  const { member } = await world.ok('members.add', { name: 'Lin', group: 'gold', ageBand: '18-up' });
  const id = member?.member as never;
  await world.ok('members.top-up', { member: id, minor: '50', pay: 'cash' }); // 1
  await world.sitGuest('1', 60, { who: { kind: 'member', member: id }, pay: 'wallet' }); // 2: 20
  expect(await told(1)).toEqual({ voidable: false, refundMinor: '30', unusedMinor: '0' });
  await world.sitGuest('2', 60, { pay: 'card' }); // 3
  const { receipts } = await world.ok('void', { receipt: 3, reason });
  expect(receipts).toHaveLength(1);
  expect(await told(3)).toEqual({ voidable: false, refundMinor: '0', unusedMinor: '0' });
  const count = [{ minor: '1', pieces: 2050 }];
  await world.ok('shift.close', { ...(await world.till()), count });
  const { payments } = await world.receipts({ number: 1 });
  expect(payments).toEqual([{ receipt: 1, voidable: false, refundMinor: '30', unusedMinor: '0' }]);
  await world.pass(24 * 60 * MINUTE);
  expect(await told(1)).toEqual({ voidable: false, refundMinor: '0', unusedMinor: '0' });
});
