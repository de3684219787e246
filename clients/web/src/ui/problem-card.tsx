// clients/web/src/ui/problem-card.tsx - a refusal in words: what happened, what we did, what you can do, and an id.

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlayerProblem } from '../player/problem.ts';
import { CopyText } from './copy-text.tsx';
import { Icon } from './icons.tsx';
import classes from './problem-card.module.css';
import { problemWhat } from './problem-what.ts';
import { knownCode, type ProblemPlan, problemPlans } from './problem-words.ts';

type Parts = { problem: PlayerProblem; children?: ReactNode; plan?: ProblemPlan | undefined };

/** The card; `children`: buttons for what can be done; `plan`: other words than a player's for what we did and what one can do. */
export function ProblemCard({ problem, children, plan: own }: Parts) {
  const { t } = useTranslation();
  const { code, id } = problem;
  const usual = knownCode(code) ? problemPlans[code] : ({ did: 'nothing', can: 'tell' } as const);
  const plan = own ?? usual;
  return (
    <section className={classes.card} role="alert" data-code={code}>
      <h2>
        <Icon name="warn" />
        {t('problems.title')}
      </h2>
      <p className={classes.what}>{problemWhat(t, problem)}</p>
      <dl>
        <dt>{t('problems.didTitle')}</dt>
        <dd>{t(`problems.did.${plan.did}`)}</dd>
        <dt>{t('problems.canTitle')}</dt>
        <dd>{t(`problems.can.${plan.can}`)}</dd>
        <dt>{t('problems.code')}</dt>
        <dd>
          <code>{code}</code>
        </dd>
        {id !== undefined && (
          <>
            <dt>{t('problems.id')}</dt>
            <dd>
              <CopyText text={id} />
            </dd>
          </>
        )}
      </dl>
      {children !== undefined && <div className={classes.acts}>{children}</div>}
    </section>
  );
}
