// test/planted/chain-faults.ts - mistakes that people make between books and chain, and the test that must notice each.
import type { PlantedFault } from './plant.ts';

/** Patches in this folder. */
export const chainFaults: readonly PlantedFault[] = [
  {
    patch: 'chain-closing-unread.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/chain-leave.test.ts',
      name: 'a player who closes at the contract and plays on is stopped, and what was served is paid before the release',
    },
  },
  {
    patch: 'chain-oldest-block-the-rest.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/chain-settle.test.ts',
      name: 'sessions that wait for time stand in nobody’s way',
    },
  },
  {
    patch: 'chain-refused-open-plays-on.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/chain-leave.test.ts',
      name: 'a session that the contract refuses ends, and its consent starts no other',
    },
  },
  {
    patch: 'chain-burn-named-by-its-moment.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/chain-settle.test.ts',
      name: 'what is set apart for burning is sent to the burn address, once a day, by any start of the hub',
    },
  },
  {
    patch: 'chain-lost-block-ends-its-acts.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/chain-kill.test.ts',
      name: 'kills of hub, database, chain and all: nothing lost, nothing twice',
    },
  },
  {
    patch: 'chain-reverted-is-done.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/chain-reverted.test.ts',
      name: 'welcome money that the contract refused stops nobody, is told, and is deposited when it can be',
    },
  },
  {
    patch: 'chain-lost-takes-cafes.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/begin-anew.test.ts',
      name: 'a database that holds cafés is not emptied: the start is refused and says so',
    },
  },
  {
    patch: 'chain-counted-at-the-head.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/chain-reconcile.test.ts',
      name: 'books and chain are compared as of one block: what was not read yet is in neither',
    },
  },
  {
    patch: 'chain-given-up-for-ever.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/chain-undone.test.ts',
      name: 'a lease that was given up and opened after all is settled',
    },
  },
  {
    patch: 'chain-proof-each-time.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/chain-active.test.ts',
      name: 'a machine that three wallets paid for ten hours counts for the burn tier, once a week anew; for two wallets it does not',
    },
  },
];
