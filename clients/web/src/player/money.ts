// clients/web/src/player/money.ts - what the page itself computes of money: the voucher's amount and what is shown while
// the hub is silent. The same formula as everywhere (docs/MONEY.md): cumulative, in whole numbers, down to the grain.
import { grain, WEI_PER_DBC } from '../../../../src/base/units.ts';

const MS_PER_HOUR = 3_600_000n;

/** Price of `goodMs` good milliseconds since the session began, at `rateWeiPerHour`; down to 1,000 wei. */
export function priceWei(rateWeiPerHour: bigint, goodMs: number): bigint {
  return grain((rateWeiPerHour * BigInt(Math.max(0, Math.floor(goodMs)))) / MS_PER_HOUR);
}

/** Wei as millionths of a US dollar at a price of one DBC, rounded down. */
export function microUsd(wei: bigint, microUsdPerDbc: number): bigint {
  return (wei * BigInt(Math.floor(microUsdPerDbc))) / WEI_PER_DBC;
}
