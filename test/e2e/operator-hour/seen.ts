// test/e2e/operator-hour/seen.ts - what the driver hands to the test. Amounts are decimal wei.
import type { Earnings } from '../../../src/protocol/money-api.ts';
import type { Receipt } from '../../../src/protocol/receipt.ts';

/** How a command on the machine ended, and all it said. */
export type Refused = { readonly code: number | null; readonly said: string };

/** Everything. */
export type Seen = {
  /** The operator's wallet, and the address at which the page was opened. */
  readonly address: string;
  readonly url: string;
  /** The command as the page showed it. */
  readonly command: string;
  /** What the page called due each time it was opened anew, and what the chain said of the stake at that moment. */
  readonly steps: readonly { readonly due: string; readonly staked: boolean }[];
  /** Machines that a player could choose before the stake was in, and after it. */
  readonly offered: Readonly<Record<'before' | 'after' | 'alone', readonly string[]>>;
  /** The same command on a machine of another key, and on the first one after it was taken out. */
  readonly tokenAgain: { readonly elsewhere: Refused; readonly takenOut: Refused };
  /** Of the game that was played on the machine. */
  readonly receipt: Receipt;
  /** Events of that game's log, as the page shows what the machine wrote down. */
  readonly logged: readonly string[];
  /** The hub's word on the income: in play, after it, and after the claim; and the page's own in its panel. */
  readonly earnings: { readonly playing: Earnings; readonly ended: Earnings; readonly claimed: Earnings };
  readonly shown: {
    readonly ended: Readonly<Record<string, string>>;
    readonly claimed: Readonly<Record<string, string>>;
  };
  /** How the node ended after the page's drain, the steps that the page then called done, the command, and where it led. */
  readonly drained: number | null;
  readonly restart: { readonly done: readonly string[]; readonly command: string; readonly stage: string };
  /** Whether the page said that coins are missing while there were none, and offered to stake all the same. */
  readonly poor: { readonly told: boolean; readonly stakes: boolean };
  /** Whether the page offered to stake once more, and to let the stake go before its time. */
  readonly stakesTwice: boolean;
  readonly releasedEarly: boolean;
  /** Coins of the wallet before the first act and after the last, and what all its transactions cost in gas. */
  readonly coins: { readonly before: string; readonly after: string; readonly gas: string };
  /** What lies in the registry. */
  readonly stake: { readonly before: string; readonly during: string; readonly after: string };
};
