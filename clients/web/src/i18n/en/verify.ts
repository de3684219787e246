// clients/web/src/i18n/en/verify.ts - words of the verify page, also of its saved copy.

/** English. */
export const verify = {
  title: 'Check a receipt',
  lead: 'Every signature and every sum, worked out here in your browser. Nothing is sent anywhere, and the hub is not asked.',
  drop: 'Drop a receipt here (the JSON file)',
  choose: 'Choose a file',
  paste: 'or paste its text',
  check: 'Check',
  another: 'Check another one',
  savedTitle: 'Without this hub',
  savedText:
    'This page also comes as one file that needs no network. Keep it: it checks your receipts even if this hub is gone or lies.',
  savedButton: 'Save this page',
  isSaved: 'A saved copy: it loads nothing and sends nothing.',
  verdict: {
    holds: 'This receipt is true.',
    wrong: 'This receipt is not true.',
    form: 'This is not a receipt.',
  },
  verdictText: {
    holds: 'All {{count}} lines hold.',
    wrong: '{{wrong}} of {{count}} lines do not hold. They come first.',
    form: 'The file cannot be read as a receipt, so nothing on it was checked.',
  },
  state: { holds: 'holds', wrong: 'does not hold' },
  linesTitle: 'Line by line',
  misfit: {
    both: 'Field {{field}} says {{found}}; it must be {{expected}}.',
    one: 'Field {{field}} was changed, added or taken away after the hub sealed it.',
    form: 'Field {{field}} is missing, unknown, there twice or not in its form.',
    seal: 'The hub’s seal is missing, so nobody vouches for names, times and causes.',
    voucher: 'A signature without its payment note.',
  },
  whose: 'Who vouches',
  vouches: { wallet: 'your wallet', session: 'your session key', sums: 'arithmetic', hub: 'the hub' },
  lines: {
    form: { name: 'A whole receipt', holds: 'Session {{session}}; every field is there and in its form.' },
    wallet: { name: 'Your wallet’s consent', holds: '{{address}} signed it.' },
    payer: { name: 'Who pays', holds: 'The wallet that signed: {{address}}.' },
    consent: { name: 'Under that consent', holds: 'The session names this very consent by its digest.' },
    lease: { name: 'Number of the lease', holds: 'It is the digest of the session’s terms.' },
    session: {
      name: 'The session’s terms',
      holds: '{{address}}, the key your wallet allowed, signed them.',
      none: 'Nothing was signed, and nothing was charged.',
    },
    node: { name: 'The machine', holds: '{{address}}, as in the signed terms.' },
    rate: {
      name: 'The rate',
      holds: '{{rateWei}} an hour, of it {{baseWei}} base; as signed, and not above what your wallet allowed.',
    },
    policy: {
      name: 'The burn policy',
      holds: '{{policy}}, tier {{tier}}: {{bps}} of the base is burned, by its published table.',
    },
    window: { name: 'When it began', holds: '{{startedAtMs}}, while the consent was valid.' },
    counts: {
      name: 'Time paid for',
      holds:
        'You counted {{playerMs}}, the machine {{nodeMs}}; the smaller is charged, as far as the hold reached: {{billedMs}}.',
    },
    voucher: {
      name: 'Your last payment note',
      holds: 'Number {{seq}}: {{servedMs}} for {{amountWei}}, exactly its price, signed by your session key.',
      none: 'There is none.',
    },
    tail: {
      name: 'Time after that note',
      holds: '{{tailMs}} were charged beyond it. A machine serves at most {{limitMs}} on trust.',
    },
    cost: { name: 'The cost', holds: 'Rate times {{billedMs}}, rounded down to 1,000 wei: {{costWei}}.' },
    lock: {
      name: 'Never more than held',
      holds: 'Held at most {{heldWei}}; you signed for {{lockWei}}, your wallet for {{consentWei}}.',
    },
    burn: { name: 'Burned', holds: '{{wei}}' },
    platform: { name: 'Nearcade’s fee', holds: '{{wei}}' },
    operator: { name: 'The operator', holds: '{{wei}}: the cost less the two lines above, to the last wei.' },
    rest: { name: 'Given back', holds: '{{wei}}: what was held and not used.' },
    seal: {
      name: 'The hub’s seal',
      holds: '{{address}} vouches for what no signature of yours covers: names, times, causes of free time, bytes.',
    },
  },
};
