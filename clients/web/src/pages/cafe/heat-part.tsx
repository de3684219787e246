// clients/web/src/pages/cafe/heat-part.tsx - how full each seat was in each hour of the day, over some days: a number and a shade in
// each field, so that neither has to be read alone.
import '@mantine/core/styles/Input.css';
import { Loader, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type CSSProperties, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dateOf, dayOf } from '../../../../../src/cafe/local-time.ts';
import type { CafeInfo, HeatMap } from '../../../../../src/protocol/cafe-api.ts';
import { need } from '../../player/api.ts';
import panel from '../../ui/panel.module.css';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { CsvLink } from './csv-link.tsx';

const WEEK = 7;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const percent = (share: number): number => Math.round(share * 100);
const mean = (shares: readonly number[]): number =>
  shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;

function Row({ name, hours }: { name: string; hours: readonly number[] }) {
  return (
    <tr data-heat={name}>
      <th scope="row">{name}</th>
      {HOURS.map((hour) => {
        const share = hours[hour] ?? 0;
        return (
          <td key={hour} style={{ '--share': `${percent(share)}%` } as CSSProperties} data-share={percent(share)}>
            {share === 0 ? '' : percent(share)}
          </td>
        );
      })}
      <td className={classes.heatSum} data-share={percent(mean(hours))}>
        {percent(mean(hours))}
      </td>
    </tr>
  );
}

function Table({ map }: { map: HeatMap }) {
  const { t } = useTranslation();
  const all = HOURS.map((hour) => mean(map.seats.map(({ hours }) => hours[hour] ?? 0)));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className={classes.heatScroll} tabIndex={0} aria-label={t('back.heat')}>
      <table className={classes.heat}>
        <thead>
          <tr>
            <th scope="col">{t('people.seat')}</th>
            {HOURS.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
            <th scope="col">{t('back.mean')}</th>
          </tr>
        </thead>
        <tbody>
          {map.seats.map(({ seat, hours }) => (
            <Row key={seat} name={seat} hours={hours} />
          ))}
          <Row name={t('back.all')} hours={all} />
        </tbody>
      </table>
    </section>
  );
}

/** The map, of the last seven days at first. */
export function HeatPart({ info: { cafe, today } }: { info: CafeInfo }) {
  const { t } = useTranslation();
  const [from, setFrom] = useState<string>(() => dateOf((dayOf(today) ?? 0) - WEEK + 1));
  const [to, setTo] = useState<string>(today);
  const span = dayOf(from) !== undefined && dayOf(to) !== undefined && from <= to;
  const { data, isError } = useQuery({
    queryKey: ['cafe', cafe, 'heat', from, to],
    queryFn: () => need(cafeCalls.heat(cafe, from, to)),
    enabled: span,
    retry: false,
  });
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-heat-map>
      <h2 className={panel.title}>{t('back.heat')}</h2>
      <p className={panel.small}>{t('back.heatHint')}</p>
      <div className={classes.form}>
        <TextInput
          type="date"
          label={t('back.from')}
          value={from}
          onChange={({ currentTarget }) => setFrom(currentTarget.value)}
        />
        <TextInput
          type="date"
          label={t('back.to')}
          value={to}
          error={span ? undefined : t('back.badSpan')}
          onChange={({ currentTarget }) => setTo(currentTarget.value)}
        />
        <CsvLink href={`/api/cafe/${cafe}/reports/heat.csv?from=${from}&to=${to}`} word={t('audit.csv')} />
      </div>
      {isError && <p className={panel.stop}>{t('back.badSpan')}</p>}
      {data === undefined ? span && !isError && <Loader aria-label={t('shell.loading')} /> : <Table map={data} />}
    </section>
  );
}
