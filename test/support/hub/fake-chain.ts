// test/support/hub/fake-chain.ts - a chain side for a hub of tests that takes no part in any chain: everybody may play, nothing
// is sent, and the test holds the strings.
import type { ChainFunds } from '../../../src/app/admin/ports.ts';
import type { ChainKeeper } from '../../../src/app/chain/chain-keeper.ts';
import type { ChainStore, EscrowTerms } from '../../../src/app/chain/ports.ts';
import type { EndPlay } from '../../../src/app/chain/settle-sessions.ts';
import type { HubChain } from '../../../src/main/hub-chain.ts';
import type { HubParts } from '../../../src/main/hub-service.ts';

/** The part of a hub, what the hub gave its chain side to end play with, and a keeper whose terms a test may set. */
export function fakeChain(funds: ChainFunds = { escrowWei: async () => 10n ** 30n }) {
  const strings: { endPlay: EndPlay } = { endPlay: () => {} };
  const keeper = {
    terms: undefined as EscrowTerms | undefined,
    termsAt: (): EscrowTerms | undefined => keeper.terms,
    ...{ microUsdPerDbc: 2_000, news: { waiting: 0, reverted: 0 } },
    ...{
      pauseReason: () => undefined,
      mayServe: () => true,
      stakedCards: () => undefined,
      sessionClosed: async () => {},
    },
    ...{
      lockableWei: async () => 10n ** 24n,
      lockedBeyondWei: async () => 0n,
      refusedOpen: async () => false,
      sendGift: async () => {},
    },
  };
  const side = {
    keeper: (parts: { endPlay: EndPlay }) => {
      strings.endPlay = parts.endPlay;
      return keeper as unknown as ChainKeeper;
    },
    start: async () => ({ stop: async () => {} }),
    ...{ funds, priceSource: 'fixed', window: { facts: () => ({}) } },
  };
  const part: NonNullable<HubParts['chain']> = { side: side as unknown as HubChain, store: {} as ChainStore };
  return { part, strings, keeper };
}
