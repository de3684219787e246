// clients/web/src/pages/cafe/buy-form.tsx - what a customer buys: a preset, a package or open play, chosen by a digit, with its
// price from the hub before anything is taken. Used to start and to extend; Enter sends.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeId } from '../../../../../src/base/ids.ts';
import type { CafeActBody } from '../../../../../src/protocol/cafe-acts.ts';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import type { Buy, PayMethod } from '../../../../../src/protocol/cafe-shapes.ts';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { need } from '../../player/api.ts';
import { clock, span } from '../../ui/format.ts';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { type Customer, CustomerChoice, someGuest } from './customer-choice.tsx';
import { money } from './local-money.ts';
import { priceHere } from './price-here.ts';

const MINUTE_MS = 60_000;

/** `pay`: the only way in which this can be paid. */
type Option = { readonly buy: Buy; readonly name: string; readonly pay?: PayMethod };
type Pay = Exclude<PayMethod, 'later'>;
const PAYS: Record<Customer['kind'], readonly Pay[]> = {
  guest: ['cash', 'card'],
  member: ['wallet', 'cash', 'card'],
  code: ['code'],
};
const PAYS_MORE: Record<Customer['kind'], readonly Pay[]> = { ...PAYS, code: ['code', 'cash', 'card'] };
/** What was chosen. */
export type Bought = Pick<CafeActBody<'start'>, 'who' | 'buy' | 'pay' | 'ageBand' | 'guardian'>;

function useOptions(settings: CafeSettings, { zone }: SeatView, customer: Customer, extending: boolean) {
  const { t } = useTranslation();
  const postpaid = settings.zones.find(({ id }) => id === zone)?.postpaid === true;
  const later: Option = { buy: { kind: 'open' }, name: t('cafe.buy.open'), pay: 'later' };
  const wallet: Option = { buy: { kind: 'open' }, name: t('desk.who.fromWallet'), pay: 'wallet' };
  const code: Option = { buy: { kind: 'open' }, name: t('desk.who.fromCode'), pay: 'code' };
  const open = [...(customer.kind === 'member' ? [wallet] : []), ...(customer.kind === 'code' ? [code] : [])];
  return [
    ...settings.presetMinutes.map(
      (minutes): Option => ({ buy: { kind: 'minutes', minutes }, name: span(minutes * MINUTE_MS) }),
    ),
    ...settings.packages
      .filter(({ zones, groups }) => zones.includes(zone) && groups.includes(customer.group))
      .map(({ id, name }): Option => ({ buy: { kind: 'package', package: id }, name })),
    ...(extending ? [] : [...(postpaid && customer.kind !== 'code' ? [later] : []), ...open]),
  ];
}

/** Who sits there already, for an extension. */
function sitting({ tab }: SeatView): Customer {
  return tab === undefined ? someGuest : { ...someGuest, kind: tab.who, group: tab.group };
}

/** `send`: the word on the button. `extending`: the customer is known already. `focus`: the keys are for this form. */
export function BuyForm({
  cafe,
  settings,
  view,
  hubMs,
  send,
  extending,
  focus,
  busy,
  down,
  onBuy,
}: {
  cafe: CafeId;
  settings: CafeSettings;
  view: SeatView;
  hubMs: number;
  send: string;
  extending: boolean;
  focus: boolean;
  busy: boolean;
  /** No word from the hub: prices are reckoned here. */
  down: boolean;
  onBuy: (bought: Bought) => void;
}) {
  const { t } = useTranslation();
  const [index, setIndex] = useState(0);
  const [wayTo, setWay] = useState<Pay>('cash');
  const [chosen, setCustomer] = useState(someGuest);
  const customer = extending ? sitting(view) : chosen;
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) first.current?.focus();
  }, [focus]);
  const options = useOptions(settings, view, customer, extending);
  const option = options[index] ?? options[0];
  const ways = (extending ? PAYS_MORE : PAYS)[customer.kind];
  const pay = option?.pay ?? ways.find((one) => one === wayTo) ?? ways[0] ?? 'cash';
  const bought: Bought | undefined =
    option && customer.who
      ? {
          who: customer.who,
          buy: option.buy,
          pay,
          ...(customer.ageBand === undefined ? {} : { ageBand: customer.ageBand }),
          ...(customer.guardian ? { guardian: true } : {}),
        }
      : undefined;
  const { data: price } = useQuery({
    queryKey: ['cafe', cafe, 'price', view.seat, bought, view.version],
    queryFn: () =>
      need(
        cafeCalls.price(cafe, {
          seat: view.seat,
          ...(bought ?? { who: { kind: 'guest' }, buy: { kind: 'open' }, pay }),
        }),
      ),
    enabled: bought !== undefined && !down,
    retry: false,
  });
  const { currency } = settings;
  const here =
    down && option
      ? priceHere(settings, { zone: view.zone, group: customer.group, buy: option.buy, atMs: hubMs })
      : undefined;
  const choose = ({ key, currentTarget }: KeyboardEvent<HTMLFieldSetElement>): void => {
    const at = Number(key) - 1;
    if (!Number.isInteger(at) || options[at] === undefined) return;
    setIndex(at);
    currentTarget.querySelectorAll<HTMLInputElement>('input')[at]?.focus();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (bought !== undefined && !busy) onBuy(bought);
  };
  return (
    <form className={classes.stack} onSubmit={submit} data-buy={extending ? 'extend' : 'start'}>
      <fieldset className={classes.options} onKeyDown={choose}>
        <legend>{t('cafe.buy.what')}</legend>
        {options.map(({ name }, at) => (
          <label key={name} data-chosen={at === index}>
            <input
              ref={at === 0 ? first : undefined}
              type="radio"
              name={extending ? 'extend' : 'start'}
              checked={at === index}
              onChange={() => setIndex(at)}
            />
            <kbd>{at + 1}</kbd> {name}
          </label>
        ))}
      </fieldset>
      <div className={classes.form}>
        {option?.pay === undefined && (
          <NativeSelect
            label={t('cafe.buy.pay')}
            value={pay}
            data={ways.map((value) => ({ value, label: t(`cafe.pays.${value}`) }))}
            onChange={({ currentTarget }) => setWay(ways.find((one) => one === currentTarget.value) ?? 'cash')}
          />
        )}
        {!extending && <CustomerChoice {...{ cafe, settings, customer }} onChange={setCustomer} />}
        <Button type="submit" disabled={busy || bought === undefined}>
          {send}
        </Button>
      </div>
      {price !== undefined && !down && (
        <p className={classes.due} role="status">
          {pay === 'later'
            ? t('cafe.buy.later', { price: money(price.hourMinor, currency) })
            : t('cafe.buy.due', { price: money(price.dueMinor, currency) })}
          {price.endsAtMs !== undefined && ` ${t('cafe.buy.until', { time: clock(price.endsAtMs) })}`}
        </p>
      )}
      {here !== undefined && !extending && (
        <p className={classes.due} role="status" data-estimate={here.toString()}>
          {t('desk.estimate', { price: money(here, currency) })}
        </p>
      )}
    </form>
  );
}
