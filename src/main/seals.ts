// src/main/seals.ts - the hub's keyed hashes and the relays' shared secret, by Node's own crypto.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Seals } from '../app/ports.ts';
import { present } from '../base/assert.ts';
import { receiptSealer } from '../protocol/receipt-seal.ts';
import { privateKeyFrom } from '../protocol/typed-data.ts';

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Seals by `key`, at least 32 random characters that outlive the process: tokens of running sessions depend on it. */
export function sealsBy(key: string): Seals {
  return {
    seal: (text) => createHmac('sha256', key).update(text).digest('base64url'),
    digest: (token) => createHash('sha256').update(token).digest('hex'),
    same,
  };
}

/** Seals receipts with a key made from the hub's own: the same hub seals with the same address for ever. */
export function receiptSealBy(key: string): ReturnType<typeof receiptSealer> {
  const bytes = new Uint8Array(createHmac('sha256', key).update('receipt seal').digest());
  return receiptSealer(present(privateKeyFrom(bytes), 'a hash is a key but for one in 2^128'));
}

/** Checks a relay's proof (relay-messages.ts) against the secrets that are live, newest first. */
export function relayProof(secrets: readonly string[]): (text: string, proof: string) => boolean {
  return (text, proof) =>
    secrets.some((secret) => same(createHmac('sha256', secret).update(text).digest('base64url'), proof));
}
