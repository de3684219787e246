// src/protocol/cafe-api.ts - what is read from a café over HTTP, its live messages, and its reports.
import Type from 'typebox';
import { CafeSettingsShape } from './cafe-settings.ts';
import {
  CafeIdShape,
  CafeRoleShape,
  GuestCodeShape,
  LocalDateShape,
  MemberIdShape,
  MinorShape,
  SeatNumberShape,
  SeatStateShape,
  SignedMinorShape,
  SlugShape,
  VersionShape,
} from './cafe-shapes.ts';
import {
  CafeAuditLineShape,
  CafeReceiptShape,
  MemberViewShape,
  SeatViewShape,
  ShiftViewShape,
  SpendViewShape,
} from './cafe-things.ts';
import { CountShape, exact, MsShape, NameShape, PlayerIdShape } from './shapes.ts';

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
  staff: Type.Array(exact({ wallet: PlayerIdShape, role: CafeRoleShape })),
  apiKeys: Type.Array(exact({ id: SlugShape, role: CafeRoleShape, seenAtMs: Type.Optional(MsShape) })),
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
  dueMinor: MinorShape,
  /** What one hour from now costs by the tariff. */
  hourMinor: MinorShape,
  endsAtMs: Type.Optional(MsShape),
  endsBy: Type.Optional(Type.Union([Type.Literal('money'), Type.Literal('package'), Type.Literal('curfew')])),
  /** Packages that this customer could buy now. */
  packages: Type.Array(SlugShape),
});
export type PriceAnswer = Type.Static<typeof PriceAnswerShape>;

/** GET /api/cafe/:cafe/members?q= */
export const MemberListShape = exact({ members: Type.Array(MemberViewShape), more: Type.Boolean() });
/** GET /api/cafe/:cafe/receipts?before= and /audit?before= : newest first, 100 at a time. */
export const CafeReceiptListShape = exact({ receipts: Type.Array(CafeReceiptShape) });
export const AuditListShape = exact({ lines: Type.Array(CafeAuditLineShape) });
export const ShiftListShape = exact({ shifts: Type.Array(ShiftViewShape) });

/** GET /api/cafe/:cafe/reports/day?date= : all of it follows from the ledger alone. */
export const DayReportShape = exact({
  date: LocalDateShape,
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
  paidInMinor: MinorShape,
  paidOutMinor: MinorShape,
  varianceMinor: SignedMinorShape,
  cashiers: Type.Array(exact({ by: NameShape, receipts: CountShape, totalMinor: SignedMinorShape })),
  creditedMs: MsShape,
  nodeFaults: CountShape,
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
/** GET /api/cafe/kiosk: what a seat's page shows. Also its live messages. */
export const KioskShape = exact({
  t: Type.Literal('kiosk'),
  cafe: Type.Optional(CafeIdShape),
  cafeName: Type.Optional(NameShape),
  nowMs: MsShape,
  /** Absent: not paired. */
  seat: Type.Optional(SeatViewShape),
  /** Two devices showed this seat's identity: both are stopped until staff pairs one anew. */
  doubled: Type.Boolean(),
  state: Type.Optional(SeatStateShape),
});
export type Kiosk = Type.Static<typeof KioskShape>;
/** POST /api/cafe/kiosk/start: a customer starts at the seat by code, or as a member by name and PIN. */
export const KioskStartShape = Type.Union([
  exact({ by: Type.Literal('code'), code: GuestCodeShape }),
  exact({ by: Type.Literal('member'), member: MemberIdShape, pin: Type.String({ pattern: '^[0-9]{4,8}$' }) }),
]);
