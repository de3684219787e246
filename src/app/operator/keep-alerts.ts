// src/app/operator/keep-alerts.ts - one look at what an operator is to be told of: alerts begin and end in the store, and their
// messages go out, each way by itself. What was told is written after it was, with one id for both messages: a hub that dies in
// between says it once more, and the reader knows it by the id.
import { newId, type OperatorId } from '../../base/ids.ts';
import { chart } from '../../billing/ledger.ts';
import {
  ACCOUNT,
  type AlertFacts,
  alertNews,
  findAlerts,
  type MachineFacts,
  messagesDue,
  type Phase,
  type Told,
  type Way,
} from '../../pool/alerts.ts';
import { cardsOf, isStakeEnough } from '../../pool/gpu-class.ts';
import { twinOf } from '../../pool/node-twin.ts';
import { isSuspended } from '../admin/gate.ts';
import type { DeskParts } from '../admin/ports.ts';
import type { Hub } from '../hub.ts';
import { checksOf } from '../node-checks.ts';
import type { KeptNode, Now } from '../ports.ts';
import { alertMail } from './alert-words.ts';
import type { AlertSettings, Away, KeptAlert, Messengers } from './ports.ts';

const AWAY_MAX = 1_000;
/** Where the operator's page is. */
const PAGE = '/node';

/** What an alert needs from outside its operator. */
export type AlertParts = Pick<DeskParts, 'books' | 'currency'> & {
  readonly messengers: Messengers;
  /** Address of the hub as people open it. */
  readonly origin: () => string;
};

function machineFacts(hub: Hub, kept: KeptNode, { nowMs }: Now, away: Away | undefined, earned: boolean): MachineFacts {
  const { node, name, operator } = kept;
  const record = hub.nodes.get(node);
  const here = record?.presence.state === 'here' ? record : undefined;
  const failed =
    here &&
    checksOf(here, nowMs)
      .filter(({ check, verdict }) => verdict === 'bad' && check !== 'identity') // That is an alert of its own.
      .map(({ check }) => check);
  const staked = isStakeEnough(hub.ports.chain?.stakedCards(node, operator), record && cardsOf(record.machine));
  return {
    ...{ node, name, failed },
    twinFrom: here && (twinOf(here.places, nowMs) ?? 'none'),
    awaySinceMs: here === undefined ? away?.fromMs : undefined,
    maintained: hub.upkeep.get(node)?.phase === 'away',
    suspended: kept.suspended || isSuspended(hub.gate, 'node', node),
    staked: staked === false && !earned ? undefined : staked, // One that never earned may never have had a stake.
  };
}

async function factsOf(
  hub: Hub,
  parts: AlertParts,
  { operator, payoutWei }: AlertSettings,
  now: Now,
): Promise<AlertFacts> {
  const { nodes, operators, book, chain } = hub.ports;
  const [kept, away, earned, redeemableWei] = await Promise.all([
    nodes.ofOperator(operator),
    operators.away(operator, 0, AWAY_MAX),
    chain === undefined ? new Map<string, bigint>() : book.earned(operator),
    payoutWei === undefined ? 0n : parts.books.balance(chart(parts.currency).operator(operator)),
  ]);
  const machines = kept.map((each) => {
    const open = away.find(({ node, untilMs }) => node === each.node && untilMs === undefined);
    return machineFacts(hub, each, now, open, (earned.get(each.node) ?? 0n) > 0n);
  });
  return { machines, suspended: isSuspended(hub.gate, 'operator', operator), redeemableWei };
}

/**
 * Begins and ends an operator's alerts by what is so now; answers all that stand or wait for their end to be told.
 * @param quiet nothing is being said to the operator: alerts of which nothing is left to say are forgotten
 */
export async function lookAround(
  hub: Hub,
  parts: AlertParts,
  settings: AlertSettings,
  quiet: boolean,
  now: Now,
): Promise<readonly KeptAlert[]> {
  const { operators } = hub.ports;
  const { operator } = settings;
  const atMs = Math.floor(now.wallMs);
  const [facts, standing] = await Promise.all([factsOf(hub, parts, settings, now), operators.alerts(operator)]);
  const { begun, over } = alertNews(standing, findAlerts(facts, settings, atMs));
  const ended = new Map(over.map((alert) => [alert.id, { ...alert, endedAtMs: atMs }]));
  const fresh = begun.map(({ kind, subject, name, facts: about }): KeptAlert => {
    const id = newId<string>('a', hub.ports.random);
    return { id, operator, kind, subject, name, facts: about, beganAtMs: atMs, endedAtMs: undefined, told: [] };
  });
  for (const alert of [...ended.values(), ...fresh]) await operators.putAlert(alert);
  const all = [...standing.map((alert) => ended.get(alert.id) ?? alert), ...fresh];
  if (!quiet) return all;
  const ways = waysOf(settings, parts.messengers);
  const isDone = (alert: KeptAlert): boolean =>
    alert.endedAtMs !== undefined && messagesDue(alert, ways, atMs).length === 0;
  for (const { id } of all.filter(isDone)) await operators.removeAlert(id);
  return all.filter((alert) => !isDone(alert));
}

/** The secret that signs an operator's calls; it follows from the hub's key and is kept nowhere. */
export function alertSecret(hub: Hub, operator: OperatorId, salt: string): string {
  return hub.ports.seals.seal(`operator-webhook ${operator} ${salt}`);
}

/** The ways on which an operator can be told now. */
export function waysOf({ webhook, mail }: AlertSettings, messengers: Messengers): readonly Way[] {
  return [
    ...(webhook === undefined ? [] : ['webhook' as const]),
    ...(mail === undefined || messengers.mail === undefined ? [] : ['mail' as const]),
  ];
}

type Due = { readonly alert: KeptAlert; readonly phase: Phase; readonly message: Told };

function calledWith({ alert, phase }: Due, operator: OperatorId): string {
  const { id, kind, subject, name, facts, beganAtMs, endedAtMs } = alert;
  const about = subject === ACCOUNT ? {} : { node: subject, name };
  const times = phase === 'began' ? { beganAtMs } : { beganAtMs, endedAtMs };
  return JSON.stringify({ event: `alert.${phase}`, id, alert: kind, operator, ...about, ...times, facts });
}

/** Says what is due on one way: one mail for all of it, one call for each. Answers what was delivered, as it is. */
async function* delivered(
  hub: Hub,
  { messengers, origin }: AlertParts,
  { operator, webhook, mail, language }: AlertSettings,
  way: Way,
  due: readonly Due[],
): AsyncGenerator<readonly Due[]> {
  if (way === 'mail') {
    if (mail === undefined || messengers.mail === undefined) return;
    if (await messengers.mail(mail, alertMail(language, due, `${origin()}${PAGE}`))) yield due;
    return;
  }
  if (webhook === undefined) return;
  for (const each of due) {
    const secret = alertSecret(hub, operator, webhook.salt);
    // One that did not answer is not asked for all the others: the next look begins here.
    if (!(await messengers.call(operator, webhook.url, calledWith(each, operator), secret))) return;
    yield [each];
  }
}

/**
 * Says on one way what is due there, whatever another way does. Throws OutageError.
 * @param alerts as `lookAround` answered them when nothing was being said on this way
 */
export async function tellOn(
  hub: Hub,
  parts: AlertParts,
  settings: AlertSettings,
  way: Way,
  alerts: readonly KeptAlert[],
  wallMs: number,
): Promise<void> {
  const due = alerts.flatMap((alert) =>
    messagesDue(alert, [way], wallMs).map((message): Due => {
      return { alert, message, phase: message.startsWith('began') ? 'began' : 'ended' };
    }),
  );
  if (due.length === 0) return;
  for await (const some of delivered(hub, parts, settings, way, due)) {
    for (const { alert, message } of some) await hub.ports.operators.wasTold(alert.id, message);
  }
}
