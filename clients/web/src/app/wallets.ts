// clients/web/src/app/wallets.ts - whose wallet this tab uses. With play money the browser's own is there at once; else
// the visitor chooses one of their extensions.
import type { PublicConfig } from '../../../../src/protocol/http-api.ts';
import type { Wallet } from '../player/ports.ts';
import { createStore } from '../player/store.ts';
import { developmentWallet } from '../wallet/development-wallet.ts';

/** The wallet of this tab, once there is one. */
export const wallet = createStore<Wallet | undefined>(undefined);

/** Takes the wallet that needs no question, where only play money is used: the browser's own. */
export function readyWallet(config: PublicConfig): void {
  if (wallet.get() === undefined && config.playMoney) wallet.set(developmentWallet());
}
