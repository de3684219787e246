// src/billing/stake.ts - what an operator stakes for a GPU and what a proven fault costs. Parameters are dated data like
// the burn policies; a stake deters little (docs/MONEY.md), so exposure of seconds carries the safety, not slashing.
import { assert } from '../base/assert.ts';
import { greater, lesser } from '../base/bigint.ts';
import { BPS_WHOLE, grain, WEI_PER_DBC } from '../base/units.ts';

/** Stake rules of a time. */
export type StakePreset = {
  readonly name: 'seed-2024' | 'chain-2026';
  readonly firstWeiPerGpu: bigint;
  /** A GPU's stake stops growing at the smaller of the two. */
  readonly capWeiPerGpu: bigint;
  readonly capMicroUsdPerGpu: bigint;
};

/** Every preset there ever was. */
export const stakePresets: readonly StakePreset[] = [
  {
    name: 'seed-2024',
    firstWeiPerGpu: 1_000n * WEI_PER_DBC,
    capWeiPerGpu: 1_000n * WEI_PER_DBC,
    capMicroUsdPerGpu: 300_000_000n,
  },
  {
    name: 'chain-2026',
    firstWeiPerGpu: 10_000n * WEI_PER_DBC,
    capWeiPerGpu: 100_000n * WEI_PER_DBC,
    capMicroUsdPerGpu: 300_000_000n,
  },
];

/** Least stake for a number of GPUs. */
export function firstStakeWei(preset: StakePreset, gpus: number): bigint {
  assert(Number.isInteger(gpus) && gpus >= 0, 'GPUs are counted in whole ones');
  return preset.firstWeiPerGpu * BigInt(gpus);
}

/** Most stake per GPU at a price in billionths of a dollar per DBC; never below the least that a GPU must have. */
export function stakeCapWei(preset: StakePreset, nanoUsdPerDbc: bigint): bigint {
  assert(nanoUsdPerDbc > 0n, 'a price is positive');
  const inUsdWei = grain((preset.capMicroUsdPerGpu * 1_000n * WEI_PER_DBC) / nanoUsdPerDbc);
  return greater(preset.firstWeiPerGpu, lesser(preset.capWeiPerGpu, inUsdWei));
}

const SLASH_BPS_MAX = 800n; // One case costs at most 8 % of the stake.
const PLAYER_SHARE_BPS = 1_000n; // A tenth of it goes to the player who was harmed.

/** What a proven fault takes from a stake, and the player's part of it. `bps` is at most 800. */
export function slash(stakeWei: bigint, bps: bigint): { readonly slashedWei: bigint; readonly playerWei: bigint } {
  assert(bps >= 0n && bps <= SLASH_BPS_MAX, 'a slash is bounded');
  const slashedWei = grain((stakeWei * bps) / BPS_WHOLE);
  return { slashedWei, playerWei: grain((slashedWei * PLAYER_SHARE_BPS) / BPS_WHOLE) };
}
