// src/protocol/operator-api.ts - bodies of the HTTP interface of the operator's console, beyond the list of machines, which is
// in http-api.ts. Whatever is said of a game here names no player: whose it was is in the receipt and the log of a session.

import Type from 'typebox';
import { UNSEEN } from '../base/unseen.ts';
import { bounds } from './limits.ts';
import {
  CountShape,
  DurationShape,
  EndReasonShape,
  exact,
  GameIdShape,
  HookUrlShape,
  MsShape,
  NameShape,
  NodeIdShape,
  OperatorIdShape,
  PathShape,
  SessionIdShape,
  ShareShape,
  WeiShape,
} from './shapes.ts';

/** GET /api/operator/sessions: games that run on the caller's machines, oldest first. */
export const LivePlayShape = exact({
  sessions: Type.Array(
    exact({
      session: SessionIdShape,
      node: NodeIdShape,
      nodeName: NameShape,
      game: GameIdShape,
      path: PathShape,
      startedAtMs: MsShape,
      rateWeiPerHour: WeiShape,
      billedMs: MsShape,
      /** The player's page is connected. */
      pageHere: Type.Boolean(),
      /** The hub hears the machine. */
      nodeHere: Type.Boolean(),
      /** As the player's page told last; absent until it did. */
      seen: Type.Optional(
        exact({ atMs: MsShape, fps: DurationShape, rttMs: DurationShape, lossShare: ShareShape, kbps: DurationShape }),
      ),
      /** As the machine told last: mean time to encode a frame since its tick before. */
      encodeMs: Type.Optional(DurationShape),
      /** How long it can go on with the player's money, limit and consent. */
      timeLeftMs: MsShape,
    }),
  ),
});
export type LivePlay = Type.Static<typeof LivePlayShape>;

/** GET /api/operator/ended: the last sessions of the caller's machines, newest first. */
export const EndedPlayShape = exact({
  sessions: Type.Array(
    exact({
      session: SessionIdShape,
      node: NodeIdShape,
      nodeName: NameShape,
      game: GameIdShape,
      endedAtMs: MsShape,
      reason: EndReasonShape,
      billedMs: MsShape,
      operatorWei: WeiShape,
    }),
  ),
});
export type EndedPlay = Type.Static<typeof EndedPlayShape>;

/** GET /api/operator/nodes/NODE/sessions/SESSION/log: lines of JSON as the machine wrote them, oldest first. */
export const SessionLogShape = exact({ lines: Type.Array(Type.String({ maxLength: bounds.logLineChars })) });
export type SessionLog = Type.Static<typeof SessionLogShape>;

/** What cost a machine points: src/pool/reliability.ts. */
export const TroubleShape = exact({
  kind: Type.Union([
    Type.Literal('lost'),
    Type.Literal('refused'),
    Type.Literal('crashed'),
    Type.Literal('cut'),
    Type.Literal('slow'),
    Type.Literal('away'),
  ]),
  atMs: MsShape,
  session: Type.Optional(SessionIdShape),
  points: Type.Number({ minimum: 0, maximum: 100 }),
});

/** GET /api/operator/report: how the machines did. Shares are of the time of all seats. */
export const OperatorReportShape = exact({
  /** Days that the shares are over, up to now. */
  days: CountShape,
  share: ShareShape,
  /** Days that the scores are over. */
  scoreDays: CountShape,
  nodes: Type.Array(
    exact({
      node: NodeIdShape,
      name: NameShape,
      slots: CountShape,
      sessions: CountShape,
      playedMs: MsShape,
      paidMs: MsShape,
      share: ShareShape,
      /** One for each of the days, oldest first. */
      days: Type.Array(ShareShape),
      /** 0..100, to the tenth. */
      score: Type.Number({ minimum: 0, maximum: 100 }),
      /** Newest first; the first of `troublesInAll`. */
      troubles: Type.Array(TroubleShape),
      troublesInAll: CountShape,
    }),
  ),
});
export type OperatorReport = Type.Static<typeof OperatorReportShape>;

/** Tags of one machine. */
export const TAGS_MAX = 8;
/** Machines of one act. */
const FLEET_MAX = 200;
/** A word by which an operator finds machines: one line without a comma, and nothing unseen, as in names. */
export const TAG_PATTERN = `^[^\\s,${UNSEEN}][^,${UNSEEN}]{0,23}$`;
/** The same. */
export const TagShape = Type.String({ pattern: TAG_PATTERN });
/** What was a tag under any rule there ever was: it can be taken off. */
const OldTagShape = Type.String({ minLength: 1, maxLength: 24 });
const NodesShape = Type.Array(NodeIdShape, { minItems: 1, maxItems: FLEET_MAX });
/** Name of a maintenance plan. */
export const WindowIdShape = Type.String({ pattern: '^w_[0-9a-z]{26}$' });

/** GET /api/operator/fleet: tags, departures and plans of the caller's machines. */
export const FleetShape = exact({
  nodes: Type.Array(
    exact({
      node: NodeIdShape,
      tags: Type.Array(OldTagShape),
      /** When it is to be left, by a drain or by plan; absent when nobody has said. */
      leavesAtMs: Type.Optional(MsShape),
      /** When the last of its games ends at the latest; absent when none runs. */
      lastEndsAtMs: Type.Optional(MsShape),
    }),
  ),
  /** Maintenance that is not over, the next first: src/pool/maintenance.ts. */
  windows: Type.Array(exact({ id: WindowIdShape, node: NodeIdShape, fromMs: MsShape, untilMs: MsShape })),
});
export type Fleet = Type.Static<typeof FleetShape>;

/** POST /api/operator/fleet: one act on many machines. A drained machine's agent ends when its games have. */
export const FleetActShape = Type.Union([
  exact({ t: Type.Literal('premium'), premiumBps: Type.Integer({ minimum: 0, maximum: 10_000 }) }),
  exact({ t: Type.Literal('drain'), minutes: Type.Integer({ minimum: 0, maximum: 1_440 }) }),
  exact({ t: Type.Literal('tag'), tag: TagShape }),
  exact({ t: Type.Literal('untag'), tag: OldTagShape }),
]);
export type FleetAct = Type.Static<typeof FleetActShape>;
/** Its body. */
export const FleetRequestShape = exact({ nodes: NodesShape, act: FleetActShape });
/** Its answer: where it was done, and where it could not be. */
export const FleetDoneShape = exact({ done: Type.Array(NodeIdShape), left: Type.Array(NodeIdShape) });
export type FleetDone = Type.Static<typeof FleetDoneShape>;

/** POST /api/operator/windows: plans maintenance, for all of the machines or none; answers the plans' ids. */
export const WindowRequestShape = exact({ nodes: NodesShape, fromMs: MsShape, untilMs: MsShape });
export const WindowsMadeShape = exact({ ids: Type.Array(WindowIdShape) });

/** Kinds of alerts: src/pool/alerts.ts. */
export const AlertKindShape = Type.Union([
  Type.Literal('offline'),
  Type.Literal('check'),
  Type.Literal('suspended'),
  Type.Literal('stake'),
  Type.Literal('identity'),
  Type.Literal('payout'),
]);
const ToldShape = Type.Union([
  Type.Literal('began/webhook'),
  Type.Literal('began/mail'),
  Type.Literal('ended/webhook'),
  Type.Literal('ended/mail'),
]);
const LanguageShape = Type.Union([Type.Literal('zh-Hant'), Type.Literal('zh-Hans'), Type.Literal('en')]);
const MailShape = Type.String({ pattern: '^[^\\s@<>,;:"()\\[\\]]{1,64}@[A-Za-z0-9.-]{1,190}$' });
const OfflineMinutesShape = Type.Integer({ minimum: 1, maximum: 1_440 });

/** GET /api/operator/alerts: how the caller is told of trouble, and what stands now. */
export const AlertsShape = exact({
  webhookUrl: Type.Optional(HookUrlShape),
  /** Its last call was not answered with success. */
  webhookFailing: Type.Optional(Type.Boolean()),
  /** An address that was confirmed. */
  mail: Type.Optional(MailShape),
  /** This hub sends mail. */
  mailOffered: Type.Boolean(),
  offlineMinutes: OfflineMinutesShape,
  payoutWei: Type.Optional(WeiShape),
  currency: NameShape,
  standing: Type.Array(
    exact({
      id: Type.String({ pattern: '^a_[0-9a-z]{26}$' }),
      kind: AlertKindShape,
      /** Of the machine; empty for the account. */
      name: Type.String({ maxLength: 80 }),
      beganAtMs: MsShape,
      told: Type.Array(ToldShape),
    }),
  ),
});
export type Alerts = Type.Static<typeof AlertsShape>;

/** What an operator's webhook is called with. `node` and `name`: of the machine; absent: it is about the account. */
export const AlertCallShape = exact({
  event: Type.Union([Type.Literal('alert.began'), Type.Literal('alert.ended')]),
  id: Type.String({ pattern: '^a_[0-9a-z]{26}$' }),
  alert: AlertKindShape,
  operator: OperatorIdShape,
  node: Type.Optional(NodeIdShape),
  name: Type.Optional(Type.String({ maxLength: 80 })),
  beganAtMs: MsShape,
  endedAtMs: Type.Optional(MsShape),
  facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
});

/** PUT /api/operator/alerts. `keepMail` false forgets the address; a new one is asked for and confirmed below. */
export const AlertsRequestShape = exact({
  webhookUrl: Type.Union([HookUrlShape, Type.Null()]),
  keepMail: Type.Boolean(),
  language: LanguageShape,
  offlineMinutes: OfflineMinutesShape,
  /** Nothing less than one grain is ever paid; 0 would stand at once and for ever. */
  payoutWei: Type.Union([Type.String({ pattern: '^[1-9][0-9]{3,37}$' }), Type.Null()]),
});
export type AlertsRequest = Type.Static<typeof AlertsRequestShape>;
/** Its answer: the secret of a new webhook, shown this once. */
export const AlertsSetShape = exact({ secret: Type.Optional(Type.String({ maxLength: 100 })) });

/** POST /api/operator/alerts/mail sends a code there; POST /api/operator/alerts/mail/confirm brings it back. */
export const MailRequestShape = exact({ mail: MailShape, language: LanguageShape });
export type MailRequest = Type.Static<typeof MailRequestShape>;
export const MailConfirmShape = exact({
  mail: MailShape,
  language: LanguageShape,
  code: Type.String({ pattern: '^[0-9a-f]{10}$' }),
});
