// clients/web/src/wallet/development-wallet.ts - a key that this browser keeps, for play money only. It lets a newcomer
// play within seconds; whoever can open this browser can use it, so it must never hold anything of worth.
import { assert } from '../../../../src/base/assert.ts';
import { fromHex, toHex } from '../../../../src/base/bytes.ts';
import {
  addressOf,
  privateKeyFrom,
  signDigest,
  textDigest,
  typedDataDigest,
} from '../../../../src/protocol/typed-data.ts';
import { randomBytes } from '../player/ids.ts';
import type { Wallet } from '../player/ports.ts';

const STORE = 'nearcade.development-key';

function storedKey(): Uint8Array | undefined {
  return privateKeyFrom(fromHex(localStorage.getItem(STORE) ?? '') ?? new Uint8Array(0));
}

function freshKey(): Uint8Array {
  const key = privateKeyFrom(randomBytes(32));
  assert(key !== undefined, 'random bytes are a key but for one draw in 2^128');
  localStorage.setItem(STORE, toHex(key));
  return key;
}

/** The browser's own wallet, made at the first use. Signs without asking: there is nothing to lose. */
export function developmentWallet(): Wallet {
  const key = storedKey() ?? freshKey();
  return {
    address: addressOf(key),
    kind: 'development',
    name: 'development',
    signText: async (text) => signDigest(textDigest(text), key),
    signTypedData: async (domain, type, value) => signDigest(typedDataDigest(domain, type, value), key),
    send: async (call, sending) => (await import('./sending.ts')).sendByKey(toHex(key), call, sending),
  };
}
