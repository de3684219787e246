// src/protocol/cafe-things.ts - what a café's page sees: seats, members, shifts, receipts, audit lines.
import Type from 'typebox';
import { RoundingShape } from './cafe-settings.ts';
import {
  ActorShape,
  BatchIdShape,
  CafeIdShape,
  CafeRoleShape,
  GuestCodeShape,
  MemberIdShape,
  MemberNumberShape,
  MinorShape,
  PayMethodShape,
  PositiveMinorShape,
  SeatNumberShape,
  SeatStateShape,
  ShiftIdShape,
  SignedMinorShape,
  SlugShape,
  SumMinorShape,
  TabIdShape,
  VersionShape,
} from './cafe-shapes.ts';
import {
  AddressShape,
  CountShape,
  DurationShape,
  exact,
  GameIdShape,
  MsShape,
  NameShape,
  NodeIdShape,
  PlayerIdShape,
  SessionIdShape,
  SignatureShape,
  WeiShape,
} from './shapes.ts';

/**
 * What the running play of a tab will cost from `atMs` on, so that a page can tell the sum of any moment by the prices with which
 * the tab began: `weight` (minor units an hour times milliseconds) so far, and the price of an hour as it changes.
 */
export const TabCostShape = exact({
  weight: Type.String({ pattern: '^(0|[1-9][0-9]{0,29})$' }),
  /** Packages, as a whole. */
  fixedMinor: SumMinorShape,
  minimumMinor: MinorShape,
  rounding: RoundingShape,
  /** In order; the first begins at `atMs`, each lasts until the next. What a package covers costs 0. */
  hours: Type.Array(exact({ fromMs: MsShape, minor: MinorShape }), { minItems: 1, maxItems: 100 }),
});
export type TabCost = Type.Static<typeof TabCostShape>;

/** What the customer on a seat plays and owes, at `atMs`. Between two messages a page counts on by itself. */
export const TabViewShape = exact({
  tab: TabIdShape,
  who: Type.Union([Type.Literal('guest'), Type.Literal('member'), Type.Literal('code')]),
  /** Name of the member, label of the guest, or the end of the code. */
  label: Type.String({ maxLength: 80 }),
  member: Type.Optional(MemberIdShape),
  group: SlugShape,
  ageBand: Type.Optional(SlugShape),
  /** A guardian is with them. */
  guardian: Type.Optional(Type.Literal(true)),
  openedAtMs: MsShape,
  atMs: MsShape,
  /** Played so far, pauses and credited minutes left out. */
  playedMs: MsShape,
  creditedMs: MsShape,
  /** What the time up to `atMs` costs, rounded as on the receipt. */
  chargedMinor: SumMinorShape,
  /** How that goes on; absent while the clock stands. */
  cost: Type.Optional(TabCostShape),
  paidMinor: SumMinorShape,
  /** Names of packages that were bought. */
  packages: Type.Array(NameShape),
  postpaid: Type.Boolean(),
  /** When the money, the package or the curfew ends play, if nothing changes; absent: open end, or paused. */
  endsAtMs: Type.Optional(MsShape),
  endsBy: Type.Optional(
    Type.Union([Type.Literal('money'), Type.Literal('package'), Type.Literal('curfew'), Type.Literal('desk')]),
  ),
});
export type TabView = Type.Static<typeof TabViewShape>;

/** The cloud session behind a seat. */
export const SeatPlayShape = exact({
  session: SessionIdShape,
  node: NodeIdShape,
  nodeName: NameShape,
  game: GameIdShape,
  rateWeiPerHour: WeiShape,
  /** Held, billed and measured, as far as known. */
  costWei: WeiShape,
  rttMs: Type.Optional(DurationShape),
  fps: Type.Optional(Type.Number({ minimum: 0 })),
  nodeLost: Type.Boolean(),
});
export type SeatPlay = Type.Static<typeof SeatPlayShape>;

/** One seat on the floor. Words, icon and colour follow from `state` and `reason`. */
export const SeatViewShape = exact({
  seat: SeatNumberShape,
  name: Type.String({ maxLength: 40 }),
  zone: SlugShape,
  /** Place on the plan, in cells; absent: list only. */
  place: Type.Optional(
    exact({ x: Type.Integer({ minimum: 0, maximum: 99 }), y: Type.Integer({ minimum: 0, maximum: 99 }) }),
  ),
  version: VersionShape,
  state: SeatStateShape,
  sinceMs: MsShape,
  /** Why it is paused or out of order, or for whom it is reserved. */
  reason: Type.Optional(Type.String({ maxLength: 200 })),
  /** When a reservation lapses. */
  untilMs: Type.Optional(MsShape),
  tab: Type.Optional(TabViewShape),
  play: Type.Optional(SeatPlayShape),
  /** The paired device: whether there is one and whether it is there now; the key it signs with; until when the owner agreed. */
  device: exact({
    paired: Type.Boolean(),
    online: Type.Boolean(),
    seenAtMs: Type.Optional(MsShape),
    key: Type.Optional(AddressShape),
    consentUntilMs: Type.Optional(MsShape),
    /** Two devices show this seat's identity; both are stopped. */
    doubled: Type.Optional(Type.Literal(true)),
    /** Host of its line in the site's enrolment file. */
    host: Type.Optional(Type.String({ maxLength: 64 })),
  }),
  /** Last message shown on the seat. */
  message: Type.Optional(exact({ text: Type.String({ maxLength: 200 }), atMs: MsShape })),
});
export type SeatView = Type.Static<typeof SeatViewShape>;

/** A member. Real and bonus balance are kept apart; bonus is spent first and is never paid out. */
export const MemberViewShape = exact({
  member: MemberIdShape,
  /** What the member types at a seat. */
  number: MemberNumberShape,
  version: VersionShape,
  name: NameShape,
  group: SlugShape,
  /** No birth date is kept: a band, and who checked it. */
  ageBand: Type.Optional(SlugShape),
  hasPin: Type.Boolean(),
  realMinor: SumMinorShape,
  bonusMinor: SumMinorShape,
  note: Type.Optional(Type.String({ maxLength: 200 })),
});
export type MemberView = Type.Static<typeof MemberViewShape>;

/** A printed code with money on it. */
export const CodeViewShape = exact({
  code: GuestCodeShape,
  leftMinor: SumMinorShape,
  untilMs: MsShape,
  /** The package that it buys, for what it holds. */
  package: Type.Optional(SlugShape),
});
export type CodeView = Type.Static<typeof CodeViewShape>;

/** A sold code as a list shows it: whoever reads the list cannot use it. */
export const CodeLineShape = exact({
  /** The last four of its eight characters. */
  ends: Type.String({ pattern: '^[0-9A-HJKMNP-TV-Z]{4}$' }),
  soldMinor: SumMinorShape,
  leftMinor: SumMinorShape,
  /** 0: not sold yet. */
  untilMs: MsShape,
  package: Type.Optional(SlugShape),
});
export type CodeLine = Type.Static<typeof CodeLineShape>;

/** Codes that were made together. made = in stock + sold, not begun + begun + withdrawn. */
export const BatchViewShape = exact({
  batch: BatchIdShape,
  name: NameShape,
  madeAtMs: MsShape,
  by: ActorShape,
  made: CountShape,
  /** What each costs, and the package that it buys. */
  priceMinor: PositiveMinorShape,
  package: Type.Optional(SlugShape),
  days: CountShape,
  stock: CountShape,
  unused: CountShape,
  used: CountShape,
  withdrawn: CountShape,
  /** What customers still have on them with us. */
  heldMinor: SumMinorShape,
});
export type BatchView = Type.Static<typeof BatchViewShape>;

/** A turn at the till. After closing it never changes. */
export const ShiftViewShape = exact({
  shift: ShiftIdShape,
  version: VersionShape,
  cashier: PlayerIdShape,
  openedAtMs: MsShape,
  floatMinor: SumMinorShape,
  paidInMinor: SumMinorShape,
  paidOutMinor: SumMinorShape,
  cashTakenMinor: SignedMinorShape,
  cardTakenMinor: SignedMinorShape,
  /** float + paid in - paid out + cash taken: what must lie in the drawer. */
  expectedMinor: SignedMinorShape,
  closed: Type.Optional(
    exact({
      atMs: MsShape,
      by: PlayerIdShape,
      countedMinor: SumMinorShape,
      /** counted - expected: below zero the till is short. */
      varianceMinor: SignedMinorShape,
      count: Type.Array(exact({ minor: PositiveMinorShape, pieces: Type.Integer({ minimum: 0, maximum: 100_000 }) })),
      reason: Type.Optional(Type.String({ maxLength: 200 })),
      note: Type.Optional(Type.String({ maxLength: 1_000 })),
      /** By `by` over the text of src/cafe/till-close.ts (EIP-191); absent where a program closed it. */
      signature: Type.Optional(SignatureShape),
    }),
  ),
});
export type ShiftView = Type.Static<typeof ShiftViewShape>;

export const ReceiptLineShape = exact({
  what: Type.Union([
    Type.Literal('open-play'),
    Type.Literal('package'),
    Type.Literal('minimum'),
    Type.Literal('rounding'),
    Type.Literal('advance'),
    Type.Literal('unused'),
    Type.Literal('top-up'),
    Type.Literal('bonus'),
    Type.Literal('code'),
    Type.Literal('void'),
    Type.Literal('refund'),
  ]),
  /** Zone, package, member or code it is about. */
  about: Type.Optional(Type.String({ maxLength: 80 })),
  ms: Type.Optional(MsShape),
  minor: SignedMinorShape,
});

/** What a customer gets on paper. `totalMinor` is what passed over the counter: cash and card, below zero when given back. */
export const CafeReceiptShape = exact({
  number: Type.Integer({ minimum: 1, maximum: 2 ** 40 }),
  kind: Type.Union([
    Type.Literal('advance'),
    Type.Literal('settle'),
    Type.Literal('top-up'),
    Type.Literal('code'),
    Type.Literal('void'),
    Type.Literal('refund'),
  ]),
  atMs: MsShape,
  /** Absent where no money passed the counter and no shift was open. */
  shift: Type.Optional(ShiftIdShape),
  by: ActorShape,
  seat: Type.Optional(SeatNumberShape),
  tab: Type.Optional(TabIdShape),
  member: Type.Optional(MemberIdShape),
  lines: Type.Array(ReceiptLineShape),
  /** By which way it was paid; wallet, bonus and code are not part of the total. */
  paid: Type.Array(
    exact({
      by: Type.Union([PayMethodShape, Type.Literal('bonus')]),
      minor: SignedMinorShape,
    }),
  ),
  totalMinor: SignedMinorShape,
  rounding: RoundingShape,
  minimumMinor: MinorShape,
  /** The receipt that this one takes back. */
  of: Type.Optional(CountShape),
  reason: Type.Optional(Type.String({ maxLength: 200 })),
});
export type CafeReceipt = Type.Static<typeof CafeReceiptShape>;

/** One line of the audit, written once. `before` and `after` hold the changed things, by 'kind/id'. */
export const CafeAuditLineShape = exact({
  seq: CountShape,
  atMs: MsShape,
  by: ActorShape,
  act: NameShape,
  /** Done, or the code of the refusal: then nothing changed. */
  outcome: NameShape,
  about: Type.Optional(Type.String({ maxLength: 120 })),
  reason: Type.Optional(Type.String({ maxLength: 200 })),
  before: Type.Record(Type.String(), Type.Unknown()),
  after: Type.Record(Type.String(), Type.Unknown()),
});
export type CafeAuditLine = Type.Static<typeof CafeAuditLineShape>;

/** What the cloud costs: DBC wei, and how long the balance lasts at the present burn. */
export const SpendViewShape = exact({
  balanceWei: WeiShape,
  burnWeiPerHour: WeiShape,
  spentTodayWei: WeiShape,
  /** Absent while nothing is spent. */
  runwayMs: Type.Optional(MsShape),
  ladder: Type.Union([
    Type.Literal('fine'),
    Type.Literal('below-24-h'),
    Type.Literal('below-4-h'),
    Type.Literal('no-new-starts'),
  ]),
});
export type SpendView = Type.Static<typeof SpendViewShape>;

/** A café that the caller works in. */
export const CafeListShape = exact({
  cafes: Type.Array(exact({ cafe: CafeIdShape, name: NameShape, role: CafeRoleShape })),
});
export type CafeList = Type.Static<typeof CafeListShape>;
