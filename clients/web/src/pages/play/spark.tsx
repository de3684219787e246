// clients/web/src/pages/play/spark.tsx - the last minute as a line; free seconds are shaded.

import classes from './stream.module.css';
import type { HudPoint } from './use-hud.ts';

const WIDTH = 300;
const HEIGHT = 44;
const SECONDS = 60;

/** One line of `points`; `max` is the top of the chart at least. */
export function Spark({
  points,
  value,
  max,
  label,
}: {
  points: readonly HudPoint[];
  value: (point: HudPoint) => number;
  max: number;
  label: string;
}) {
  const top = Math.max(max, ...points.map(value)) * 1.08;
  const x = (index: number): number => ((SECONDS - points.length + index) / (SECONDS - 1)) * WIDTH;
  const line = points.map(
    (point, index) =>
      `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${(HEIGHT - (value(point) / top) * HEIGHT).toFixed(1)}`,
  );
  return (
    <figure className={classes.spark}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {points.map((point, index) =>
          point.good ? null : (
            <rect key={x(index)} className={classes.sparkBad} x={x(index) - 2.5} y="0" width="5" height={HEIGHT} />
          ),
        )}
        <path className={classes.sparkLine} d={line.join('')} />
      </svg>
      <figcaption>{label}</figcaption>
    </figure>
  );
}
