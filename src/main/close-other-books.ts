// src/main/close-other-books.ts - sessions that an earlier start left open in another currency: a hub whose chain was switched
// on or off ends them before it begins. Coins and play money never meet in one book.
import { MoneyBook } from '../app/money/session-book.ts';
import { OutageError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Currency } from '../billing/ledger.ts';
import type { Log } from '../observe/log.ts';
import { recoverSigner, type SigningDomain } from '../protocol/typed-data.ts';
import type { HubStores } from './hub-stores.ts';
import { domainNote, domainOf, domainText } from './noted-chain.ts';

const CURRENCIES: readonly Currency[] = ['PLAY', 'DBC'];
/** Which books the last hub on a database kept. */
export const OWN_NOTE = 'books/currency';
/** Hubs before there were notes knew play money only, whose signatures count nowhere. */
const BEFORE_NOTES: Partial<Record<Currency, string>> = { PLAY: `0 0x${'0'.repeat(40)}` };

/** Closes what is open in any currency but `own`, and notes where signatures of `own` count. Throws OutageError. */
export async function closeOtherBooks(
  stores: HubStores,
  own: Currency,
  domain: SigningDomain,
  { clock, random, log }: { readonly clock: Clock; readonly random: Random; readonly log: Log },
): Promise<void> {
  const now = { nowMs: clock.monotonicMs(), wallMs: clock.wallMs() };
  for (const currency of CURRENCIES.filter((each) => each !== own)) {
    const text = (await stores.money.note(domainNote(currency))) ?? BEFORE_NOTES[currency];
    const store = stores.moneyOf?.(currency);
    if (text === undefined || store === undefined) continue;
    const book = new MoneyBook({
      store,
      recoverSigner: async (digest, signature) => recoverSigner(digest, signature),
      random,
      terms: { currency, domain: domainOf(text), burned: currency === 'PLAY' ? 'play-money' : 'on-chain' },
      lockMs: 0,
      dayOffsetMs: 0,
    });
    for (const { session } of await book.recover(now.nowMs, now.wallMs)) {
      const closed = await book.close(session, 'hub-stopped', now.nowMs, now.wallMs);
      if (!closed.ok) throw new OutageError(`a session of ${currency} cannot be closed: ${closed.error.code}`);
      log.info({ session, currency }, 'session.closed-with-its-books');
    }
  }
  await stores.money.setNote(domainNote(own), domainText(domain));
  await stores.money.setNote(OWN_NOTE, own);
}
