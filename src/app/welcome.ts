// src/app/welcome.ts - welcome money for a new account, where money is play money. On a development chain the books have it
// at once, and the hub's own key deposits it into the escrow behind.
import { OutageError } from '../base/assert.ts';
import type { PlayerId } from '../base/ids.ts';
import type { Hub } from './hub.ts';
import type { Now } from './ports.ts';

/** Gives it once, however often it is called. Throws OutageError when the store is away. */
export async function welcome(hub: Hub, player: PlayerId, amountWei: bigint, now: Now): Promise<void> {
  if (amountWei === 0n) return;
  await hub.ports.book.welcomeGift(player, amountWei, now.wallMs);
  hub.ports.chain?.sendGift(player, now).catch((cause: unknown) => {
    if (!(cause instanceof OutageError)) throw cause; // It is sent with the next round of the chain's keeper.
  });
}
