// src/app/cafe/cloud-cost.ts - what the cloud cost on a business day, in a shift and on a seat, for the caps. A session counts as a whole where and
// when it ends; those that run count with what they have cost so far.
import type { Spent } from '../../cafe/cloud-spend.ts';
import type { Draft } from './draft.ts';
import type { SeatLife } from './ports.ts';

const DAY = 'day';
const SHIFT = 'shift';
const ofSeat = (seat: string): string => `seat/${seat}`;

function add(draft: Draft, id: string, of: string, wei: bigint): void {
  const known = draft.get('cloud-cost', id);
  const before = known?.of === of ? known.wei : 0n;
  draft.put('cloud-cost', id, { id, of, wei: before + wei });
}

/** Notes what a session cost that has ended on a seat. */
export function notePlayed(draft: Draft, seat: string, wei: bigint): void {
  const shift = draft.openShift();
  if (shift.ok) add(draft, SHIFT, shift.value.shift, wei);
  add(draft, DAY, draft.costDate, wei);
  add(draft, ofSeat(seat), draft.costDate, wei);
  draft.about = `seat ${seat}, ${wei} wei`;
}

/** Spent by this café on the business day and in the open shift, and on one seat that day. Its owner may have others. */
export function spentOn(
  draft: Draft,
  seat: string | undefined,
  life: (seat: string) => SeatLife,
): Pick<Spent, 'dayWei' | 'shiftWei' | 'seatWei'> {
  const running = (number: string): bigint => BigInt(life(number).play?.costWei ?? 0);
  const ended = (id: string, of: string): bigint => {
    const known = draft.get('cloud-cost', id);
    return known?.of === of ? known.wei : 0n;
  };
  const shift = draft.openShift();
  const all = draft.all('seat').reduce((sum, one) => sum + running(one.seat), 0n);
  return {
    dayWei: ended(DAY, draft.costDate) + all,
    shiftWei: (shift.ok ? ended(SHIFT, shift.value.shift) : 0n) + all,
    seatWei: seat === undefined ? 0n : ended(ofSeat(seat), draft.costDate) + running(seat),
  };
}
