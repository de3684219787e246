// test/planted/money-faults.ts - mistakes that people make with money and time, and the test that must notice each.
import type { PlantedFault } from './plant.ts';

/** Patches in this folder. */
export const moneyFaults: readonly PlantedFault[] = [
  {
    patch: 'money-shown-premium-burned.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/billing/operator-net.test.ts',
      name: '50 DBC of base and 10 of premium at 30, 70 and 100 % burn',
    },
  },
  {
    patch: 'money-price-by-the-second.patch',
    suite: 'sim',
    test: { file: 'test/sim/money-oracle.test.ts', name: 'prices, affordable time and dollar rates agree' },
  },
  {
    patch: 'money-price-without-grain.patch',
    suite: 'sim',
    test: { file: 'test/sim/money.test.ts', name: 'the laws of money hold in every world' },
  },
  {
    patch: 'money-price-rounded-up.patch',
    suite: 'sim',
    test: { file: 'test/sim/money.test.ts', name: 'the laws of money hold in every world' },
  },
  {
    patch: 'money-burn-on-the-whole-cost.patch',
    suite: 'sim',
    test: { file: 'test/sim/money-oracle.test.ts', name: 'shares agree' },
  },
  {
    patch: 'money-fee-before-the-burn.patch',
    suite: 'sim',
    test: { file: 'test/sim/money-oracle.test.ts', name: 'whole sessions agree, to the wei' },
  },
  {
    patch: 'money-tier-moves-at-once.patch',
    suite: 'sim',
    test: { file: 'test/sim/money-oracle.test.ts', name: 'tiers agree, day by day' },
  },
  {
    patch: 'money-lower-voucher-taken.patch',
    suite: 'unit',
    test: { file: 'test/unit/billing/voucher-book.test.ts', name: 'an old number is refused' },
  },
  {
    patch: 'money-voucher-of-any-amount.patch',
    suite: 'unit',
    test: { file: 'test/unit/billing/voucher-book.test.ts', name: 'more than the price is refused' },
  },
  {
    patch: 'money-charged-in-a-pause.patch',
    suite: 'sim',
    test: { file: 'test/sim/money.test.ts', name: 'the laws of money hold in every world' },
  },
  {
    patch: 'money-last-tick-wins.patch',
    suite: 'sim',
    test: { file: 'test/sim/money.test.ts', name: 'the laws of money hold in every world' },
  },
  {
    patch: 'money-doubled-ticks-add-up.patch',
    suite: 'unit',
    test: { file: 'test/unit/session/meter.test.ts', name: 'ticks lost, doubled and reordered change nothing' },
  },
  {
    patch: 'money-old-epoch-resumed.patch',
    suite: 'unit',
    test: { file: 'test/unit/session/meter.test.ts', name: 'an older process of the node is not heard any more' },
  },
  {
    patch: 'money-brake-never-pulled.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/session/shortfall.test.ts',
      name: 'a player who calls 90 % of the seconds bad gets at most 20 s for nothing',
    },
  },
  {
    patch: 'money-billed-beyond-the-hold.patch',
    suite: 'sim',
    test: { file: 'test/sim/money.test.ts', name: 'the laws of money hold in every world' },
  },
  {
    patch: 'money-hold-released-whole.patch',
    suite: 'sim',
    test: { file: 'test/sim/money.test.ts', name: 'the laws of money hold in every world' },
  },
  {
    patch: 'money-hold-repeated-under-a-new-key.patch',
    suite: 'sim',
    test: { file: 'test/sim/money.test.ts', name: 'the laws of money hold in every world' },
  },
  {
    patch: 'money-doubt-forgotten.patch',
    suite: 'sim',
    test: { file: 'test/sim/money.test.ts', name: 'the laws of money hold in every world' },
  },
  {
    patch: 'money-cap-blind-to-holds.patch',
    suite: 'sim',
    test: { file: 'test/sim/money.test.ts', name: 'the laws of money hold in every world' },
  },
  {
    patch: 'money-higher-cap-at-once.patch',
    suite: 'unit',
    test: { file: 'test/unit/billing/day-cap.test.ts', name: 'a lower cap counts at once, a higher one tomorrow' },
  },
  {
    patch: 'money-outage-not-made-good.patch',
    suite: 'sim',
    test: { file: 'test/sim/money-oracle.test.ts', name: 'whole sessions agree, to the wei' },
  },
  {
    patch: 'money-acknowledged-before-written.patch',
    suite: 'sim',
    test: { file: 'test/sim/money.test.ts', name: 'the laws of money hold in every world' },
  },
  {
    patch: 'money-open-forgotten-after-an-outage.patch',
    suite: 'sim',
    test: { file: 'test/sim/money.test.ts', name: 'the laws of money hold in every world' },
  },
  {
    patch: 'money-older-counters-win.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/ledger-memory.test.ts',
      name: 'counters are written newest wins, only under the own fence, samples once',
    },
  },
  {
    patch: 'money-two-hubs-write.patch',
    suite: 'sim',
    test: { file: 'test/sim/money.test.ts', name: 'the laws of money hold in every world' },
  },
  {
    patch: 'money-key-not-unique.patch',
    suite: 'sim',
    test: { file: 'test/sim/money.test.ts', name: 'the laws of money hold in every world' },
  },
  {
    patch: 'money-locks-never-freed.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/ledger-memory.test.ts',
      name: 'locks of one consent stay within its maximum, one nonce carries one consent',
    },
  },
];
