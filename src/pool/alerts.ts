// src/pool/alerts.ts - what an operator is to be told of, and when which message is due. Each alert is told once when it begins and
// once when it ends, over each way that was told of its beginning; a message that cannot be delivered for an hour is given up.

/** offline: not heard for too long. check: no game can run. suspended: by the hub's owners. stake: it had one, and it counts no
 * more (it was cut, or is leaving). identity: a second machine uses its key. payout: that much can be redeemed. */
export const alertKinds = ['offline', 'check', 'suspended', 'stake', 'identity', 'payout'] as const;
/** One of the kinds above. */
export type AlertKind = (typeof alertKinds)[number];

/** What the hub knows of a machine; what it cannot know now is `undefined`. */
export type MachineFacts = {
  readonly node: string;
  readonly name: string;
  /** Since when it is away, whether it said so first or not; Unix ms. */
  readonly awaySinceMs: number | undefined;
  /** It is away by plan now: no alarm. */
  readonly maintained: boolean;
  /** Checks that keep every game away. */
  readonly failed: readonly string[] | undefined;
  /** Where a second machine with its key came from; 'none' when there is none. */
  readonly twinFrom: string | undefined;
  readonly suspended: boolean;
  /** False when it had a stake that counts no more. */
  readonly staked: boolean | undefined;
};
/** What the hub knows of an operator. */
export type AlertFacts = {
  readonly machines: readonly MachineFacts[];
  readonly suspended: boolean;
  readonly redeemableWei: bigint;
};
/** When an operator wants to be told. */
export type AlertRules = {
  readonly offlineMinutes: number;
  /** Told when so much can be redeemed; undefined: never. */
  readonly payoutWei: bigint | undefined;
};

/** What an alert is about: a machine, or the account as a whole. */
export const ACCOUNT = 'account';
/** What was found about one subject. unknown: the hub cannot tell now, so that nothing begins or ends. */
export type Finding = {
  readonly kind: AlertKind;
  readonly subject: string;
  readonly name: string;
  readonly state: 'holds' | 'unknown';
  readonly facts: Readonly<Record<string, string | number>>;
};

const MINUTE_MS = 60_000;

function ofMachine(machine: MachineFacts, { offlineMinutes }: AlertRules, wallMs: number): Finding[] {
  const { node: subject, name, awaySinceMs, maintained, failed, twinFrom, suspended, staked } = machine;
  const found = (kind: AlertKind, state: Finding['state'], facts: Finding['facts'] = {}): Finding => {
    return { kind, subject, name, state, facts };
  };
  const findings: Finding[] = [];
  if (suspended) findings.push(found('suspended', 'holds'));
  if (staked === false) findings.push(found('stake', 'holds'));
  else if (staked === undefined) findings.push(found('stake', 'unknown'));
  if (twinFrom === undefined) findings.push(found('identity', 'unknown'));
  else if (twinFrom !== 'none') findings.push(found('identity', 'holds', { from: twinFrom }));
  if (maintained || suspended) return [...findings, found('offline', 'unknown'), found('check', 'unknown')];
  if (awaySinceMs !== undefined && wallMs - awaySinceMs >= offlineMinutes * MINUTE_MS) {
    findings.push(found('offline', 'holds', { sinceMs: awaySinceMs }));
  }
  if (failed === undefined) findings.push(found('check', 'unknown'));
  else if (failed.length > 0) findings.push(found('check', 'holds', { checks: failed.join(', ') }));
  return findings;
}

/** Everything an operator is to be told of at a moment. What is not found is not so. */
export function findAlerts(facts: AlertFacts, rules: AlertRules, wallMs: number): readonly Finding[] {
  const { machines, suspended, redeemableWei } = facts;
  const { payoutWei } = rules;
  const account = { subject: ACCOUNT, name: '', state: 'holds' as const };
  return [
    ...machines.flatMap((machine) => ofMachine(machine, rules, wallMs)),
    ...(suspended ? [{ ...account, kind: 'suspended' as const, facts: {} }] : []),
    ...(payoutWei !== undefined && redeemableWei >= payoutWei
      ? [{ ...account, kind: 'payout' as const, facts: { redeemableWei: redeemableWei.toString() } }]
      : []),
  ];
}

/** An alert that has begun. */
export type Standing = { readonly kind: AlertKind; readonly subject: string; readonly endedAtMs: number | undefined };

const keyOf = ({ kind, subject }: Pick<Standing, 'kind' | 'subject'>): string => `${kind} ${subject}`;

/** Which findings begin an alert, and which alerts that have not ended end now. */
export function alertNews<A extends Standing>(
  standing: readonly A[],
  findings: readonly Finding[],
): { readonly begun: readonly Finding[]; readonly over: readonly A[] } {
  const open = standing.filter(({ endedAtMs }) => endedAtMs === undefined);
  const stands = new Set(open.map(keyOf));
  const found = new Set(findings.map(keyOf));
  return {
    begun: findings.filter((finding) => finding.state === 'holds' && !stands.has(keyOf(finding))),
    over: open.filter((alert) => !found.has(keyOf(alert))),
  };
}

/** The two messages of an alert, and the ways on which they go. */
export type Phase = 'began' | 'ended';
/** How an operator can be told. */
export type Way = 'webhook' | 'mail';
/** A message that was delivered or given up. */
export type Told = `${Phase}/${Way}`;

/** A message that cannot be delivered so long is given up. */
export const GIVE_UP_MS = 3_600_000;

/** Messages that are due for an alert, over the ways that there are. An alert that ended untold is not told at all. */
export function messagesDue(
  alert: { readonly beganAtMs: number; readonly endedAtMs: number | undefined; readonly told: readonly Told[] },
  ways: readonly Way[],
  wallMs: number,
): readonly Told[] {
  const { beganAtMs, endedAtMs, told } = alert;
  const phase = endedAtMs === undefined ? 'began' : 'ended';
  if (wallMs - (endedAtMs ?? beganAtMs) > GIVE_UP_MS) return [];
  return ways
    .filter((way) => phase === 'began' || told.includes(`began/${way}`))
    .map((way): Told => `${phase}/${way}`)
    .filter((message) => !told.includes(message));
}
