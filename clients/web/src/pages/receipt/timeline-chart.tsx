// clients/web/src/pages/receipt/timeline-chart.tsx - one session as a picture: pictures a second, distance, free time
// shaded, money as an area below; the pointer reads exact values.
import 'uplot/dist/uPlot.min.css';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import type { Timeline } from '../../../../../src/protocol/http-api.ts';
import { clock, clockToSecond, plain } from '../../ui/format.ts';
import classes from './receipt.module.css';
import { type TimelineColumns, timelineColumns } from './timeline.ts';

const HEIGHT = 250;
const COST_HEIGHT = 90;
const SYNC = 'session';
const SECONDS_SHOWN_S = 300; // Below this, minutes alone would repeat along the axis.
const COST_TOP_LEAST = 0.01; // DBC at the top of the scale when nothing was paid.

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--nc-${name}`).trim();
}

function axis(extra: Partial<uPlot.Axis>): uPlot.Axis {
  return {
    stroke: colour('muted'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui',
    ...extra,
  };
}

/** Shades the free spans behind the lines. */
function shade(columns: TimelineColumns): uPlot.Plugin {
  return {
    hooks: {
      drawClear: (plot) => {
        const { ctx, bbox } = plot;
        ctx.save();
        ctx.fillStyle = colour('warn');
        ctx.globalAlpha = 0.18;
        for (const { fromS, toS } of columns.free) {
          const [left, right] = [plot.valToPos(fromS, 'x', true), plot.valToPos(toS, 'x', true)];
          ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
        }
        ctx.restore();
      },
    },
  };
}

/** What the pointer reads, or nothing. */
type Readout = { readonly atS: number; readonly fps: number; readonly rttMs: number; readonly cost: number };

function make(
  host: HTMLElement,
  width: number,
  columns: TimelineColumns,
  onRead: (index: number | null) => void,
): uPlot[] {
  const times = [...columns.times];
  const short = (times.at(-1) ?? 0) - (times[0] ?? 0) < SECONDS_SHOWN_S;
  const timeOf = (atS: number): string => (short ? clockToSecond(atS * 1_000) : clock(atS * 1_000));
  const x = axis({ values: (_plot, splits) => splits.map((atS) => timeOf(atS)), space: 90 });
  const cursor: uPlot.Cursor = { sync: { key: SYNC }, drag: { x: false, y: false } };
  const legend = { show: false };
  const hooks = { setCursor: [(plot: uPlot) => onRead(plot.cursor.idx ?? null)] };
  const quiet = { scale: 'dbc', side: 1, size: 44, values: () => [], grid: { show: false }, ticks: { show: false } };
  const lines: uPlot.Options = {
    width,
    height: HEIGHT,
    cursor,
    legend,
    hooks,
    scales: {
      x: { time: true },
      fps: { range: [0, Math.max(30, ...columns.fps) * 1.1] },
      ms: { range: [0, Math.max(40, ...columns.rttMs) * 1.15] },
    },
    axes: [x, axis({ scale: 'fps', size: 44 }), axis({ scale: 'ms', side: 1, grid: { show: false }, size: 44 })],
    series: [
      {},
      { scale: 'fps', stroke: colour('near'), width: 2 },
      { scale: 'ms', stroke: colour('play'), width: 2, dash: [6, 4] },
    ],
    plugins: [shade(columns)],
  };
  const coins = axis({ scale: 'dbc', size: 44, values: (_plot, splits) => splits.map((value) => plain(value, 4)) });
  const money: uPlot.Options = {
    width,
    height: COST_HEIGHT,
    cursor,
    legend,
    hooks,
    scales: { x: { time: true }, dbc: { range: [0, Math.max(COST_TOP_LEAST, ...columns.cost) * 1.1] } },
    axes: [{ ...x, show: false }, coins, quiet],
    series: [{}, { scale: 'dbc', stroke: colour('coin'), fill: `${colour('coin')}33`, width: 2 }],
  };
  return [
    new uPlot(lines, [times, [...columns.fps], [...columns.rttMs]], host),
    new uPlot(money, [times, [...columns.cost]], host),
  ];
}

function Legend({ read }: { read: Readout | undefined }) {
  const { t } = useTranslation();
  const items = [
    ['fps', t('ended.series.fps'), read === undefined ? '' : plain(read.fps)],
    ['rtt', t('ended.series.rtt'), read === undefined ? '' : plain(read.rttMs, 1)],
    ['cost', t('ended.series.cost'), read === undefined ? '' : plain(read.cost, 4)],
    ['bad', t('ended.series.bad'), ''],
  ] as const;
  return (
    <ul className={classes.legend}>
      {items.map(([kind, name, value]) => (
        <li key={kind}>
          <i data-kind={kind} aria-hidden="true" />
          {name} <b>{value}</b>
        </li>
      ))}
      <li className={classes.legendTime}>{read === undefined ? '' : clockToSecond(read.atS * 1_000)}</li>
    </ul>
  );
}

/** The chart. `scheme` changes when light turns dark: the canvas must be drawn anew. */
export function TimelineChart({ timeline, scheme }: { timeline: Timeline; scheme: string }) {
  const { t, i18n } = useTranslation();
  const { ref, width } = useElementSize();
  const host = useRef<HTMLDivElement>(null);
  const [read, setRead] = useState<Readout>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: language and scheme change what is drawn, not what is read.
  useEffect(() => {
    if (host.current === null || width === 0) return;
    const columns = timelineColumns(timeline);
    const plots = make(host.current, width, columns, (index) => {
      const atS = index === null ? undefined : columns.times[index];
      if (index === null || atS === undefined) return setRead(undefined);
      const at = (of: readonly number[]): number => of[index] ?? 0;
      setRead({ atS, fps: at(columns.fps), rttMs: at(columns.rttMs), cost: at(columns.cost) });
    });
    return () => {
      for (const plot of plots) plot.destroy();
    };
  }, [timeline, width, scheme, i18n.language]);
  return (
    <div ref={ref} className={classes.chart}>
      <Legend read={read} />
      <div ref={host} role="img" aria-label={t('ended.timelineTitle')} />
    </div>
  );
}
