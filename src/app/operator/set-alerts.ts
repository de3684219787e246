// src/app/operator/set-alerts.ts - an operator says how it wants to be told of trouble. A mail address counts once the code that
// was sent there comes back: the hub sends nobody mail who did not ask for it.
import { newId, type OperatorId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { Alerts, AlertsRequest } from '../../protocol/operator-api.ts';
import { ExpiringMap } from '../../signaling/expiring-map.ts';
import type { Hub } from '../hub.ts';
import type { Now } from '../ports.ts';
import { codeMail } from './alert-words.ts';
import { type AlertParts, alertSecret } from './keep-alerts.ts';
import type { AlertSettings, Language } from './ports.ts';

const HOUR_MS = 3_600_000;
const CODE_CHARS = 10; // 40 bits, good for an hour or two; a wallet may ask some times a second.
const OFFLINE_MINUTES = 5;

/** Who was sent a code lately: one a minute for an address and a wallet, and so many an hour in all. */
export type CodeGate = { readonly lately: ExpiringMap<string, true>; readonly hourly: ExpiringMap<string, true> };
const CODE_PAUSE_MS = 60_000;
const CODES_HOURLY = 200;

/** A gate through which nobody has gone. */
export function codeGate(): CodeGate {
  return { lately: new ExpiringMap(CODE_PAUSE_MS, 10_000), hourly: new ExpiringMap(HOUR_MS, CODES_HOURLY) };
}

function standard(operator: OperatorId, language: Language): AlertSettings {
  return {
    ...{ operator, webhook: undefined, mail: undefined, language },
    ...{ offlineMinutes: OFFLINE_MINUTES, payoutWei: undefined },
  };
}

/** How an operator is told, and what stands. `failing`: its last call was not answered well. Throws OutageError. */
export async function readAlerts(
  hub: Hub,
  { messengers, currency }: AlertParts,
  operator: OperatorId,
  failing: boolean,
): Promise<Alerts> {
  const { operators } = hub.ports;
  const [kept, alerts] = await Promise.all([operators.alertSettings(operator), operators.alerts(operator)]);
  const { webhook, mail, offlineMinutes, payoutWei } = kept ?? standard(operator, 'en');
  return {
    ...(webhook && { webhookUrl: webhook.url, webhookFailing: failing }),
    ...(mail !== undefined && { mail }),
    mailOffered: messengers.mail !== undefined,
    offlineMinutes,
    ...(payoutWei !== undefined && { payoutWei: payoutWei.toString() }),
    currency,
    standing: alerts
      .filter(({ endedAtMs }) => endedAtMs === undefined)
      .map(({ id, kind, name, beganAtMs, told }) => ({ id, kind, name, beganAtMs, told: [...told] })),
  };
}

/**
 * Sets everything but the mail address, which can only be taken away here.
 * @param mayCall whether the hub may call an address, as far as its text tells
 * @returns the secret that signs calls when the webhook is a new one; FORBIDDEN for a webhook of whoever has no machine,
 *   HOOK_ADDRESS_BAD for one that would never be called. Throws OutageError
 */
export async function setAlerts(
  hub: Hub,
  operator: OperatorId,
  { webhookUrl, keepMail, language, offlineMinutes, payoutWei }: AlertsRequest,
  mayCall: (url: string) => boolean,
): Promise<Result<{ readonly secret?: string }, Refusal>> {
  const { operators, nodes, random } = hub.ports;
  // The hub calls nobody's program for a wallet that serves nothing.
  if (webhookUrl !== null && (await nodes.ofOperator(operator)).length === 0) return err(refusal('FORBIDDEN'));
  if (webhookUrl !== null && !mayCall(webhookUrl)) return err(refusal('HOOK_ADDRESS_BAD'));
  const before = (await operators.alertSettings(operator)) ?? standard(operator, language);
  const fresh = webhookUrl !== null && webhookUrl !== before.webhook?.url;
  const webhook = fresh ? { url: webhookUrl, salt: newId<string>('x', random) } : before.webhook;
  const mail = keepMail ? before.mail : undefined;
  await operators.setAlertSettings({
    ...{ operator, language, offlineMinutes, mail },
    webhook: webhookUrl === null ? undefined : webhook,
    payoutWei: payoutWei === null ? undefined : BigInt(payoutWei),
  });
  // Nobody looks after alerts that nobody is told: they would stand for ever.
  if (webhookUrl === null && mail === undefined) {
    for (const { id } of await operators.alerts(operator)) await operators.removeAlert(id);
  }
  return ok(fresh && webhook !== undefined ? { secret: alertSecret(hub, operator, webhook.salt) } : {});
}

function codeOf(hub: Hub, operator: OperatorId, mail: string, hour: number): string {
  return hub.ports.seals.digest(hub.ports.seals.seal(`operator-mail ${operator} ${mail} ${hour}`)).slice(0, CODE_CHARS);
}

/**
 * Sends a code to an address that wants to be told.
 * @returns MAIL_UNAVAILABLE where there is no mail server or it does not take it, RATE_TOO_HIGH, FORBIDDEN to whoever has no
 *   machine. Throws OutageError
 */
export async function askMail(
  hub: Hub,
  { messengers }: AlertParts,
  gate: CodeGate,
  { operator, mail, language }: { readonly operator: OperatorId; readonly mail: string; readonly language: Language },
  now: Now,
): Promise<Result<undefined, Refusal>> {
  if (messengers.mail === undefined) return err(refusal('MAIL_UNAVAILABLE'));
  if ((await hub.ports.nodes.ofOperator(operator)).length === 0) return err(refusal('FORBIDDEN'));
  const pauses = [`wallet ${operator}`, `mail ${mail.toLowerCase()}`];
  const free = pauses.every((who) => gate.lately.add(who, true, now.nowMs));
  if (!free || !gate.hourly.add(`${operator} ${now.nowMs}`, true, now.nowMs)) return err(refusal('RATE_TOO_HIGH'));
  const code = codeOf(hub, operator, mail, Math.floor(now.wallMs / HOUR_MS));
  const sent = await messengers.mail(mail, codeMail(language, code));
  if (sent) return ok(undefined);
  for (const who of pauses) gate.lately.take(who, now.nowMs); // No mail went out: the next try need not wait.
  return err(refusal('MAIL_UNAVAILABLE'));
}

/** Takes an address whose code came back within the hour or the next. Refuses MAIL_CODE_WRONG. Throws OutageError. */
export async function confirmMail(
  hub: Hub,
  {
    operator,
    mail,
    language,
    code,
  }: { readonly operator: OperatorId; readonly mail: string; readonly language: Language; readonly code: string },
  now: Now,
): Promise<Result<undefined, Refusal>> {
  const hour = Math.floor(now.wallMs / HOUR_MS);
  const good = [hour, hour - 1].some((each) => hub.ports.seals.same(codeOf(hub, operator, mail, each), code));
  if (!good) return err(refusal('MAIL_CODE_WRONG'));
  const before = (await hub.ports.operators.alertSettings(operator)) ?? standard(operator, language);
  await hub.ports.operators.setAlertSettings({ ...before, mail, language });
  return ok(undefined);
}
