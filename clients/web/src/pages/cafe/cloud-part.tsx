// clients/web/src/pages/cafe/cloud-part.tsx - what the cloud costs the café: coins and how long they last, what runs now, the
// limits and how near they are, and what each room earned beside what it cost today.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { CafeInfo, DayReport } from '../../../../../src/protocol/cafe-api.ts';
import { need } from '../../player/api.ts';
import { dbc, span } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { money } from './local-money.ts';
import { RatesNote } from './rates-note.tsx';
import type { LiveFloor } from './use-floor.ts';
import { zoneMargins } from './zone-margins.ts';

type Part = { readonly info: CafeInfo; readonly live: LiveFloor };
const REFRESH_MS = 30_000;

function Coins({ live: { floor } }: Part) {
  const { t } = useTranslation();
  const { spend, seats } = floor;
  const playing = seats.filter(({ play }) => play !== undefined).length;
  const facts = [
    ['balance', `${dbc(spend.balanceWei, 2)} DBC`],
    ['lasts', spend.runwayMs === undefined ? t('cloud.nothingRuns') : span(spend.runwayMs)],
    ['hour', `${dbc(spend.burnWeiPerHour, 2)} DBC`],
    ['machines', String(playing)],
    ['today', `${dbc(spend.spentTodayWei, 2)} DBC`],
  ] as const;
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-cloud={spend.ladder}>
      <h2 className={panel.title}>{t('cloud.title')}</h2>
      <p className={spend.ladder === 'fine' ? panel.near : panel.warn}>{t(`cafe.spend.ladder.${spend.ladder}`)}</p>
      <dl className={panel.facts}>
        {facts.map(([name, value]) => (
          <div key={name} className={classes.fact} data-fact={name}>
            <dt>{t(`cloud.facts.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p>
        {t('cloud.ladder')} <Link to="/account">{t('cloud.topUp')}</Link>
      </p>
    </section>
  );
}

function Caps({ info: { settings }, live: { floor } }: Part) {
  const { t } = useTranslation();
  const { dayWei, shiftWei, seatWei, seatHourWei, nodesMax } = settings.caps;
  const { spentTodayWei } = floor.spend;
  const playing = floor.seats.filter(({ play }) => play !== undefined).length;
  const coins = (wei: string | undefined): string => (wei === undefined ? t('settings.noCap') : `${dbc(wei, 2)} DBC`);
  const rows = [
    ['dayWei', coins(dayWei), `${dbc(spentTodayWei, 2)} DBC`],
    ['shiftWei', coins(shiftWei), ''],
    ['seatWei', coins(seatWei), ''],
    ['seatHourWei', coins(seatHourWei), ''],
    ['nodesMax', nodesMax === undefined ? t('settings.noCap') : String(nodesMax), String(playing)],
  ] as const;
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-caps>
      <h2 className={panel.title}>{t('settings.fields.caps')}</h2>
      <ScrollTable
        name={t('settings.fields.caps')}
        head={[
          { name: t('cloud.limit') },
          { name: t('cloud.most'), number: true },
          { name: t('cloud.now'), number: true },
        ]}
      >
        {rows.map(([name, most, now]) => (
          <tr key={name} data-cap={name}>
            <td>{t(`settings.caps.${name}`)}</td>
            <NumberCell>{most}</NumberCell>
            <NumberCell>{now}</NumberCell>
          </tr>
        ))}
      </ScrollTable>
      <p className={panel.small}>{t('cloud.capsHint')}</p>
    </section>
  );
}

function Margins({ info, report }: { info: CafeInfo; report: DayReport }) {
  const { t } = useTranslation();
  const { currency, zones } = info.settings;
  const names = new Map<string, string>(zones.map(({ id, name }) => [id, name]));
  const head = [
    { name: t('cafe.add.zone') },
    { name: t('back.playedThere'), number: true },
    { name: t('cafe.report.earnedMinor'), number: true },
    { name: t('desk.play.cost'), number: true },
    { name: t('back.margin'), number: true },
    { name: t('cloud.hourly'), number: true },
  ];
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-zones>
      <h2 className={panel.title}>{t('cloud.zones')}</h2>
      <ScrollTable name={t('cloud.zones')} head={head}>
        {zoneMargins(report.margins).map(({ zone, playedMs, earnedMinor, costWei, marginMinor, hourMinor }) => (
          <tr key={zone ?? ''} data-zone={zone ?? 'none'}>
            <td>{zone === undefined ? t('back.noSeat') : (names.get(zone) ?? zone)}</td>
            <NumberCell>{span(playedMs)}</NumberCell>
            <NumberCell>{money(earnedMinor, currency)}</NumberCell>
            <NumberCell>{dbc(costWei, 2)} DBC</NumberCell>
            <NumberCell>{marginMinor === undefined ? '' : money(marginMinor, currency)}</NumberCell>
            <NumberCell>{hourMinor === undefined ? '' : money(hourMinor, currency)}</NumberCell>
          </tr>
        ))}
      </ScrollTable>
      <RatesNote info={info} rates={report.rates} />
    </section>
  );
}

/** The part. */
export function CloudPart(part: Part) {
  const { info } = part;
  const { data: report } = useQuery({
    queryKey: ['cafe', info.cafe, 'day', info.today],
    queryFn: () => need(cafeCalls.day(info.cafe, info.today)),
    refetchInterval: REFRESH_MS,
  });
  return (
    <div className={classes.page}>
      <Coins {...part} />
      <Caps {...part} />
      {report !== undefined && <Margins info={info} report={report} />}
    </div>
  );
}
