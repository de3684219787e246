// clients/web/src/app/use-chain.ts - the chain and the visitor's own account there, asked for again with every block.
import { useQuery } from '@tanstack/react-query';
import { need } from '../player/api.ts';
import { moneyCalls } from './money-calls.ts';

const REFRESH_MS = 6_000;

/** Both, as far as they are there; no account while the chain is off or offline. `ready`: logged in. */
export function useChain(ready: boolean) {
  const { data: chain } = useQuery({
    queryKey: ['chain'],
    queryFn: () => need(moneyCalls.chain()),
    enabled: ready,
    refetchInterval: REFRESH_MS,
  });
  const { data: account } = useQuery({
    queryKey: ['chain-account'],
    queryFn: () => need(moneyCalls.account()),
    enabled: ready && chain !== undefined && chain.state !== 'off' && chain.state !== 'offline',
    refetchInterval: REFRESH_MS,
    retry: false,
  });
  return { chain, account };
}
