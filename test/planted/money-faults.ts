// test/planted/money-faults.ts - mistakes that people make with money and time, and the test that must notice each.
import type { PlantedFault } from './plant.ts';

/** Patches in this folder. */
export const moneyFaults: readonly PlantedFault[] = [
  {
    patch: 'price-by-the-second.patch',
    suite: 'test/sim/money-oracle.test.ts',
    test: 'prices, affordable time and dollar rates agree',
  },
  {
    patch: 'price-without-grain.patch',
    suite: 'test/sim/money.test.ts',
    test: 'the laws of money hold in every world',
  },
  { patch: 'price-rounded-up.patch', suite: 'test/sim/money.test.ts', test: 'the laws of money hold in every world' },
  { patch: 'burn-on-the-whole-cost.patch', suite: 'test/sim/money-oracle.test.ts', test: 'shares agree' },
  {
    patch: 'fee-before-the-burn.patch',
    suite: 'test/sim/money-oracle.test.ts',
    test: 'whole sessions agree, to the wei',
  },
  { patch: 'tier-moves-at-once.patch', suite: 'test/sim/money-oracle.test.ts', test: 'tiers agree, day by day' },
  {
    patch: 'lower-voucher-taken.patch',
    suite: 'test/unit/billing/voucher-book.test.ts',
    test: 'an old number is refused',
  },
  {
    patch: 'voucher-of-any-amount.patch',
    suite: 'test/unit/billing/voucher-book.test.ts',
    test: 'more than the price is refused',
  },
  { patch: 'charged-in-a-pause.patch', suite: 'test/sim/money.test.ts', test: 'the laws of money hold in every world' },
  { patch: 'last-tick-wins.patch', suite: 'test/sim/money.test.ts', test: 'the laws of money hold in every world' },
  {
    patch: 'doubled-ticks-add-up.patch',
    suite: 'test/unit/session/meter.test.ts',
    test: 'ticks lost, doubled and reordered change nothing',
  },
  {
    patch: 'old-epoch-resumed.patch',
    suite: 'test/unit/session/meter.test.ts',
    test: 'an older process of the node is not heard any more',
  },
  {
    patch: 'brake-never-pulled.patch',
    suite: 'test/unit/session/shortfall.test.ts',
    test: 'a player who calls 90 % of the seconds bad gets at most 20 s for nothing',
  },
  {
    patch: 'billed-beyond-the-hold.patch',
    suite: 'test/sim/money.test.ts',
    test: 'the laws of money hold in every world',
  },
  {
    patch: 'hold-released-whole.patch',
    suite: 'test/sim/money.test.ts',
    test: 'the laws of money hold in every world',
  },
  {
    patch: 'hold-repeated-under-a-new-key.patch',
    suite: 'test/sim/money.test.ts',
    test: 'the laws of money hold in every world',
  },
  { patch: 'doubt-forgotten.patch', suite: 'test/sim/money.test.ts', test: 'the laws of money hold in every world' },
  { patch: 'cap-blind-to-holds.patch', suite: 'test/sim/money.test.ts', test: 'the laws of money hold in every world' },
  {
    patch: 'higher-cap-at-once.patch',
    suite: 'test/unit/billing/day-cap.test.ts',
    test: 'a lower cap counts at once, a higher one tomorrow',
  },
  {
    patch: 'outage-not-made-good.patch',
    suite: 'test/sim/money-oracle.test.ts',
    test: 'whole sessions agree, to the wei',
  },
  {
    patch: 'acknowledged-before-written.patch',
    suite: 'test/sim/money.test.ts',
    test: 'the laws of money hold in every world',
  },
  {
    patch: 'open-forgotten-after-an-outage.patch',
    suite: 'test/sim/money.test.ts',
    test: 'the laws of money hold in every world',
  },
  {
    patch: 'older-counters-win.patch',
    suite: 'test/contract/ledger-memory.test.ts',
    test: 'counters are written newest wins, only under the own fence, samples once',
  },
  { patch: 'two-hubs-write.patch', suite: 'test/sim/money.test.ts', test: 'the laws of money hold in every world' },
  { patch: 'key-not-unique.patch', suite: 'test/sim/money.test.ts', test: 'the laws of money hold in every world' },
  {
    patch: 'locks-never-freed.patch',
    suite: 'test/contract/ledger-memory.test.ts',
    test: 'locks of one consent stay within its maximum, one nonce carries one consent',
  },
];
