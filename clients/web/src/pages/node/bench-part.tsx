// clients/web/src/pages/node/bench-part.tsx - what each machine measured of itself: every figure with its limit, a verdict, and
// how to mend it. The verdicts are the hub's (src/pool/bench-verdicts.ts); the words are here.
import { useTranslation } from 'react-i18next';
import type { BenchLine, OperatorNodes } from '../../../../../src/protocol/http-api.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { dayAndTime, ms, percent, plain, rate } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import classes from './node.module.css';

type Machine = OperatorNodes['nodes'][number];

const KBIT_PER_MBIT = 1_000;
const AT_MOST: ReadonlySet<BenchLine['check']> = new Set(['rtt', 'loss']);

/** A figure in the unit of its check. */
function useAmount(): (check: BenchLine['check'], value: number) => string {
  const { t } = useTranslation();
  return (check, value) => {
    if (check === 'encode') return t('bench.fps', { value: plain(value) });
    if (check === 'upload') return rate(value * KBIT_PER_MBIT);
    if (check === 'rtt') return ms(value);
    return check === 'loss' ? percent(value) : plain(value);
  };
}

function Line({ line }: { line: BenchLine }) {
  const { t } = useTranslation();
  const amount = useAmount();
  const { check, of, height, ms: slowMs, value, limit, verdict } = line;
  const slow = slowMs === undefined ? undefined : ms(slowMs);
  const nat = check === 'nat' ? (of as 'none') : undefined;
  const seen = nat === undefined ? amount(check, value ?? 0) : t(`bench.nats.${nat}`);
  const wanted =
    limit === undefined
      ? undefined
      : t(AT_MOST.has(check) ? 'node.steps.atMost' : 'node.steps.atLeast', { value: amount(check, limit) });
  return (
    <tr data-bench={check} data-verdict={verdict}>
      <td className={classes.check}>
        {t(`bench.names.${check}`, { of, height })}
        <p className={classes.narrow}>{[seen, slow, wanted].filter(Boolean).join(' · ')}</p>
        {verdict !== 'ok' && <p>{t(`bench.mends.${check}`)}</p>}
      </td>
      <td>
        <span className={classes.verdict} data-verdict={verdict}>
          {t(`bench.verdicts.${verdict}`)}
        </span>
      </td>
      <NumberCell>
        {seen}
        {slow !== undefined && <small className={classes.beside}>{slow}</small>}
      </NumberCell>
      <NumberCell>{wanted}</NumberCell>
    </tr>
  );
}

function Bench({ machine, open }: { machine: Machine; open: boolean }) {
  const { t } = useTranslation();
  const { name, bench } = machine;
  const short = bench?.lines.filter(({ verdict }) => verdict !== 'ok').length ?? 0;
  return (
    <details className={classes.way} open={open} data-bench-of={name}>
      <summary>
        {bench === undefined
          ? t('bench.none', { name })
          : t(short === 0 ? 'bench.good' : 'bench.short', { name, count: short })}
      </summary>
      {bench === undefined ? (
        <>
          <p>{t('bench.wait')}</p>
          <CopyText text={`./nearcade node bench --hub ${location.origin}`} block />
        </>
      ) : (
        <div className={classes.bench}>
          <p className={panel.small}>{t('bench.at', { when: dayAndTime(bench.atMs) })}</p>
          <ScrollTable
            name={t('bench.table', { name })}
            head={[
              { name: t('node.steps.check') },
              { name: t('node.steps.verdict') },
              { name: t('node.steps.value'), number: true },
              { name: t('node.steps.limit'), number: true },
            ]}
          >
            {bench.lines.map((line) => (
              <Line key={`${line.check}${line.of ?? ''}${line.height ?? ''}`} line={line} />
            ))}
          </ScrollTable>
        </div>
      )}
    </details>
  );
}

/** The benches of the machines that are here. */
export function BenchPart({ nodes }: { nodes: readonly Machine[] }) {
  const { t } = useTranslation();
  const here = nodes.filter(({ state }) => state !== 'offline');
  if (here.length === 0) return null;
  return (
    <section className={panel.panel} data-benches={here.length}>
      <h2 className={panel.title}>{t('bench.title')}</h2>
      <p>{t('bench.text')}</p>
      {here.map((machine, index) => (
        <Bench key={machine.node} machine={machine} open={index === 0} />
      ))}
    </section>
  );
}
