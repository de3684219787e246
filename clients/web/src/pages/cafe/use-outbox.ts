// clients/web/src/pages/cafe/use-outbox.ts - the outbox of a desk inside React: sent again with each word from the hub.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import type { CafeId } from '../../../../../src/base/ids.ts';
import type { CafeReceipt } from '../../../../../src/protocol/cafe-things.ts';
import type { PlayerProblem } from '../../player/problem.ts';
import { cafeCalls } from './cafe-calls.ts';
import { type DeskAct, type Outbox, openOutbox } from './outbox.ts';

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

/** Sends what waits whenever the hub was heard. */
export function useFlush(outbox: Outbox, cafe: CafeId, heardAtMs: number | undefined): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (heardAtMs === undefined || outbox.queued.get().every(({ refused }) => refused !== undefined)) return;
    void outbox.flush().then(() => queries.invalidateQueries({ queryKey: ['cafe', cafe] }));
  }, [outbox, cafe, heardAtMs, queries]);
}

/** A desk's start or stop being done, and why it was not. */
export type DeskActing = {
  readonly busy: boolean;
  readonly problem: PlayerProblem | undefined;
  /** Posts an act; `onDone` hears of its receipts, of none when the act waits for the line. */
  post(act: DeskAct, onDone: (receipts: readonly CafeReceipt[]) => void): void;
  clear(): void;
};

/** Posts starts and stops. `down`: the line is known to be down, nobody waits for an answer. */
export function useDeskAct(outbox: Outbox, cafe: CafeId, down: boolean): DeskActing {
  const queries = useQueryClient();
  const [state, setState] = useState<Pick<DeskActing, 'busy' | 'problem'>>({ busy: false, problem: undefined });
  const post: DeskActing['post'] = useCallback(
    (act, onDone) => {
      const outcome = outbox.post(act);
      if (down) return onDone([]);
      setState({ busy: true, problem: undefined });
      void outcome.then((end) => {
        setState({ busy: false, problem: end.kind === 'refused' ? end.problem : undefined });
        if (end.kind !== 'refused') onDone(end.kind === 'done' ? end.receipts : []);
        void queries.invalidateQueries({ queryKey: ['cafe', cafe] });
      });
    },
    [outbox, cafe, down, queries],
  );
  const clear = useCallback(() => setState({ busy: false, problem: undefined }), []);
  return { ...state, post, clear };
}
