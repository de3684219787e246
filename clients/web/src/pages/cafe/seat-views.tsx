// clients/web/src/pages/cafe/seat-views.tsx - the seats as tiles by room, and as a list with a line each.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { useGameTitle } from '../../app/game-title.ts';
import { clock, ms } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import classes from './cafe.module.css';
import { spendingOf } from './may-spend.ts';
import { SeatMark, seatTone } from './seat-mark.tsx';
import { SeatTile, useSeatTime, type Waiting } from './seat-tile.tsx';

/** What each way of showing seats is given. */
export type Seen = {
  readonly seats: readonly SeatView[];
  readonly hubMs: number;
  readonly chosen: string | undefined;
  /** Seats whose start or stop is not answered yet. */
  readonly waits: ReadonlyMap<string, Waiting>;
  readonly onChoose: (seat: string) => void;
};

/** Tiles side by side. */
export function Tiles({ seats, hubMs, chosen, waits, onChoose }: Seen) {
  return (
    <div className={classes.seats}>
      {seats.map((view) => (
        <SeatTile
          key={view.seat}
          {...{ view, hubMs }}
          chosen={view.seat === chosen}
          waits={waits.get(view.seat)}
          onChoose={() => onChoose(view.seat)}
        />
      ))}
    </div>
  );
}

/** Tiles by room. */
export function Rooms({ zones, ...seen }: Seen & { zones: CafeSettings['zones'] }) {
  return zones.map(({ id, name }) => {
    const seats = seen.seats.filter(({ zone }) => zone === id);
    return seats.length === 0 ? null : (
      <section key={id} aria-label={name}>
        <h2 className={panel.title}>{name}</h2>
        <Tiles {...seen} seats={seats} />
      </section>
    );
  });
}

/** A line for each seat. */
export function SeatList({ seats, hubMs, waits, onChoose }: Seen) {
  const { t } = useTranslation();
  const titleOf = useGameTitle();
  const timeOf = useSeatTime();
  const head = ['state', 'customer', 'time', 'ends', 'game', 'rtt'] as const;
  return (
    <ScrollTable
      name={t('desk.view.list')}
      head={[{ name: t('cafe.floor.type') }, ...head.map((name) => ({ name: t(`desk.view.${name}`) }))]}
    >
      {seats.map((view) => (
        <tr key={view.seat} data-row={view.seat} data-state={view.state}>
          <td>
            <Button variant="subtle" size="compact-md" onClick={() => onChoose(view.seat)}>
              {view.seat}
            </Button>
          </td>
          <td>
            <span className={classes.rowState} data-tone={seatTone[view.state]}>
              <SeatMark state={view.state} size={15} /> {t(`cafe.states.${view.state}`)}
              {waits.get(view.seat) === 'line' && ` · ${t('desk.queue.mark')}`}
              {spendingOf(view, hubMs) === 'over' && ` · ${t('cafe.floor.unsigned')}`}
            </span>
          </td>
          <td>{view.tab === undefined ? '' : view.tab.label || t(`desk.who.${view.tab.who}`)}</td>
          <td>{timeOf(view, hubMs)}</td>
          <td>{view.tab?.endsAtMs === undefined ? '' : clock(view.tab.endsAtMs)}</td>
          <td>{view.play === undefined ? '' : `${titleOf(view.play.game)} · ${view.play.nodeName}`}</td>
          <td data-rtt>{view.play?.rttMs === undefined ? '' : ms(view.play.rttMs)}</td>
        </tr>
      ))}
    </ScrollTable>
  );
}
