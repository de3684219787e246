// clients/web/src/wallet/sending.ts - transactions, through ethers: an extension sends its own, the development wallet signs
// here and the hub passes the bytes on. Legacy ones (type 0), because the chain knows no other.
import { BrowserProvider, type Eip1193Provider, Wallet } from 'ethers';
import { assert } from '../../../../src/base/assert.ts';
import type { Address, Hash32 } from '../../../../src/protocol/typed-data.ts';
import type { ContractCall, Sending } from '../player/ports.ts';
import { onChain } from './on-chain.ts';
import type { Provider } from './provider.ts';

function hash32(answer: unknown): Hash32 {
  assert(typeof answer === 'string' && /^0x[0-9a-fA-F]{64}$/.test(answer), 'a transaction has a hash');
  return answer.toLowerCase() as Hash32;
}

/** Signs with a key of this browser. @throws OutageError when no node takes it */
export async function sendByKey(key: string, call: ContractCall, sending: Sending): Promise<Hash32> {
  const wallet = new Wallet(key);
  const nonce = await sending.rpc('eth_getTransactionCount', [wallet.address, 'pending']);
  const raw = await wallet.signTransaction({
    type: 0,
    chainId: sending.chainId,
    nonce: Number(nonce),
    gasPrice: sending.gasPriceWei,
    gasLimit: call.gas,
    to: call.to,
    data: call.data,
    value: call.valueWei,
  });
  return hash32(await sending.rpc('eth_sendRawTransaction', [raw]));
}

/** Lets a wallet extension send. The person sees the amount there. @throws what the wallet throws when they decline */
export async function sendByProvider(
  injected: Provider,
  from: Address,
  call: ContractCall,
  sending: Sending,
): Promise<Hash32> {
  const bridge: Eip1193Provider = {
    request: ({ method, params }) =>
      injected.request(params === undefined ? { method } : { method, params: params as readonly unknown[] }),
  };
  await onChain(injected, sending.chainId, sending.rpcUrls);
  const signer = await new BrowserProvider(bridge, sending.chainId).getSigner(from);
  const hash = await signer.sendUncheckedTransaction({
    type: 0,
    to: call.to,
    data: call.data,
    value: call.valueWei,
    gasLimit: call.gas,
    gasPrice: sending.gasPriceWei,
  });
  return hash32(hash);
}
