// clients/web/src/pages/account/holds-panel.tsx - money set aside for running games, and how much of it is owed already.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { moneyCalls } from '../../app/money-calls.ts';
import { need } from '../../player/api.ts';
import { clock, dbc } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import classes from './account.module.css';

const REFRESH_MS = 5_000;

/** Holds of the visitor. */
export function HoldsPanel({ ready }: { ready: boolean }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['holds'],
    queryFn: () => need(moneyCalls.holds()),
    enabled: ready,
    refetchInterval: REFRESH_MS,
  });
  if (data === undefined) return null;
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('account.holds.title')}</h2>
      {data.holds.length === 0 ? (
        <p className={classes.text}>{t('account.holds.none')}</p>
      ) : (
        <>
          <ScrollTable
            name={t('account.holds.title')}
            head={[
              { name: t('account.sessions.node') },
              { name: t('account.holds.since') },
              { name: t('account.holds.held'), number: true },
              { name: t('account.holds.owed'), number: true },
            ]}
          >
            {data.holds.map(({ session, nodeName, startedAtMs, heldWei, costWei }) => (
              <tr key={session}>
                <td>{nodeName}</td>
                <td>{clock(startedAtMs)}</td>
                <NumberCell>{dbc(heldWei, 6, 2)} DBC</NumberCell>
                <NumberCell>{dbc(costWei, 6, 2)} DBC</NumberCell>
              </tr>
            ))}
          </ScrollTable>
          <p className={panel.small}>{t('account.holds.rest')}</p>
        </>
      )}
    </section>
  );
}
