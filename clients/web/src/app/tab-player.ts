// clients/web/src/app/tab-player.ts - the one player of this tab and its screen. Made when the first page needs it, kept
// while the visitor walks through the pages, so that the link to the hub stays open.
import type { PublicConfig } from '../../../../src/protocol/http-api.ts';
import type { Receipt } from '../../../../src/protocol/receipt.ts';
import { walletIdentity } from '../player/identity.ts';
import { createPlayer, type Player } from '../player/player.ts';
import type { Wallet } from '../player/ports.ts';
import { createScreen, type Screen } from '../player/screen.ts';
import { statsJson } from '../player/stats.ts';
import { createStore, type Store } from '../player/store.ts';
import { signingDomain } from '../player/terms.ts';
import { mouseSpeed } from './settings.ts';

/** The player with what a page needs around it. */
export type TabPlayer = {
  readonly player: Player;
  readonly screen: Screen;
  readonly wallet: Wallet;
  /** Calls to open the drawer: the way out of the game was used. */
  readonly exits: Store<number>;
  /** Receipt of the last session, once a page fetched it. */
  readonly receipt: Store<Receipt | undefined>;
  /** Whether the address was already acted upon. */
  readonly launched: { done: boolean };
};

let made: { tab: TabPlayer; address: string } | undefined;

/** The tab's player for this wallet; another wallet makes another one. `label`: the picture's name for screen readers. */
export function tabPlayer(config: PublicConfig, wallet: Wallet, label: string): TabPlayer {
  if (made?.address === wallet.address) return made.tab;
  made?.tab.player.close();
  const screen = createScreen(label);
  const exits = createStore(0);
  const receipt = createStore<Receipt | undefined>(undefined);
  const player = createPlayer({
    config,
    identity: walletIdentity(wallet, signingDomain(config)),
    screen,
    mouseSpeed,
    onExit: () => exits.set(exits.get() + 1),
    autoMove: new URLSearchParams(window.location.search).get('auto') === '1',
  });
  const tab = { player, screen, wallet, exits, receipt, launched: { done: false } };
  made = { tab, address: wallet.address };
  window.nearcade = { stats: () => statsJson(player, receipt.get()), leave: () => player.leave() };
  return tab;
}
