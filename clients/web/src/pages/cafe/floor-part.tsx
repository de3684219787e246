// clients/web/src/pages/cafe/floor-part.tsx - the floor: type a seat's number and Enter, or press its button. Beside the seats:
// who ends next, and what was taken last.
import '@mantine/core/styles/Input.css';
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import { type SeatState, seatStates } from '../../../../../src/protocol/cafe-shapes.ts';
import type { CafeReceipt, SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { clockToSecond, dbc, digits, span } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { AddSeats } from './add-seats.tsx';
import classes from './cafe.module.css';
import { money } from './local-money.ts';
import { SeatMark, seatTone } from './seat-mark.tsx';
import { bySeat, SeatPanel } from './seat-panel.tsx';
import { SeatTile } from './seat-tile.tsx';
import { isSilent, type LiveFloor, useNow } from './use-floor.ts';

const NEXT = 5;

function Counts({ seats }: { seats: readonly SeatView[] }) {
  const { t } = useTranslation();
  const count = (state: SeatState): number => seats.filter((one) => one.state === state).length;
  return (
    <ul className={classes.counts} aria-label={t('cafe.floor.counts')}>
      {seatStates
        .filter((state) => count(state) > 0)
        .map((state) => (
          <li key={state} data-tone={seatTone[state]} data-count={state}>
            <SeatMark state={state} size={15} />
            <span>
              {count(state)} {t(`cafe.states.${state}`)}
            </span>
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

/** The floor of a café. */
export function FloorPart({ info, live }: { info: CafeInfo; live: LiveFloor }) {
  const { t } = useTranslation();
  const now = useNow();
  const [typed, setTyped] = useState('');
  const [unknown, setUnknown] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const [last, setLast] = useState<readonly CafeReceipt[]>([]);
  const field = useRef<HTMLInputElement>(null);
  const hubMs = now + live.aheadMs;
  const seats = [...live.floor.seats].sort(bySeat);
  const view = seats.find(({ seat }) => seat === chosen);
  const choose = (seat: string): void => {
    setChosen(seat);
    setTyped('');
    setUnknown(false);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = typed.trim().toUpperCase();
    const found = seats.find(({ seat }) => seat.toUpperCase() === wanted);
    if (found === undefined) {
      setUnknown(true);
      field.current?.select();
    } else choose(found.seat);
  };
  const close = (): void => {
    setChosen(undefined);
    field.current?.focus();
  };
  return (
    <div className={classes.page} data-floor={live.floor.rev}>
      {isSilent(live.heardAtMs, now) && (
        <p className={panel.stop} role="alert">
          {t('cafe.floor.silent', { time: clockToSecond(live.heardAtMs) })}
        </p>
      )}
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
        <Counts seats={seats} />
      </div>
      <p className={panel.small}>{t('cafe.floor.keys')}</p>
      {last.map(({ number, totalMinor }) => (
        <p key={number} className={panel.near} role="status" data-receipt={number}>
          {BigInt(totalMinor) < 0n
            ? t('cafe.floor.gave', { number, price: money(-BigInt(totalMinor), info.settings.currency) })
            : t('cafe.floor.took', { number, price: money(totalMinor, info.settings.currency) })}
        </p>
      ))}
      <div className={classes.split}>
        <div className={classes.page}>
          {info.settings.zones.map(({ id, name }) => {
            const here = seats.filter(({ zone }) => zone === id);
            return here.length === 0 ? null : (
              <section key={id} aria-label={name}>
                <h2 className={panel.title}>{name}</h2>
                <div className={classes.seats}>
                  {here.map((one) => (
                    <SeatTile
                      key={one.seat}
                      view={one}
                      hubMs={hubMs}
                      chosen={one.seat === chosen}
                      onChoose={() => choose(one.seat)}
                    />
                  ))}
                </div>
              </section>
            );
          })}
          {seats.length === 0 && <p>{t('cafe.floor.none')}</p>}
        </div>
        <div className={classes.side}>
          {view !== undefined && (
            <SeatPanel key={view.seat} {...{ info, view, hubMs }} floor={live.floor} onDone={setLast} onClose={close} />
          )}
          <EndsNext seats={seats} hubMs={hubMs} onChoose={choose} />
        </div>
      </div>
      <AddSeats info={info} floor={live.floor} />
      <Spend {...live} />
    </div>
  );
}
