// clients/web/src/app/chain-state.ts - whether the chain is there, for the frame around every page. Read by hand like
// glance.ts: the frame must stay light.
import { queryOptions } from '@tanstack/react-query';
import { OutageError } from '../../../../src/base/assert.ts';

const chainStates = ['live', 'degraded', 'offline', 'clock', 'off'] as const;
/** How the chain does, as everybody is told; `clock`: it is there, and the hub's clock is not its own; `off`: there is none. */
export type ChainState = (typeof chainStates)[number];

/** The state in an answer of GET /api/chain; `off` for anything that is none. */
export function readChainState(body: unknown): ChainState {
  if (typeof body !== 'object' || body === null) return 'off';
  const state: unknown = Reflect.get(body, 'state');
  const told = chainStates.find((name) => name === state) ?? 'off';
  return told !== 'offline' && Reflect.get(body, 'paused') === 'clock' ? 'clock' : told;
}

/** Asked again while somebody looks; `on`: the hub says that it uses a chain. */
export const chainStateQuery = (on: boolean) =>
  queryOptions({
    queryKey: ['chain-state'],
    queryFn: async () => {
      const response = await fetch('/api/chain');
      if (!response.ok) throw new OutageError(`status ${response.status} from /api/chain`);
      return readChainState(await response.json());
    },
    enabled: on,
    staleTime: 10_000,
    refetchInterval: 15_000,
  });
