// clients/web/src/app/use-chain-act.ts - one act of a person on the chain, from the wallet's question to enough blocks on
// top of it.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { OutageError } from '../../../../src/base/assert.ts';
import type { ChainFacts } from '../../../../src/protocol/http-api.ts';
import type { Hash32 } from '../../../../src/protocol/typed-data.ts';
import type { ContractCall, Wallet } from '../player/ports.ts';
import { walletProblem } from '../player/problem.ts';
import { type ChainAccount, readTransaction } from '../wallet/contract-reads.ts';
import { rpcOf } from './use-chain.ts';

/** Where the act is. `hash` once the wallet sent it. */
export type ChainAct =
  | { readonly state: 'idle' | 'asking' | 'declined' | 'otherChain' | 'otherAccount' | 'unreachable' }
  | { readonly state: 'waiting' | 'done' | 'failed'; readonly hash: Hash32; readonly blocks: number };

const REFUSED: Readonly<Record<string, 'otherChain' | 'otherAccount'>> = {
  WALLET_OTHER_CHAIN: 'otherChain',
  WALLET_OTHER_ACCOUNT: 'otherAccount',
};
const ASK_AGAIN_MS = 1_500;

/** Runs acts one after another; a new one forgets the last. */
export function useChainAct(wallet: Wallet, chain: ChainFacts, account: ChainAccount) {
  const queries = useQueryClient();
  const [act, setAct] = useState<ChainAct>({ state: 'idle' });
  const waitingFor = act.state === 'waiting' ? act.hash : undefined;
  useEffect(() => {
    if (waitingFor === undefined) return;
    const timer = setInterval(() => {
      readTransaction(rpcOf(wallet, chain), waitingFor).then(
        async ({ state, blocks }) => {
          const enough = state === 'done' && blocks >= chain.confirmations;
          const next = state === 'failed' ? 'failed' : enough ? 'done' : 'waiting';
          if (next !== 'waiting') {
            clearInterval(timer);
            await queries.invalidateQueries(); // Who acts again sees what this act has changed.
          }
          setAct({ state: next, hash: waitingFor, blocks });
        },
        () => undefined, // The hub or the chain is away for a moment: asked again.
      );
    }, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [waitingFor, wallet, chain, queries]);
  const run = async (call: ContractCall): Promise<void> => {
    setAct({ state: 'asking' });
    try {
      const hash = await wallet.send(call, {
        chainId: BigInt(chain.chainId),
        rpcUrls: chain.rpcUrls,
        gasPriceWei: account.gasPriceWei,
        rpc: rpcOf(wallet, chain),
      });
      setAct({ state: 'waiting', hash, blocks: 0 });
    } catch (error) {
      setAct({
        state: error instanceof OutageError ? 'unreachable' : (REFUSED[walletProblem(error).code] ?? 'declined'),
      });
    }
  };
  return { act, run, busy: act.state === 'asking' || act.state === 'waiting' };
}
