// src/protocol/cafe-api.ts - what is read from a café over HTTP, its live messages, and its reports.
import Type from 'typebox';
import { CafeSettingsShape } from './cafe-settings.ts';
import {
  CafeIdShape,
  CafeRoleShape,
  GuestCodeShape,
  LocalDateShape,
  MemberIdShape,
  MemberNumberShape,
  MinorShape,
  SeatNumberShape,
  SeatStateShape,
  SignedMinorShape,
  SlugShape,
  SumMinorShape,
  TabIdShape,
  VersionShape,
} from './cafe-shapes.ts';
import {
  BatchViewShape,
  CafeAuditLineShape,
  CafeReceiptShape,
  CodeLineShape,
  MemberViewShape,
  SeatPlayShape,
  SeatViewShape,
  ShiftViewShape,
  SpendViewShape,
} from './cafe-things.ts';
import { pictureLimits } from './limits.ts';
import {
  CountShape,
  exact,
  GameIdShape,
  MsShape,
  NameShape,
  NodeIdShape,
  PlayerIdShape,
  SessionIdShape,
  WeiShape,
} from './shapes.ts';

/** GET /api/cafe-examples/curfew: a city's rules as we read them, to be confirmed by whoever runs the site. */
export const CurfewExampleShape = exact({
  ageBands: CafeSettingsShape.properties.ageBands,
  curfew: CafeSettingsShape.properties.curfew,
});

/** POST /api/cafe */
export const NewCafeAnswerShape = exact({ cafe: CafeIdShape });

/** GET /api/cafe/:cafe: who I am here, what is set. */
export const CafeInfoShape = exact({
  cafe: CafeIdShape,
  role: CafeRoleShape,
  version: VersionShape,
  settings: CafeSettingsShape,
  /** Today and minutes since midnight in the site's time zone. */
  today: LocalDateShape,
  minute: Type.Integer({ minimum: 0, maximum: 1_439 }),
  nowMs: MsShape,
  staff: Type.Array(exact({ wallet: PlayerIdShape, role: CafeRoleShape, name: Type.Optional(NameShape) })),
  apiKeys: Type.Array(exact({ id: SlugShape, role: CafeRoleShape })),
  webhooks: Type.Array(
    exact({ id: SlugShape, url: Type.String(), acts: Type.Array(NameShape), failing: Type.Boolean() }),
  ),
});
export type CafeInfo = Type.Static<typeof CafeInfoShape>;

/** GET /api/cafe/:cafe/floor, and the first message of GET /api/cafe/:cafe/live. */
export const FloorShape = exact({
  t: Type.Literal('floor'),
  /** Grows with each change; the page that misses one asks for the floor again. */
  rev: Type.Integer({ minimum: 0 }),
  nowMs: MsShape,
  seats: Type.Array(SeatViewShape),
  shift: Type.Optional(ShiftViewShape),
  spend: SpendViewShape,
});
export type Floor = Type.Static<typeof FloorShape>;

/**
 * GET /api/cafe/:cafe/plays: the sessions behind the seats as they are now. What is measured each second wakes no floor; whoever
 * looks at a seat or a list asks.
 */
export const PlaysNowShape = exact({ plays: Type.Array(exact({ seat: SeatNumberShape, play: SeatPlayShape })) });
export type PlaysNow = Type.Static<typeof PlaysNowShape>;

/** GET /api/cafe/:cafe/live: server-sent events, each `data` one of these as JSON. */
export const CafeLiveShape = Type.Union([
  FloorShape,
  /** Seats that changed or, in `gone`, were removed. `from` is the `rev` before it. */
  exact({
    t: Type.Literal('seats'),
    from: Type.Integer({ minimum: 0 }),
    rev: Type.Integer({ minimum: 0 }),
    nowMs: MsShape,
    seats: Type.Array(SeatViewShape),
    gone: Type.Array(SeatNumberShape),
    shift: Type.Optional(ShiftViewShape),
    /** The shift was closed. */
    shiftClosed: Type.Optional(Type.Literal(true)),
  }),
  /** Every 5 s: the line is up, and this is what the cloud costs. */
  exact({ t: Type.Literal('still'), rev: Type.Integer({ minimum: 0 }), nowMs: MsShape, spend: SpendViewShape }),
]);
export type CafeLive = Type.Static<typeof CafeLiveShape>;

/** POST /api/cafe/:cafe/price: what a start or an extension would cost and until when; changes nothing. */
export const PriceAnswerShape = exact({
  /** Paid now; for open play paid later '0'. */
  dueMinor: SumMinorShape,
  /** What one hour from now costs by the tariff. */
  hourMinor: MinorShape,
  endsAtMs: Type.Optional(MsShape),
  endsBy: Type.Optional(
    Type.Union([Type.Literal('money'), Type.Literal('package'), Type.Literal('curfew'), Type.Literal('desk')]),
  ),
  /** Packages that this customer could buy now. */
  packages: Type.Array(SlugShape),
});
export type PriceAnswer = Type.Static<typeof PriceAnswerShape>;

/** GET /api/cafe/:cafe/members?q= */
export const MemberListShape = exact({ members: Type.Array(MemberViewShape), more: Type.Boolean() });
/** What is still to be had back of the payment on a receipt. */
export const TakenShape = exact({
  receipt: CountShape,
  voidable: Type.Boolean(),
  /** A refund gives back so much at most. */
  refundMinor: SumMinorShape,
  /** Went back by itself when play was stopped: paid in advance, and not played. */
  unusedMinor: SumMinorShape,
});
export type Taken = Type.Static<typeof TakenShape>;
/** GET /api/cafe/:cafe/members/:member : the member, and its receipts, newest first, 100 at most. */
export const MemberHistoryShape = exact({
  member: MemberViewShape,
  receipts: Type.Array(CafeReceiptShape),
  payments: Type.Array(TakenShape),
});
export type MemberHistory = Type.Static<typeof MemberHistoryShape>;
/** GET /api/cafe/:cafe/codes?q=&batch= : sold codes, latest end first; of a batch those in stock too. `q`: a whole code or its last four. */
export const CodeListShape = exact({ codes: Type.Array(CodeLineShape), more: Type.Boolean() });
/** GET /api/cafe/:cafe/codes/batches : newest first. */
export const BatchListShape = exact({ batches: Type.Array(BatchViewShape) });
/** GET /api/cafe/:cafe/receipts : newest first; a business day whole, all else 100 at a time. */
export const CafeReceiptListShape = exact({
  receipts: Type.Array(CafeReceiptShape),
  /** What was given back of them and is not itself among them: another day's, or found by another word. */
  after: Type.Array(CafeReceiptShape),
  /** Whose they are. */
  members: Type.Array(exact({ member: MemberIdShape, number: MemberNumberShape, name: NameShape })),
  /** What the acts `void` and `refund` would allow now; none for what took no money, or so long ago that nothing goes back. */
  payments: Type.Array(TakenShape),
  more: Type.Boolean(),
});
export type CafeReceiptList = Type.Static<typeof CafeReceiptListShape>;
/** GET /api/cafe/:cafe/audit?before= : newest first, 100 at a time or fewer where much changed; `next` says that there are more. */
export const AuditListShape = exact({ lines: Type.Array(CafeAuditLineShape), next: Type.Optional(CountShape) });
export const ShiftListShape = exact({ shifts: Type.Array(ShiftViewShape) });

/** GET /api/cafe/:cafe/reports/day?date= : all of it follows from the ledger alone. */
export const DayReportShape = exact({
  date: LocalDateShape,
  /** The business day as instants: from the close of the till of the day before, or midnight, to its own. All tables keep to it. */
  fromMs: MsShape,
  toMs: MsShape,
  /** Over the counter, by way of paying and kind of receipt. */
  cashMinor: SignedMinorShape,
  cardMinor: SignedMinorShape,
  byKind: Type.Array(exact({ kind: NameShape, receipts: CountShape, totalMinor: SignedMinorShape })),
  /** Play that was delivered, by zone and by package. */
  earnedMinor: SignedMinorShape,
  bonusGivenMinor: SignedMinorShape,
  bonusSpentMinor: SignedMinorShape,
  /** What customers still have with us at the end of the day: wallets, codes, open tabs. */
  owedToCustomersMinor: SignedMinorShape,
  paidInMinor: SumMinorShape,
  paidOutMinor: SumMinorShape,
  varianceMinor: SignedMinorShape,
  cashiers: Type.Array(exact({ by: NameShape, receipts: CountShape, totalMinor: SignedMinorShape })),
  /** What was played on seats and ended that day, by game: charged time, and what it cost the café. */
  games: Type.Array(exact({ game: GameIdShape, sessions: CountShape, playedMs: MsShape, costWei: WeiShape })),
  creditedMs: MsShape,
  nodeFaults: CountShape,
  /** What passed the counter, by hour of the wall and seat; without `seat`: top-ups, codes, and what they give back. */
  hours: Type.Array(
    exact({
      date: LocalDateShape,
      hour: Type.Integer({ minimum: 0, maximum: 23 }),
      seat: Type.Optional(SeatNumberShape),
      receipts: CountShape,
      totalMinor: SignedMinorShape,
    }),
  ),
  /** When which seat lost which machine. */
  faults: Type.Array(
    exact({
      atMs: MsShape,
      seat: SeatNumberShape,
      node: Type.Optional(NodeIdShape),
      nodeName: Type.Optional(NameShape),
    }),
  ),
  /** Who was credited how much, on the seat where they sat last. */
  credits: Type.Array(
    exact({ tab: TabIdShape, seat: Type.Optional(SeatNumberShape), openedAtMs: MsShape, creditedMs: MsShape }),
  ),
  /** What a seat earned beside what it cost; `costMinor` and `marginMinor` by `rates`, where there are any. */
  margins: Type.Array(
    exact({
      seat: Type.Optional(SeatNumberShape),
      zone: Type.Optional(SlugShape),
      playedMs: MsShape,
      earnedMinor: SignedMinorShape,
      costWei: WeiShape,
      costMinor: Type.Optional(SumMinorShape),
      marginMinor: Type.Optional(SignedMinorShape),
    }),
  ),
  /** As of now: price of a DBC in millionths of a US dollar, and what a dollar is in minor units. */
  rates: Type.Optional(exact({ microUsdPerDbc: CountShape, minorPerUsd: MinorShape })),
  shifts: Type.Array(ShiftViewShape),
  /** Three sums that must be one: ledger, receipts, tills. */
  agrees: exact({ ledgerMinor: SignedMinorShape, receiptsMinor: SignedMinorShape, shiftsMinor: SignedMinorShape }),
});
export type DayReport = Type.Static<typeof DayReportShape>;

/** GET /api/cafe/:cafe/reports/heat?from=&to= : how full each seat was in each hour of the local day, 0 to 1. */
export const HeatMapShape = exact({
  from: LocalDateShape,
  to: LocalDateShape,
  seats: Type.Array(exact({ seat: SeatNumberShape, hours: Type.Array(Type.Number(), { minItems: 24, maxItems: 24 }) })),
});
export type HeatMap = Type.Static<typeof HeatMapShape>;

/** POST /api/cafe/kiosk: the code to show, and the token that proves this device; both for ten minutes until paired. */
export const KioskCodeShape = exact({ code: Type.String({ pattern: '^[0-9]{6}$' }), expiresAtMs: MsShape });
/** A session that ended because its customer moved to this seat: the device goes on with its game. */
export const GoesOnShape = exact({ session: SessionIdShape, game: GameIdShape });
export type GoesOn = Type.Static<typeof GoesOnShape>;
/** GET /api/cafe/kiosk: what a seat's page shows. Also its live messages. */
export const KioskShape = exact({
  t: Type.Literal('kiosk'),
  cafe: Type.Optional(CafeIdShape),
  cafeName: Type.Optional(NameShape),
  nowMs: MsShape,
  /** Absent: not paired. */
  seat: Type.Optional(SeatViewShape),
  /** Two devices show this seat's identity: both are stopped until one is gone or is paired anew. */
  doubled: Type.Boolean(),
  /** Several lines show this identity: whoever is alive says so, with this number (KioskHereShape). */
  prove: Type.Optional(Type.Integer({ minimum: 0 })),
  state: Type.Optional(SeatStateShape),
  goesOn: Type.Optional(GoesOnShape),
  /** This seat's part of the line, for its picture; changes as others come and go. */
  kbpsMax: Type.Optional(Type.Integer({ minimum: pictureLimits.kbpsMin, maximum: pictureLimits.kbpsMax })),
  /** What the QR code of a locked seat leads to. */
  link: Type.Optional(Type.String()),
  /** When the seat asks 'still there?' (CafeSettingsShape), while its clock runs. */
  idle: CafeSettingsShape.properties.idle,
  /** Paused because nobody was there: what ends it here. */
  back: Type.Optional(
    Type.Union([Type.Literal('pin'), Type.Literal('code'), Type.Literal('guest'), Type.Literal('desk')]),
  ),
});
export type Kiosk = Type.Static<typeof KioskShape>;
const PinShape = Type.String({ pattern: '^[0-9]{4,8}$' });
/** POST /api/cafe/kiosk/start: a customer starts at the seat by code, or as a member by number and PIN. */
export const KioskStartShape = Type.Union([
  exact({ by: Type.Literal('code'), code: GuestCodeShape }),
  exact({ by: Type.Literal('member'), number: MemberNumberShape, pin: PinShape }),
]);
/** POST /api/cafe-kiosk/join: from a phone, by the link of the QR code, a member starts the seat that shows it. */
export const KioskJoinShape = exact({
  link: Type.String({ maxLength: 200 }),
  number: MemberNumberShape,
  pin: PinShape,
});
/** Reasons that the hub gives by itself when a seat stands still; pages have words for them in each language. */
export const hubReasons = {
  nodeLost: 'node lost',
  pageLost: 'no line to the seat',
  idle: 'nobody there',
  doubled: 'two devices show this seat',
} as const;
/** POST /api/cafe-kiosk/back: the customer of such a seat is back. */
export const KioskBackShape = Type.Union([
  exact({ by: Type.Literal('pin'), pin: PinShape }),
  exact({ by: Type.Literal('code'), code: GuestCodeShape }),
  exact({ by: Type.Literal('guest') }),
]);
export type KioskBack = Type.Static<typeof KioskBackShape>;
