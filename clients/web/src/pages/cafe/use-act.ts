// clients/web/src/pages/cafe/use-act.ts - does one act at a time. When no answer came, the same act can be sent again with the
// same key: it acts once.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { CafeId } from '../../../../../src/base/ids.ts';
import type { CafeActAnswer, CafeActBody, CafeActName } from '../../../../../src/protocol/cafe-acts.ts';
import { newKey } from '../../player/ids.ts';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import { cafeCalls } from './cafe-calls.ts';

/** What is being done, and why it was not. */
export type Acting = {
  readonly busy: boolean;
  readonly problem: PlayerProblem | undefined;
  /** Sends what got no answer once more. */
  readonly again: (() => void) | undefined;
  /** Does an act; `onDone` hears the answer when it was done. */
  act<N extends CafeActName>(
    name: N,
    body: Omit<CafeActBody<N>, 'key'>,
    onDone?: (answer: CafeActAnswer) => void,
  ): void;
  /** Forgets what went wrong. */
  clear(): void;
};

const nothing = async (): Promise<void> => {};

/** Acts in a café. `before`: what must have been sent first, such as the start of the seat that is acted on. */
export function useAct(cafe: CafeId, before: () => Promise<void> = nothing): Acting {
  const queries = useQueryClient();
  const [state, setState] = useState<Pick<Acting, 'busy' | 'problem' | 'again'>>({
    busy: false,
    problem: undefined,
    again: undefined,
  });
  const act: Acting['act'] = useCallback(
    (name, body, onDone) => {
      const key = newKey();
      const send = (): void => {
        setState({ busy: true, problem: undefined, again: undefined });
        // The compiler cannot see that a body without its key and the key are the body.
        const whole = { ...body, key } as Parameters<typeof cafeCalls.act<typeof name>>[2];
        const acting = before().then(() => cafeCalls.act(cafe, name, whole));
        acting.then(
          (answer) => {
            const refused = answer.ok ? undefined : problemFrom(answer.error);
            setState({ busy: false, problem: refused, again: undefined });
            if (answer.ok) onDone?.(answer.value);
            void queries.invalidateQueries({ queryKey: ['cafe', cafe] });
          },
          () => setState({ busy: false, problem: problem('HUB_UNREACHABLE'), again: send }),
        );
      };
      send();
    },
    [cafe, before, queries],
  );
  const clear = useCallback(() => setState({ busy: false, problem: undefined, again: undefined }), []);
  return { ...state, act, clear };
}
