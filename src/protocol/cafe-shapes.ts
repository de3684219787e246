// src/protocol/cafe-shapes.ts - the small shapes of a net café: its ids, local money, roles, and who a customer is. Local
// money is whole minor units (cents, or dollars where a currency has no cents) as decimal text; it never meets wei.
import Type from 'typebox';
import type { CafeId, MemberId, ShiftId, TabId } from '../base/ids.ts';
import { UNSEEN } from '../base/unseen.ts';
import { CAFE_REASON_MAX, reasonShape } from './reason.ts';
import { exact, PlayerIdShape } from './shapes.ts';

const id = <T extends string>(prefix: string) => Type.Unsafe<T>(Type.String({ pattern: `^${prefix}_[0-9a-z]{26}$` }));
const oneOf = <T extends string>(words: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(words.map((word) => Type.Literal(word))));

/** Ids as `base/ids.ts` makes them. */
export const CafeIdShape = id<CafeId>('f');
export const TabIdShape = id<TabId>('b');
export const MemberIdShape = id<MemberId>('m');
export const ShiftIdShape = id<ShiftId>('h');
/** A member as people say it: digits, counted from 1 in each café. */
export const MemberNumberShape = Type.Integer({ minimum: 1, maximum: 9_999_999 });
/** What stands on the seat: '12', 'A3', 'VIP-1'. Unique in a café. */
export const SeatNumberShape = Type.String({ pattern: '^[A-Za-z0-9-]{1,8}$' });
/** A short id that the owner chooses: of a zone, a member group, a package, an age band. */
export const SlugShape = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,23}$' });
/** An amount of local money, in minor units, never negative, below 10^12. */
export const MinorShape = Type.String({ pattern: '^(0|[1-9][0-9]{0,11})$' });
/** An amount of local money above zero. */
export const PositiveMinorShape = Type.String({ pattern: '^[1-9][0-9]{0,11}$' });
/** A sum of local money, never negative, below 10^18: an amount that many acts may have added to. */
export const SumMinorShape = Type.String({ pattern: '^(0|[1-9][0-9]{0,17})$' });
/** A sum of local money, which may be negative. */
export const SignedMinorShape = Type.String({ pattern: '^(0|-?[1-9][0-9]{0,17})$' });
const DATE = '^2[0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$';
/** A day in the site's time zone; one of the calendar, which 2026-02-30 is not. */
export const LocalDateShape = Type.String({ pattern: DATE, format: 'date' });
/** A day as somebody typed it: settings-check.ts says which one is not of the calendar. */
export const TypedDateShape = Type.String({ pattern: DATE });
/** A person's name as somebody types it: one line, with something to see. */
export const TypedNameShape = Type.String({
  minLength: 1,
  maxLength: 80,
  pattern: `^ *[^\\s${UNSEEN}][^${UNSEEN}]*$`,
});
/** A word beside a seat or a guest: one line, or nothing. */
export const TagShape = Type.String({ maxLength: 40, pattern: `^[^${UNSEEN}]*$` });
/** Why something was done, as one line; read again by whoever checks the till, in tables and files. */
export const ReasonShape = reasonShape(CAFE_REASON_MAX);
const GUEST_CODE = '^[0-9A-HJKMNP-TV-Z]{8}$';
/** A guest's printed code: 8 characters that nobody mistakes for others. */
export const GuestCodeShape = Type.String({ pattern: GUEST_CODE });
/** Whether something reads as such a code. */
export const isGuestCode = (value: unknown): value is string =>
  typeof value === 'string' && new RegExp(GUEST_CODE).test(value);
/** A code as lists, receipts and the floor show it: whoever reads them cannot use it. */
export const veiledCode = (code: string): string => `…${code.slice(-4)}`;
/** Codes that were printed together. */
export const BatchIdShape = Type.String({ pattern: '^k_[0-9a-z]{26}$' });
/** Version of a thing; it grows by one with each change. A write names the one it saw. */
export const VersionShape = Type.Integer({ minimum: 0, maximum: 2 ** 40 });

/** Who works here, from most to least. An auditor reads everything and changes nothing. */
export const cafeRoles = ['owner', 'manager', 'cashier', 'technician', 'auditor'] as const;
/** One of the roles above. */
export type CafeRole = (typeof cafeRoles)[number];
export const CafeRoleShape = oneOf(cafeRoles);

/** What a seat is doing (docs/CAFE.md, 'Seats'). */
export const seatStates = ['free', 'in-use', 'paused', 'ending', 'reserved', 'out-of-order', 'node-fault'] as const;
/** One of the states above. */
export type SeatState = (typeof seatStates)[number];
export const SeatStateShape = oneOf(seatStates);

/** How a customer pays. `later`: at the end, where the zone allows it. */
export const payMethods = ['cash', 'card', 'wallet', 'code', 'later'] as const;
/** One of the ways above. */
export type PayMethod = (typeof payMethods)[number];
export const PayMethodShape = oneOf(payMethods);

/** What a customer buys: open play by the tariff, an amount or some minutes of it in advance, or a package. */
export const BuyShape = Type.Union([
  exact({ kind: Type.Literal('open') }),
  exact({ kind: Type.Literal('money'), minor: PositiveMinorShape }),
  exact({ kind: Type.Literal('minutes'), minutes: Type.Integer({ minimum: 1, maximum: 1_440 }) }),
  exact({ kind: Type.Literal('package'), package: SlugShape }),
]);
export type Buy = Type.Static<typeof BuyShape>;

/** Who sits down. A member's PIN is asked at the kiosk; at the till the cashier knows the member. */
export const WhoShape = Type.Union([
  exact({ kind: Type.Literal('guest'), label: Type.Optional(TagShape) }),
  exact({ kind: Type.Literal('member'), member: MemberIdShape }),
  exact({ kind: Type.Literal('code'), code: GuestCodeShape }),
]);
export type Who = Type.Static<typeof WhoShape>;

/** Who did something: a person by wallet, a program by its API key, a seat's kiosk, or the hub itself. */
export const ActorShape = Type.Union([
  exact({ kind: Type.Literal('staff'), wallet: PlayerIdShape, role: CafeRoleShape }),
  exact({ kind: Type.Literal('api-key'), id: SlugShape, role: CafeRoleShape }),
  exact({ kind: Type.Literal('seat'), seat: SeatNumberShape }),
  exact({ kind: Type.Literal('hub') }),
]);
export type Actor = Type.Static<typeof ActorShape>;
