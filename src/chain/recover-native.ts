// src/chain/recover-native.ts - who signed a digest, by libsecp256k1: some twenty times faster than portable code. Both
// give the same answer for every input (test/unit/chain/recover.test.ts).
import { createRequire } from 'node:module';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { fromHex, toHex } from '../base/bytes.ts';
import { type Address, type Hash32, recoverSigner } from '../protocol/typed-data.ts';

/** The part of the package `secp256k1` that is used here. */
type Native = {
  ecdsaRecover(
    signature: Uint8Array,
    recovery: number,
    digest: Uint8Array,
    compressed: boolean,
    out: Uint8Array,
  ): Uint8Array;
};
/** Reads the signer of a digest, as `recoverSigner` of src/protocol does. */
export type Recover = (digest: Hash32, signature: string) => Address | undefined;

/** Half the order of the curve, rounded down: a larger s is the second form of the same signature (EIP-2). */
const HALF_ORDER = fromHex('0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0') ?? new Uint8Array(32);

function isHigh(s: Uint8Array): boolean {
  for (let at = 0; at < 32; at++) {
    const [own, limit] = [s[at] ?? 0, HALF_ORDER[at] ?? 0];
    if (own !== limit) return own > limit;
  }
  return false;
}

function recoverBy(native: Native): Recover {
  const point = new Uint8Array(65);
  return (digest, signature) => {
    const [digestBytes, bytes] = [fromHex(digest), fromHex(signature)];
    if (digestBytes?.length !== 32 || bytes?.length !== 65) return undefined;
    const recovery = (bytes[64] ?? 0) - 27;
    if ((recovery !== 0 && recovery !== 1) || isHigh(bytes.subarray(32, 64))) return undefined;
    try {
      native.ecdsaRecover(bytes.subarray(0, 64), recovery, digestBytes, false, point);
    } catch {
      return undefined; // r or s off the curve: the library throws, and peers choose the bytes.
    }
    return toHex(keccak_256(point.subarray(1)).subarray(12));
  };
}

/**
 * The fastest way to read signers on this machine.
 * @returns `native: false` where the package has no binary for it: the portable code answers then
 */
export function fastestRecover(): { readonly recover: Recover; readonly native: boolean } {
  try {
    const native: Native = createRequire(import.meta.url)('secp256k1/bindings.js');
    return { recover: recoverBy(native), native: true };
  } catch {
    return { recover: recoverSigner, native: false };
  }
}
