// src/main/hub-stores.ts - where the hub keeps what must survive it.
import { join } from 'node:path';
import type { MoneyStore } from '../app/money/ports.ts';
import type { LoginStore, NodeStore } from '../app/ports.ts';
import { memoryLogins, memoryNodes } from '../storage/hub-store-memory.ts';
import { type SaveFiles, saveFiles } from '../storage/hub-store-saves.ts';
import { MemoryMoneyStore } from '../storage/memory-money-store.ts';

/** All stores of a hub. */
export type HubStores = {
  readonly money: MoneyStore;
  readonly logins: LoginStore;
  readonly nodes: NodeStore;
  readonly saves: SaveFiles;
  /** True when the database answers. */
  ready(): Promise<boolean>;
  close(): Promise<void>;
};

/** Stores that end with the process, but for the saves, which lie in `data`. */
export function memoryStores(data: string): HubStores {
  return {
    money: new MemoryMoneyStore('PLAY'),
    logins: memoryLogins(),
    nodes: memoryNodes(),
    saves: saveFiles(join(data, 'saves')),
    ready: async () => true,
    close: async () => {},
  };
}
