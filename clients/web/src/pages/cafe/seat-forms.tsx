// clients/web/src/pages/cafe/seat-forms.tsx - the small forms of a seat's panel: stop and pay, move or swap, reserve, message.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isOccupied } from '../../../../../src/cafe/seat.ts';
import type { CafeInfo, Floor } from '../../../../../src/protocol/cafe-api.ts';
import type { PayMethod } from '../../../../../src/protocol/cafe-shapes.ts';
import type { CafeReceipt, SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { newKey } from '../../player/ids.ts';
import { clock, span } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import classes from './cafe.module.css';
import { money } from './local-money.ts';
import type { Outbox } from './outbox.ts';
import type { Acting } from './use-act.ts';

const MINUTE_MS = 60_000;
const KEPT_MINUTES = [15, 30, 60, 120] as const;

/** What the forms of a seat are given. */
export type SeatPart = {
  readonly info: CafeInfo;
  readonly floor: Floor;
  readonly view: SeatView;
  readonly hubMs: number;
  readonly down: boolean;
  readonly acting: Acting;
  readonly outbox: Outbox;
  /** Hears what came of it, to be shown where the seats are. */
  readonly onDone: (receipts: readonly CafeReceipt[]) => void;
  readonly onClose: () => void;
};

/** Seats by number, '2' before '10'. */
export function bySeat(a: { readonly seat: string }, b: { readonly seat: string }): number {
  return a.seat.localeCompare(b.seat, 'en', { numeric: true });
}

/** When an act is typed, by the hub's clock: not before the seat became what it is. */
export const typedAt = (hubMs: number, { sinceMs }: SeatView): number => Math.max(Math.floor(hubMs), sinceMs);

/** What is owed and the buttons that end play. */
export function StopForm({ info: { settings }, view, hubMs, outbox, onClose }: SeatPart) {
  const { t } = useTranslation();
  const { seat, version, tab } = view;
  if (tab === undefined) return null;
  const owed = BigInt(tab.chargedMinor) - BigInt(tab.paidMinor);
  const stop = (pay: PayMethod): void => {
    const body = { key: newKey(), seat, version, pay, typedAtMs: typedAt(hubMs, view) };
    void outbox.post({ act: 'stop', body });
    onClose();
  };
  return (
    <>
      <dl className={panel.facts}>
        <dt>{t('cafe.seat.charged')}</dt>
        <dd>{money(tab.chargedMinor, settings.currency)}</dd>
        <dt>{t('cafe.seat.paid')}</dt>
        <dd>{money(tab.paidMinor, settings.currency)}</dd>
      </dl>
      <div className={classes.acts} data-first="s">
        {owed <= 0n ? (
          <Button color="stop" onClick={() => stop('cash')}>
            {owed === 0n ? t('cafe.seat.stop') : t('cafe.seat.stopBack', { price: money(-owed, settings.currency) })}
          </Button>
        ) : (
          (['cash', 'card'] as const).map((pay) => (
            <Button key={pay} color="stop" onClick={() => stop(pay)}>
              {t('cafe.seat.stopTake', { price: money(owed, settings.currency), pay: t(`cafe.pays.${pay}`) })}
            </Button>
          ))
        )}
      </div>
    </>
  );
}

/** To a free seat, or in exchange with another customer. */
export function MoveForm({ floor, view: { seat, version }, acting, onClose }: SeatPart) {
  const { t } = useTranslation();
  const others = floor.seats.filter((one) => one.seat !== seat).sort(bySeat);
  const free = others.filter(({ state }) => state === 'free' || state === 'reserved');
  const taken = others.filter(({ state }) => isOccupied(state));
  const [chosen, setChosen] = useState('');
  const to = others.find((one) => one.seat === chosen) ?? free[0] ?? taken[0];
  if (to === undefined) return null;
  const swaps = isOccupied(to.state);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (swaps) acting.act('swap', { seat, version, with: to.seat, withVersion: to.version }, onClose);
    else acting.act('move', { seat, version, to: to.seat, toVersion: to.version }, onClose);
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <NativeSelect
        label={t('cafe.seat.moveTo')}
        value={to.seat}
        data={[
          { group: t('desk.move.free'), items: free.map((one) => one.seat) },
          { group: t('desk.move.taken'), items: taken.map((one) => one.seat) },
        ].filter(({ items }) => items.length > 0)}
        onChange={({ currentTarget }) => setChosen(currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={acting.busy}>
        {swaps ? t('desk.move.swap') : t('cafe.seat.move')}
      </Button>
    </form>
  );
}

/** Keeps a free seat for somebody, and lets it go. */
export function KeepForm({ view: { seat, version, state, untilMs }, hubMs, acting }: SeatPart) {
  const { t } = useTranslation();
  const [label, setLabel] = useState('');
  const [minutes, setMinutes] = useState<number>(KEPT_MINUTES[0]);
  if (state === 'reserved') {
    return (
      <div className={classes.form}>
        {untilMs !== undefined && <span>{t('desk.keep.until', { time: clock(untilMs) })}</span>}
        <Button variant="default" disabled={acting.busy} onClick={() => acting.act('unreserve', { seat, version })}>
          {t('desk.keep.release')}
        </Button>
      </div>
    );
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const untilMs = Math.floor(hubMs) + minutes * MINUTE_MS;
    acting.act('reserve', { seat, version, label: label.trim(), untilMs }, () => setLabel(''));
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        label={t('desk.keep.label')}
        value={label}
        maxLength={40}
        onChange={({ currentTarget }) => setLabel(currentTarget.value)}
      />
      <NativeSelect
        label={t('desk.keep.minutes')}
        value={String(minutes)}
        data={KEPT_MINUTES.map((value) => ({ value: String(value), label: span(value * MINUTE_MS) }))}
        onChange={({ currentTarget }) => setMinutes(Number(currentTarget.value))}
      />
      <Button type="submit" variant="default" disabled={label.trim() === '' || acting.busy}>
        {t('desk.keep.send')}
      </Button>
    </form>
  );
}

/** A text on one seat. */
export function SayForm({ view: { seat, message }, acting }: SeatPart) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    acting.act('message', { seats: [seat], text: text.trim() }, () => setText(''));
  };
  return (
    <form className={classes.stack} onSubmit={submit}>
      {message !== undefined && (
        <p className={panel.small} data-message={seat}>
          {t('desk.say.last', { time: clock(message.atMs), text: message.text })}
        </p>
      )}
      <div className={classes.form}>
        <TextInput
          label={t('desk.say.text')}
          value={text}
          maxLength={200}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={text.trim() === '' || acting.busy}>
          {t('desk.say.send')}
        </Button>
      </div>
    </form>
  );
}
