// src/chain/signer.ts - the hot key: signs legacy (type 0) transactions, as DBC's own tools do. Deterministic (RFC 6979), so
// the same act signed twice is the same transaction.
import { SigningKey, Transaction } from 'ethers';
import type { ChainSigner, RawTransaction } from '../app/chain/ports.ts';
import { addressOf } from '../protocol/typed-data.ts';
import { readHash } from './hex.ts';

/** @param privateKey 32 bytes; kept inside */
export function chainSigner(privateKey: Uint8Array, chainId: bigint): ChainSigner {
  const key = new SigningKey(privateKey);
  return {
    address: addressOf(privateKey),
    sign: ({ to, data, gas, valueWei }, nonce, gasPriceWei) => {
      const transaction = Transaction.from({
        type: 0,
        chainId,
        nonce,
        gasPrice: gasPriceWei,
        gasLimit: gas,
        ...(to === '0x' ? {} : { to }),
        value: valueWei,
        data,
      });
      transaction.signature = key.sign(transaction.unsignedHash);
      return { raw: transaction.serialized as RawTransaction, hash: readHash(transaction.hash, 'own hash') };
    },
  };
}
