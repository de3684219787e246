// clients/web/src/pages/cafe/fresh-codes.ts - codes that were made just now. The hub never shows them again, so they stay on the page
// until a person says that they are printed: a look at the floor meanwhile, or one Enter too many, must not lose what was paid for.
import type { CafeId } from '../../../../../src/base/ids.ts';
import { createStore, type Store } from '../../player/store.ts';

/** A value of each café, kept until the page is loaded anew. */
export function keptByCafe<T>(first: T): (cafe: CafeId) => Store<T> {
  const stores = new Map<CafeId, Store<T>>();
  return (cafe) => {
    const store = stores.get(cafe) ?? createStore(first);
    stores.set(cafe, store);
    return store;
  };
}
