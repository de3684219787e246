// clients/web/src/pages/cafe/use-outbox.ts - the outbox of a desk inside React: sent again with each word from the hub.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { CafeId } from '../../../../../src/base/ids.ts';
import { useStore } from '../../app/use-store.ts';
import { cafeCalls } from './cafe-calls.ts';
import { type Outbox, openOutbox } from './outbox.ts';

const opened = new Map<string, Outbox>();

/** The outbox of a person in a café: what one has typed is never sent in another's name. */
export function outboxOf(cafe: CafeId, wallet: string): Outbox {
  const name = `nearcade.outbox/${cafe}/${wallet.toLowerCase()}`;
  const known = opened.get(name);
  if (known !== undefined) return known;
  const made = openOutbox(localStorage, name, (one) =>
    one.act === 'start' ? cafeCalls.act(cafe, 'start', one.body) : cafeCalls.act(cafe, 'stop', one.body),
  );
  opened.set(name, made);
  return made;
}

/** Sends what waits whenever the hub was heard, and reads anew what follows from what was done. */
export function useFlush(outbox: Outbox, cafe: CafeId, heardAtMs: number | undefined): void {
  const queries = useQueryClient();
  const sent = useStore(outbox.sent);
  useEffect(() => {
    if (sent.length > 0) void queries.invalidateQueries({ queryKey: ['cafe', cafe, 'receipts'] });
  }, [sent, cafe, queries]);
  useEffect(() => {
    if (heardAtMs === undefined || outbox.queued.get().every(({ refused }) => refused !== undefined)) return;
    void outbox.flush();
  }, [outbox, heardAtMs]);
}
