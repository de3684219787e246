// clients/web/src/pages/node/machine-dialog.tsx - what an operator may change about one machine: what it asks on top of the
// base price, letting it finish, and taking its key back. The last one cannot be undone, and asks twice.
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../../../src/base/result.ts';
import type { OperatorNodes } from '../../../../../src/protocol/http-api.ts';
import { api } from '../../player/api.ts';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import { Dialog } from '../../ui/dialog.tsx';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import classes from './node.module.css';
import { BPS_PERCENT, percentOf } from './premium.ts';

type Machine = OperatorNodes['nodes'][number];
type Answer = Result<undefined, Parameters<typeof problemFrom>[0]>;

/** The dialog of one machine; `onClose(true)` when something changed. */
export function MachineDialog({ machine, onClose }: { machine: Machine; onClose: (changed: boolean) => void }) {
  const { t } = useTranslation();
  const [premium, setPremium] = useState(String(machine.premiumBps / BPS_PERCENT));
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<PlayerProblem>();
  const percent = percentOf(premium);
  const act = async (asked: () => Promise<Answer>): Promise<void> => {
    setBusy(true);
    try {
      const answer = await asked();
      if (answer.ok) return onClose(true);
      setRefused(problemFrom(answer.error));
    } catch {
      setRefused(problem('HUB_UNREACHABLE'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('node.machine.title', { name: machine.name })} onClose={() => onClose(false)}>
      <div className={classes.machine}>
        <TextInput
          label={t('node.machine.premium')}
          description={t('node.machine.premiumText')}
          inputMode="decimal"
          value={premium}
          error={percent === undefined ? t('node.machine.premiumBad') : undefined}
          onChange={({ currentTarget }) => setPremium(currentTarget.value)}
        />
        <Button
          disabled={busy || percent === undefined}
          onClick={() => void act(() => api.setPremium(machine.node, Math.round((percent ?? 0) * BPS_PERCENT)))}
        >
          {t('node.machine.save')}
        </Button>
        {machine.state === 'online' && (
          <>
            <p className={panel.small}>{t('node.machine.drainText')}</p>
            <Button variant="default" disabled={busy} onClick={() => void act(() => api.drainNode(machine.node))}>
              {t('node.machine.drain')}
            </Button>
          </>
        )}
        <p className={panel.small}>{t('node.machine.outText')}</p>
        <Button
          variant={sure ? 'filled' : 'default'}
          disabled={busy}
          onClick={() => (sure ? void act(() => api.takeOutNode(machine.node)) : setSure(true))}
        >
          {t(sure ? 'node.machine.outSure' : 'node.machine.out', { name: machine.name })}
        </Button>
        {refused !== undefined && <ProblemCard problem={refused} />}
      </div>
    </Dialog>
  );
}
