// src/agent/reconnect.ts - when to knock again, and when not to: a refusal that will never change must end the agent
// with one plain sentence instead of a loop that fills the operator's log.
import type { Random } from '../base/random.ts';
import { type ErrorCode, errorCodes } from '../protocol/error-codes.ts';

const DELAYS_MS = [250, 500, 1_000, 2_000] as const; // Then every 2 s (docs/PROTOCOL.md, 'Coming back').
const JITTER = 0.25; // A thousand nodes of one restarted hub spread over half of the pause.

/** How long to wait before try number `attempt` (0 is the first), with a quarter of chance each way. */
export function reconnectDelayMs(attempt: number, random: Random): number {
  const base = DELAYS_MS[Math.min(attempt, DELAYS_MS.length - 1)] ?? 2_000;
  return base * (1 - JITTER + (2 * JITTER * random.below(1_001)) / 1_000);
}

const SENTENCES: Partial<Record<ErrorCode, string>> = {
  NODE_NOT_BOUND:
    'this machine belongs to no operator yet: make a token on the operator page and start once with --token TOKEN; where that was done before, the data folder did not outlive the reboot (--data, docs/OPERATING.md, A PC without a disk)',
  NODE_TOKEN_USED:
    'the token was used already; make a new one on the operator page. Where each boot asks for one, the data folder does not outlive it (--data, docs/OPERATING.md, A PC without a disk)',
  NODE_TWIN:
    'another machine uses the same key, as after a cloned disk or a restored backup: give this one a data folder of its own without machine.key (--data DIR), and start it once with a new token from the operator page',
  TOKEN_UNKNOWN: 'the hub does not know the token; make a new one on the operator page',
  NODE_BAD_SIGNATURE:
    'the hub does not accept the signature of this machine: is --hub exactly the address under which the hub is known?',
  MESSAGE_MALFORMED: 'the hub did not understand this machine: update it, or the hub',
  VERSION_UNKNOWN: 'the hub speaks another version: update this machine',
  NODE_SUSPENDED: 'the owners of the hub have suspended this machine or its operator; ask them',
  FORBIDDEN: 'the operator of the hub has shut this machine out',
};

/** What to tell the operator when the hub refused for good; `undefined` when another try may succeed. */
export function finalRefusal(code: string): string | undefined {
  if (!Object.hasOwn(errorCodes, code)) return undefined;
  const known = code as ErrorCode;
  if (errorCodes[known].retry !== 'never') return undefined;
  return SENTENCES[known] ?? `the hub refused this machine: ${known}`;
}
