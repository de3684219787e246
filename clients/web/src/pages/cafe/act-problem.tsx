// clients/web/src/pages/cafe/act-problem.tsx - why an act was not done, with a button that sends it again where that helps.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ProblemCard } from '../../ui/problem-card.tsx';
import type { Acting } from './use-act.ts';

/** Nothing while all is well. */
export function ActProblem({ acting: { problem, again, clear } }: { acting: Acting }) {
  const { t } = useTranslation();
  if (problem === undefined) return null;
  return (
    <ProblemCard problem={problem}>
      {again !== undefined && <Button onClick={again}>{t('shell.again')}</Button>}
      <Button variant="default" onClick={clear}>
        {t('shell.close')}
      </Button>
    </ProblemCard>
  );
}
