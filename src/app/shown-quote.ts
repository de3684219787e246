// src/app/shown-quote.ts - which quote a session may start with: only one that its player was shown. A page signs no other, so
// whatever has changed since means a new plan, also for who waited in line.
import { sameOffer } from '../protocol/same-offer.ts';
import type { Quote } from '../protocol/shapes.ts';
import type { NodeOption } from './free-nodes.ts';
import type { Hub, Plan } from './hub.ts';
import { quoteFor } from './plan-play.ts';
import type { Now } from './ports.ts';

/**
 * The quote of a plan for a node, if a session may start with it now: while the plan lives, as long as it can be opened; after
 * that, when a new one would say the same. `undefined`: the player must be shown another.
 */
export function standingQuote(hub: Hub, plan: Plan, option: NodeOption, now: Now): Quote | undefined {
  const shown = plan.quotes.get(option.node);
  if (shown === undefined || !hub.ports.quotes.stands(shown, now.wallMs)) return undefined;
  if (now.nowMs < plan.untilMs) return shown;
  const fresh = quoteFor(hub, option, plan.game, now);
  return sameOffer(shown, fresh) ? fresh : undefined;
}
