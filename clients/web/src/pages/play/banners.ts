// clients/web/src/pages/play/banners.ts - which news a player must see over the picture, most urgent first. Pure: states
// in, names and facts out; the words are the page's.
import { timings } from '../../../../../src/protocol/limits.ts';
import type { SessionState } from '../../../../../src/protocol/player-messages.ts';
import type { LinkState } from '../../player/hub-link.ts';
import type { SessionView } from '../../player/play-session.ts';

/** One piece of news. */
export type Banner =
  | { readonly kind: 'closed' | 'ending' | 'weak' | 'hubAway' | 'voucher' | 'lost' }
  | { readonly kind: 'restarting' | 'leaving'; readonly ms: number }
  | { readonly kind: 'announced'; readonly text: string }
  | { readonly kind: 'money'; readonly limit: SessionState['limit']; readonly ms: number };

/** What the news is made from. */
export type BannerFacts = {
  readonly view: Pick<SessionView, 'trouble' | 'ending' | 'leavingAtMs' | 'nodeLost'>;
  readonly link: LinkState['kind'];
  readonly state: SessionState | undefined;
  readonly voucherRefused: boolean;
  /** Since the last picture. */
  readonly silentMs: number;
  readonly wallMs: number;
  /** What those who run the hub said in the last moments. */
  readonly announced?: string | undefined;
};

const SHOWN_MAX = 2;

/** At most two pieces of news. */
export function bannersOf(facts: BannerFacts): readonly Banner[] {
  const { view, state } = facts;
  const out: Banner[] = [];
  if (view.trouble === 'closed') out.push({ kind: 'closed' });
  else if (view.trouble === 'other-node') out.push({ kind: 'lost' });
  if (view.ending !== undefined) out.push({ kind: 'ending' });
  if (view.trouble === 'restarting') out.push({ kind: 'restarting', ms: facts.silentMs });
  if (view.trouble === 'weak-network') out.push({ kind: 'weak' });
  if (state !== undefined && state.phase === 'playing' && state.timeLeftMs <= timings.moneyWarningMs) {
    out.push({ kind: 'money', limit: state.limit, ms: state.timeLeftMs });
  }
  if (view.leavingAtMs !== undefined) out.push({ kind: 'leaving', ms: Math.max(0, view.leavingAtMs - facts.wallMs) });
  if (facts.announced !== undefined) out.push({ kind: 'announced', text: facts.announced });
  if (facts.voucherRefused) out.push({ kind: 'voucher' });
  if (facts.link !== 'open') out.push({ kind: 'hubAway' });
  return out.slice(0, SHOWN_MAX);
}
