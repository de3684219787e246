// clients/web/src/pages/kiosk/begin-problem.tsx - why a customer could not begin by themselves, in words for a customer.
import { useTranslation } from 'react-i18next';
import type { PlayerProblem } from '../../player/problem.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';

/** Why nobody began. Whose age no staff has seen cannot say it here: a code says nothing of it, and a member's band is missing. */
export function BeginProblem({ problem: told }: { problem: PlayerProblem }) {
  const { t } = useTranslation();
  if (told.code !== 'AGE_BAND_REQUIRED') return <ProblemCard problem={told} />;
  return (
    <ProblemCard problem={told} plan={{ did: 'nothing', can: 'askStaff' }}>
      <p>{t('cafe.kiosk.age')}</p>
    </ProblemCard>
  );
}
