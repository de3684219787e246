// test/sim/money/tally.ts - how often each thing happened over all seeds: a simulation that never crashes proves nothing.

/** Things that can happen to money. Each must happen often in a run of the suite. */
export const happenings = [
  'tick-lost',
  'tick-doubled',
  'tick-reordered',
  'voucher-lost',
  'hub-crash',
  'two-hubs',
  'write-lost',
  'answer-lost',
  'write-died-with-the-hub',
  'store-outage',
  'clock-step',
  'midnight',
  'page-reload',
  'network-cut',
  'node-killed',
  'lease-move',
  'two-sessions',
  'bad-seconds',
  'funds-exhausted',
  'cap-reached',
  'consent-ended',
  'open-repeated',
  'open-abandoned',
  'close-repeated',
  'player-silent',
  'node-lies',
] as const;
/** One of the things above. */
export type Happening = (typeof happenings)[number];
/** Counts over a run. */
export type Tally = Record<Happening, number>;

/** A tally of nothing. */
export const newTally = (): Tally => Object.fromEntries(happenings.map((name) => [name, 0])) as Tally;
