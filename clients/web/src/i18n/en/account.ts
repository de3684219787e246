// clients/web/src/i18n/en/account.ts - words of the account page.

/** English. */
export const account = {
  title: 'Account',
  balance: 'Balance',
  held: 'Held for running games',
  spent: 'Spent today',
  wallet: 'Wallet',
  walletDevelopment: 'Kept in this browser, for play money only. Clearing the browser’s data loses it.',
  logout: 'Log out',
  loggedOut: 'You are logged out. The next game logs you in again.',
  cap: {
    title: 'Your own limit a day',
    text: 'Play stops when it is reached. A lower limit counts at once, a higher one from tomorrow.',
    label: 'DBC a day',
    none: 'No limit is set.',
    left: '{{left}} of {{cap}} DBC left today',
    saved: 'Saved.',
    remove: 'Remove the limit',
    bad: 'A number such as 25 or 12.5',
  },
  sessions: {
    title: 'Your games',
    none: 'None yet. Your receipts will be here.',
    game: 'Game',
    node: 'Machine',
    when: 'Started',
    time: 'Paid time',
    cost: 'Cost',
    running: 'running',
    receipt: 'Receipt',
  },
  income: 'Rent out a GPU',
};
