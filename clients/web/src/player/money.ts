// clients/web/src/player/money.ts - wei as dollars, in whole numbers. Prices of play are src/billing/pricing.ts.
import { WEI_PER_DBC } from '../../../../src/base/units.ts';

/** Wei as millionths of a US dollar at a price of one DBC, rounded down. */
export function microUsd(wei: bigint, microUsdPerDbc: number): bigint {
  return (wei * BigInt(Math.floor(microUsdPerDbc))) / WEI_PER_DBC;
}
