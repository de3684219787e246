// test/support/evm/keys.ts - people and machines of the test chain: keys made from names, signatures by native code.
import { keccak_256 } from '@noble/hashes/sha3.js';
import secp256k1 from 'secp256k1';
import { fromHex, toHex } from '../../../src/base/bytes.ts';
import { toUtf8 } from '../../../src/base/utf8.ts';
import type { Address, Hash32, Signature } from '../../../src/protocol/typed-data.ts';

/** A key with its address. `sign` gives what `signDigest` gives: RFC 6979, low s. */
export type Signer = { readonly address: Address; sign(digest: Hash32): Signature };

/** The signer of that name, always the same. */
export function signerNamed(name: string): Signer {
  const key = keccak_256(toUtf8(name));
  const point = secp256k1.publicKeyCreate(key, false);
  return {
    address: toHex(keccak_256(point.subarray(1)).subarray(12)),
    sign(digest) {
      const { signature, recid } = secp256k1.ecdsaSign(fromHex(digest) ?? new Uint8Array(32), key);
      return toHex(Uint8Array.of(...signature, 27 + recid));
    },
  };
}
