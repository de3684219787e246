// clients/web/src/pages/cafe/buy-form.tsx - what a customer buys: a preset, a package or open play, chosen by a digit, with its
// price from the hub before anything is taken. Used to start and to extend; Enter sends.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeId } from '../../../../../src/base/ids.ts';
import type { CafeActBody } from '../../../../../src/protocol/cafe-acts.ts';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import type { Buy } from '../../../../../src/protocol/cafe-shapes.ts';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { need } from '../../player/api.ts';
import { clock, span } from '../../ui/format.ts';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { money } from './local-money.ts';

const MINUTE_MS = 60_000;
const PAYS = ['cash', 'card'] as const;

type Option = { readonly buy: Buy; readonly name: string; readonly later: boolean };
/** What was chosen. */
export type Bought = Pick<CafeActBody<'start'>, 'who' | 'buy' | 'pay' | 'ageBand'>;

/** `send`: the word on the button. `extending`: the customer is known already. `focus`: the keys are for this form. */
export function BuyForm({
  cafe,
  settings,
  view,
  send,
  extending,
  focus,
  busy,
  onBuy,
}: {
  cafe: CafeId;
  settings: CafeSettings;
  view: SeatView;
  send: string;
  extending: boolean;
  focus: boolean;
  busy: boolean;
  onBuy: (bought: Bought) => void;
}) {
  const { t } = useTranslation();
  const [index, setIndex] = useState(0);
  const [pay, setPay] = useState<(typeof PAYS)[number]>('cash');
  const [band, setBand] = useState('');
  const [label, setLabel] = useState('');
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) first.current?.focus();
  }, [focus]);
  const postpaid = settings.zones.find(({ id }) => id === view.zone)?.postpaid === true;
  const options: readonly Option[] = [
    ...settings.presetMinutes.map((minutes) => ({
      buy: { kind: 'minutes', minutes } as const,
      name: span(minutes * MINUTE_MS),
      later: false,
    })),
    ...settings.packages
      .filter(({ zones, groups }) => zones.includes(view.zone) && groups.includes('guest'))
      .map(({ id, name }) => ({ buy: { kind: 'package', package: id } as const, name, later: false })),
    ...(postpaid && !extending ? [{ buy: { kind: 'open' } as const, name: t('cafe.buy.open'), later: true }] : []),
  ];
  const option = options[index] ?? options[0];
  const guest = { kind: 'guest' as const, ...(label.trim() === '' ? {} : { label: label.trim() }) };
  const bought: Bought | undefined = option && {
    who: guest,
    buy: option.buy,
    pay: option.later ? 'later' : pay,
    ...(band === '' ? {} : { ageBand: band }),
  };
  const asked = { seat: view.seat, who: { kind: 'guest' as const }, buy: option?.buy, pay: bought?.pay };
  const { data: price } = useQuery({
    queryKey: ['cafe', cafe, 'price', asked, view.version],
    queryFn: () =>
      need(cafeCalls.price(cafe, { ...asked, buy: option?.buy ?? { kind: 'open' }, pay: bought?.pay ?? pay })),
    enabled: option !== undefined && !extending,
    retry: false,
  });
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
        {option?.later !== true && (
          <NativeSelect
            label={t('cafe.buy.pay')}
            value={pay}
            data={PAYS.map((value) => ({ value, label: t(`cafe.pays.${value}`) }))}
            onChange={({ currentTarget }) => setPay(PAYS.find((one) => one === currentTarget.value) ?? 'cash')}
          />
        )}
        {!extending && settings.curfew.length > 0 && (
          <NativeSelect
            label={t('cafe.buy.age')}
            value={band}
            data={[
              { value: '', label: t('cafe.buy.ageNone') },
              ...settings.ageBands.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={({ currentTarget }) => setBand(currentTarget.value)}
          />
        )}
        {!extending && (
          <TextInput
            label={t('cafe.buy.label')}
            value={label}
            maxLength={40}
            onChange={({ currentTarget }) => setLabel(currentTarget.value)}
          />
        )}
        <Button type="submit" disabled={busy || option === undefined}>
          {send}
        </Button>
      </div>
      {price !== undefined && !extending && (
        <p className={classes.due} role="status">
          {option?.later === true
            ? t('cafe.buy.later', { price: money(price.hourMinor, settings.currency) })
            : t('cafe.buy.due', { price: money(price.dueMinor, settings.currency) })}
          {price.endsAtMs !== undefined && ` ${t('cafe.buy.until', { time: clock(price.endsAtMs) })}`}
        </p>
      )}
    </form>
  );
}
