// clients/web/src/pages/cafe/floor-part.tsx - the floor: type a seat's number and Enter, or press it among the rooms, on the plan
// or in the list. Beside the seats: who ends next, and what was taken last.
import '@mantine/core/styles/Input.css';
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import { type SeatState, seatStates } from '../../../../../src/protocol/cafe-shapes.ts';
import type { CafeReceipt, SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { useStore } from '../../app/use-store.ts';
import { dbc, digits, span } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { AddSeats } from './add-seats.tsx';
import classes from './cafe.module.css';
import { FloorPlan } from './floor-plan.tsx';
import { OpenList } from './open-list.tsx';
import { expectedSeats, type Outbox } from './outbox.ts';
import { tabHere } from './price-here.ts';
import { ReceiptDialog, useTaken } from './receipt-paper.tsx';
import { SayAll } from './say-all.tsx';
import { bySeat } from './seat-forms.tsx';
import { SeatMark, seatTone } from './seat-mark.tsx';
import { SeatPanel } from './seat-panel.tsx';
import type { Waiting } from './seat-tile.tsx';
import { Rooms, SeatList } from './seat-views.tsx';
import { narrow } from './typed-number.ts';
import { type LiveFloor, useNow } from './use-floor.ts';
import { usePlays } from './use-plays.ts';

const NEXT = 5;

/** How many seats are in which state; pressed, only those are shown. */
function Counts({
  seats,
  only,
  onOnly,
}: {
  seats: readonly SeatView[];
  only: SeatState | undefined;
  onOnly: (state: SeatState | undefined) => void;
}) {
  const { t } = useTranslation();
  const count = (state: SeatState): number => seats.filter((one) => one.state === state).length;
  return (
    <ul className={classes.counts} aria-label={t('cafe.floor.counts')}>
      {seatStates
        .filter((state) => count(state) > 0 || state === only)
        .map((state) => (
          <li key={state} data-count={state}>
            <button
              type="button"
              className={classes.countButton}
              data-tone={seatTone[state]}
              aria-pressed={state === only}
              onClick={() => onOnly(state === only ? undefined : state)}
            >
              <SeatMark state={state} size={15} />
              <span>
                {count(state)} {t(`cafe.states.${state}`)}
              </span>
            </button>
          </li>
        ))}
    </ul>
  );
}

function EndsNext({
  seats,
  hubMs,
  onChoose,
}: {
  seats: readonly SeatView[];
  hubMs: number;
  onChoose: (seat: string) => void;
}) {
  const { t } = useTranslation();
  const next = seats
    .flatMap(({ seat, state, tab }) =>
      tab !== undefined && (tab.endsAtMs !== undefined || state === 'ending')
        ? [{ seat, endsAtMs: tab.endsAtMs ?? 0 }]
        : [],
    )
    .sort((a, b) => a.endsAtMs - b.endsAtMs)
    .slice(0, NEXT);
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('cafe.floor.next')}</h2>
      {next.length === 0 ? (
        <p className={panel.small}>{t('cafe.floor.nextNone')}</p>
      ) : (
        <ol className={classes.next} data-next>
          {next.map(({ seat, endsAtMs }) => (
            <li key={seat}>
              <Button variant="subtle" onClick={() => onChoose(seat)}>
                {t('cafe.seat.title', { seat })}
              </Button>
              <span>{endsAtMs <= hubMs ? t('cafe.states.ending') : digits(endsAtMs - hubMs)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Spend({ floor: { spend } }: LiveFloor) {
  const { t } = useTranslation();
  const runway = spend.runwayMs === undefined ? '' : ` · ${t('cafe.spend.runway', { time: span(spend.runwayMs) })}`;
  return (
    <p className={spend.ladder === 'fine' ? panel.small : panel.warn} data-ladder={spend.ladder}>
      {t('cafe.spend.balance', { dbc: dbc(spend.balanceWei, 2) })}
      {runway} · {t(`cafe.spend.ladder.${spend.ladder}`)}
    </p>
  );
}

const VIEWS = ['tiles', 'plan', 'list'] as const;
type View = (typeof VIEWS)[number];
const VIEW_STORE = 'nearcade.cafe.view';

function ViewChoice({ view, onView }: { view: View; onView: (view: View) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset className={classes.views}>
      <legend className={classes.hidden}>{t('desk.view.name')}</legend>
      {VIEWS.map((one) => (
        <Button
          key={one}
          size="compact-md"
          variant={one === view ? 'light' : 'subtle'}
          aria-pressed={one === view}
          onClick={() => onView(one)}
        >
          {t(`desk.view.${one}`)}
        </Button>
      ))}
    </fieldset>
  );
}

function useView(): [View, (view: View) => void] {
  const [view, setView] = useState<View>(
    () => VIEWS.find((one) => one === localStorage.getItem(VIEW_STORE)) ?? 'tiles',
  );
  return [
    view,
    (next) => {
      localStorage.setItem(VIEW_STORE, next);
      setView(next);
    },
  ];
}

/** The floor of a café. */
export function FloorPart({
  info,
  live,
  outbox,
  down,
}: {
  info: CafeInfo;
  live: LiveFloor;
  outbox: Outbox;
  down: boolean;
}) {
  const { t } = useTranslation();
  const now = useNow();
  const takenOf = useTaken(info.settings.currency);
  const [typed, setTyped] = useState('');
  const [unknown, setUnknown] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const [only, setOnly] = useState<SeatState>();
  const [saying, setSaying] = useState(false);
  const [paper, setPaper] = useState<CafeReceipt>();
  const [view, setView] = useView();
  const [last, setLast] = useState<readonly CafeReceipt[]>([]);
  const field = useRef<HTMLInputElement>(null);
  const [queued, sent] = [useStore(outbox.queued), useStore(outbox.sent)];
  const newest = sent.at(-1);
  useEffect(() => {
    if (newest?.waited === false) setLast(newest.receipts);
  }, [newest]);
  const hubMs = now + live.aheadMs;
  const plays = usePlays(info.cafe, !down && (view === 'list' || chosen !== undefined));
  const seats = [
    ...expectedSeats(live.floor.seats, queued, ({ zone }, { who, buy }, atMs) =>
      who.kind === 'guest' ? tabHere(info.settings, { zone, group: 'guest', buy, atMs }) : {},
    ),
  ]
    .map((one) => {
      const play = one.tab === undefined ? undefined : plays.get(one.seat);
      return play === undefined ? one : { ...one, play };
    })
    .sort(bySeat);
  const waits = new Map<string, Waiting>(
    queued.flatMap(({ refused, body }) => (refused === undefined ? [[body.seat, down ? 'line' : 'answer']] : [])),
  );
  const shown = only === undefined ? seats : seats.filter(({ state }) => state === only);
  const seat = seats.find((one) => one.seat === chosen);
  const choose = (number: string): void => {
    setChosen(number);
    setTyped('');
    setUnknown(false);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = narrow(typed).toUpperCase();
    if (wanted === '') return; // One Enter too many.
    const found = seats.find((one) => one.seat.toUpperCase() === wanted);
    if (found === undefined) {
      setUnknown(true);
      field.current?.select();
    } else choose(found.seat);
  };
  const close = (): void => {
    setChosen(undefined);
    field.current?.focus();
  };
  const seen = { seats: shown, hubMs, chosen, waits, onChoose: choose };
  return (
    <div className={classes.page} data-floor={live.floor.rev}>
      <div className={classes.bar}>
        <form className={classes.form} onSubmit={submit}>
          <TextInput
            ref={field}
            autoFocus
            onFocus={({ currentTarget }) => currentTarget.select()}
            label={t('cafe.floor.type')}
            autoComplete="off"
            value={typed}
            maxLength={8}
            error={unknown ? t('problems.what.SEAT_UNKNOWN') : undefined}
            onChange={({ currentTarget }) => {
              setTyped(currentTarget.value);
              setUnknown(false);
            }}
          />
          <Button type="submit" variant="default">
            {t('cafe.floor.choose')}
          </Button>
        </form>
        <Counts seats={seats} only={only} onOnly={setOnly} />
      </div>
      <p className={panel.small}>
        {t('cafe.floor.keys')} {t('desk.keys')}
      </p>
      {last.map((receipt) => (
        <p
          key={receipt.number}
          className={`${panel.near} ${classes.taken}`}
          role="status"
          data-receipt={receipt.number}
        >
          {takenOf(receipt)}
          <Button variant="subtle" size="compact-md" onClick={() => setPaper(receipt)}>
            {t('desk.print')}
          </Button>
        </p>
      ))}
      {paper !== undefined && (
        <ReceiptDialog settings={info.settings} receipt={paper} onClose={() => setPaper(undefined)} />
      )}
      <div className={classes.bar}>
        <ViewChoice view={view} onView={setView} />
        <div className={classes.acts}>
          <Button variant="default" disabled={down || seats.length === 0} onClick={() => setSaying(true)}>
            {t('desk.say.all')}
          </Button>
          <OpenList settings={info.settings} {...{ seats, hubMs }} heardAtMs={live.heardAtMs} />
        </div>
      </div>
      {saying && <SayAll {...{ info, seats, hubMs }} onClose={() => setSaying(false)} />}
      <div className={classes.split}>
        <div className={classes.page}>
          {view === 'tiles' && <Rooms zones={info.settings.zones} {...seen} />}
          {view === 'plan' && <FloorPlan info={info} {...seen} />}
          {view === 'list' && <SeatList {...seen} />}
          {seats.length === 0 && <p>{t('cafe.floor.none')}</p>}
          {seats.length > 0 && shown.length === 0 && <p>{t('desk.view.empty')}</p>}
        </div>
        <div className={classes.side}>
          {seat !== undefined && (
            <SeatPanel
              key={seat.seat}
              {...{ info, hubMs, down, outbox }}
              view={seat}
              floor={{ ...live.floor, seats }}
              onDone={setLast}
              onClose={close}
            />
          )}
          <EndsNext seats={seats} hubMs={hubMs} onChoose={choose} />
        </div>
      </div>
      <AddSeats info={info} floor={live.floor} />
      <Spend {...live} />
    </div>
  );
}
