// bench/billing/book.ts - what a tick costs the hub's process: meter, hold, state, batch, over the memory store. Claim:
// the ticks of 10,000 live sessions, one of each side every 5 s, fit a fraction of one core.
import { MemoryMoneyStore } from '../../src/storage/memory-money-store.ts';
import { bookOver, openCommand, Played, WALL_MS } from '../../test/support/money.ts';

/** Microseconds of one core for a tick, and the share of a core that 10,000 sessions need. */
export type BookCost = { readonly sessions: number; readonly tickUs: number; readonly coreShare: number };

/** Measures `rounds` of ticks of both sides over so many sessions. */
export async function benchBook(sessions: number, rounds: number): Promise<BookCost> {
  const store = new MemoryMoneyStore('PLAY');
  const book = bookOver(store);
  const plays: Played[] = [];
  for (let number = 1; number <= sessions; number++) {
    const command = openCommand({ number, player: number });
    await book.welcomeGift(command.player, 1_000n * 10n ** 18n);
    const opened = await book.open(command, 'hash', 0, WALL_MS);
    if (!opened.ok) throw new Error(opened.error.code);
    const played = new Played(command, opened.value);
    await book.acceptOpen(opened.value.session, played.openSignature);
    plays.push(played);
  }
  const before = process.cpuUsage();
  for (let round = 1; round <= rounds; round++) {
    const ms = round * 5_000;
    await Promise.all(
      plays.flatMap((played) => [
        book.nodeTick(played.command.node, played.nodeTick(ms), ms, WALL_MS + ms),
        book.playerTick(played.playerTick(ms), ms, WALL_MS + ms),
      ]),
    );
  }
  const { user, system } = process.cpuUsage(before);
  const tickUs = (user + system) / (2 * sessions * rounds);
  return { sessions, tickUs, coreShare: (tickUs * 2 * 10_000) / 5_000_000 };
}
