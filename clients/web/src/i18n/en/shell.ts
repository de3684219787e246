// clients/web/src/i18n/en/shell.ts - words of the frame around every page, and those that many pages share.

/** English. */
export const shell = {
  tagline: 'The nearest GPU is your arcade.',
  skip: 'Skip to content',
  menu: 'Pages',
  nav: { home: 'Nearcade, front page', play: 'Play', test: 'Test my line', account: 'Account', node: 'Rent out a GPU' },
  choices: 'Language, light or dark',
  language: 'Language',
  look: 'Light or dark',
  looks: { auto: 'As fits the page', dark: 'Dark', light: 'Light' },
  playMoney: 'Play money',
  playMoneyHint: 'Coins here are worth nothing and cannot leave. Nobody is charged.',
  loading: 'One moment…',
  copy: 'Copy',
  copied: 'Copied',
  cancel: 'Cancel',
  close: 'Close',
  back: 'Back',
  again: 'Try again',
  save: 'Save',
  perHour: '{{amount}} an hour',
  notFound: {
    title: 'Nothing here',
    text: 'This address leads nowhere. Perhaps a letter went missing.',
    home: 'To the front page',
  },
  broken: {
    title: 'This page stumbled',
    text: 'That is our mistake. Reloading usually helps; a running game goes on and waits for you.',
    reload: 'Reload',
  },
  path: { direct: 'direct', relay: 'by relay', 'relay-tcp': 'by relay over TCP' },
  rateTaken: 'rate of {{time}}, {{source}}',
  wallet: {
    choose: 'Choose a wallet',
    text: 'It signs you in. That costs nothing and moves no coins.',
    development: 'Wallet of this browser',
    developmentHint: 'For play money: made here, kept here.',
    none: 'No wallet extension found. Install one that speaks EIP-6963, then reload.',
    connecting: 'Look at your wallet: it asks for you.',
  },
};
