// clients/web/src/pages/cafe/refused.tsx - why what is being chosen would be refused, in one line beside the choice.
import { useTranslation } from 'react-i18next';
import type { PlayerProblem } from '../../player/problem.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { problemWhat } from '../../ui/problem-what.ts';
import { knownCode, problemPlans } from '../../ui/problem-words.ts';

/** What stands against it, and what can be done where that is not to wait. */
export function Refused({ problem }: { problem: PlayerProblem }) {
  const { t } = useTranslation();
  const { code, facts } = problem;
  const known = knownCode(code) ? code : undefined;
  return (
    <p className={panel.warn} role="status" data-refused={code}>
      <Icon name="warn" /> {problemWhat(t, problem)}{' '}
      {facts?.untilMs === undefined && known !== undefined && t(`problems.can.${problemPlans[known].can}`)}
    </p>
  );
}
