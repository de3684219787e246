// clients/web/src/pages/cafe/refused.tsx - why what is being chosen would be refused, in one line beside the choice.
import { useTranslation } from 'react-i18next';
import type { PlayerProblem } from '../../player/problem.ts';
import { clock } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { problemWhat } from '../../ui/problem-what.ts';
import { knownCode, problemPlans } from '../../ui/problem-words.ts';

/** What stands against it, and until when or what can be done. */
export function Refused({ problem }: { problem: PlayerProblem }) {
  const { t } = useTranslation();
  const { code, facts } = problem;
  const known = knownCode(code) ? code : undefined;
  return (
    <p className={panel.warn} role="status" data-refused={code}>
      <Icon name="warn" /> {problemWhat(t, problem)}{' '}
      {typeof facts?.untilMs === 'number'
        ? t('desk.refusedUntil', { time: clock(facts.untilMs) })
        : known !== undefined && t(`problems.can.${problemPlans[known].can}`)}
    </p>
  );
}
