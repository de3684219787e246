// clients/web/src/pages/receipt/slow.ts - one sentence on what was slow and whose it was, from the bad time by cause.
import { type BadCause, type BadMs, badCauses } from '../../../../../src/protocol/shapes.ts';

/** Whose it was: nobody's, the start's, the machine's, or the way's. */
export type Slow =
  | { readonly kind: 'fine' }
  | { readonly kind: 'start' | 'nearlyFine'; readonly ms: number }
  | { readonly kind: 'node' | 'line'; readonly ms: number; readonly cause: BadCause };

/** Causes that the machine answers for; the others lie between it and the player. */
const NODES_OWN: ReadonlySet<BadCause> = new Set(['few-sent', 'input-unanswered']);
/** Less than this share of the session is a hiccup, not worth a name. */
const HICCUP = 0.02;

/** Judges a session of `goodMs` good time. */
export function slowOf(freeMs: BadMs, goodMs: number): Slow {
  const during = badCauses.filter((cause) => cause !== 'no-frame-yet');
  const badMs = during.reduce((sum, cause) => sum + freeMs[cause], 0);
  if (badMs === 0)
    return freeMs['no-frame-yet'] > 3_000 ? { kind: 'start', ms: freeMs['no-frame-yet'] } : { kind: 'fine' };
  if (badMs < HICCUP * (badMs + goodMs)) return { kind: 'nearlyFine', ms: badMs };
  const nodeMs = during.filter((cause) => NODES_OWN.has(cause)).reduce((sum, cause) => sum + freeMs[cause], 0);
  const owners = during.filter((cause) => NODES_OWN.has(cause) === nodeMs * 2 > badMs);
  const cause = owners.reduce((worst, each) => (freeMs[each] > freeMs[worst] ? each : worst), owners[0] ?? 'gap');
  return { kind: nodeMs * 2 > badMs ? 'node' : 'line', ms: badMs, cause };
}
