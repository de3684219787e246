// src/agent/chain-watch.ts - a node with a way of its own to the chain: it watches the leases that it serves (lease-watch.ts), and
// settles what its hub never did (claim-sweep.ts), both with the claims that it keeps.
import type { SessionId } from '../base/ids.ts';
import { ClaimSweep, type ClaimSweepParts } from './claim-sweep.ts';
import type { Claim, Claims } from './claims.ts';
import { LeaseWatch, type LeaseWatchParts } from './lease-watch.ts';
import { type KeptParts, ownClaim } from './own-claims.ts';

/** What it is made of. */
export type ChainWatchParts = Pick<LeaseWatchParts & ClaimSweepParts, 'chain' | 'end' | 'isServed' | 'clock' | 'log'> &
  Omit<KeptParts, 'claims'> & { readonly claims: Pick<Claims, 'all' | 'find'> };

/** Both looks at the chain. */
export type ChainWatch = {
  /** The player signed the Open of a session. */
  opened(claim: Claim): void;
  /** Nothing of a session runs here any more. */
  over(session: SessionId): void;
  /** Call about once a second. */
  beat(): void;
};

/** Begins to look with the first beat. */
export function watchChain(parts: ChainWatchParts): ChainWatch {
  const claimOf = (session: SessionId, over: boolean) => ownClaim(session, parts, () => over);
  const leases = new LeaseWatch({ ...parts, claimOf });
  const sweep = new ClaimSweep({ ...parts, claimOf: (session) => claimOf(session, true) });
  return {
    opened: (claim) => leases.opened(claim),
    over: (session) => leases.over(session),
    beat: () => {
      leases.beat();
      sweep.beat();
    },
  };
}
