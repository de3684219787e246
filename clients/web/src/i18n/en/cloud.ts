// clients/web/src/i18n/en/cloud.ts - words about what the cloud costs a café.

/** English. */
export const cloud = {
  title: 'What the cloud costs',
  facts: {
    balance: 'Coins that lie ready',
    lasts: 'They last, as it is now',
    hour: 'An hour of what runs now',
    machines: 'Machines at work',
    today: 'Spent today',
  },
  nothingRuns: 'nothing is spent now',
  ladder:
    'The floor warns below a day and below four hours; below half an hour nothing new is started, and what runs goes on. What customers have paid for is kept back.',
  topUp: 'Put coins in',
  limit: 'Limit',
  most: 'At most',
  now: 'Now',
  capsHint: 'Set under Prices. Shifts, seats and seat-hours are looked at before each start.',
  zones: 'What each room leaves today',
  hourly: 'An hour of play leaves',
};
