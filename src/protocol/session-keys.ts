// src/protocol/session-keys.ts - the keys that one consent speaks for: one, or all devices of a café. The consent of many
// names the root of a Merkle tree over them, and each Open brings the way from its key to that root. The twin of
// `Signed.speaksFor` in contracts/src.
import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { present } from '../base/assert.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import type { Address, Hash32 } from './typed-data.ts';

const ADDRESS_CHARS = 42;

const bytesOf = (hex: string): Uint8Array => present(fromHex(hex), 'addresses and hashes are hexadecimal');
const leafOf = (key: Address): Hash32 => toHex(keccak_256(bytesOf(key)));
/** Of two nodes the lower comes first, so that a proof need not say on which side it stands. */
const nodeOf = (a: Hash32, b: Hash32): Hash32 =>
  toHex(keccak_256(concatBytes(...[a, b].toSorted().map((hash) => bytesOf(hash)))));
const rootName = (root: Hash32): Address => `0x${root.slice(2, ADDRESS_CHARS)}`;

/** The keys of one consent. */
export type SessionKeys = {
  /** What `Consent.sessionKey` says. */
  readonly sessionKey: Address;
  /** By key: the hashes beside the way from its leaf to the root. */
  readonly proofs: ReadonlyMap<Address, readonly Hash32[]>;
};

/** Joins keys, each once, in any order. One alone is its own name and needs no proof. */
export function joinKeys(keys: readonly Address[]): SessionKeys {
  const sorted = [...new Set(keys)].toSorted();
  const [first] = sorted;
  if (sorted.length === 1 && first !== undefined) return { sessionKey: first, proofs: new Map([[first, []]]) };
  const proofs = new Map(sorted.map((key): [Address, Hash32[]] => [key, []]));
  let row = sorted.map((key) => ({ hash: leafOf(key), keys: [key] }));
  while (row.length > 1) {
    const above: typeof row = [];
    for (let at = 0; at < row.length; at += 2) {
      const [left, right] = [row[at], row[at + 1]];
      if (left === undefined) continue;
      if (right === undefined) {
        above.push(left); // Alone at the end of its row: it stands a row higher.
        continue;
      }
      for (const key of left.keys) proofs.get(key)?.push(right.hash);
      for (const key of right.keys) proofs.get(key)?.push(left.hash);
      above.push({ hash: nodeOf(left.hash, right.hash), keys: [...left.keys, ...right.keys] });
    }
    row = above;
  }
  const root = present(row[0], 'there are keys to join').hash;
  return { sessionKey: rootName(root), proofs };
}

/** Whether a consent to `sessionKey` speaks for `key`. */
export function speaksFor(sessionKey: Address, key: Address, proof: readonly Hash32[] = []): boolean {
  return key === sessionKey || rootName(proof.reduce(nodeOf, leafOf(key))) === sessionKey;
}
