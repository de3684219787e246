// clients/web/src/pages/cafe/report-part.tsx - the close of a business day, as the hub computes it from the ledger.
import '@mantine/core/styles/Input.css';
import { Loader, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeInfo, DayReport } from '../../../../../src/protocol/cafe-api.ts';
import { need } from '../../player/api.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { type Currency, money } from './local-money.ts';

const SUMS = [
  'cashMinor',
  'cardMinor',
  'earnedMinor',
  'paidInMinor',
  'paidOutMinor',
  'varianceMinor',
  'owedToCustomersMinor',
] as const;

function Day({ report, currency }: { report: DayReport; currency: Currency }) {
  const { t } = useTranslation();
  const { ledgerMinor, receiptsMinor, shiftsMinor } = report.agrees;
  const agree = ledgerMinor === receiptsMinor && receiptsMinor === shiftsMinor;
  return (
    <>
      <p className={`${classes.verdict} ${agree ? panel.near : panel.stop}`} data-agrees={agree}>
        <Icon name={agree ? 'check' : 'warn'} />
        {agree
          ? t('cafe.report.agrees', { sum: money(ledgerMinor, currency) })
          : t('cafe.report.differs', {
              ledger: money(ledgerMinor, currency),
              receipts: money(receiptsMinor, currency),
              shifts: money(shiftsMinor, currency),
            })}
      </p>
      <dl className={panel.facts}>
        {SUMS.map((name) => (
          <div key={name} className={classes.fact} data-sum={name}>
            <dt>{t(`cafe.report.${name}`)}</dt>
            <dd>{money(report[name], currency)}</dd>
          </div>
        ))}
      </dl>
      <ScrollTable
        name={t('cafe.report.byKind')}
        head={[
          { name: t('cafe.report.kind') },
          { name: t('cafe.report.receipts'), number: true },
          { name: t('cafe.report.total'), number: true },
        ]}
      >
        {report.byKind.map(({ kind, receipts, totalMinor }) => (
          <tr key={kind}>
            <td>{t(`cafe.report.kinds.${kind}`, { defaultValue: kind })}</td>
            <NumberCell>{receipts}</NumberCell>
            <NumberCell>{money(totalMinor, currency)}</NumberCell>
          </tr>
        ))}
      </ScrollTable>
    </>
  );
}

/** A day of the café, today at first. */
export function ReportPart({ info: { cafe, today, settings } }: { info: CafeInfo }) {
  const { t } = useTranslation();
  const [date, setDate] = useState<string>(today);
  const { data: report, isError } = useQuery({
    queryKey: ['cafe', cafe, 'day', date],
    queryFn: () => need(cafeCalls.day(cafe, date)),
    enabled: /^\d{4}-\d\d-\d\d$/.test(date),
    retry: false,
  });
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-report={date}>
      <h2 className={panel.title}>{t('cafe.report.title')}</h2>
      <div className={classes.form}>
        <TextInput
          type="date"
          label={t('cafe.report.date')}
          value={date}
          onChange={({ currentTarget }) => setDate(currentTarget.value)}
        />
        <a className={classes.csv} href={`/api/cafe/${cafe}/reports/receipts.csv?date=${date}`} download>
          <Icon name="download" size={18} />
          {t('cafe.report.csv')}
        </a>
      </div>
      {isError && <p className={panel.stop}>{t('cafe.report.refused')}</p>}
      {report === undefined ? !isError && <Loader /> : <Day report={report} currency={settings.currency} />}
    </section>
  );
}
