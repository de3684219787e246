// clients/web/src/ui/problem-card.tsx - a refusal in words: what happened, what we did, what you can do, and an id.

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlayerProblem } from '../player/problem.ts';
import { CopyText } from './copy-text.tsx';
import { Icon } from './icons.tsx';
import classes from './problem-card.module.css';
import { knownCode, problemPlans } from './problem-words.ts';

/** The card; `children`: buttons for what can be done. */
export function ProblemCard({ problem, children }: { problem: PlayerProblem; children?: ReactNode }) {
  const { t } = useTranslation();
  const { code, facts, id } = problem;
  const plan = knownCode(code) ? problemPlans[code] : ({ did: 'nothing', can: 'tell' } as const);
  const what = t(`problems.what.${knownCode(code) ? code : 'UNKNOWN'}`, { code, ...facts });
  return (
    <section className={classes.card} role="alert" data-code={code}>
      <h2>
        <Icon name="warn" />
        {t('problems.title')}
      </h2>
      <p className={classes.what}>{what}</p>
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
