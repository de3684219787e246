// clients/web/src/pages/kiosk/join-page.tsx - /seat: on the phone of a member who read the code of a locked seat. Number and PIN
// start that seat; nothing of it stays on the phone.
import '@mantine/core/styles/Input.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTitle } from '../../ui/use-title.ts';
import classes from '../cafe/cafe.module.css';
import { BeginProblem } from './begin-problem.tsx';
import { MemberForm } from './member-form.tsx';
import { join } from './use-kiosk.ts';

/** /seat */
export function Page() {
  const { t } = useTranslation();
  useTitle(t('cafe.kiosk.title'));
  const link = location.hash.slice(1);
  const seat = link.split('.')[1];
  const [state, setState] = useState<'busy' | 'begun' | PlayerProblem>();
  if (seat === undefined) return <ProblemCard problem={problemFrom({ code: 'LINK_OVER' })} />;
  const send = async (who: { number: number; pin: string }): Promise<void> => {
    setState('busy');
    const answer = await join({ link, ...who }).catch(() => undefined);
    if (answer === undefined) setState(problem('HUB_UNREACHABLE'));
    else setState(answer.ok ? 'begun' : problemFrom(answer.error));
  };
  return (
    <div className={classes.kiosk} data-join={state === 'begun' ? 'begun' : 'open'}>
      <h1 className={panel.pageTitle}>{t('cafe.kiosk.welcome', { seat })}</h1>
      {state === 'begun' ? (
        <p role="status">{t('cafe.kiosk.begun', { seat })}</p>
      ) : (
        <>
          <p>{t('cafe.kiosk.joinHint')}</p>
          <MemberForm busy={state === 'busy'} onSend={send} />
        </>
      )}
      {typeof state === 'object' && <BeginProblem problem={state} />}
    </div>
  );
}
