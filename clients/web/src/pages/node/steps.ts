// clients/web/src/pages/node/steps.ts - the way from a wallet to the first paid game, read from what the hub says of a machine.
// Nothing is kept in the browser, so the way can be left and taken up anywhere.
import type { OperatorNodes } from '../../../../../src/protocol/http-api.ts';

type Machine = OperatorNodes['nodes'][number];

/** The steps in their order. */
export const STEPS = ['account', 'join', 'machine', 'price', 'stake', 'first'] as const;
export type Step = (typeof STEPS)[number];

/** What a machine's operator should read now: the name of a sentence. */
export type Missing = 'join' | 'stake' | 'first' | 'offline' | 'draining' | 'checking' | 'suspended';

/** The step that is due and what it lacks. `undefined` once the machine is active and has earned. */
export type Due = { readonly step: Step; readonly missing: Missing };

/** What is due for a machine, or for an operator who has none yet. The price is always set: without a word it is the base. */
export function dueStep(machine: Pick<Machine, 'stage' | 'earnedWei'> | undefined): Due | undefined {
  if (machine === undefined) return { step: 'join', missing: 'join' };
  if (machine.stage === 'awaiting-stake') return { step: 'stake', missing: 'stake' };
  if (machine.stage !== 'active') return { step: 'machine', missing: machine.stage };
  return BigInt(machine.earnedWei) > 0n ? undefined : { step: 'first', missing: 'first' };
}

/** How a step looks while `due` is the one to do. */
export function markOf(step: Step, due: Step): 'done' | 'now' | 'later' {
  const [at, now] = [STEPS.indexOf(step), STEPS.indexOf(due)];
  return at < now ? 'done' : at === now ? 'now' : 'later';
}
