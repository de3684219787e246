// Goal: nobody starts on terms of a contract that this version cannot quote. Method: a keeper whose contract names a policy.
import { expect, test } from 'vitest';
import { ChainKeeper, type KeeperParts } from '../../../../src/app/chain/chain-keeper.ts';
import type { EscrowTerms } from '../../../../src/app/chain/ports.ts';
import { OutageError } from '../../../../src/base/assert.ts';

const NOW = { nowMs: 10_000_000, wallMs: 1_790_000_000_000 };
const TERMS: EscrowTerms = { burnPolicy: 1, gpuTier: 0, burnBps: 3_000, platformBps: 500, baseFloorWei: 0n };
const away = async (): Promise<never> => {
  throw new OutageError('away');
};

async function pauseUnder(burnPolicy: number, paused = false) {
  const keeper = new ChainKeeper({
    sight: async () => ({ good: 1, all: 1, headAgeMs: 0, movesAlone: false }),
    ...{ watch: { look: away }, store: { cursors: away, activeCounts: away }, reader: {}, signer: '0x1' },
    escrow: { termsAt: async () => ({ ...TERMS, burnPolicy }), paused: async () => paused, burnOwedWei: away },
    price: async () => ({ microUsdPerDbc: 2_000 }),
  } as unknown as KeeperParts);
  await keeper.turn(NOW);
  return keeper.pauseReason(NOW);
}

test('a burn policy that is not known here pauses new sessions', async () => {
  expect(await pauseUnder(1)).toBeUndefined();
  expect(await pauseUnder(99)).toBe('chain');
});

test('so does a contract that a guardian paused', async () => {
  expect(await pauseUnder(1, true)).toBe('chain');
});
