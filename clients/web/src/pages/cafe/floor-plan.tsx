// clients/web/src/pages/cafe/floor-plan.tsx - the seats where they stand. While arranging, a seat is pressed and then an empty
// place; the hub keeps it for everybody.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { powers } from '../../../../../src/cafe/roles.ts';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import panel from '../../ui/panel.module.css';
import { ActProblem } from './act-problem.tsx';
import classes from './cafe.module.css';
import { SeatTile } from './seat-tile.tsx';
import { type Seen, Tiles } from './seat-views.tsx';
import { useAct } from './use-act.ts';

const LEAST = { columns: 6, rows: 3 } as const;
const MOST = 100;

/** The plan, and below it the seats without a place. */
export function FloorPlan({ info, ...seen }: Seen & { info: CafeInfo }) {
  const { t } = useTranslation();
  const acting = useAct(info.cafe);
  const [arranging, setArranging] = useState(false);
  const [moving, setMoving] = useState<string>();
  const { seats, hubMs, chosen, waits, onChoose } = seen;
  const placed = seats.flatMap((view) => (view.place === undefined ? [] : [{ view, ...view.place }]));
  const more = arranging ? 2 : 1; // Room to grow into.
  const columns = Math.min(MOST, Math.max(LEAST.columns, ...placed.map(({ x }) => x + more)));
  const rows = Math.min(MOST, Math.max(arranging ? LEAST.rows : 1, ...placed.map(({ y }) => y + more)));
  const taken = new Set(placed.map(({ x, y }) => `${x},${y}`));
  const cells = Array.from({ length: columns * rows }, (_, at) => ({ x: at % columns, y: Math.floor(at / columns) }));
  const press = (seat: string): void => (arranging ? setMoving(seat) : onChoose(seat));
  const put = (x: number, y: number): void => {
    const view = seats.find(({ seat }) => seat === moving);
    if (view === undefined) return;
    const { seat, version, name, zone } = view;
    acting.act('seats.edit', { seat, version, name, zone, place: { x, y } }, () => setMoving(undefined));
  };
  const mark = arranging ? moving : chosen;
  return (
    <>
      {powers['seats.edit'].includes(info.role) && (
        <div className={classes.form}>
          <Button
            variant={arranging ? 'light' : 'default'}
            aria-pressed={arranging}
            onClick={() => {
              setArranging(!arranging);
              setMoving(undefined);
            }}
          >
            {t(arranging ? 'desk.view.arranged' : 'desk.view.arrange')}
          </Button>
          {arranging && <span className={panel.small}>{t('desk.view.arrangeHint')}</span>}
        </div>
      )}
      <ActProblem acting={acting} />
      {(placed.length > 0 || arranging) && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (axe: scrollable-region-focusable).
        <section className={classes.planScroll} tabIndex={0} aria-label={t('desk.view.plan')}>
          <div className={classes.plan} style={{ gridTemplateColumns: `repeat(${columns}, 116px)` }}>
            {placed.map(({ view, x, y }) => (
              <div key={view.seat} style={{ gridColumn: x + 1, gridRow: y + 1 }} data-place={`${x},${y}`}>
                <SeatTile
                  {...{ view, hubMs }}
                  chosen={view.seat === mark}
                  waits={waits.get(view.seat)}
                  onChoose={() => press(view.seat)}
                />
              </div>
            ))}
            {arranging &&
              cells
                .filter(({ x, y }) => !taken.has(`${x},${y}`))
                .map(({ x, y }) => (
                  <button
                    key={`${x},${y}`}
                    type="button"
                    className={classes.emptyPlace}
                    style={{ gridColumn: x + 1, gridRow: y + 1 }}
                    data-cell={`${x},${y}`}
                    disabled={moving === undefined || acting.busy}
                    aria-label={t('desk.view.place', { x: x + 1, y: y + 1 })}
                    onClick={() => put(x, y)}
                  />
                ))}
          </div>
        </section>
      )}
      {placed.length < seats.length && (
        <section aria-label={t('desk.view.unplaced')}>
          <h2 className={panel.title}>{t('desk.view.unplaced')}</h2>
          <Tiles {...seen} chosen={mark} seats={seats.filter(({ place }) => place === undefined)} onChoose={press} />
        </section>
      )}
    </>
  );
}
