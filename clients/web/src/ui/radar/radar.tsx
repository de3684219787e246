// clients/web/src/ui/radar/radar.tsx - the picture of near: you, rings at 20, 40 and 80 ms, and every machine at its
// measured distance. While measuring, echoes come in as specks and a ripple runs; on a receipt it stands still.
import { useElementSize } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { ms } from '../format.ts';
import { angleOf, type Point, placeLabels, pointAt, RINGS_MS, radiusShare } from './geometry.ts';
import classes from './radar.module.css';

/** One machine on the radar. */
export type RadarEntry = {
  readonly id: string;
  readonly name: string;
  /** Least round trip; undefined while it is being measured or could not be. */
  readonly rttMs: number | undefined;
  /** Single echoes, as they came. */
  readonly echoesMs?: readonly number[];
  readonly failed?: boolean;
  readonly chosen?: boolean;
};

const FOOT_SPACE = 30;
const HEAD_SPACE = 18;
const LABEL_HEIGHT = 32;
const SPECKS_MAX = 20;

type Placed = RadarEntry & { readonly at: Point; readonly angle: number };

function textWidth(text: string): number {
  return [...text].reduce((sum, character) => sum + (character.charCodeAt(0) > 0x2e80 ? 13 : 7.2), 0);
}

function arc({ x, y }: Point, r: number): string {
  return `M ${x - r} ${y} A ${r} ${r} 0 0 1 ${x + r} ${y}`;
}

/** Single echoes as specks along the machine's direction, a little apart so that equal ones are seen. */
function specks(entry: Placed, foot: Point, radius: number): readonly (Point & { readonly key: string })[] {
  return (entry.echoesMs ?? []).slice(-SPECKS_MAX).map((echoMs, index) => ({
    ...pointAt(foot, radius * radiusShare(echoMs), entry.angle + ((index % 5) - 2) * 0.018),
    key: `${entry.id} ${index} ${echoMs}`,
  }));
}

function Rings({ foot, radius }: { foot: Point; radius: number }) {
  return (
    <g className={classes.rings}>
      {[140, ...RINGS_MS.toReversed()].map((ringMs) => (
        <path
          key={ringMs}
          className={ringMs === 140 ? classes.edge : classes.zone}
          d={arc(foot, radius * radiusShare(ringMs))}
        />
      ))}
      <path className={classes.edge} d={`M ${foot.x - radius} ${foot.y}H${foot.x + radius}`} />
      {RINGS_MS.map((ringMs) => (
        <text key={ringMs} x={foot.x + radius * radiusShare(ringMs)} y={foot.y + 15} textAnchor="middle">
          {ringMs}
        </text>
      ))}
    </g>
  );
}

/** Boxes, not paths: the compositor moves them by itself, and the measurement's own thread stays free. */
function Ripple({ foot, radius }: { foot: Point; radius: number }) {
  const place = { left: foot.x - radius, top: foot.y - radius, width: 2 * radius, height: 2 * radius };
  return (
    <div className={classes.water} style={{ height: foot.y }} aria-hidden>
      {[0, 1, 2].map((wave) => (
        <div key={wave} className={classes.ripple} style={{ ...place, animationDelay: `${wave * 0.6}s` }} />
      ))}
    </div>
  );
}

function Mark({ entry }: { entry: Placed }) {
  const { x, y } = entry.at;
  if (entry.failed) return <path className={classes.failed} d={`M${x - 4} ${y - 4}l8 8M${x + 4} ${y - 4}l-8 8`} />;
  if (entry.rttMs === undefined) return <circle className={classes.pending} cx={x} cy={y} r={4} />;
  if (!entry.chosen) return <circle className={classes.dot} cx={x} cy={y} r={4.5} />;
  return (
    <g className={classes.chosen}>
      <circle className={classes.halo} cx={x} cy={y} r={11} />
      <circle cx={x} cy={y} r={5.5} />
    </g>
  );
}

/** The radar; fills the width of its parent. `label`: what a screen reader says instead of the picture. */
export function Radar({
  entries,
  live,
  label,
  height,
}: {
  entries: readonly RadarEntry[];
  live?: boolean;
  label: string;
  height?: number;
}) {
  const { t } = useTranslation();
  const { ref, width } = useElementSize();
  const tall = height ?? Math.min(360, Math.max(190, width * 0.5));
  const radius = Math.max(10, Math.min(width / 2 - 12, tall - FOOT_SPACE - HEAD_SPACE));
  const foot = { x: width / 2, y: tall - FOOT_SPACE };
  const placed: Placed[] = entries.map((entry, index) => {
    const angle = angleOf(index, entries.length);
    const share = entry.rttMs === undefined ? 1 : radiusShare(entry.rttMs);
    return { ...entry, angle, at: pointAt(foot, radius * share, angle) };
  });
  const important = placed.toSorted((a, b) => Number(b.chosen ?? false) - Number(a.chosen ?? false));
  const sub = (entry: RadarEntry): string =>
    entry.failed ? t('play.nodes.failed') : entry.rttMs === undefined ? t('play.nodes.probing') : ms(entry.rttMs);
  const labels = placeLabels(
    important.map((entry) => ({
      at: entry.at,
      gap: entry.chosen ? 17 : 11,
      width: Math.max(textWidth(entry.name), textWidth(sub(entry))),
      height: LABEL_HEIGHT,
    })),
    { width, height: tall - FOOT_SPACE },
  );
  return (
    <div ref={ref} className={classes.box} style={{ height: tall }}>
      {live && width > 0 && <Ripple foot={foot} radius={radius} />}
      <svg width={width} height={tall} role="img" aria-label={label}>
        {width > 0 && (
          <>
            <Rings foot={foot} radius={radius} />
            {placed.map(
              (entry) =>
                entry.chosen && (
                  <line
                    key={entry.id}
                    className={classes.way}
                    x1={foot.x}
                    y1={foot.y}
                    x2={entry.at.x}
                    y2={entry.at.y}
                  />
                ),
            )}
            {placed.map((entry) =>
              specks(entry, foot, radius).map((speck) => (
                <circle key={speck.key} className={classes.speck} cx={speck.x} cy={speck.y} r={1.6} />
              )),
            )}
            {placed.map((entry) => (
              <Mark key={entry.id} entry={entry} />
            ))}
            {important.map((entry, index) => {
              const box = labels[index];
              if (box === undefined) return null;
              const left = box.x + box.width / 2 < entry.at.x - 2;
              const x = left ? box.x + box.width : box.x;
              return (
                <text
                  key={entry.id}
                  className={entry.chosen ? classes.nameChosen : classes.name}
                  textAnchor={left ? 'end' : 'start'}
                >
                  <tspan x={x} y={box.y + 12}>
                    {entry.name}
                  </tspan>
                  <tspan x={x} y={box.y + 27} className={classes.value}>
                    {sub(entry)}
                  </tspan>
                </text>
              );
            })}
            <circle className={classes.you} cx={foot.x} cy={foot.y} r={6} />
            <text className={classes.youText} x={foot.x} y={foot.y + 22} textAnchor="middle">
              {t('landing.radar.you')}
            </text>
          </>
        )}
      </svg>
    </div>
  );
}
