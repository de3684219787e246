// clients/web/src/app/use-chain.ts - the chain as the hub sees it, and the visitor's own account there, asked for again with
// every block.
import { useQuery } from '@tanstack/react-query';
import type { ChainFacts } from '../../../../src/protocol/http-api.ts';
import type { Address } from '../../../../src/protocol/typed-data.ts';
import { need } from '../player/api.ts';
import type { Wallet } from '../player/ports.ts';
import { type Rpc, readAccount } from '../wallet/contract-reads.ts';
import { hubRpc, moneyCalls } from './money-calls.ts';
import type { Gate } from './wallet-gate.tsx';

const REFRESH_MS = 6_000;

/** The way to the chain: the wallet's own node, or the hub where only it has one (a development chain). */
export function rpcOf(wallet: Wallet, chain: ChainFacts): Rpc {
  const { ask } = wallet;
  return ask === undefined || chain.rpcUrls.length === 0 ? hubRpc : ask;
}

/**
 * Both, as far as they are there: no chain where this hub uses none, no account while the chain is offline.
 * @param ready logged in
 * @param nodes machines whose stakes to look up
 */
export function useChain({ config, wallet }: Gate, ready: boolean, nodes: readonly Address[] = []) {
  const { data: chain } = useQuery({
    queryKey: ['chain'],
    queryFn: () => need(moneyCalls.chain()),
    enabled: ready && config.chainMode !== 'off',
    refetchInterval: REFRESH_MS,
  });
  const { data: account } = useQuery({
    queryKey: ['chain-account', wallet.address, nodes],
    queryFn: () => (chain === undefined ? undefined : readAccount(rpcOf(wallet, chain), chain, wallet.address, nodes)),
    enabled: chain !== undefined && chain.state !== 'offline',
    refetchInterval: REFRESH_MS,
    retry: false,
  });
  return { chain, account };
}
