// clients/web/src/pages/node/steps.ts - the way from a wallet to the first paid game, read from what the hub says of a machine.
// Nothing is kept in the browser, so the way can be left and taken up anywhere.
import type { OperatorNodes } from '../../../../../src/protocol/http-api.ts';

type Machine = OperatorNodes['nodes'][number];

/** The steps in their order. */
export const STEPS = ['account', 'join', 'machine', 'bench', 'price', 'stake', 'first'] as const;
export type Step = (typeof STEPS)[number];

/** What a machine's operator should read now: the name of a sentence. */
export type Missing = 'join' | 'stake' | 'first' | 'bench' | Exclude<Machine['stage'], 'active' | 'awaiting-stake'>;

/** The step that is due and what it lacks. `undefined` once the machine is active, has earned and has measured itself. */
export type Due = { readonly step: Step; readonly missing: Missing };

/** What is due for a machine, or for an operator who has none yet. The price is always set: without a word it is the base. */
export function dueStep(machine: Pick<Machine, 'stage' | 'earnedWei' | 'bench'> | undefined): Due | undefined {
  if (machine === undefined) return { step: 'join', missing: 'join' };
  if (machine.stage === 'awaiting-stake') return { step: 'stake', missing: 'stake' };
  if (machine.stage !== 'active') return { step: 'machine', missing: machine.stage };
  if (BigInt(machine.earnedWei) === 0n) return { step: 'first', missing: 'first' };
  return machine.bench === undefined ? { step: 'bench', missing: 'bench' } : undefined;
}

/** What a machine has already, whatever else is due: one that rests keeps its price, its stake, its bench and what it earned. */
function has(step: Step, machine: Had | undefined): boolean {
  if (machine === undefined) return false;
  return (
    step === 'price' ||
    (step === 'bench' && machine.bench !== undefined) ||
    (step === 'stake' && machine.staked) ||
    (step === 'first' && BigInt(machine.earnedWei) > 0n)
  );
}

type Had = Pick<Machine, 'staked' | 'earnedWei' | 'bench'>;

/** How a step looks while `due` is the one to do. The bench holds up no other step: without one it stays `open`. */
export function markOf(step: Step, due: Step, machine?: Had | undefined): 'done' | 'now' | 'later' | 'open' {
  const [at, now] = [STEPS.indexOf(step), STEPS.indexOf(due)];
  if (at === now) return 'now';
  if (has(step, machine)) return 'done';
  if (at > now) return 'later';
  return step === 'bench' ? 'open' : 'done';
}
