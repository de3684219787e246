// src/app/market.ts - prices of the pool as an operator compares them: by class of machine the base price, the middle premium
// and how many there are; and where each own machine stands.

import { present } from '../base/assert.ts';
import type { NodeId, OperatorId } from '../base/ids.ts';
import { burnPolicyNamed } from '../billing/burn-policy.ts';
import { medianPremium, percentileOf } from '../billing/operator-net.ts';
import { baseMicroUsd, basePrices } from '../billing/price-table.ts';
import type { Market } from '../protocol/http-api.ts';
import { isOnOffer } from './free-nodes.ts';
import type { Hub } from './hub.ts';
import type { Now } from './ports.ts';

/** What a quote needs and prices do not depend on. */
const ANY_PROMISE = { fps: 30, height: 720, rttCapMs: 100 };

/** The pool's prices, and where the machines of `operator` stand among their like. */
export function marketFor(hub: Hub, operator: OperatorId, now: Now): Market {
  const offered = [...hub.nodes.values()].filter((record) => isOnOffer(hub, record));
  const own = [...hub.nodes.values()].filter(({ terms }) => terms.operator === operator);
  const premiumsOf = (gpuClass: string, but?: NodeId): number[] =>
    offered
      .filter(({ machine, node }) => machine.gpuClass === gpuClass && node !== but)
      .map(({ terms }) => terms.premiumBps);
  const quote = hub.ports.quotes.quote({ gpuClass: 'cpu', premiumBps: 0, promise: ANY_PROMISE }, now.wallMs);
  const { microUsdPerDbc } = hub.ports.quotes.price(now.wallMs);
  const policy = present(burnPolicyNamed(quote.burnPolicy), 'a quote names a policy that is there');
  return {
    ...{ microUsdPerDbc, platformBps: quote.platformBps },
    policy: { name: policy.name, tier: quote.gpuTier, tiers: policy.tiers.map((tier) => ({ ...tier })) },
    classes: Object.keys(basePrices).map((gpuClass) => {
      const premiums = premiumsOf(gpuClass);
      const medianPremiumBps = medianPremium(premiums);
      return {
        ...{ gpuClass, machines: premiums.length, baseMicroUsdPerHour: Number(baseMicroUsd(gpuClass)) },
        ...(medianPremiumBps !== undefined && { medianPremiumBps }),
      };
    }),
    yours: own.map(({ node, machine, terms }) => ({
      node,
      gpuClass: machine.gpuClass,
      percentile: percentileOf(terms.premiumBps, [...premiumsOf(machine.gpuClass, node), terms.premiumBps]),
    })),
  };
}
