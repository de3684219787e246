// clients/web/src/pages/receipt/timeline-chart.tsx - one session as a picture: pictures a second, distance, free time
// shaded, money as an area below; the pointer reads exact values.
import 'uplot/dist/uPlot.min.css';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import type { Timeline } from '../../../../../src/protocol/http-api.ts';
import { clock, plain } from '../../ui/format.ts';
import classes from './receipt.module.css';
import { type TimelineColumns, timelineColumns } from './timeline.ts';

const HEIGHT = 250;
const COST_HEIGHT = 90;
const SYNC = 'session';

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

function make(
  host: HTMLElement,
  width: number,
  columns: TimelineColumns,
  words: Record<'fps' | 'rtt' | 'cost', string>,
): uPlot[] {
  const times = [...columns.times];
  const x = axis({ values: (_plot, splits) => splits.map((atS) => clock(atS * 1_000)), space: 90 });
  const cursor: uPlot.Cursor = { sync: { key: SYNC }, drag: { x: false, y: false } };
  const value = (digits: number) => (_plot: uPlot, raw: number | null) => (raw === null ? '–' : plain(raw, digits));
  const time: uPlot.Series = { label: '', value: (_plot, raw) => (raw === null ? '' : clock(raw * 1_000)) };
  const scale = { time: true };
  return [
    new uPlot(
      {
        width,
        height: HEIGHT,
        cursor,
        scales: {
          x: scale,
          fps: { range: [0, Math.max(30, ...columns.fps) * 1.1] },
          ms: { range: [0, Math.max(40, ...columns.rttMs) * 1.15] },
        },
        axes: [x, axis({ scale: 'fps', size: 44 }), axis({ scale: 'ms', side: 1, grid: { show: false }, size: 44 })],
        series: [
          time,
          { label: words.fps, scale: 'fps', stroke: colour('near'), width: 2, value: value(0) },
          { label: words.rtt, scale: 'ms', stroke: colour('play'), width: 2, dash: [6, 4], value: value(1) },
        ],
        plugins: [shade(columns)],
      },
      [times, [...columns.fps], [...columns.rttMs]],
      host,
    ),
    new uPlot(
      {
        width,
        height: COST_HEIGHT,
        cursor,
        scales: { x: scale, dbc: { range: [0, Math.max(1e-6, ...columns.cost) * 1.1] } },
        axes: [
          { ...x, show: false },
          axis({ scale: 'dbc', size: 44 }),
          {
            scale: 'dbc',
            side: 1,
            size: 44,
            show: true,
            values: () => [],
            grid: { show: false },
            ticks: { show: false },
          },
        ],
        series: [
          time,
          {
            label: words.cost,
            scale: 'dbc',
            stroke: colour('coin'),
            fill: `${colour('coin')}33`,
            width: 2,
            value: value(4),
          },
        ],
      },
      [times, [...columns.cost]],
      host,
    ),
  ];
}

/** The chart. `scheme` changes when light turns dark: the canvas must be drawn anew. */
export function TimelineChart({ timeline, scheme }: { timeline: Timeline; scheme: string }) {
  const { t, i18n } = useTranslation();
  const { ref, width } = useElementSize();
  const host = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: language and scheme change what is drawn, not what is read.
  useEffect(() => {
    if (host.current === null || width === 0) return;
    const words = { fps: t('ended.series.fps'), rtt: t('ended.series.rtt'), cost: t('ended.series.cost') };
    const plots = make(host.current, width, timelineColumns(timeline), words);
    return () => {
      for (const plot of plots) plot.destroy();
    };
  }, [timeline, width, scheme, i18n.language]);
  return (
    <div ref={ref} className={classes.chart}>
      <div ref={host} role="img" aria-label={t('ended.timelineTitle')} />
      <p className={classes.shadeNote}>
        <i aria-hidden="true" /> {t('ended.series.bad')}
      </p>
    </div>
  );
}
