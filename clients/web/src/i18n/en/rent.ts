// clients/web/src/i18n/en/rent.ts - words about renting out the idle PCs of a café.

/** English. */
export const rent = {
  title: 'Rent out idle PCs',
  text: 'A PC at which nobody sits can draw games for players elsewhere, and earns for your wallet as any other machine does. Nodes are Linux only for now: a PC that starts Windows cannot.',
  steps: {
    linux: 'The PC starts Linux, with a graphics card or without.',
    folder: 'Each PC has a data folder of its own that outlives a reboot; two PCs on one folder are refused.',
    join: 'Make a join command on your machines’ page and run it on the PC, best as a service.',
    before:
      'Before a customer sits down: systemctl stop nearcade-node on the PC, or “Drain” on your machines’ page. Who plays there has ten minutes.',
    after: 'When the seat is empty again: systemctl start nearcade-node.',
  },
  go: 'To your machines',
  facts: {
    machines: 'Machines that earned',
    today: 'They earned today (UTC)',
    earned: 'They earned in all',
    cost: 'The café’s cloud cost today',
  },
};
