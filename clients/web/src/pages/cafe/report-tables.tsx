// clients/web/src/pages/cafe/report-tables.tsx - the parts of a day's report as tables, each with its file for a spreadsheet.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isCloseSigned } from '../../../../../src/cafe/till-close.ts';
import type { CafeInfo, DayReport } from '../../../../../src/protocol/cafe-api.ts';
import type { ShiftView } from '../../../../../src/protocol/cafe-things.ts';
import { useGameTitle } from '../../app/game-title.ts';
import { clock, dbc, span } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import classes from './cafe.module.css';
import { CsvLink } from './csv-link.tsx';
import { money } from './local-money.ts';
import { RatesNote } from './rates-note.tsx';

/** A link that saves a file of the day. */
export function DayFile({
  info,
  report,
  file,
  name,
}: {
  info: CafeInfo;
  report: DayReport;
  file: string;
  name: string;
}) {
  const { t } = useTranslation();
  return (
    <CsvLink
      href={`/api/cafe/${info.cafe}/reports/${file}.csv?date=${report.date}`}
      aria-label={t('back.fileOf', { name })}
      data-file={file}
    />
  );
}

type Shown = { info: CafeInfo; report: DayReport };
type Column = { readonly name: string; readonly number?: boolean };

function Part({
  name,
  file,
  head,
  children,
  ...of
}: Shown & {
  name: string;
  file: string;
  head: readonly Column[];
  children: ReactNode;
}) {
  return (
    <section className={classes.reportPart}>
      <div className={classes.partHead}>
        <h3>{name}</h3>
        <DayFile {...of} {...{ file, name }} />
      </div>
      <ScrollTable {...{ name, head }}>{children}</ScrollTable>
    </section>
  );
}

/** What colleagues call a wallet; a part of it for those without a name. */
const nameOf = ({ staff }: CafeInfo, by: string): string =>
  staff.find(({ wallet }) => wallet === by)?.name ?? (by.startsWith('0x') ? `${by.slice(0, 10)}…` : by);

function Takings({ info, report }: Shown) {
  const { t } = useTranslation();
  const { currency } = info.settings;
  const sums: readonly Column[] = [
    { name: t('cafe.report.receipts'), number: true },
    { name: t('cafe.report.total'), number: true },
  ];
  return (
    <>
      <Part
        {...{ info, report }}
        name={t('cafe.report.byKind')}
        file="kinds"
        head={[{ name: t('cafe.report.kind') }, ...sums]}
      >
        {report.byKind.map(({ kind, receipts, totalMinor }) => (
          <tr key={kind}>
            <td>{t(`cafe.report.kinds.${kind}`, { defaultValue: kind })}</td>
            <NumberCell>{receipts}</NumberCell>
            <NumberCell>{money(totalMinor, currency)}</NumberCell>
          </tr>
        ))}
      </Part>
      {report.cashiers.length > 0 && (
        <Part
          {...{ info, report }}
          name={t('back.byCashier')}
          file="cashiers"
          head={[{ name: t('back.cashier') }, ...sums]}
        >
          {report.cashiers.map(({ by, receipts, totalMinor }) => (
            <tr key={by} data-cashier={by}>
              <td>{nameOf(info, by)}</td>
              <NumberCell>{receipts}</NumberCell>
              <NumberCell>{money(totalMinor, currency)}</NumberCell>
            </tr>
          ))}
        </Part>
      )}
    </>
  );
}

function Games({ info, report }: Shown) {
  const { t } = useTranslation();
  const titleOf = useGameTitle();
  const head = [
    { name: t('desk.play.game') },
    { name: t('back.sessions'), number: true },
    { name: t('back.played'), number: true },
    { name: t('desk.play.cost'), number: true },
  ];
  if (report.games.length === 0) return null;
  return (
    <Part {...{ info, report, head }} name={t('back.byGame')} file="games">
      {report.games.map(({ game, sessions, playedMs, costWei }) => (
        <tr key={game} data-game={game}>
          <td>{titleOf(game)}</td>
          <NumberCell>{sessions}</NumberCell>
          <NumberCell>{span(playedMs)}</NumberCell>
          <NumberCell>{dbc(costWei, 2)} DBC</NumberCell>
        </tr>
      ))}
    </Part>
  );
}

function Margins({ info, report }: Shown) {
  const { t } = useTranslation();
  const { currency } = info.settings;
  const { margins, rates } = report;
  const head = [
    { name: t('people.seat') },
    { name: t('back.playedThere'), number: true },
    { name: t('cafe.report.earnedMinor'), number: true },
    { name: t('desk.play.cost'), number: true },
    { name: t('back.margin'), number: true },
  ];
  if (margins.length === 0) return null;
  return (
    <>
      <Part {...{ info, report, head }} name={t('back.margins')} file="margins">
        {margins.map(({ seat, playedMs, earnedMinor, costWei, marginMinor }) => (
          <tr key={seat ?? ''} data-margin={seat ?? 'none'}>
            <td>{seat ?? t('back.noSeat')}</td>
            <NumberCell>{span(playedMs)}</NumberCell>
            <NumberCell>{money(earnedMinor, currency)}</NumberCell>
            <NumberCell>{dbc(costWei, 2)} DBC</NumberCell>
            <NumberCell>{marginMinor === undefined ? '' : money(marginMinor, currency)}</NumberCell>
          </tr>
        ))}
      </Part>
      <RatesNote info={info} rates={rates} />
    </>
  );
}

function Faults({ info, report }: Shown) {
  const { t } = useTranslation();
  const { faults, credits, nodeFaults, creditedMs } = report;
  const head = [
    { name: t('back.what') },
    { name: t('people.when') },
    { name: t('people.seat') },
    { name: t('back.credited'), number: true },
  ];
  const told = <p data-faults={nodeFaults}>{t('back.faults', { count: nodeFaults, time: span(creditedMs) })}</p>;
  if (faults.length + credits.length === 0) return told;
  return (
    <>
      <Part {...{ info, report, head }} name={t('back.faultList')} file="faults">
        {faults.map(({ atMs, seat, nodeName }) => (
          <tr key={`${seat} ${atMs}`} data-fault={seat}>
            <td>{nodeName === undefined ? t('back.lost') : t('back.lostNamed', { name: nodeName })}</td>
            <td>{clock(atMs)}</td>
            <td>{seat}</td>
            <NumberCell> </NumberCell>
          </tr>
        ))}
        {credits.map(({ tab, seat, openedAtMs, creditedMs: ms }) => (
          <tr key={tab} data-credit={seat}>
            <td>{t('back.credit')}</td>
            <td>{clock(openedAtMs)}</td>
            <td>{seat}</td>
            <NumberCell>{span(ms)}</NumberCell>
          </tr>
        ))}
      </Part>
      {told}
    </>
  );
}

/** Checked here, not believed. */
function SignedCell({ info, till }: { info: CafeInfo; till: ShiftView }) {
  const { t } = useTranslation();
  const { closed } = till;
  if (closed === undefined) return <td />;
  const how = { true: 'good', false: 'bad', undefined: 'none' } as const;
  const word = how[`${isCloseSigned(info.cafe, till)}`];
  return (
    <td data-signed={word} className={word === 'bad' ? panel.warn : undefined} title={closed.signature}>
      {t(`back.signed.${word}`, { name: nameOf(info, closed.by) })}
    </td>
  );
}

function Tills({ info, report }: Shown) {
  const { t } = useTranslation();
  const { currency } = info.settings;
  const head = [
    { name: t('back.opened') },
    { name: t('back.cashier') },
    { name: t('cafe.shift.expected'), number: true },
    { name: t('cafe.shift.counted'), number: true },
    { name: t('cafe.shift.variance'), number: true },
    { name: t('cafe.seat.reason') },
    { name: t('back.signed.head') },
  ];
  if (report.shifts.length === 0) return null;
  return (
    <Part {...{ info, report, head }} name={t('back.tills')} file="tills">
      {report.shifts.map((till) => {
        const { shift, openedAtMs, cashier, expectedMinor, closed } = till;
        return (
          <tr key={shift} data-till={closed?.varianceMinor ?? 'open'}>
            <td>{clock(openedAtMs)}</td>
            <td>{nameOf(info, cashier)}</td>
            <NumberCell>{money(expectedMinor, currency)}</NumberCell>
            <NumberCell>{closed === undefined ? t('back.open') : money(closed.countedMinor, currency)}</NumberCell>
            <NumberCell>{closed === undefined ? '' : money(closed.varianceMinor, currency)}</NumberCell>
            <td>{closed?.reason ?? ''}</td>
            <SignedCell info={info} till={till} />
          </tr>
        );
      })}
    </Part>
  );
}

/** All parts of a day, in the order in which an owner reads them. */
export function ReportTables(shown: Shown) {
  return (
    <>
      <Takings {...shown} />
      <Games {...shown} />
      <Margins {...shown} />
      <Faults {...shown} />
      <Tills {...shown} />
    </>
  );
}
