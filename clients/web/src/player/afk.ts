// clients/web/src/player/afk.ts - 'still playing?' Nobody pays for a forgotten session: 8 minutes without input ask, and
// a minute later the session ends. The hub does the same by the node's count; the page only asks in time.
import { timings } from '../../../../src/protocol/limits.ts';

/** Longer than the hub's own limit, so that the hub's end (with the reason `afk`) comes first. */
const OWN_END_MS = timings.afkWarningMs + timings.afkGraceMs + 10_000;

/** What the page does. `leftMs`: until the session ends. */
export type Afk =
  | { readonly kind: 'here' }
  | { readonly kind: 'ask'; readonly leftMs: number }
  | { readonly kind: 'end' };

/** State after `idleMs` without input. */
export function afkAt(idleMs: number): Afk {
  if (idleMs < timings.afkWarningMs) return { kind: 'here' };
  if (idleMs >= OWN_END_MS) return { kind: 'end' };
  return { kind: 'ask', leftMs: Math.max(0, timings.afkWarningMs + timings.afkGraceMs - idleMs) };
}
