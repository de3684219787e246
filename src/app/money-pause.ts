// src/app/money-pause.ts - whether new sessions may cost anything now. Running ones go on, whatever is the matter.
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import type { Hub } from './hub.ts';
import type { Now } from './ports.ts';

/** MONEY_PAUSED with its reason (`why`: chain, clock, price, books), or undefined when play may begin. */
export function moneyPause(hub: Hub, now: Now): Refusal | undefined {
  const why = hub.ports.chain?.pauseReason(now);
  return why === undefined ? undefined : refusal('MONEY_PAUSED', { why });
}
