// Goal: what a customer pays does not depend on how often they were moved, paused for no time, or swapped with another. Method: the
// same play twice, once straight and once with random acts between; the receipts say the same.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CafeReceipt } from '../../../../src/protocol/cafe-things.ts';
import { CafeWorld, seatOf } from '../../../support/cafe/world.ts';

const RUNS = process.env.NEARCADE_LONG === '1' ? 2_000 : 40;
const MINUTE = 60_000;
type Interruption = { readonly afterMin: number; readonly what: 'move' | 'pause' | 'swap'; readonly to: number };
type Play = {
  readonly buy: { readonly kind: 'open' } | { readonly kind: 'minutes'; readonly minutes: number };
  readonly startHour: number;
  readonly interruptions: readonly Interruption[];
  readonly restMin: number;
};

/** Plays on seat 1 of the hall and says what the last receipt has. */
async function played({ buy, startHour, interruptions, restMin }: Play, interrupted: boolean) {
  const world = await new CafeWorld().build();
  await world.ok('shift.open', { floatMinor: '1000' });
  await world.pass(startHour * 60 * MINUTE);
  const pay = buy.kind === 'open' ? 'later' : 'cash';
  await world.sitGuest('10', 24 * 60); // Somebody to change places with.
  await world.onSeat('start', '1', { who: { kind: 'guest' }, buy, pay, ageBand: '18-up' });
  let [mine, other] = ['1', '10'];
  for (const { afterMin, what, to } of interruptions) {
    await world.pass(afterMin * MINUTE);
    if (!interrupted) continue;
    const state = (await world.now()).things.seat.get(mine)?.state;
    if (state !== 'in-use') continue; // What was paid is used up: nothing runs that could be cut.
    if (what === 'pause') {
      await world.onSeat('pause', mine, { reason: 'a call' });
      await world.onSeat('resume', mine, {});
    } else if (what === 'swap') {
      await world.onSeat('swap', mine, { with: other, withVersion: await world.version(other) });
      [mine, other] = [other, mine];
    } else if (![mine, other].includes(String(to))) {
      await world.onSeat('move', mine, { to: String(to), toVersion: await world.version(String(to)) });
      mine = String(to);
    }
  }
  await world.pass(restMin * MINUTE);
  const before = seatOf(await world.ok('message', { seats: [mine], text: 'x' }), mine);
  const { receipts } = await world.onSeat('stop', mine, { pay: 'cash' });
  const [{ lines, paid, totalMinor }] = receipts as [CafeReceipt];
  return { lines, paid, totalMinor, endsAtMs: before.tab?.endsAtMs, playedMs: before.tab?.playedMs };
}

test('moved in the hall, swapped, paused for no time: the same receipt, the same end, the same count', () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({
        buy: fc.oneof(
          fc.constant({ kind: 'open' as const }),
          fc.record({ kind: fc.constant('minutes' as const), minutes: fc.integer({ min: 1, max: 400 }) }),
        ),
        startHour: fc.integer({ min: 0, max: 11 }),
        interruptions: fc.array(
          fc.record({
            afterMin: fc.integer({ min: 0, max: 90 }),
            what: fc.constantFrom('move' as const, 'pause' as const, 'swap' as const),
            to: fc.integer({ min: 1, max: 10 }),
          }),
          { maxLength: 6 },
        ),
        restMin: fc.integer({ min: 0, max: 120 }),
      }),
      async (play) => {
        expect(await played(play, true)).toEqual(await played(play, false));
      },
    ),
    { numRuns: RUNS },
  ));
