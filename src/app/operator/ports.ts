// src/app/operator/ports.ts - what the operator's console needs kept beside bindings and money: when machines were away,
// what is planned for them, their tags, and how
// an operator is told of trouble.
// src/storage has it in memory and in Postgres; test/contract/operator-store.ts holds both to the same.
import type { NodeId, OperatorId } from '../../base/ids.ts';
import type { AlertKind, Told } from '../../pool/alerts.ts';
import type { MaintenanceWindow } from '../../pool/maintenance.ts';

/** A machine that went away, and when it was back; Unix ms. `planned`: it drained first, or is maintained: it costs nothing. */
export type Away = {
  readonly node: NodeId;
  readonly fromMs: number;
  readonly untilMs: number | undefined;
  readonly planned: boolean;
};

/** Planned maintenance of one machine (src/pool/maintenance.ts). `id`: 'w_' and 26 characters. */
export type KeptWindow = MaintenanceWindow & {
  readonly id: string;
  readonly node: NodeId;
  readonly operator: OperatorId;
};

/** How an operator is told of trouble, and of what. */
export type AlertSettings = {
  readonly operator: OperatorId;
  /** Address, and what its secret is made from. */
  readonly webhook: { readonly url: string; readonly salt: string } | undefined;
  /** An address that has proved itself. */
  readonly mail: string | undefined;
  readonly language: Language;
  readonly offlineMinutes: number;
  readonly payoutWei: bigint | undefined;
};
/** Languages that alerts speak. */
export type Language = 'zh-Hant' | 'zh-Hans' | 'en';

/** An alert that has begun, and which of its messages were told. `id`: 'a_' and 26 characters. */
export type KeptAlert = {
  readonly id: string;
  readonly operator: OperatorId;
  readonly kind: AlertKind;
  /** A machine, or the account. */
  readonly subject: string;
  readonly name: string;
  readonly facts: Readonly<Record<string, string | number>>;
  readonly beganAtMs: number;
  readonly endedAtMs: number | undefined;
  readonly told: readonly Told[];
};

/** Facts about machines that outlive the hub. Every call throws OutageError. */
export interface OperatorStore {
  /** The machine is gone; until it is back a second call changes nothing. */
  wentAway(node: NodeId, operator: OperatorId, wallMs: number, planned: boolean): Promise<void>;
  /** The machine is there. */
  cameBack(node: NodeId, operator: OperatorId, wallMs: number): Promise<void>;
  /** The machine was taken out: nobody misses it. */
  wentInPeace(node: NodeId): Promise<void>;
  /** Machines that were there last and neither went nor are known to be away. */
  watched(): Promise<readonly NodeId[]>;
  /** When an operator's machines were away: what began at `sinceMs` or later, newest first, at most `limit`. */
  away(operator: OperatorId, sinceMs: number, limit: number): Promise<readonly Away[]>;
  /** Plans that are not over at `wallMs`, of everybody. */
  windows(wallMs: number): Promise<readonly KeptWindow[]>;
  addWindows(windows: readonly KeptWindow[]): Promise<void>;
  removeWindow(id: string): Promise<void>;
  /** Tags of an operator's machines; those without are not in it. */
  tags(operator: OperatorId): Promise<ReadonlyMap<NodeId, readonly string[]>>;
  setTags(node: NodeId, operator: OperatorId, tags: readonly string[]): Promise<void>;
  /** How an operator is told of trouble; undefined when nothing was set. */
  alertSettings(operator: OperatorId): Promise<AlertSettings | undefined>;
  setAlertSettings(settings: AlertSettings): Promise<void>;
  /** Everybody who is told of trouble in some way. */
  whoIsTold(): Promise<readonly AlertSettings[]>;
  /** Alerts of an operator that stand, or whose end is still to be told. */
  alerts(operator: OperatorId): Promise<readonly KeptAlert[]>;
  /** Writes a new alert, or the end of one; what was told of it meanwhile stays told. */
  putAlert(alert: KeptAlert): Promise<void>;
  /** A message of an alert was delivered. Of one that is not there any more nothing is written. */
  wasTold(id: string, message: Told): Promise<void>;
  removeAlert(id: string): Promise<void>;
}

/** A mail in plain text. */
export type MailWords = { readonly subject: string; readonly text: string };

/** Ways to an operator outside. Each answers whether it was delivered, and never throws. */
export interface Messengers {
  /** Calls a program; `secret` signs the body. */
  call(operator: OperatorId, url: string, body: string, secret: string): Promise<boolean>;
  /** Absent where the hub has no mail server. */
  readonly mail?: ((to: string, words: MailWords) => Promise<boolean>) | undefined;
}
