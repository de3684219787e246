// clients/web/src/app/use-login.ts - logs a page's visitor in where it needs to know them.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { OutageError } from '../../../../src/base/assert.ts';
import { ensureLogin } from '../player/login.ts';
import { type PlayerProblem, problem, problemFrom, walletProblem } from '../player/problem.ts';
import type { Gate } from './wallet-gate.tsx';

/** Still asking, in, or why not. */
export type Login = 'waiting' | 'ready' | PlayerProblem;

/** Logs in once; an injected wallet asks its owner. */
export function useLogin({ wallet, config }: Gate): Login {
  const queries = useQueryClient();
  const [login, setLogin] = useState<Login>('waiting');
  useEffect(() => {
    let gone = false;
    ensureLogin(wallet, BigInt(config.domain.chainId)).then(
      (result) => {
        if (gone) return;
        setLogin(result.ok ? 'ready' : problemFrom(result.error));
        void queries.invalidateQueries({ queryKey: ['me'] });
      },
      (error) => !gone && setLogin(error instanceof OutageError ? problem('HUB_UNREACHABLE') : walletProblem(error)),
    );
    return () => {
      gone = true;
    };
  }, [wallet, config.domain.chainId, queries]);
  return login;
}
