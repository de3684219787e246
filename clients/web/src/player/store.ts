// clients/web/src/player/store.ts - one value that others watch. The player core knows no framework; a page reads its
// stores with `useSyncExternalStore`, a kiosk with `subscribe`.

/** A value and its watchers. `get` returns the same object until `set` is called with another one. */
export type Store<T> = {
  get(): T;
  set(next: T): void;
  /** Calls `listener` after each change; returns what ends it. */
  subscribe(listener: () => void): () => void;
};

/** Makes a store. A listener that throws does not keep the others from hearing. */
export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) {
        try {
          listener();
        } catch (error) {
          console.error('a listener failed', error);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
