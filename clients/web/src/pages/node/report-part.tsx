// clients/web/src/pages/node/report-part.tsx - how the machines did: time in use, reliability with every event that cost points,
// and the tables for one's books.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { OperatorReport } from '../../../../../src/protocol/operator-api.ts';
import { operatorCalls } from '../../app/operator-calls.ts';
import { need } from '../../player/api.ts';
import { dayAndTime, percent, plain, span } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import classes from './console.module.css';

const REFRESH_MS = 60_000;
type Row = OperatorReport['nodes'][number];

/** Seven bars; the words beside them say the same to those who see none. */
function Days({ days, name }: { days: readonly number[]; name: string }) {
  return (
    <span
      role="img"
      className={classes.days}
      aria-label={`${name}: ${days.map((share) => percent(share, 0)).join(', ')}`}
    >
      {days.map((share, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a day is its place.
        <i key={at} style={{ height: `${Math.max(4, share * 100)}%` }} />
      ))}
    </span>
  );
}

function Troubles({ row }: { row: Row }) {
  const { t } = useTranslation();
  const name = t('console.report.events', { name: row.name, count: row.troublesInAll });
  return (
    <details className={classes.more} data-troubles={row.node}>
      <summary>{name}</summary>
      {row.troublesInAll > row.troubles.length && (
        <p className={panel.small}>{t('console.report.shown', { count: row.troubles.length })}</p>
      )}
      <ScrollTable
        name={name}
        head={[
          { name: t('console.report.when') },
          { name: t('console.report.what') },
          { name: t('console.report.points'), number: true },
          { name: t('console.report.session') },
        ]}
      >
        {row.troubles.map(({ kind, atMs, session, points }) => (
          <tr key={`${kind} ${atMs} ${session ?? ''}`}>
            <td>{dayAndTime(atMs)}</td>
            <td>{t(`console.report.kinds.${kind}`)}</td>
            <NumberCell>{plain(-points, 2)}</NumberCell>
            <td>{session === undefined ? '–' : <code>{session}</code>}</td>
          </tr>
        ))}
      </ScrollTable>
    </details>
  );
}

/** Use and reliability of the visitor's machines. */
export function ReportPart({ wallet, ready }: { wallet: string; ready: boolean }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['operator-report', wallet],
    queryFn: () => need(operatorCalls.report()),
    enabled: ready,
    refetchInterval: REFRESH_MS,
  });
  if (data === undefined || data.nodes.length === 0) return null;
  const { days, share, scoreDays, nodes } = data;
  return (
    <section className={panel.panel} data-report={nodes.length}>
      <h2 className={panel.title}>{t('console.report.title')}</h2>
      <p>{t('console.report.text', { days, scoreDays, share: percent(share) })}</p>
      <ScrollTable
        name={t('console.report.title')}
        head={[
          { name: t('console.report.machine') },
          { name: t('console.report.score'), number: true },
          { name: t('console.report.used'), number: true },
          { name: t('console.report.byDay') },
          { name: t('console.report.games'), number: true },
          { name: t('console.report.paid'), number: true },
        ]}
      >
        {nodes.map((row) => (
          <tr key={row.node}>
            <td>{row.name}</td>
            <NumberCell>{plain(row.score, 1)}</NumberCell>
            <NumberCell>{percent(row.share)}</NumberCell>
            <td>
              <Days days={row.days} name={t('console.report.byDay')} />
            </td>
            <NumberCell>{plain(row.sessions)}</NumberCell>
            <NumberCell>{span(row.paidMs)}</NumberCell>
          </tr>
        ))}
      </ScrollTable>
      {nodes.map((row) => row.troublesInAll > 0 && <Troubles key={row.node} row={row} />)}
      <p className={classes.links}>
        {t('console.report.tables')} <a href="/api/operator/earnings.csv">{t('console.report.earningsCsv')}</a>{' '}
        <a href="/api/operator/sessions.csv">{t('console.report.sessionsCsv')}</a>
      </p>
    </section>
  );
}
