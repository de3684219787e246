// src/protocol/admin-api.ts - bodies of the HTTP interface for those who run a hub. An admin is a wallet that the setting
// --admin names; everybody else is refused with FORBIDDEN. Every act is written with its reason before it counts.
import Type from 'typebox';
import { CurrencyShape } from './money-api.ts';
import { ADMIN_REASON_MAX, reasonShape } from './reason.ts';
import {
  AddressShape,
  CountShape,
  exact,
  KeyShape,
  MsShape,
  NameShape,
  NodeIdShape,
  OperatorIdShape,
  PlayerIdShape,
  SessionIdShape,
  WeiShape,
} from './shapes.ts';

const Reason = reasonShape(ADMIN_REASON_MAX);
/** As it was written, whatever was asked of one then. */
const KeptReason = Type.String({ maxLength: ADMIN_REASON_MAX });
/** Who can be suspended, by kind. */
export const suspendableKinds = ['player', 'node', 'operator'] as const;
/** One of the kinds above. */
export type SuspendableKind = (typeof suspendableKinds)[number];
const SuspendableKindShape = Type.Unsafe<SuspendableKind>(
  Type.Union(suspendableKinds.map((kind) => Type.Literal(kind))),
);

/** What an admin can do. Text of an announcement is for players and shown as it is. */
export const AdminActShape = Type.Union([
  exact({ t: Type.Literal('suspend'), kind: SuspendableKindShape, id: AddressShape }),
  exact({ t: Type.Literal('lift'), kind: SuspendableKindShape, id: AddressShape }),
  /** Gives back at most what the session cost: the operator its share of it, the platform the rest; a burn stays burned. */
  exact({ t: Type.Literal('refund'), session: SessionIdShape, amountWei: WeiShape }),
  exact({ t: Type.Literal('announce'), text: Type.String({ minLength: 1, maxLength: 500 }), untilMs: MsShape }),
  exact({ t: Type.Literal('unannounce'), id: NameShape }),
  /** New sessions are refused with MONEY_PAUSED; running ones go on. */
  exact({ t: Type.Literal('pause') }),
  exact({ t: Type.Literal('resume') }),
  /** A new secret beside the old one; counts from the next start of hub and relay, the old one until the next rotation. */
  exact({ t: Type.Literal('rotate'), secret: Type.Union([Type.Literal('relay'), Type.Literal('hub-signer')]) }),
  /** Removes what is kept of a player outside the ledger: logins, saves, timelines, limits. */
  exact({ t: Type.Literal('erase'), player: PlayerIdShape }),
  /** Compares the books now. */
  exact({ t: Type.Literal('reconcile') }),
]);
export type AdminAct = Type.Static<typeof AdminActShape>;

/** Every kind of act. */
export const adminActNames = [
  ...['suspend', 'lift', 'refund', 'announce', 'unannounce', 'pause', 'resume', 'rotate', 'erase', 'reconcile'],
] as readonly AdminAct['t'][];
/** What the audit has of an act that was refused: nothing was changed. */
const RefusedActShape = exact({
  t: Type.Literal('refused'),
  /** What was asked for; absent where it was no act at all. */
  act: Type.Optional(Type.Unsafe<AdminAct['t']>(Type.String({ enum: adminActNames }))),
  code: NameShape,
  /** The act as it was sent, cut off. */
  asked: Type.String({ maxLength: 300 }),
});

/** POST /api/admin/acts: does one act; the same key again answers the same line and acts once. Answers `AuditLineShape`. */
export const AdminActRequestShape = exact({ key: KeyShape, reason: Reason, act: AdminActShape });
export type AdminActRequest = Type.Static<typeof AdminActRequestShape>;

const Facts = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]));
/** One line of the audit table. It is never changed. */
export const AuditLineShape = exact({
  seq: CountShape,
  key: Type.String({ maxLength: 100 }),
  atMs: MsShape,
  /** A wallet's address, or `local:NAME` for the command line on the data folder. */
  who: NameShape,
  act: Type.Union([AdminActShape, RefusedActShape]),
  reason: KeptReason,
  before: Facts,
  after: Facts,
});
export type AuditLine = Type.Static<typeof AuditLineShape>;

/** GET /api/admin/audit, newest first. Query: `before` (a seq), `limit` (1..500, 100 unless given). */
export const AuditPageShape = exact({ lines: Type.Array(AuditLineShape), next: Type.Optional(CountShape) });
export type AuditPage = Type.Static<typeof AuditPageShape>;
/** How far back to read, and how many lines at once. */
export const AuditQueryShape = exact({
  before: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 ** 48 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
});

/** What the hourly comparison found. */
export const ReconcileShape = exact({
  atMs: MsShape,
  /** `short`: fewer coins than owed, or books that do not add up; new sessions are refused until it is right again. */
  state: Type.Union([
    Type.Literal('balanced'),
    Type.Literal('short'),
    Type.Literal('no-chain'),
    Type.Literal('chain-unreachable'),
  ]),
  currency: CurrencyShape,
  /** All that the books owe to players, operators, platform and burn. */
  liabilitiesWei: WeiShape,
  /** Coins in the escrow as the chain says; absent without a chain or an answer of it. */
  depositsWei: Type.Optional(WeiShape),
  /** Coins that count as there: on their way in, or paid out for sessions that the books have still to finish. */
  underWayWei: Type.Optional(WeiShape),
  /** Accounts whose balance is not the sum of their transfers: none. */
  wrongAccounts: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 20 }),
});
export type Reconcile = Type.Static<typeof ReconcileShape>;

/** GET /api/admin/state: what is in force. */
export const AdminStateShape = exact({
  paused: Type.Boolean(),
  reconcile: Type.Optional(ReconcileShape),
  suspended: Type.Array(
    exact({ kind: SuspendableKindShape, id: AddressShape, sinceMs: MsShape, who: NameShape, reason: KeptReason }),
  ),
  announcements: Type.Array(exact({ id: NameShape, text: Type.String({ maxLength: 500 }), untilMs: MsShape })),
  running: CountShape,
  nodes: Type.Array(
    exact({ node: NodeIdShape, operator: OperatorIdShape, name: NameShape, region: NameShape, sessions: CountShape }),
  ),
});
export type AdminState = Type.Static<typeof AdminStateShape>;

/** GET /api/admin/revenue: ended sessions by day, newest first. Query: `days` (1..366, 30 unless given). */
export const RevenueShape = exact({
  currency: CurrencyShape,
  days: Type.Array(
    exact({
      /** YYYY-MM-DD in UTC. */
      day: NameShape,
      sessions: CountShape,
      payers: CountShape,
      billedMs: MsShape,
      costWei: WeiShape,
      burnWei: WeiShape,
      platformWei: WeiShape,
      operatorWei: WeiShape,
    }),
  ),
  /** Balances now. */
  platformWei: WeiShape,
  burnWei: WeiShape,
  /** Refunds of all time: counter-entries, not part of the days. */
  refundedWei: WeiShape,
});
export type Revenue = Type.Static<typeof RevenueShape>;
/** How many days to look back. */
export const RevenueQueryShape = exact({ days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366 })) });
