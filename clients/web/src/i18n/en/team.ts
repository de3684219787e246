// clients/web/src/i18n/en/team.ts - words of staff, keys and the audit.

/** English. */
export const team = {
  staff: 'Who works here',
  role: 'Role',
  wallet: 'Wallet',
  acts: 'Change',
  remove: 'Remove',
  removeOf: 'Remove {{name}}',
  leave: 'Leave this café',
  walletOf: 'Wallet address (0x…)',
  badWallet: 'A wallet address has 0x and 40 digits or letters a to f.',
  give: 'Give the role',
  staffHint:
    'A person who is there already gets the new role and, where one is typed, the new name. The last owner stays.',
  keys: 'Keys for programs',
  noKeys: 'No program has a key.',
  slug: 'Short name',
  badSlug: 'Small letters, digits and hyphens, 24 at most.',
  addKey: 'Make a key',
  keyOnce: 'This key is shown now and never again. The program sends it as a bearer token.',
  hooks: 'Called after acts',
  noHooks: 'Nobody is called.',
  url: 'Address',
  after: 'After',
  allActs: 'every act',
  state: 'State',
  fine: 'answers',
  failing: 'does not answer',
  addHook: 'Add',
  hookOnce: 'This secret is shown now and never again. It signs every call.',
};

/** English. */
export const audit = {
  act: 'Act',
  every: 'every act',
  onlyRefused: 'only what was refused',
  csv: 'As CSV',
  none: 'Nothing was done.',
  who: 'Who',
  outcome: 'Outcome',
  changed: 'What changed',
  done: 'done',
  refused: 'refused: {{code}}',
  changes_one: 'one field',
  changes_other: '{{count}} fields',
  older: 'Older',
  key: 'key {{id}}',
  hub: 'the hub',
};
