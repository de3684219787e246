// clients/web/src/app/use-store.ts - a store of the player core inside React.
import { useSyncExternalStore } from 'react';
import type { Store } from '../player/store.ts';

/** The store's value; draws again after each change. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
