// clients/web/src/app/me.ts - what the hub knows of this visitor's account. Not asked for before there was a login: it
// would only be refused.
import { queryOptions } from '@tanstack/react-query';
import { knownLogin } from '../player/known-login.ts';

/** Balance, holds, own limit, running sessions. */
export const meQuery = () =>
  queryOptions({
    queryKey: ['me', knownLogin()],
    queryFn: async () => {
      const { api, need } = await import('../player/api.ts'); // Heavy, and of no use to a visitor without a login.
      return need(api.me());
    },
    enabled: knownLogin() !== null,
    staleTime: 5_000,
    refetchInterval: 20_000,
  });
