// src/app/admin/plan-act.ts - what an act would change, before it is written: the facts before and after for the audit, and
// the effect on the store. Refunds are counter-entries: nothing that was posted is changed.
import type { PlayerId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { GRAIN_WEI, grain, weiFromWire } from '../../base/units.ts';
import { chart, type Transfer, transferKey } from '../../billing/ledger.ts';
import type { AdminAct, AuditLine } from '../../protocol/admin-api.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { Receipt } from '../../protocol/receipt.ts';
import type { Now } from '../ports.ts';
import type { AdminEffect, DeskParts } from './ports.ts';

/** Name of the announcement that an act makes. */
export const announcementId = (key: string): string => `a-${key}`;

/** An act that can be written. */
export type PlannedAct = {
  readonly before: AuditLine['before'];
  readonly after: AuditLine['after'];
  readonly effect: AdminEffect;
};
type Plan = Result<PlannedAct, Refusal>;
type Act<T extends AdminAct['t']> = Extract<AdminAct, { t: T }>;

const plan = (before: AuditLine['before'], after: AuditLine['after'], effect: AdminEffect = {}): Plan =>
  ok({ before, after, effect });

/** Plans an act. `key` names it for ever. Throws OutageError. */
export async function planAct(parts: DeskParts, act: AdminAct, key: string, now: Now): Promise<Plan> {
  switch (act.t) {
    case 'suspend':
    case 'lift':
      return planSuspension(parts, act);
    case 'refund':
      return planRefund(parts, act, key, now);
    case 'announce': {
      const id = announcementId(key);
      if (act.untilMs <= now.wallMs) return err(refusal('MESSAGE_MALFORMED', { field: '/act/untilMs' }));
      return plan({}, { id, untilMs: act.untilMs }, { announce: { id, text: act.text, untilMs: act.untilMs } });
    }
    case 'unannounce': {
      const there = (await parts.admin.announcements(now.wallMs)).some(({ id }) => id === act.id);
      return there
        ? plan({ announced: true }, { announced: false }, { unannounce: act.id })
        : err(refusal('NOT_FOUND'));
    }
    case 'pause':
    case 'resume': {
      const paused = act.t === 'pause';
      return plan({ paused: await parts.admin.paused() }, { paused }, { paused });
    }
    case 'rotate':
      return plan({ secret: act.secret }, { secret: act.secret, countsFrom: 'next start' });
    case 'erase':
      return plan({}, { erased: 'logins, saves, timelines, limits' }, { erase: act.player });
    case 'reconcile':
      return plan({}, {});
  }
}

async function planSuspension(parts: DeskParts, act: Act<'suspend' | 'lift'>): Promise<Plan> {
  const { kind, id } = act;
  const before = (await parts.admin.suspended()).some((row) => row.kind === kind && row.id === id);
  const suspended = act.t === 'suspend';
  return plan({ suspended: before }, { suspended }, suspended ? { suspend: { kind, id } } : { lift: { kind, id } });
}

/**
 * Who pays a refund: the operator the share that it got of the cost, rounded down to the grain; the platform the rest. A
 * burn cannot come back, so its share is the platform's too.
 */
export function refundTransfers(
  receipt: Receipt,
  amountWei: bigint,
  act: { readonly key: string; readonly atMs: number; readonly currency: DeskParts['currency'] },
): readonly Transfer[] {
  const accounts = chart(act.currency);
  const { session } = receipt;
  const operatorWei = grain((amountWei * BigInt(receipt.operatorWei)) / BigInt(receipt.costWei));
  const parts = [
    ['operator', accounts.operator(receipt.operator), operatorWei],
    ['platform', accounts.platform, amountWei - operatorWei],
  ] as const;
  return parts
    .filter(([, , wei]) => wei > 0n)
    .map(([part, from, wei]) => ({
      key: transferKey('refund', session, act.key, part),
      from,
      to: accounts.player(receipt.player as PlayerId),
      amountWei: wei,
      session,
      atMs: act.atMs,
    }));
}

async function planRefund(parts: DeskParts, act: Act<'refund'>, key: string, now: Now): Promise<Plan> {
  const receipt = (await parts.money.session(act.session))?.receipt;
  if (receipt === undefined) return err(refusal('SESSION_UNKNOWN'));
  // Coins lie in the contract, which gives none back: entries in our books alone would promise what it does not hold.
  const coins = parts.currency !== 'PLAY' || receipt.burned !== 'play-money';
  if (coins) return err(refusal('REFUND_TOO_HIGH', { leftWei: '0' }));
  const wei = weiFromWire(act.amountWei);
  if (!wei.ok || wei.value <= 0n || wei.value % GRAIN_WEI !== 0n) {
    return err(refusal('MESSAGE_MALFORMED', { field: '/act/amountWei' }));
  }
  const mostWei = BigInt(receipt.costWei);
  if (wei.value > mostWei) return err(refusal('REFUND_TOO_HIGH', { leftWei: mostWei.toString() }));
  const { currency, books } = parts;
  const transfers = refundTransfers(receipt, wei.value, { key, atMs: now.wallMs, currency });
  const before = await books.balance(chart(currency).player(receipt.player));
  return plan(
    { player: receipt.player, balanceWei: before.toString() },
    { player: receipt.player, balanceWei: (before + wei.value).toString() },
    { refund: { session: act.session, transfers, mostWei } },
  );
}
