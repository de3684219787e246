// clients/web/src/pages/admin/reason-dialog.tsx - asks for the reason of an act before it is done, and says what came of it.
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AdminAct } from '../../../../../src/protocol/admin-api.ts';
import { ADMIN_REASON_MAX, explains } from '../../../../../src/protocol/reason.ts';
import { newKey } from '../../player/ids.ts';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import { Dialog } from '../../ui/dialog.tsx';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import type { ProblemPlan } from '../../ui/problem-words.ts';
import { ReasonField } from '../../ui/reason-field.tsx';
import classes from './admin.module.css';
import { adminCalls } from './admin-calls.ts';

/** Refusals that a player is told of in other words: no clock stopped here. */
const OF_AN_ACT: ReadonlySet<string> = new Set([
  'SESSION_UNKNOWN',
  'NOT_FOUND',
  'MESSAGE_MALFORMED',
  'IDEMPOTENCY_MISMATCH',
]);
const UNCHANGED: ProblemPlan = { did: 'unchanged', can: 'lookAgain' };

/** `act`: what is about to be done; `what`: the same in words. */
export function ReasonDialog({ act, what, onClose }: { act: AdminAct; what: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [key] = useState(newKey); // A lost answer and a second press must not refund twice.
  const [reason, setReason] = useState('');
  const [result, setResult] = useState<number | 'busy' | PlayerProblem>();
  const run = async (): Promise<void> => {
    setResult('busy');
    const answer = await adminCalls.act(key, act, reason.trim());
    setResult(answer.ok ? answer.value.seq : problemFrom(answer.error));
    await queries.invalidateQueries({ queryKey: ['admin'] });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run().catch(() => setResult(problem('HUB_UNREACHABLE')));
  };
  const done = typeof result === 'number';
  return (
    <Dialog title={t('admin.sure')} onClose={onClose}>
      <p className={classes.what}>{what}</p>
      {done ? (
        <>
          <p className={panel.near} role="status" data-done>
            {t('admin.did', { seq: result })}
          </p>
          <Button onClick={onClose}>{t('shell.close')}</Button>
        </>
      ) : (
        <form className={classes.form} onSubmit={submit}>
          <ReasonField maxLength={ADMIN_REASON_MAX} reason={reason} onReason={setReason} />
          <Button type="submit" disabled={!explains(reason) || result === 'busy'}>
            {t('admin.does')}
          </Button>
        </form>
      )}
      {typeof result === 'object' && (
        <ProblemCard problem={result} plan={OF_AN_ACT.has(result.code) ? UNCHANGED : undefined} />
      )}
    </Dialog>
  );
}
