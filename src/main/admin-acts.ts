// src/main/admin-acts.ts - the acts of `./nearcade admin`, as --help lists them.

/** One line an act. */
export const ADMIN_ACTS = `acts, each with --reason TEXT:
  suspend player|node|operator ADDRESS     no new sessions; running ones end with what they earned
  lift player|node|operator ADDRESS
  refund SESSION AMOUNT                    in coins, such as 1.5: a counter-entry, at most what the session cost
  announce TEXT [--hours N]                to everybody who has the page open, and who opens it
  unannounce ID
  pause, resume                            new sessions are refused; running ones go on
  rotate relay|hub-signer                  counts from the next start of hub and relay
  erase PLAYER                             logins, saves, timelines, limits; the ledger keeps its entries
  reconcile                                compares the books now, with the chain at --chain-rpc where coins settle
to read:
  state                                    what is in force
  log                                      the last 100 acts
  revenue [--days N]
`;
