// clients/web/src/pages/cafe/report-part.tsx - the close of a business day, as the hub computes it from the ledger.
import '@mantine/core/styles/Input.css';
import { Button, Loader, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeInfo, DayReport } from '../../../../../src/protocol/cafe-api.ts';
import { need } from '../../player/api.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { HeatPart } from './heat-part.tsx';
import { type Currency, money } from './local-money.ts';
import { ReceiptList } from './receipt-list.tsx';
import { DayFile, ReportTables } from './report-tables.tsx';

const SUMS = [
  'cashMinor',
  'cardMinor',
  'earnedMinor',
  'paidInMinor',
  'paidOutMinor',
  'varianceMinor',
  'owedToCustomersMinor',
] as const;

function Day({ report, currency, info }: { report: DayReport; currency: Currency; info: CafeInfo }) {
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
      <ReportTables {...{ info, report }} />
    </>
  );
}

/** A day of the café, today at first. */
export function ReportPart({ info }: { info: CafeInfo }) {
  const { t } = useTranslation();
  const { cafe, today, settings } = info;
  const [date, setDate] = useState<string>(today);
  const { data: report, isError } = useQuery({
    queryKey: ['cafe', cafe, 'day', date],
    queryFn: () => need(cafeCalls.day(cafe, date)),
    enabled: /^\d{4}-\d\d-\d\d$/.test(date),
    retry: false,
  });
  return (
    <div className={classes.page}>
      <section className={`${panel.panel} ${classes.stack}`} data-report={date}>
        <h2 className={panel.title}>
          {t('cafe.report.title')}
          <span className={classes.onPaper}> · {date}</span>
        </h2>
        <div className={classes.form}>
          <TextInput
            type="date"
            label={t('cafe.report.date')}
            value={date}
            onChange={({ currentTarget }) => setDate(currentTarget.value)}
          />
          {report !== undefined && (
            <p className={classes.files}>
              <span>{t('back.byHour')}</span>
              <DayFile {...{ info, report }} file="hours" name={t('back.byHour')} />
            </p>
          )}
        </div>
        {isError && <p className={panel.stop}>{t('cafe.report.refused')}</p>}
        {report === undefined ? !isError && <Loader /> : <Day {...{ report, info }} currency={settings.currency} />}
        {report !== undefined && <ReceiptList {...{ info, report }} />}
        <div className={classes.acts}>
          <Button variant="default" onClick={() => window.print()}>
            {t('desk.print')}
          </Button>
        </div>
      </section>
      <HeatPart info={info} />
    </div>
  );
}
