// clients/web/src/app/config.ts - what the hub says to everyone: games, price, nodes. Asked for again now and then.
import { queryOptions } from '@tanstack/react-query';
import { api, need } from '../player/api.ts';

/** The public config; a minute old at most while somebody looks. */
export const configQuery = queryOptions({
  queryKey: ['config'],
  queryFn: () => need(api.config()),
  staleTime: 20_000,
  refetchInterval: 30_000,
});
