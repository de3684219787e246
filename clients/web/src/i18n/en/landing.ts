// clients/web/src/i18n/en/landing.ts - words of the front page.

/** English. */
export const landing = {
  lead: 'Press play. We measure every path to the GPUs around you, take the best one, and you pay only for seconds that kept their promise.',
  play: 'Play now',
  test: 'Test my line',
  radar: {
    you: 'you',
    last: 'Your last measurement, {{ago}}',
    none: 'Nothing measured from here yet',
    rings: 'Rings at 20, 40 and 80 ms there and back',
  },
  live: {
    title: 'Right now',
    nodes_one: 'node online',
    nodes_other: 'nodes online',
    seats_one: 'free seat',
    seats_other: 'free seats',
    regions_one: 'region',
    regions_other: 'regions',
    price: 'for one DBC',
    none: 'No node is online right now. They come and go; look again in a minute.',
  },
  doors: {
    play: { title: 'Play', text: 'A game in this tab within two seconds. Nothing to install.', go: 'Pick a game' },
    test: {
      title: 'Test my line',
      text: 'What your browser and your line can do, in numbers, before any game.',
      go: 'Start the test',
    },
    node: {
      title: 'Rent out a GPU',
      text: 'One command joins your machine. You earn for every good second it serves.',
      go: 'Join a machine',
    },
    cafe: {
      title: 'Run a net café',
      text: 'Seats, till, members and reports. A seat is a browser; the games run on machines near you.',
      go: 'Open the desk',
    },
  },
  facts: {
    title: 'What near means here',
    measured: {
      title: 'Measured, not guessed',
      text: 'Twenty echoes over the very path the picture will take, to up to five machines at once. The nearest wins, and you see why.',
    },
    good: {
      title: 'Only good seconds cost',
      text: 'A second with too few pictures, a pause or a slow line is free. Your browser counts, the machine counts, and the smaller count is billed.',
    },
    receipt: {
      title: 'A receipt for everything',
      text: 'Rate, burn, fee and what the operator gets, to the last digit, signed and yours to keep. It can be checked without us.',
    },
  },
  footer: { licence: 'Open source, Apache-2.0', api: 'API', version: 'Version {{version}}' },
};
