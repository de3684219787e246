// src/protocol/login.ts - the text a wallet signs to log in: EIP-4361 ('Sign-In with Ethereum'), built and read.
// The hub compares every line with what it expects instead of trusting a parser: one text, one meaning.
import type { Address } from './typed-data.ts';

/** Everything that stands in the text. Times are ISO 8601 in UTC, to the second. */
export type LoginFacts = {
  /** Host and port of the page, as the browser shows it. */
  readonly domain: string;
  readonly address: Address;
  /** Origin of the page. */
  readonly uri: string;
  readonly chainId: bigint;
  /** At least 8 letters and digits, given out by the hub and good for one login. */
  readonly nonce: string;
  readonly issuedAt: string;
  readonly expiresAt: string;
};

const STATEMENT = 'Sign in to Nearcade. This costs nothing and moves no coins.';

/** The text of EIP-4361 section 'Message Format'. `address` is shown as given. */
export function loginText(facts: LoginFacts): string {
  return [
    `${facts.domain} wants you to sign in with your Ethereum account:`,
    facts.address,
    '',
    STATEMENT,
    '',
    `URI: ${facts.uri}`,
    'Version: 1',
    `Chain ID: ${facts.chainId}`,
    `Nonce: ${facts.nonce}`,
    `Issued At: ${facts.issuedAt}`,
    `Expiration Time: ${facts.expiresAt}`,
  ].join('\n');
}
