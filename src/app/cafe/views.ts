// src/app/cafe/views.ts - what pages see of a café: its things with what follows from them at an instant.
import type { PlayerId } from '../../base/ids.ts';
import { rungOf, runwayMs } from '../../cafe/cloud-spend.ts';
import { expectedMinor, type Shift } from '../../cafe/shift.ts';
import { chargeOf, costOf, paidOf, playedMs, type Tab } from '../../cafe/tab.ts';
import type { Floor } from '../../protocol/cafe-api.ts';
import type {
  BatchView,
  CodeLine,
  CodeView,
  MemberView,
  SeatView,
  ShiftView,
  SpendView,
  TabView,
} from '../../protocol/cafe-things.ts';
import type { Draft } from './draft.ts';
import type { Cloud, SeatLife } from './ports.ts';
import { endOfSeat } from './seat-end.ts';
import { type Cafe, type GuestCode, type Member, pricesAt, type Seat } from './state.ts';

function tabView(draft: Draft, seat: Seat, tab: Tab): TabView {
  const { nowMs } = draft;
  const end = endOfSeat(draft, seat);
  const prices = draft.pricesOf(tab);
  const cost = costOf(tab, prices, nowMs, end?.atMs);
  return {
    tab: tab.tab,
    who: tab.who,
    label: tab.label,
    ...(tab.member === undefined ? {} : { member: tab.member }),
    group: tab.group,
    ...(tab.ageBand === undefined ? {} : { ageBand: tab.ageBand }),
    ...(tab.guardian ? { guardian: true } : {}),
    openedAtMs: tab.openedAtMs,
    atMs: nowMs,
    playedMs: Math.floor(playedMs(tab, nowMs)),
    creditedMs: tab.creditedMs,
    chargedMinor: chargeOf(tab, prices, nowMs).totalMinor.toString(),
    ...(cost === undefined ? {} : { cost }),
    paidMinor: paidOf(tab).toString(),
    packages: tab.covers.map(({ name }) => name),
    postpaid: tab.postpaid,
    ...(end === undefined ? {} : { endsAtMs: end.atMs, endsBy: end.by }),
  };
}

/** No consent is shown to last longer: 2^52 ms, some 140,000 years. */
const FAR_MS = 2 ** 52;

/** What a page must know of a device to have its owner agree to what it spends. */
function deviceFacts(
  draft: Draft,
  seat: string,
): Pick<SeatView['device'], 'paired' | 'key' | 'consentUntilMs' | 'host'> {
  const device = draft.get('device', seat);
  const line = draft.get('enrolment', seat);
  const host = line === undefined ? {} : { host: line.host };
  if (device === undefined) return { paired: false, ...host };
  const until = draft.get('consent', device.deviceKey)?.consent?.validUntil;
  return {
    paired: true,
    ...host,
    key: device.deviceKey,
    ...(until === undefined ? {} : { consentUntilMs: Math.min(Number(until) * 1_000, FAR_MS) }),
  };
}

/** A seat as a page sees it. */
export function seatView(draft: Draft, seat: Seat, { online, seenAtMs, play, doubled }: SeatLife): SeatView {
  const tab = seat.tab === undefined ? undefined : draft.get('tab', seat.tab);
  return {
    seat: seat.seat,
    name: seat.name,
    zone: seat.zone,
    ...(seat.place === undefined ? {} : { place: seat.place }),
    version: seat.version,
    state: seat.state,
    sinceMs: seat.sinceMs,
    ...(seat.reason === undefined ? {} : { reason: seat.reason }),
    ...(seat.state === 'reserved' && seat.untilMs !== undefined ? { untilMs: seat.untilMs } : {}),
    ...(tab === undefined ? {} : { tab: tabView(draft, seat, tab) }),
    ...(play === undefined ? {} : { play }),
    device: {
      ...deviceFacts(draft, seat.seat),
      online,
      ...(seenAtMs === undefined ? {} : { seenAtMs }),
      ...(doubled === true ? { doubled } : {}),
    },
    ...(seat.message === undefined ? {} : { message: seat.message }),
  };
}

/** A member as a page sees it. */
export function memberView({ pinHash, ageBand, note, realMinor, bonusMinor, ...member }: Member): MemberView {
  return {
    ...member,
    ...(ageBand === undefined ? {} : { ageBand }),
    ...(note === undefined ? {} : { note }),
    hasPin: pinHash !== undefined,
    realMinor: realMinor.toString(),
    bonusMinor: bonusMinor.toString(),
  };
}

/** A printed code as a page sees it. */
export const codeView = ({ code, leftMinor, untilMs, package: id }: GuestCode): CodeView => ({
  code,
  leftMinor: leftMinor.toString(),
  untilMs,
  ...(id === undefined ? {} : { package: id }),
});

/** A sold code as a list shows it. */
export const codeLine = ({ code, soldMinor, leftMinor, untilMs, package: id }: GuestCode): CodeLine => ({
  ends: code.slice(-4),
  soldMinor: soldMinor.toString(),
  leftMinor: leftMinor.toString(),
  untilMs,
  ...(id === undefined ? {} : { package: id }),
});

/** All batches with what became of their codes, the newest first. */
export function batchViews({ things }: Cafe): BatchView[] {
  const codes = Map.groupBy(things.code.values(), ({ batch }) => batch ?? '');
  return [...things.batch.values()]
    .toSorted((a, b) => b.madeAtMs - a.madeAtMs)
    .map(({ batch, priceMinor, package: id, ...made }) => {
      const live = codes.get(batch) ?? [];
      const sold = live.filter(({ soldMinor }) => soldMinor > 0n);
      const unused = sold.filter(({ soldMinor, leftMinor }) => leftMinor === soldMinor).length;
      return {
        ...made,
        batch,
        priceMinor: priceMinor.toString(),
        ...(id === undefined ? {} : { package: id }),
        stock: live.length - sold.length,
        unused,
        used: sold.length - unused,
        withdrawn: made.made - live.length,
        heldMinor: sold.reduce((sum, { leftMinor }) => sum + leftMinor, 0n).toString(),
      };
    });
}

/** A shift as a page sees it. */
export function shiftView(shift: Shift): ShiftView {
  const { closed } = shift;
  return {
    shift: shift.shift,
    version: shift.version ?? 1,
    cashier: shift.cashier,
    openedAtMs: shift.openedAtMs,
    floatMinor: shift.floatMinor.toString(),
    paidInMinor: shift.paidInMinor.toString(),
    paidOutMinor: shift.paidOutMinor.toString(),
    cashTakenMinor: shift.cashTakenMinor.toString(),
    cardTakenMinor: shift.cardTakenMinor.toString(),
    expectedMinor: expectedMinor(shift).toString(),
    ...(closed === undefined
      ? {}
      : {
          closed: {
            atMs: closed.atMs,
            by: closed.by,
            countedMinor: closed.countedMinor.toString(),
            varianceMinor: closed.varianceMinor.toString(),
            count: closed.count.map(({ minor, pieces }) => ({ minor: minor.toString(), pieces })),
            ...(closed.reason === undefined ? {} : { reason: closed.reason }),
            ...(closed.note === undefined ? {} : { note: closed.note }),
            ...(closed.signature === undefined ? {} : { signature: closed.signature }),
          },
        }),
  };
}

/** Wei that must stay for play which customers have paid for already: the time left on each seat at its rate. */
export function reservedWei(draft: Draft, life: (seat: string) => SeatLife): bigint {
  let sum = 0n;
  for (const seat of draft.all('seat')) {
    const rate = life(seat.seat).play?.rateWeiPerHour;
    const end = rate === undefined ? undefined : endOfSeat(draft, seat);
    if (rate === undefined || end === undefined) continue;
    sum += (BigInt(rate) * BigInt(Math.max(0, end.atMs - draft.nowMs))) / 3_600_000n;
  }
  return sum;
}

/** What the cloud costs, as a page sees it. */
export function spendView(cloud: Cloud, reserved: bigint): SpendView {
  const runway = runwayMs(cloud.balanceWei, reserved, cloud.burnWeiPerHour);
  return {
    balanceWei: cloud.balanceWei.toString(),
    burnWeiPerHour: cloud.burnWeiPerHour.toString(),
    spentTodayWei: cloud.spentTodayWei.toString(),
    ...(runway === undefined ? {} : { runwayMs: runway }),
    ladder: rungOf(runway),
  };
}

/** The floor as a whole. */
export function floorOf(draft: Draft, cloud: Cloud, life: (seat: string) => SeatLife): Floor {
  const shift = draft.openShift();
  return {
    t: 'floor',
    rev: draft.cafe.rev,
    nowMs: draft.nowMs,
    seats: draft.all('seat').map((seat) => seatView(draft, seat, life(seat.seat))),
    ...(shift.ok ? { shift: shiftView(shift.value) } : {}),
    spend: spendView(cloud, reservedWei(draft, life)),
  };
}

/** Who pays the cloud for a café: the owner who took that on; `undefined` when that one has left and no other has signed yet. */
export function payingOwner(cafe: Cafe): PlayerId | undefined {
  return [...cafe.things.staff.values()].find(({ role, pays }) => role === 'owner' && pays === true)?.wallet;
}

/** Name of a café. */
export const cafeName = (cafe: Cafe): string => pricesAt(cafe, cafe.settingsVersion).settings.name;
