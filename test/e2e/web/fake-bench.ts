// test/e2e/web/fake-bench.ts - a machine's bench with something to say in every line, and the pool's prices, for the
// operator's page.
import type { NodeId } from '../../../src/base/ids.ts';
import { burnPolicies } from '../../../src/billing/burn-policy.ts';
import { percentileOf } from '../../../src/billing/operator-net.ts';
import { basePrices } from '../../../src/billing/price-table.ts';
import { judgeBench } from '../../../src/pool/bench-verdicts.ts';
import type { Market, OperatorNodes } from '../../../src/protocol/http-api.ts';
import { BENCH_HEIGHTS } from '../../../src/protocol/node-bench.ts';

const SLOTS = 4;
const encodes = (encoder: string, codec: 'h264' | 'vp8', fps: number) =>
  BENCH_HEIGHTS.map((height) => {
    const rate = (fps * 720 ** 2) / height ** 2;
    return { encoder, codec, height, fps: rate, msPerFrame: 1_300 / rate };
  });

/** Judged as the hub does. */
export function fakeBench(): NonNullable<OperatorNodes['nodes'][number]['bench']> {
  const bench = {
    atMs: Date.now() - 3_600_000,
    version: '0.1.0',
    encodes: [...encodes('h264_nvenc', 'h264', 410), ...encodes('libvpx', 'vp8', 25)],
    sessions: { count: 3, most: 8 },
    uploadMbps: 21.5,
    nat: 'dependent' as const,
    relays: [
      { name: 'relay-taipei', rttMs: 4.2, loss: 0 },
      { name: 'relay-hong-kong', rttMs: 31, loss: 0.06 },
    ],
  };
  return { atMs: bench.atMs, lines: judgeBench(bench, SLOTS) };
}

const GPU_CLASS = 'gpu-small';
/** Premiums of others' machines of that class. */
const OTHERS = [0, 250, 1_000, 1_000, 2_500];

/** Prices of a pool in which `mine` are small cards. */
export function fakeMarket(mine: readonly { readonly node: NodeId; readonly premiumBps: number }[]): Market {
  const [policy] = burnPolicies;
  return {
    ...{ microUsdPerDbc: 2_000, platformBps: 500 },
    policy: { name: policy?.name ?? '', tier: 0, tiers: (policy?.tiers ?? []).map((tier) => ({ ...tier })) },
    classes: Object.entries(basePrices).map(([gpuClass, base]) => ({
      ...{ gpuClass, baseMicroUsdPerHour: Number(base) },
      ...(gpuClass === GPU_CLASS ? { machines: OTHERS.length + mine.length, medianPremiumBps: 500 } : { machines: 0 }),
    })),
    yours: mine.map(({ node, premiumBps }) => ({
      ...{ node, gpuClass: GPU_CLASS },
      percentile: percentileOf(premiumBps, [...OTHERS, ...mine.map((each) => each.premiumBps)]),
    })),
  };
}
