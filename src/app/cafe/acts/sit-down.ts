// src/app/cafe/acts/sit-down.ts - 'start': a guest, member or code sits down and plays, paid in advance or at the end.
import type { MemberId, TabId } from '../../../base/ids.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import { asksAge, curfewAt, curfewFacts } from '../../../cafe/curfew.ts';
import { type Due, dueFor } from '../../../cafe/due.ts';
import { nextSeatState } from '../../../cafe/seat.ts';
import { sit, type Tab } from '../../../cafe/tab.ts';
import type { CafeActBody } from '../../../protocol/cafe-acts.ts';
import { type Buy, type PayMethod, veiledCode, type Who } from '../../../protocol/cafe-shapes.ts';
import { type Refusal, refusal } from '../../../protocol/error-codes.ts';
import type { Act } from '../act.ts';
import { balanceFor } from '../counter.ts';
import type { Draft } from '../draft.ts';
import { endSeat } from '../seat-end.ts';
import type { GuestCode, Seat } from '../state.ts';
import { payIn } from './pay-in.ts';

/** Typed while the line was down: at most so far back. */
const TYPED_BACK_MS = 2 * 3_600_000;

type Customer = Pick<Tab, 'who' | 'label' | 'member' | 'code' | 'group' | 'ageBand'>;

/** When an act counts: now, or when it was typed. Refuses CLOCK_OUT_OF_RANGE. */
export function actedAt(draft: Draft, typedAtMs: number | undefined, notBeforeMs: number): Result<number, Refusal> {
  if (typedAtMs === undefined) return ok(draft.nowMs);
  const inRange =
    typedAtMs <= draft.nowMs &&
    typedAtMs >= draft.nowMs - TYPED_BACK_MS &&
    typedAtMs >= Math.min(notBeforeMs, draft.nowMs);
  return inRange ? ok(typedAtMs) : err(refusal('CLOCK_OUT_OF_RANGE'));
}

function customerOf(draft: Draft, who: Who, ageBand: string | undefined): Result<Customer, Refusal> {
  const nobody = { member: undefined, code: undefined, group: 'guest', ageBand };
  if (who.kind === 'guest') return ok({ ...nobody, who: 'guest', label: who.label ?? '' });
  if (who.kind === 'code') {
    const code = draft.get('code', who.code);
    if (code === undefined || code.leftMinor === 0n || code.untilMs <= draft.nowMs) return err(refusal('CODE_UNKNOWN'));
    return ok({ ...nobody, who: 'code', label: veiledCode(who.code), code: who.code });
  }
  const member = draft.get('member', who.member);
  if (member === undefined) return err(refusal('MEMBER_UNKNOWN'));
  // A band that the settings have no more says nothing: the desk is asked, as for a member without one.
  const band = draft.settings.ageBands.some(({ id }) => id === member.ageBand) ? member.ageBand : ageBand;
  const known = { member: who.member as MemberId, group: member.group, ageBand: band };
  return ok({ ...nobody, ...known, who: 'member', label: member.name });
}

/** One customer, one seat. */
function seatedElsewhere(draft: Draft, { member, code }: Customer): Refusal | undefined {
  if (member === undefined && code === undefined) return undefined;
  const tab = draft.all('tab').find((one) => one.member === member && one.code === code);
  const seat = tab === undefined ? undefined : draft.all('seat').find((one) => one.tab === tab.tab);
  return seat === undefined ? undefined : refusal('MEMBER_SEATED', { seat: seat.seat });
}

function curfewRefusal(draft: Draft, { ageBand }: Customer, guardian: boolean, atMs: number): Refusal | undefined {
  const { settings, prices } = draft;
  if (!asksAge(settings)) return undefined;
  if (ageBand === undefined) return refusal('AGE_BAND_REQUIRED');
  if (!settings.ageBands.some(({ id }) => id === ageBand)) return refusal('MESSAGE_MALFORMED', { field: '/ageBand' });
  const curfew = curfewAt(settings.curfew, { ageBand, guardian }, prices.calendar, atMs);
  return curfew && refusal('CURFEW', curfewFacts(curfew, prices.calendar));
}

/** The package that a code was sold as, while it is whole and the package is still to be had. */
function packageOn(draft: Draft, pay: PayMethod, { code: id }: Customer): GuestCode | undefined {
  const code = pay === 'code' && id !== undefined ? draft.get('code', id) : undefined;
  const whole = code !== undefined && code.leftMinor === code.soldMinor;
  return whole && draft.settings.packages.some((one) => one.id === code.package) ? code : undefined;
}

/** A package that lies on a code costs what the code was sold for, whatever it costs by now. */
function asSold(due: Due, code: GuestCode | undefined): Due {
  const { tab, cover } = due;
  if (code === undefined || cover === undefined || cover.package !== code.package) return due;
  const priceMinor = code.soldMinor;
  return { tab, cover: { ...cover, priceMinor }, dueMinor: priceMinor };
}

/**
 * Open play on a wallet or code is an advance of all that lies on it; the rest goes back at the end. On a code with a package it is
 * that package.
 */
function advanceOf(draft: Draft, buy: Buy, pay: PayMethod, customer: Customer): Buy {
  if (buy.kind !== 'open') return buy;
  const { package: id } = packageOn(draft, pay, customer) ?? {};
  if (id !== undefined) return { kind: 'package', package: id };
  const have = balanceFor(draft, pay, customer);
  return have === undefined ? buy : { kind: 'money', minor: have.toString() };
}

/** The fresh tab of a customer on a seat, running, with nothing paid. */
function freshTab(draft: Draft, seat: Seat, customer: Customer, guardian: boolean, atMs: number): Tab {
  const tab: Tab = {
    ...customer,
    tab: draft.newId<TabId>('b'),
    guardian,
    openedAtMs: atMs,
    prices: draft.settingsVersion,
    postpaid: false,
    stints: [],
    covers: [],
    payments: [],
    creditedMs: 0,
    closedAtMs: undefined,
  };
  return sit(tab, seat, atMs);
}

function isPostpaidOk(draft: Draft, seat: Seat, buy: Buy, pay: PayMethod): Refusal | undefined {
  if (buy.kind !== 'open') return pay === 'later' ? refusal('PAYMENT_MISMATCH', { field: 'pay' }) : undefined;
  if (pay !== 'later') return refusal('PAYMENT_MISMATCH', { field: 'pay' });
  const zone = draft.settings.zones.find(({ id }) => id === seat.zone);
  return zone?.postpaid === true ? undefined : refusal('POSTPAID_REFUSED');
}

/** What a start says, whoever types it: staff, program or kiosk. */
export type StartWish = Omit<CafeActBody<'start'>, 'key' | 'version'>;

/** Sits a customer down on a seat of any version. */
export function sitDown(draft: Draft, seat: Seat, wish: StartWish): Result<void, Refusal> {
  const at = actedAt(draft, wish.typedAtMs, seat.sinceMs);
  if (!at.ok) return at;
  const state = nextSeatState(seat.state, 'start');
  if (!state.ok) return state;
  const customer = customerOf(draft, wish.who, wish.ageBand);
  if (!customer.ok) return customer;
  const guardian = wish.guardian ?? false;
  const refused = seatedElsewhere(draft, customer.value) ?? curfewRefusal(draft, customer.value, guardian, at.value);
  if (refused !== undefined) return err(refused);
  if (draft.prices.grid(seat.zone, customer.value.group) === undefined) return err(refusal('TARIFF_MISSING'));
  const buy = advanceOf(draft, wish.buy, wish.pay, customer.value);
  const unfit = isPostpaidOk(draft, seat, buy, wish.pay);
  if (unfit !== undefined) return err(unfit);
  const fresh = freshTab(draft, seat, customer.value, guardian, at.value);
  draft.about = `seat ${seat.seat}`;
  if (buy.kind === 'open') {
    draft.put('tab', fresh.tab, { ...fresh, postpaid: true });
  } else {
    const due = dueFor(fresh, draft.prices, buy, seat.zone, at.value);
    if (!due.ok) return due;
    const sold = asSold(due.value, packageOn(draft, wish.pay, customer.value));
    const paid = payIn(draft, sold, wish.pay, seat.seat);
    if (!paid.ok) return paid;
  }
  const seated = { ...seat, state: state.value, sinceMs: at.value, reason: undefined, tab: fresh.tab };
  draft.putSeat(seat, { ...seated, untilMs: endSeat(draft, seated) });
  return ok(undefined);
}

/** Answers `start`. */
export const start: Act<'start'> = (draft, { version, ...wish }) => {
  const seat = draft.seat(wish.seat, version);
  return seat.ok ? sitDown(draft, seat.value, wish) : seat;
};
