// clients/web/src/wallet/on-chain.ts - has an extension stand on the hub's chain before it signs or sends: wallets do either only
// for the chain that they stand on (EIP-3326, EIP-3085).
import { problem, WalletError } from '../player/problem.ts';
import type { Provider } from './provider.ts';

const CHAIN_UNKNOWN = 4902; // EIP-3326: the wallet has no such chain yet.
const COIN = { name: 'DBC', symbol: 'DBC', decimals: 18 } as const;

const partOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
/** Some wallets wrap the error of another. */
const isUnknown = (error: unknown): boolean =>
  [error, partOf(error, 'error')].some((each) => partOf(each, 'code') === CHAIN_UNKNOWN);

/**
 * Asks the wallet to change chain where it stands on another one.
 * @param rpcUrls where the chain answers, for a wallet that does not know it yet; without them none is added
 * @throws WalletError where it stays on another chain
 */
export async function onChain(provider: Provider, chainId: bigint, rpcUrls: readonly string[] = []): Promise<void> {
  const stands = async () => BigInt(String(await provider.request({ method: 'eth_chainId' }))) === chainId;
  if (await stands()) return;
  const id = `0x${chainId.toString(16)}`;
  try {
    await provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: id }] });
  } catch (error) {
    if (rpcUrls.length > 0 && isUnknown(error)) {
      const chain = { chainId: id, chainName: `DBC ${chainId}`, nativeCurrency: COIN, rpcUrls };
      await provider.request({ method: 'wallet_addEthereumChain', params: [chain] });
    }
  }
  if (!(await stands())) throw new WalletError(problem('WALLET_OTHER_CHAIN', { chainId: chainId.toString() }));
}
