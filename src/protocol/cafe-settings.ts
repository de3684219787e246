// src/protocol/cafe-settings.ts - all that an owner sets for a site: rooms, prices, packages, holidays, curfew, limits.
// docs/CAFE.md explains each rule with worked examples.
import Type from 'typebox';
import { MinorShape, PositiveMinorShape, SlugShape, TypedDateShape } from './cafe-shapes.ts';
import { exact, NameShape, WeiShape } from './shapes.ts';

const DAY_MINUTES = 1_440;
const Minutes = Type.Integer({ minimum: 1, maximum: DAY_MINUTES });
/** Minute of the local day on which a window begins; 0 is midnight. */
const FromMinute = Type.Integer({ minimum: 0, maximum: DAY_MINUTES - 1 });
/** Minute at which a window ends, counted from the midnight before it began: 23:00 to 07:00 is 1380 to 1860. */
const ToMinute = Type.Integer({ minimum: 1, maximum: 2 * DAY_MINUTES });
/** Days on which a window begins: 0 Sunday to 6 Saturday, 7 a holiday (which then is no weekday). */
const Days = Type.Array(Type.Integer({ minimum: 0, maximum: 7 }), { minItems: 1, maxItems: 8, uniqueItems: true });

/** Prices of one zone for one group, painted on the week. */
export const CafeTariffShape = exact({
  zone: SlugShape,
  /** A member group, or 'guest', which counts for every group without a tariff of its own. */
  group: SlugShape,
  /** Named prices; the first is painted with 'a', the second with 'b'... */
  rates: Type.Array(exact({ name: NameShape, minorPerHour: MinorShape }), { minItems: 1, maxItems: 26 }),
  /** Eight rows, Sunday to Saturday and then holidays; in each row one letter for each hour of the local day. */
  week: Type.Array(Type.String({ pattern: '^[a-z]{24}$' }), { minItems: 8, maxItems: 8 }),
});
export type CafeTariff = Type.Static<typeof CafeTariffShape>;

/** What a package gives. Minutes count played time; a window ends by the clock on the wall. */
export const PackageRuleShape = Type.Union([
  exact({ kind: Type.Literal('duration'), minutes: Minutes }),
  exact({ kind: Type.Literal('window'), days: Days, fromMinute: FromMinute, toMinute: ToMinute }),
  exact({
    kind: Type.Literal('duration-in-window'),
    minutes: Minutes,
    days: Days,
    fromMinute: FromMinute,
    toMinute: ToMinute,
  }),
]);
export type PackageRule = Type.Static<typeof PackageRuleShape>;

export const CafePackageShape = exact({
  id: SlugShape,
  name: NameShape,
  priceMinor: MinorShape,
  /** Where it counts. */
  zones: Type.Array(SlugShape, { minItems: 1, maxItems: 20 }),
  /** Who may buy it; 'guest' is everybody without a group. */
  groups: Type.Array(SlugShape, { minItems: 1, maxItems: 20 }),
  rule: PackageRuleShape,
});
export type CafePackage = Type.Static<typeof CafePackageShape>;

/** When somebody of an age band may not play. */
export const CurfewRuleShape = exact({
  id: SlugShape,
  name: NameShape,
  ageBands: Type.Array(SlugShape, { minItems: 1, maxItems: 20 }),
  /** The day on which the window begins: any; a school day (no rest day, no holiday); the eve of a free day; not such an eve. */
  days: Type.Union([
    Type.Literal('any'),
    Type.Literal('school-day'),
    Type.Literal('eve-of-free-day'),
    Type.Literal('not-eve-of-free-day'),
  ]),
  fromMinute: FromMinute,
  toMinute: ToMinute,
  /** Whether a guardian who is present lifts the rule. */
  guardianLifts: Type.Boolean(),
});
export type CurfewRule = Type.Static<typeof CurfewRuleShape>;

export const RoundingShape = exact({
  /** The price of a tab is a multiple of this. */
  stepMinor: PositiveMinorShape,
  mode: Type.Union([Type.Literal('up'), Type.Literal('down'), Type.Literal('nearest')]),
});
export type Rounding = Type.Static<typeof RoundingShape>;

export const CafeSettingsShape = exact({
  name: NameShape,
  /** IANA name, such as Asia/Taipei. */
  timeZone: Type.String({ pattern: '^[A-Za-z0-9_+/-]{1,50}$' }),
  currency: exact({
    code: Type.String({ pattern: '^[A-Z]{3}$' }),
    decimals: Type.Integer({ minimum: 0, maximum: 3 }),
    /** Notes and coins, in minor units, for the count. */
    denominations: Type.Array(PositiveMinorShape, { minItems: 1, maxItems: 30, uniqueItems: true }),
    /** What a US dollar is, in minor units, to show cloud cost and margin; '0': not shown. */
    minorPerUsd: MinorShape,
  }),
  /** `postpaid`: open play may be paid at the end. */
  zones: Type.Array(exact({ id: SlugShape, name: NameShape, postpaid: Type.Boolean() }), { minItems: 1, maxItems: 20 }),
  groups: Type.Array(exact({ id: SlugShape, name: NameShape }), { maxItems: 20 }),
  tariffs: Type.Array(CafeTariffShape, { maxItems: 200 }),
  packages: Type.Array(CafePackageShape, { maxItems: 100 }),
  holidays: Type.Array(TypedDateShape, { maxItems: 400, uniqueItems: true }),
  /** Weekdays without school: 0 Sunday to 6 Saturday. */
  restWeekdays: Type.Array(Type.Integer({ minimum: 0, maximum: 6 }), { maxItems: 7, uniqueItems: true }),
  /** The least that open play costs; covers the first minutes. */
  minimumMinor: MinorShape,
  rounding: RoundingShape,
  /** Presets of the start dialog, in minutes. */
  presetMinutes: Type.Array(Minutes, { minItems: 1, maxItems: 6 }),
  /** A payment may be voided this long, and refunded in part this long. */
  voidMinutes: Type.Integer({ minimum: 1, maximum: 720 }),
  refundMinutes: Type.Integer({ minimum: 1, maximum: 10_080 }),
  /** Most minutes that one tab may be given by hand for faults, in all; beyond them it takes whoever may refund. */
  creditMinutesMax: Type.Integer({ minimum: 0, maximum: 600 }),
  ageBands: Type.Array(exact({ id: SlugShape, name: NameShape }), { maxItems: 20 }),
  curfew: Type.Array(CurfewRuleShape, { maxItems: 40 }),
  /** What the café may spend on the cloud; an absent one does not bind. */
  caps: exact({
    dayWei: Type.Optional(WeiShape),
    shiftWei: Type.Optional(WeiShape),
    seatWei: Type.Optional(WeiShape),
    seatHourWei: Type.Optional(WeiShape),
    nodesMax: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  }),
  /**
   * A seat that nobody touched for `minutes` asks, and after `graceSeconds` more its clock stands and its screen is locked.
   * `guestsGoOn`: whoever sits there lets a guest's time run again; else the desk does. Absent: no such rule.
   */
  idle: Type.Optional(
    exact({
      minutes: Type.Integer({ minimum: 1, maximum: 120 }),
      graceSeconds: Type.Integer({ minimum: 10, maximum: 300 }),
      guestsGoOn: Type.Boolean(),
    }),
  ),
  /**
   * Prepaid time runs on while nothing is heard of the page that plays (a cut line, a dark PC). Absent: the clock stands since it was
   * last heard, and the minutes are credited.
   */
  unseenPlayCounts: Type.Optional(Type.Literal(true)),
  /** kbit/s of the line that all seats share: those that play get equal parts of it. Absent: nobody is held back. */
  lineKbps: Type.Optional(Type.Integer({ minimum: 1_000, maximum: 10_000_000 })),
  receipt: exact({ header: Type.String({ maxLength: 300 }), footer: Type.String({ maxLength: 300 }) }),
});
export type CafeSettings = Type.Static<typeof CafeSettingsShape>;
