// clients/web/src/pages/cafe/rent-out.tsx - for a café's owner: what an idle PC needs to serve players elsewhere, the way to the
// machines of the same wallet, and what they earn beside what the café's own play costs.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { SpendView } from '../../../../../src/protocol/cafe-things.ts';
import { moneyCalls } from '../../app/money-calls.ts';
import { need } from '../../player/api.ts';
import { dbc } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import classes from './cafe.module.css';

const REFRESH_MS = 30_000;
const STEPS = ['linux', 'folder', 'join', 'before', 'after'] as const;

/** The part below the devices. `wallet`: of the owner who looks, and of the machines that are shown. */
export function RentOut({ wallet, spend }: { wallet: string; spend: SpendView }) {
  const { t } = useTranslation();
  const { data: earnings } = useQuery({
    queryKey: ['earnings', wallet],
    queryFn: () => need(moneyCalls.earnings()),
    refetchInterval: REFRESH_MS,
  });
  const today = new Date().toISOString().slice(0, 'YYYY-MM-DD'.length);
  const todayWei = earnings?.byDay.find(({ day }) => day === today)?.earnedWei ?? '0';
  const facts =
    earnings === undefined
      ? []
      : ([
          ['machines', String(earnings.byNode.length)],
          ['today', `${dbc(todayWei, 4, 2)} ${earnings.currency}`],
          ['earned', `${dbc(earnings.earnedWei, 4, 2)} ${earnings.currency}`],
          ['cost', `${dbc(spend.spentTodayWei, 4, 2)} ${earnings.currency}`],
        ] as const);
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-rent-out>
      <h2 className={panel.title}>{t('rent.title')}</h2>
      <p>{t('rent.text')}</p>
      <ol>
        {STEPS.map((step) => (
          <li key={step}>{t(`rent.steps.${step}`)}</li>
        ))}
      </ol>
      <p>
        <Link to="/node">{t('rent.go')}</Link>
      </p>
      {facts.length > 0 && (
        <dl className={panel.facts}>
          {facts.map(([name, value]) => (
            <div key={name} className={classes.fact} data-fact={name}>
              <dt>{t(`rent.facts.${name}`)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
