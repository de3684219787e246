// clients/web/src/pages/cafe/seat-forms.tsx - the small forms of a seat's panel: stop and pay, move or swap, reserve, message.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeId } from '../../../../../src/base/ids.ts';
import { isOccupied } from '../../../../../src/cafe/seat.ts';
import type { CafeInfo, Floor } from '../../../../../src/protocol/cafe-api.ts';
import type { PayMethod } from '../../../../../src/protocol/cafe-shapes.ts';
import type { CafeReceipt, SeatView, TabView } from '../../../../../src/protocol/cafe-things.ts';
import { need } from '../../player/api.ts';
import { newKey } from '../../player/ids.ts';
import { clock, span } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { money } from './local-money.ts';
import type { Outbox } from './outbox.ts';
import { chargedHere } from './price-here.ts';
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

/** How a member may pay what is owed out of what they have with the café; asked, because a floor does not tell it. */
function useWallet(cafe: CafeId, tab: TabView | undefined, down: boolean): bigint {
  const member = tab?.postpaid === true ? tab.member : undefined;
  const { data } = useQuery({
    queryKey: ['cafe', cafe, 'member', member, 'wallet'],
    queryFn: () => need(cafeCalls.member(cafe, member ?? '')),
    enabled: member !== undefined && !down,
    retry: false,
  });
  return data === undefined ? 0n : BigInt(data.member.realMinor) + BigInt(data.member.bonusMinor);
}

/** What is owed now and the buttons that end play: the sum on the button is the sum that is booked. */
export function StopForm({ info: { cafe, settings }, view, hubMs, down, outbox, onClose }: SeatPart) {
  const { t } = useTranslation();
  const { seat, version, tab } = view;
  const wallet = useWallet(cafe, tab, down);
  if (tab === undefined) return null;
  const typedAtMs = typedAt(hubMs, view);
  const charged = chargedHere(view, typedAtMs);
  const owed = charged - BigInt(tab.paidMinor);
  const stop = (pay: PayMethod): void => {
    void outbox.post({ act: 'stop', body: { key: newKey(), seat, version, pay, typedAtMs } });
    onClose();
  };
  const price = (minor: bigint): string => money(minor, settings.currency);
  const word = (pay: StopPay): string => {
    if (owed === 0n) return t('cafe.seat.stop');
    if (owed < 0n) return t('cafe.seat.stopBack', { price: price(-owed) });
    return t('cafe.seat.stopTake', { price: price(owed), pay: t(`cafe.pays.${pay}`) });
  };
  return (
    <>
      <dl className={panel.facts}>
        <dt>{t('cafe.seat.charged')}</dt>
        <dd data-charged={charged.toString()}>{price(charged)}</dd>
        <dt>{t('cafe.seat.paid')}</dt>
        <dd>{money(tab.paidMinor, settings.currency)}</dd>
      </dl>
      <div className={classes.acts} data-first="s">
        {stopPays(owed, wallet).map((pay) => (
          <Button key={pay} color="stop" data-stop={pay} onClick={() => stop(pay)}>
            {word(pay)}
          </Button>
        ))}
      </div>
    </>
  );
}

type StopPay = 'cash' | 'card' | 'wallet';

/** The ways to pay what is owed. The first one stays where it is when others come, for whoever has it under the finger. */
function stopPays(owed: bigint, wallet: bigint): readonly StopPay[] {
  if (owed <= 0n) return ['cash']; // Nothing is taken; what goes back goes where it came from.
  return wallet >= owed ? ['cash', 'card', 'wallet'] : ['cash', 'card'];
}

/** Where a customer is to go, as it was when it was chosen: `tab` of whoever sits there, for an exchange. */
type Aim = { readonly seat: string; readonly state: SeatView['state']; readonly tab: string | undefined };
const aimAt = ({ seat, state, tab }: SeatView): Aim => ({ seat, state, tab: tab?.tab });

/** Whether the place is still what was chosen: as free, or taken by the same customer. */
const holds = (aim: Aim, now: SeatView | undefined): now is SeatView =>
  now !== undefined && now.tab?.tab === aim.tab && (aim.tab !== undefined || now.state === aim.state);

/** To a free seat, or in exchange with another customer. What was chosen stays chosen: when it changes, it is chosen anew. */
export function MoveForm({ floor, view: { seat, version }, acting, onClose }: SeatPart) {
  const { t } = useTranslation();
  const others = floor.seats.filter((one) => one.seat !== seat).sort(bySeat);
  const free = others.filter(({ state }) => state === 'free' || state === 'reserved');
  const taken = others.filter(({ state }) => isOccupied(state));
  const first = free[0] ?? taken[0];
  const [aim, setAim] = useState(first && aimAt(first));
  const form = useRef<HTMLFormElement>(null);
  const now = others.find((one) => one.seat === aim?.seat);
  const to = aim !== undefined && holds(aim, now) ? now : undefined;
  useEffect(() => {
    const isSeen = form.current?.closest('details')?.open !== false;
    if (to === undefined && first !== undefined && (aim === undefined || !isSeen)) setAim(aimAt(first));
  }, [to, aim, first]);
  if (aim === undefined) return null;
  const swaps = aim.tab !== undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (to === undefined) return;
    if (swaps) acting.act('swap', { seat, version, with: to.seat, withVersion: to.version }, onClose);
    else acting.act('move', { seat, version, to: to.seat, toVersion: to.version }, onClose);
  };
  return (
    <form ref={form} className={classes.form} onSubmit={submit}>
      <NativeSelect
        label={t('cafe.seat.moveTo')}
        value={to?.seat ?? ''}
        error={
          to === undefined
            ? t('desk.move.changed', { seat: aim.seat, state: now === undefined ? '–' : t(`cafe.states.${now.state}`) })
            : undefined
        }
        data={[
          ...(to === undefined ? [{ value: '', label: '–' }] : []),
          { group: t('desk.move.free'), items: free.map((one) => one.seat) },
          { group: t('desk.move.taken'), items: taken.map((one) => one.seat) },
        ].filter((one) => !('items' in one) || one.items.length > 0)}
        onChange={({ currentTarget: { value } }) => {
          const chosen = others.find((one) => one.seat === value);
          if (chosen !== undefined) setAim(aimAt(chosen));
        }}
      />
      <Button type="submit" variant="default" disabled={to === undefined || acting.busy}>
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
