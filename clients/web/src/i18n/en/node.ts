// clients/web/src/i18n/en/node.ts - words of the operator's page.

/** English. */
export const node = {
  title: 'Rent out a GPU',
  lead: 'Your machine draws games for players nearby. You earn for every second that kept its promise, and nothing for idling.',
  join: {
    title: 'Join a machine',
    text: 'Linux with any Node from 18 on. The token works once, for one machine, and binds its key to your wallet.',
    make: 'Make a join command',
    another: 'Make another one',
    command: 'Run this in a checkout of Nearcade on the machine',
    until: 'Good until {{time}}.',
    seen: 'The machine appears below once it has joined.',
  },
  list: {
    title: 'Your machines',
    none: 'None yet. Make a join command, run it, and the machine appears here within seconds.',
    name: 'Machine',
    region: 'Region',
    state: 'State',
    states: { online: 'online', draining: 'draining', offline: 'offline' },
    seats: 'Seats in use',
    seatsOf: '{{used}} / {{all}}',
    earned: 'Earned',
    seen: 'Last heard',
    now: 'now',
  },
  total: 'Earned in all',
  notYet: {
    title: 'Not here yet',
    text: 'Setting your premium, draining from this page, earnings by day, stake and payouts. They come with the chain and the operator console. To stop a machine now, press Ctrl-C there: it takes no new players and ends after the running games.',
  },
};
