// test/support/evm/laws/numbers.ts - the worked numbers of docs/MONEY.md to the wei, in the ledger's arithmetic and in the
// contract, on a chain that moves everything and on one that drops the dust.
import { expect } from 'vitest';
import { burnBpsOf, burnPolicies, burnPolicyNamed, tierFor } from '../../../../src/billing/burn-policy.ts';
import { priceWei, rateFromUsd } from '../../../../src/billing/pricing.ts';
import { splitCost } from '../../../../src/billing/split.ts';
import { firstStakeWei, slash, stakeCapWei, stakePresets } from '../../../../src/billing/stake.ts';
import { signerNamed } from '../keys.ts';
import { DBC, node, people, type World } from '../world.ts';
import { type Law, solvent, type Worlds } from './law.ts';

const RATE = 50n * DBC;
const HOUR = 3_600_000n;
const MODES = ['plain', 'dbc'] as const;
const seed = burnPolicyNamed('seed-2024');

/** A session: served time, legs, burn share, and what each gets. Platform 5 % of what is not burned. */
type Row = {
  ms: bigint;
  base?: bigint;
  premium?: bigint;
  policy?: number;
  burnBps: bigint;
  cost: bigint;
  burn: bigint;
  platform: bigint;
  operator: bigint;
};
const rows: readonly Row[] = [
  {
    ms: 1_000n,
    burnBps: 3_000n,
    cost: 13_888_888_888_888_000n,
    burn: 4_166_666_666_666_000n,
    platform: 486_111_111_111_000n,
    operator: 9_236_111_111_111_000n,
  },
  {
    ms: 10_000n,
    burnBps: 3_000n,
    cost: 138_888_888_888_888_000n,
    burn: 41_666_666_666_666_000n,
    platform: 4_861_111_111_111_000n,
    operator: 92_361_111_111_111_000n,
  },
  {
    ms: 60_000n,
    burnBps: 3_000n,
    cost: 833_333_333_333_333_000n,
    burn: 249_999_999_999_999_000n,
    platform: 29_166_666_666_666_000n,
    operator: 554_166_666_666_668_000n,
  },
  {
    ms: 2_233_000n,
    burnBps: 3_000n,
    cost: 31_013_888_888_888_888_000n,
    burn: 9_304_166_666_666_666_000n,
    platform: 1_085_486_111_111_111_000n,
    operator: 20_624_236_111_111_111_000n,
  },
  {
    ms: 2_233_900n,
    burnBps: 3_000n,
    cost: 31_026_388_888_888_888_000n,
    burn: 9_307_916_666_666_666_000n,
    platform: 1_085_923_611_111_111_000n,
    operator: 20_632_548_611_111_111_000n,
  },
  {
    ms: HOUR,
    burnBps: 3_000n,
    cost: 50n * DBC,
    burn: 15n * DBC,
    platform: (175n * DBC) / 100n,
    operator: (3_325n * DBC) / 100n,
  },
  {
    ms: HOUR,
    burnBps: 7_000n,
    cost: 50n * DBC,
    burn: 35n * DBC,
    platform: (75n * DBC) / 100n,
    operator: (1_425n * DBC) / 100n,
  },
  { ms: HOUR, burnBps: 10_000n, cost: 50n * DBC, burn: 50n * DBC, platform: 0n, operator: 0n },
  {
    ms: HOUR,
    burnBps: 500n,
    policy: 3,
    cost: 50n * DBC,
    burn: (25n * DBC) / 10n,
    platform: (2_375n * DBC) / 1_000n,
    operator: (45_125n * DBC) / 1_000n,
  },
  {
    ms: 3_601_000n,
    burnBps: 3_000n,
    cost: 50_013_888_888_888_888_000n,
    burn: 15_004_166_666_666_666_000n,
    platform: 1_750_486_111_111_111_000n,
    operator: 33_259_236_111_111_111_000n,
  },
  {
    ms: 10n * HOUR,
    burnBps: 3_000n,
    cost: 500n * DBC,
    burn: 150n * DBC,
    platform: (175n * DBC) / 10n,
    operator: (3_325n * DBC) / 10n,
  },
  {
    ms: HOUR,
    premium: 20n * DBC,
    burnBps: 3_000n,
    cost: 70n * DBC,
    burn: 15n * DBC,
    platform: (275n * DBC) / 100n,
    operator: (5_225n * DBC) / 100n,
  },
  {
    ms: HOUR,
    premium: 20n * DBC,
    burnBps: 7_000n,
    cost: 70n * DBC,
    burn: 35n * DBC,
    platform: (175n * DBC) / 100n,
    operator: (3_325n * DBC) / 100n,
  },
  {
    ms: HOUR,
    premium: 20n * DBC,
    burnBps: 10_000n,
    cost: 70n * DBC,
    burn: 50n * DBC,
    platform: DBC,
    operator: 19n * DBC,
  },
  {
    ms: HOUR,
    base: 25n * DBC,
    burnBps: 3_000n,
    cost: 25n * DBC,
    burn: (75n * DBC) / 10n,
    platform: (875n * DBC) / 1_000n,
    operator: (16_625n * DBC) / 1_000n,
  },
];

/** Runs one session of a row on a chain and reads what everybody has then. */
async function settleRow(world: World, row: Row): Promise<void> {
  const base = row.base ?? RATE;
  const kit = await world.open({
    rate: base + (row.premium ?? 0n),
    baseShare: base,
    maxAmount: 500n * DBC,
    burnPolicy: BigInt(row.policy ?? 90),
  });
  world.pass(Number(row.ms / 1_000n) + 1);
  const voucher = world.voucher(kit, 1n, row.ms);
  expect(voucher.amount).toBe(row.cost);
  await world.must(world.settle(kit, voucher, node));
  expect(await world.ask('escrow', 'burnOwed')).toBe(row.burn);
  const claims = [
    [people.treasury.address, row.platform],
    [people.operator.address, row.operator],
  ] as const;
  for (const [who, wei] of claims) {
    expect(await world.earned(who)).toBe(wei);
    const before = await world.chain.balance(who);
    if (wei !== 0n) await world.must(world.send(people.hub.address, 'escrow', 'claim', [who]));
    expect((await world.chain.balance(who)) - before).toBe(wei);
  }
  expect(await world.free(people.player.address)).toBe(1_000n * DBC - row.cost);
  if (row.burn !== 0n) await world.must(world.send(people.hub.address, 'escrow', 'flushBurn', []));
  expect(await world.chain.balance('0x000000000000000000000000000000000000dead')).toBe(row.burn);
  await solvent(world);
}

/** The furnished world, except that a row's share of burn is in force from its first day (policy 90, or one we ship). */
async function worldOfShare(worlds: Worlds, mode: 'plain' | 'dbc', row: Row): Promise<World> {
  const world = await worlds.furnished({ mode });
  const number = row.policy ?? 90;
  const { owner } = people;
  if (number === 90)
    await world.must(world.send(owner.address, 'escrow', 'addPolicy', [[90, false, [[0, row.burnBps]]]]));
  await world.must(world.send(owner.address, 'escrow', 'announceTerms', [[500, number, 0]]));
  world.pass(2 * 86_400);
  return world;
}

async function sessions(worlds: Worlds): Promise<void> {
  const shared = new Map<string, World>();
  for (const row of rows) {
    const base = row.base ?? RATE;
    const rate = base + (row.premium ?? 0n);
    expect(priceWei(rate, row.ms)).toBe(row.cost);
    const parts = splitCost(row.cost, {
      rateWeiPerHour: rate,
      baseWeiPerHour: base,
      burnBps: row.burnBps,
      platformBps: 500n,
    });
    expect(parts).toMatchObject({ burnWei: row.burn, platformWei: row.platform, operatorWei: row.operator });
    expect(row.burn + row.platform + row.operator).toBe(row.cost);
    for (const mode of MODES) {
      const id = `${mode} ${row.policy ?? row.burnBps}`;
      const world = shared.get(id) ?? (await worldOfShare(worlds, mode, row));
      shared.set(id, world);
      const back = await world.chain.snapshot();
      await settleRow(world, row);
      await back();
    }
  }
}

async function smallNumbers({ bare, furnished }: Worlds): Promise<void> {
  expect([
    rateFromUsd(100_000n, 2_000_000n),
    rateFromUsd(100_000n, 4_000_000n),
    rateFromUsd(100_000n, 3_333_000n),
  ]).toEqual([50n * DBC, 25n * DBC, 30_003_000_300_030_003_000n]);
  const oneByOne = 3_600n * priceWei(RATE, 1_000n);
  expect([oneByOne, 50n * DBC - oneByOne]).toEqual([49_999_999_999_996_800_000n, 3_200_000n]);
  const world = await bare();
  for (const ms of [1_000n, 10_000n, 60_000n, 2_233_000n, 2_233_900n, HOUR, 3_601_000n, 36_000_000n]) {
    for (const rate of [RATE, 25n * DBC, 30_003_000_300_030_003_000n]) {
      expect(await world.ask('escrow', 'priceOf', [rate, ms])).toBe(priceWei(rate, ms));
    }
  }
  // An escrow of 100 DBC, 2,233 s used.
  const played = await furnished({ mode: 'dbc' });
  const kit = await played.open();
  played.pass(2_233);
  const done = await played.must(played.settle(kit, played.voucher(kit, 1n, 2_233_000n), node));
  expect(played.events(done, 'escrow', 'Closed')[0]?.released).toBe(68_986_111_111_111_112_000n);
}

async function tiers({ bare }: Worlds): Promise<void> {
  const expected: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
    'seed-2024': [
      [0, 3_000],
      [4_999, 3_000],
      [5_000, 3_000],
      [5_001, 7_000],
      [9_999, 7_000],
      [10_000, 10_000],
      [10_001, 10_000],
    ],
    'chain-2023': [
      [4_999, 3_000],
      [5_000, 7_000],
      [9_999, 7_000],
      [10_000, 10_000],
    ],
    'chain-2026': [
      [0, 500],
      [10_000, 500],
    ],
  };
  const world = await bare();
  for (const policy of burnPolicies) {
    for (const [gpus, bps] of expected[policy.name] ?? []) expect(burnBpsOf(policy, tierFor(policy, gpus))).toBe(bps);
    const onChain = await world.ask('escrow', 'policyOf', [policy.number]);
    expect(onChain.ratchet).toBe(policy.ratchet);
    expect(
      onChain.tiers.map((tier: { gpusFrom: bigint; burnBps: bigint }) => ({
        gpusFrom: Number(tier.gpusFrom),
        burnBps: Number(tier.burnBps),
      })),
    ).toEqual(policy.tiers);
  }
  expect(seed?.number).toBe(1);
}

async function stakes(worlds: Worlds): Promise<void> {
  for (const preset of stakePresets) {
    for (const mode of MODES) {
      const world = await worlds.bare({ mode, deployment: { stakePreset: preset.name } });
      await world.chain.fund(people.operator.address, 10_000_000n * DBC);
      for (const gpus of [1, 8, 100]) {
        const wei = firstStakeWei(preset, gpus);
        if (preset.name === 'seed-2024') expect(wei).toBe(BigInt(gpus) * 1_000n * DBC);
        const machine = signerNamed(`machine of ${gpus}`);
        expect((await world.stake(machine, gpus, wei - 1_000n)).error).toBe('StakeTooLow');
        expect((await world.stake(machine, gpus, wei - 1n)).error).toBe('NotAGrain'); // One wei less.
        await world.must(world.stake(machine, gpus, wei));
      }
      // The dear ones: 300 USD are fewer coins than the least stake.
      for (const nanoUsd of [2_000_000n, 3_000_000n, 4_000_000n, 29_999_999n, 30_000_001n, 10n ** 12n]) {
        const cap: bigint = await world.ask('registry', 'capWeiPerGpuAt', [nanoUsd]);
        expect(cap).toBe(stakeCapWei(preset, nanoUsd));
        if (preset.name === 'chain-2026' && nanoUsd <= 4_000_000n)
          expect(cap).toBe((nanoUsd === 4_000_000n ? 75_000n : 100_000n) * DBC);
      }
      for (const [bps, slashed, player] of [
        [400n, 40n, 4n],
        [800n, 80n, 8n],
      ] as const) {
        expect(slash(1_000n * DBC, bps)).toEqual({ slashedWei: slashed * DBC, playerWei: player * DBC });
        expect([...(await world.ask('registry', 'slashOf', [1_000n * DBC, bps]))]).toEqual([
          slashed * DBC,
          player * DBC,
        ]);
      }
    }
  }
}

/** 'cafes x seats x hours x days x USD, at a price, burned in per cent' as whole DBC. */
function cafeMonth(): void {
  const usd = 1_000n * 100n * 10n * 30n; // seat hours, at 0.10 USD
  const dbc = (usd * 100_000n * 1_000n) / 2_000_000n;
  const shares = [3_000n, 10_000n, 500n].map(
    (burnBps) =>
      splitCost(dbc * DBC, { rateWeiPerHour: RATE, baseWeiPerHour: RATE, burnBps, platformBps: 500n }).burnWei / DBC,
  );
  expect(shares).toEqual([450_000_000n, 1_500_000_000n, 75_000_000n]);
}

/** The worked numbers. */
export const numberLaws: readonly Law[] = [
  { name: 'every worked session comes out to the wei, in ledger and contract, with and without dust', run: sessions },
  { name: 'prices of spans agree, and adding up seconds does not', run: smallNumbers },
  { name: 'burn policies on the chain are those of the ledger', run: tiers },
  { name: 'stakes, caps and slashes agree, one grain less is refused', run: stakes },
  { name: "the café's month", run: async () => cafeMonth() },
];
