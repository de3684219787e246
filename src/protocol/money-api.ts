// src/protocol/money-api.ts - bodies of the HTTP interface about money: the lines of an account, what is on hold, what an
// operator earned, conversions, and the log of one session. http-api.ts has the rest.
import Type from 'typebox';
import { SignedRecordShape } from './play-record.ts';
import { ReceiptShape } from './receipt.ts';
import {
  BadMsShape,
  CountShape,
  exact,
  MsShape,
  NameShape,
  NodeIdShape,
  OperatorIdShape,
  SessionIdShape,
  SignatureShape,
  VoucherShape,
  WeiShape,
} from './shapes.ts';

/** Wei that may be negative: what left an account. */
export const SignedWeiShape = Type.String({ pattern: '^(0|-?[1-9][0-9]{0,29})$' });
/** What an account is kept in. Amounts have 18 decimals in every currency. */
export const CurrencyShape = Type.Union([Type.Literal('DBC'), Type.Literal('PLAY'), Type.Literal('USD')]);

/** What moved money. `refund`: a counter-entry by the hub's owner, with its reason. `other`: a kind of a later version. */
export const lineKinds = [
  'gift',
  'deposit',
  'withdrawal',
  'hold',
  'release',
  'burn',
  'fee',
  'earning',
  'claim',
  'refund',
  'conversion',
  'other',
] as const;
/** One of the kinds above. */
export type LineKind = (typeof lineKinds)[number];
const LineKindShape = Type.Unsafe<LineKind>(Type.Union(lineKinds.map((kind) => Type.Literal(kind))));

/** One line of an account: a transfer as its owner sees it. */
export const LedgerLineShape = exact({
  /** The transfer's key: names the act for ever. */
  key: Type.String({ maxLength: 200 }),
  atMs: MsShape,
  currency: CurrencyShape,
  kind: LineKindShape,
  /** Above zero: came in. */
  amountWei: SignedWeiShape,
  /** Balance of the account after this line; two acts at one moment may show it below zero for a line. */
  balanceWei: SignedWeiShape,
  /** Kind of the account on the other side: player, held, operator, platform, burn, issued, chain, fx. */
  other: NameShape,
  session: Type.Optional(SessionIdShape),
  /** Why, where a person did it. */
  reason: Type.Optional(Type.String({ maxLength: 300 })),
});
export type LedgerLine = Type.Static<typeof LedgerLineShape>;

/**
 * GET /api/me/ledger and GET /api/operator/ledger, newest first. Query: `before` (a `next` of an earlier answer), `limit`
 * (1..500, 100 unless given). GET /api/me/ledger.csv and /api/operator/ledger.csv answer all lines, newest first, as
 * text/csv with the header `time,kind,amount_wei,balance_wei,currency,session,other,key,reason`.
 */
export const LedgerPageShape = exact({
  lines: Type.Array(LedgerLineShape),
  balanceWei: WeiShape,
  currency: CurrencyShape,
  /** Present when there are older lines. */
  next: Type.Optional(Type.String({ maxLength: 100 })),
});
export type LedgerPage = Type.Static<typeof LedgerPageShape>;
/** Query of the two above. */
export const LedgerQueryShape = exact({
  before: Type.Optional(Type.String({ pattern: '^[0-9]{1,18}$' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
});

/** GET /api/me/holds: money set aside for running sessions. `costWei` of it is owed already, the rest comes back. */
export const HoldsShape = exact({
  currency: CurrencyShape,
  holds: Type.Array(
    exact({
      session: SessionIdShape,
      nodeName: NameShape,
      startedAtMs: MsShape,
      heldWei: WeiShape,
      costWei: WeiShape,
      billedMs: MsShape,
    }),
  ),
});
export type Holds = Type.Static<typeof HoldsShape>;

/** GET /api/operator/earnings. earned = redeemable + redeemed, always. */
export const EarningsShape = exact({
  operator: OperatorIdShape,
  currency: CurrencyShape,
  /** All that ended sessions brought, refunds taken off. */
  earnedWei: WeiShape,
  /** Of it still here: on a chain it can be claimed. */
  redeemableWei: WeiShape,
  /** Of it taken out. */
  redeemedWei: WeiShape,
  /** On hold in sessions that run on the operator's machines: not earned yet. */
  runningWei: WeiShape,
  /** What the same sessions burned and paid to the platform. */
  burnedWei: WeiShape,
  platformWei: WeiShape,
  /** The rule for new sessions. `platformBps` is the platform's share of what is not burned. */
  policy: exact({ name: NameShape, gpuTier: CountShape, burnBps: CountShape, platformBps: CountShape }),
  /** What each policy burned of these sessions; older sessions keep the policy they opened with. */
  byPolicy: Type.Array(exact({ policy: NameShape, burnBps: CountShape, sessions: CountShape, burnedWei: WeiShape })),
  byNode: Type.Array(
    exact({
      node: NodeIdShape,
      name: NameShape,
      sessions: CountShape,
      billedMs: MsShape,
      earnedWei: WeiShape,
      burnedWei: WeiShape,
      platformWei: WeiShape,
    }),
  ),
  /** The last 30 days that had income, newest first; `day` is YYYY-MM-DD in UTC. */
  byDay: Type.Array(exact({ day: NameShape, sessions: CountShape, billedMs: MsShape, earnedWei: WeiShape })),
});
export type Earnings = Type.Static<typeof EarningsShape>;

/**
 * GET /api/sessions/:session/records: the log of a session, for its player, its operator and admins. With it
 * src/billing/session-audit.ts replays a dispute and names each line that is wrong; `./nearcade audit SESSION` does the same.
 */
export const SessionLogShape = exact({
  v: Type.Literal(1),
  session: SessionIdShape,
  /** Absent while the session runs. */
  receipt: Type.Optional(ReceiptShape),
  /** Oldest first. */
  records: Type.Array(SignedRecordShape),
  /** The transfers of the session, oldest first; accounts as the ledger writes them. */
  transfers: Type.Array(
    exact({
      key: Type.String({ maxLength: 200 }),
      from: Type.String({ maxLength: 200 }),
      to: Type.String({ maxLength: 200 }),
      amountWei: WeiShape,
      atMs: MsShape,
    }),
  ),
  /** What the hub's books hold beside the receipt: written during play, not at the end. */
  counts: exact({
    playerGoodMs: MsShape,
    nodeGoodMs: MsShape,
    freeMs: BadMsShape,
    voucher: Type.Optional(VoucherShape),
    voucherSignature: Type.Optional(SignatureShape),
  }),
});
export type SessionLog = Type.Static<typeof SessionLogShape>;

/** POST /api/me/conversions/quotes: what an amount of one currency would be in another. Takes nothing. */
export const ConversionQuoteRequestShape = exact({ from: CurrencyShape, to: CurrencyShape, amountWei: WeiShape });
export const ConversionQuoteShape = exact({
  id: Type.String({ pattern: '^x_[0-9a-z]{26}$' }),
  from: CurrencyShape,
  to: CurrencyShape,
  amountWei: WeiShape,
  getWei: WeiShape,
  microUsdPerDbc: CountShape,
  priceSource: NameShape,
  expiresAtMs: MsShape,
});
export type ConversionQuote = Type.Static<typeof ConversionQuoteShape>;
/** POST /api/me/conversions: takes the quote; the same quote again answers the same and moves nothing twice. */
export const ConversionRequestShape = exact({ quote: Type.String({ pattern: '^x_[0-9a-z]{26}$' }) });
