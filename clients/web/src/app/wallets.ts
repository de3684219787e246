// clients/web/src/app/wallets.ts - whose wallet this tab uses. With play money the browser's own is there at once; else
// the visitor chooses one of their extensions.
import type { PublicConfig } from '../../../../src/protocol/http-api.ts';
import type { Wallet } from '../player/ports.ts';
import { createStore } from '../player/store.ts';
import { developmentWallet } from '../wallet/development-wallet.ts';

/** The wallet of this tab, once there is one. */
export const wallet = createStore<Wallet | undefined>(undefined);

/** The wallet that needs no question: the browser's own, where only play money is used. */
export function readyWallet(config: PublicConfig): Wallet | undefined {
  if (wallet.get() === undefined && config.playMoney) wallet.set(developmentWallet());
  return wallet.get();
}
