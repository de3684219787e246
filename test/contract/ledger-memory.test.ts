// Goal: the memory store keeps the contract that simulations rely on.
import { MemoryMoneyStore } from '../../src/storage/memory-money-store.ts';
import { moneyStoreSuite } from './money-store.ts';

moneyStoreSuite(async () => new MemoryMoneyStore('PLAY'));
