// clients/web/src/pages/cafe/seat-panel.tsx - everything that can be done with one seat: start, extend, pause, move, stop and
// pay, out of order, take a payment back, pair a device.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeInfo, Floor } from '../../../../../src/protocol/cafe-api.ts';
import type { PayMethod } from '../../../../../src/protocol/cafe-shapes.ts';
import type { CafeReceipt, SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { ActProblem } from './act-problem.tsx';
import { BuyForm } from './buy-form.tsx';
import classes from './cafe.module.css';
import { money } from './local-money.ts';
import { PairForm } from './pair-form.tsx';
import { SeatMark, seatTone } from './seat-mark.tsx';
import { useSeatTime } from './seat-tile.tsx';
import { type Acting, useAct } from './use-act.ts';
import { VoidList } from './void-list.tsx';

const REASON_MIN = 3;

type Props = {
  readonly info: CafeInfo;
  readonly floor: Floor;
  readonly view: SeatView;
  readonly hubMs: number;
  /** Hears what came of it, to be shown where the seats are. */
  readonly onDone: (receipts: readonly CafeReceipt[]) => void;
  readonly onClose: () => void;
};
type Part = Omit<Props, 'hubMs'> & { readonly acting: Acting };

function StopForm({ info: { settings }, view: { seat, version, tab }, acting, onDone, onClose }: Part) {
  const { t } = useTranslation();
  if (tab === undefined) return null;
  const owed = BigInt(tab.chargedMinor) - BigInt(tab.paidMinor);
  const stop = (pay: PayMethod): void =>
    acting.act('stop', { seat, version, pay }, ({ receipts }) => {
      onDone(receipts);
      onClose();
    });
  return (
    <>
      <dl className={panel.facts}>
        <dt>{t('cafe.seat.charged')}</dt>
        <dd>{money(tab.chargedMinor, settings.currency)}</dd>
        <dt>{t('cafe.seat.paid')}</dt>
        <dd>{money(tab.paidMinor, settings.currency)}</dd>
      </dl>
      <div className={classes.acts}>
        {owed <= 0n ? (
          <Button color="stop" disabled={acting.busy} onClick={() => stop('cash')}>
            {owed === 0n ? t('cafe.seat.stop') : t('cafe.seat.stopBack', { price: money(-owed, settings.currency) })}
          </Button>
        ) : (
          (['cash', 'card'] as const).map((pay) => (
            <Button key={pay} color="stop" disabled={acting.busy} onClick={() => stop(pay)}>
              {t('cafe.seat.stopTake', { price: money(owed, settings.currency), pay: t(`cafe.pays.${pay}`) })}
            </Button>
          ))
        )}
      </div>
    </>
  );
}

function MoveForm({ floor, view: { seat, version }, acting, onClose }: Part) {
  const { t } = useTranslation();
  const free = floor.seats.filter(({ state }) => state === 'free').sort(bySeat);
  const [chosen, setChosen] = useState('');
  const to = free.find((one) => one.seat === chosen) ?? free[0];
  if (to === undefined) return null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    acting.act('move', { seat, version, to: to.seat, toVersion: to.version }, onClose);
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <NativeSelect
        label={t('cafe.seat.moveTo')}
        value={to.seat}
        data={free.map((one) => one.seat)}
        onChange={({ currentTarget }) => setChosen(currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={acting.busy}>
        {t('cafe.seat.move')}
      </Button>
    </form>
  );
}

function WithReason({ info, view, acting, onDone }: Part) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const { seat, version, state, tab } = view;
  const given = reason.trim();
  const ready = given.length >= REASON_MIN && !acting.busy;
  const done = (): void => setReason('');
  const act = (name: 'pause' | 'break') => acting.act(name, { seat, version, reason: given }, done);
  return (
    <div className={classes.stack}>
      <TextInput
        label={t('cafe.seat.reason')}
        description={t('cafe.seat.reasonHint')}
        value={reason}
        maxLength={200}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
      <div className={classes.acts}>
        {state === 'in-use' && (
          <Button variant="default" disabled={!ready} onClick={() => act('pause')}>
            {t('cafe.seat.pause')}
          </Button>
        )}
        {tab === undefined && state !== 'out-of-order' && (
          <Button variant="default" disabled={!ready} onClick={() => act('break')}>
            {t('cafe.seat.break')}
          </Button>
        )}
      </div>
      <VoidList
        info={info}
        seat={seat}
        ready={ready}
        onVoid={(receipt) =>
          acting.act('void', { receipt, reason: given }, ({ receipts }) => {
            done();
            onDone(receipts);
          })
        }
      />
    </div>
  );
}

/** Seats by number, '2' before '10'. */
export function bySeat(a: { readonly seat: string }, b: { readonly seat: string }): number {
  return a.seat.localeCompare(b.seat, 'en', { numeric: true });
}

function More({ name, children }: { name: string; children: ReactNode }) {
  return (
    <details className={classes.more}>
      <summary>{name}</summary>
      {children}
    </details>
  );
}

/** The panel of the chosen seat; Escape closes it. */
export function SeatPanel({ info, floor, view, hubMs, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const acting = useAct(info.cafe);
  const timeOf = useSeatTime();
  const { seat, version, state, tab } = view;
  const { settings, cafe } = info;
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    void place.current?.scrollIntoView({ block: 'nearest' }); // On a phone it opens above the seats.
  }, []);
  useEffect(() => {
    const leave = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') onClose();
    };
    window.addEventListener('keydown', leave); // From anywhere: a button that was pressed may be gone, and the focus with it.
    return () => window.removeEventListener('keydown', leave);
  });
  const part: Part = { info, floor, view, acting, onDone, onClose };
  const startable = state === 'free' || state === 'reserved';
  const [opened] = useState(startable); // A seat that becomes free while it is shown takes no focus.
  return (
    <section ref={place} className={panel.panel} aria-label={t('cafe.seat.title', { seat })} data-panel={seat}>
      <div className={classes.panelHead}>
        <h2 data-tone={seatTone[state]}>
          <SeatMark state={state} /> {t('cafe.seat.title', { seat })}
        </h2>
        <Button variant="subtle" color="play" aria-label={t('shell.close')} onClick={onClose}>
          <Icon name="close" />
        </Button>
      </div>
      <p className={classes.panelState}>
        {[t(`cafe.states.${state}`), timeOf(view, hubMs)].filter((word) => word !== '').join(' · ')}
      </p>
      <div className={classes.stack}>
        {startable && floor.shift === undefined && <p className={panel.warn}>{t('cafe.floor.noShift')}</p>}
        {startable && (
          <BuyForm
            key={seat}
            {...{ cafe, settings, view }}
            extending={false}
            focus={opened}
            busy={acting.busy}
            send={t('cafe.seat.start')}
            onBuy={(bought) =>
              acting.act('start', { seat, version, ...bought }, ({ receipts }) => {
                onDone(receipts);
                onClose();
              })
            }
          />
        )}
        {state === 'out-of-order' && (
          <Button disabled={acting.busy} onClick={() => acting.act('mend', { seat, version })}>
            {t('cafe.seat.mend')}
          </Button>
        )}
        {(state === 'paused' || state === 'node-fault') && (
          <Button disabled={acting.busy} onClick={() => acting.act('resume', { seat, version })}>
            {t('cafe.seat.resume')}
          </Button>
        )}
        {tab !== undefined && <StopForm {...part} />}
        <ActProblem acting={acting} />
        {tab !== undefined && !tab.postpaid && (
          <More name={t('cafe.seat.extend')}>
            <BuyForm
              {...{ cafe, settings, view }}
              extending
              focus={false}
              busy={acting.busy}
              send={t('cafe.seat.extend')}
              onBuy={({ buy, pay }) =>
                acting.act('extend', { seat, version, buy, pay }, (done) => onDone(done.receipts))
              }
            />
          </More>
        )}
        {tab !== undefined && (
          <More name={t('cafe.seat.move')}>
            <MoveForm {...part} />
          </More>
        )}
        <More name={t('cafe.seat.withReason')}>
          <WithReason {...part} />
        </More>
        <More name={t('cafe.pair.title')}>
          <PairForm view={view} acting={acting} />
        </More>
      </div>
    </section>
  );
}
