// src/main/economics.ts - `./nearcade economics`: the published café example computed again from its parameters, and what
// in it does not add up, in plain words. The arithmetic is src/billing/economics.ts.
import { formatDbc, WEI_PER_DBC } from '../base/units.ts';
import { burnPolicyNamed } from '../billing/burn-policy.ts';
import {
  type Contradiction,
  contradictions,
  type Economics,
  type EconomicsInput,
  type EconomicsMonth,
  economics,
  seedCafes,
} from '../billing/economics.ts';
import type { Values } from '../config/load.ts';
import type { economicsSettings } from '../config/settings.ts';
import { UsageError } from './role.ts';

const spaced = (value: bigint): string => value.toString().replace(/\B(?=(\d{3})+$)/g, ',');
const usd = (micro: bigint): string => {
  const cents = (micro % 1_000_000n) / 10_000n;
  return `${spaced(micro / 1_000_000n)}${cents === 0n ? '' : `.${cents.toString().padStart(2, '0')}`} USD`;
};
const smallUsd = (micro: bigint): string =>
  `${micro / 1_000_000n}.${(micro % 1_000_000n)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,5}$/, '')} USD`;
const dbc = (wei: bigint): string => `${spaced(wei / WEI_PER_DBC)} DBC`;
const percent = (bps: bigint): string =>
  `${bps / 100n}${bps % 100n === 0n ? '' : `.${(bps % 100n).toString().padStart(2, '0')}`} %`;

function inputOf(values: Values<typeof economicsSettings>): EconomicsInput {
  const or = (value: number | undefined, fallback: bigint) => (value === undefined ? fallback : BigInt(value));
  return {
    cafes: or(values.cafes, seedCafes.cafes),
    machinesPerCafe: or(values.machines, seedCafes.machinesPerCafe),
    hoursPerDay: or(values.hours, seedCafes.hoursPerDay),
    daysPerMonth: or(values.days, seedCafes.daysPerMonth),
    microUsdPerHour: or(values.hourMicroUsd, seedCafes.microUsdPerHour),
    microUsdPerDbc: or(values.priceMicroUsd, seedCafes.microUsdPerDbc),
    premiumBps: or(values.premiumBps, seedCafes.premiumBps),
    platformBps: or(values.platformBps, seedCafes.platformBps),
    activeGpus: or(values.gpus, seedCafes.activeGpus),
  };
}

function monthLine(month: EconomicsMonth): string {
  const { burnBps, burnMicroUsd, platformMicroUsd, operatorMicroUsd, wei } = month;
  const cells = [percent(burnBps), usd(burnMicroUsd), dbc(wei.burnWei), usd(platformMicroUsd), usd(operatorMicroUsd)];
  const widths = [8, 16, 22, 14, 16];
  return `  ${cells.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('')}`;
}

function sayContradiction({ id, says, follows }: Contradiction): string {
  switch (id) {
    case 'tier':
      return `The example burns ${percent(says)}. Its own machines put the network into the ${percent(follows)} tier.`;
    case 'operator-share':
      return `It leaves the operator ${percent(says)} of the rent. In the tier of its own machines that is ${percent(follows)}.`;
    case 'stake-per-gpu':
      return `A GPU stakes ${spaced(says)} DBC, it says. 7 billion staked on 70,000 machines are ${spaced(follows)} DBC each.`;
    case 'stake-of-supply':
      return `It has ${spaced(says)} DBC staked. By its own percentages only ${spaced(follows)} DBC were issued.`;
    case 'price':
      return `1,000 DBC are worth 4 USD: ${smallUsd(says)} a coin. The example reckons with ${smallUsd(follows)}.`;
    case 'burned-coins':
      return `'Over ${spaced(says)} DBC a month' are burned. By its own numbers it is ${spaced(follows)} DBC.`;
    case 'machines':
      return `It needs ${spaced(says)} machines. On average ${spaced(follows)} are in use: the peak it assumes is not said.`;
  }
}

/** The whole answer as lines of text. */
export function economicsReport(input: EconomicsInput, found: Economics, wrong: readonly Contradiction[]): string[] {
  const { cafes, machinesPerCafe, hoursPerDay, daysPerMonth, microUsdPerHour, microUsdPerDbc } = input;
  return [
    `${spaced(cafes)} cafés x ${spaced(machinesPerCafe)} machines x ${hoursPerDay} h a day x ${daysPerMonth} days at ${smallUsd(microUsdPerHour)} an hour, 1 DBC = ${smallUsd(microUsdPerDbc)}`,
    `  ${spaced(found.hours)} machine-hours a month; ${spaced(found.machines)} machines, ${spaced(found.averageInUse)} in use on average`,
    `  rent: ${usd(found.month.costMicroUsd)} = ${dbc(found.month.wei.costWei)} a month; ${formatDbc(found.rateWeiPerHour)} DBC an hour`,
    '',
    `  ${['burned', 'USD a month', 'DBC a month', 'platform', 'operators'].map((head, at) => head.padStart([8, 16, 22, 14, 16][at] ?? 0)).join('')}`,
    ...found.byTier.map(monthLine),
    '',
    `With ${spaced(input.activeGpus)} active GPUs the tier is ${percent(found.month.burnBps)}:`,
    monthLine(found.month),
    ...(wrong.length === 0 ? [] : ['', 'What the published example says and what follows from it:']),
    ...wrong.map((entry) => `- ${sayContradiction(entry)}`),
  ];
}

/** Prints the report; with the example's own parameters also where it contradicts itself. */
export function runEconomics(values: Values<typeof economicsSettings>, given: boolean): void {
  const policy = burnPolicyNamed(values.burnPolicy ?? 'seed-2024');
  if (policy === undefined) throw new UsageError(`there is no burn policy ${values.burnPolicy}`);
  const input = inputOf(values);
  const wrong = given ? [] : contradictions(input, policy);
  process.stdout.write(`${economicsReport(input, economics(input, policy), wrong).join('\n')}\n`);
}
