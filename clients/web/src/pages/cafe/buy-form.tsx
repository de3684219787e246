// clients/web/src/pages/cafe/buy-form.tsx - what a customer buys: a preset, a package or open play, chosen by a digit, with its
// price from the hub before anything is taken. Used to start and to extend; Enter sends.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeId } from '../../../../../src/base/ids.ts';
import { asksAge } from '../../../../../src/cafe/curfew.ts';
import type { CafeActBody } from '../../../../../src/protocol/cafe-acts.ts';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import type { Buy, PayMethod } from '../../../../../src/protocol/cafe-shapes.ts';
import type { CodeLine, SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { need } from '../../player/api.ts';
import { problemFrom } from '../../player/problem.ts';
import { clock, span } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { AgeChoice, needsAge, useAgeRules } from './age-choice.tsx';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { worthName } from './code-worth.tsx';
import { type Customer, CustomerChoice, someGuest } from './customer-choice.tsx';
import { money } from './local-money.ts';
import { packageHere, priceHere, tabHere } from './price-here.ts';
import { Refused } from './refused.tsx';
import { extendsFromMs, type Fitted, fitted } from './rule-end.ts';
import { clockOf } from './settings-fields.tsx';

const MINUTE_MS = 60_000;

/** `pay`: the only way in which this can be paid. */
type Option = { readonly buy: Buy; readonly name: string; readonly pay?: PayMethod };
/** What stands beside an option: its price, or the hours in which alone it is sold. */
type Worth = { readonly minor?: bigint | undefined; readonly only?: string };
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

/** What each option costs now, and which is not sold now: to be seen before anything is asked of the hub. */
function worthOf(
  settings: CafeSettings,
  buy: Buy,
  who: { zone: string; group: string; atMs: number },
  extending: boolean,
  card: SoldCard | undefined,
): Worth {
  if (buy.kind === 'package') {
    const { dueMinor, only } = packageHere(settings, { package: buy.package, ...who }) ?? {};
    const minor = card?.package === buy.package ? card.minor : dueMinor;
    return { minor, ...(only && { only: `${clockOf(only.fromMinute)}–${clockOf(only.toMinute)}` }) };
  }
  return extending ? {} : { minor: priceHere(settings, { ...who, buy }) }; // What more time costs depends on what was played.
}

/** What lies on a printed code that was typed whole. */
function useHeld(cafe: CafeId, { who }: Customer, down: boolean): CodeLine | undefined {
  const code = who?.kind === 'code' ? who.code : undefined;
  const { data } = useQuery({
    queryKey: ['cafe', cafe, 'codes', code, 'held'],
    queryFn: () => need(cafeCalls.codes(cafe, code ?? '', '')),
    enabled: code !== undefined && !down,
    retry: false,
  });
  return code === undefined ? undefined : data?.codes[0];
}

/** The package that a code buys, for what it was sold for: whatever it costs by now. */
type SoldCard = { readonly package: string; readonly minor: bigint };

/** Once something was taken from it, it is money. */
function soldCard(held: CodeLine | undefined): SoldCard | undefined {
  if (held?.package === undefined || held.leftMinor !== held.soldMinor) return undefined;
  return { package: held.package, minor: BigInt(held.soldMinor) };
}

/** Who sits there already, for an extension. */
function sitting({ tab }: SeatView): Customer {
  if (tab === undefined) return someGuest;
  return { ...someGuest, kind: tab.who, group: tab.group, ageBand: tab.ageBand, guardian: tab.guardian === true };
}

function Beside({ minor, only, currency }: Worth & { currency: CafeSettings['currency'] }) {
  if (minor === undefined && only === undefined) return null;
  return (
    <span className={classes.beside} data-only={only}>
      {only ?? (minor === undefined ? '' : money(minor, currency))}
    </span>
  );
}

/** `send`: the word on the button. `extending`: the customer is known already. `focus`: the keys are for this form. */
export function BuyForm({
  cafe,
  settings,
  view,
  hubMs,
  send: word,
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
  const [asked, setAsked] = useState(false);
  const ages = useRef<HTMLFieldSetElement>(null);
  const { awayOf, nextRule } = useAgeRules(settings);
  const customer = extending ? sitting(view) : chosen;
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) first.current?.focus();
  }, [focus]);
  const options = useOptions(settings, view, customer, extending);
  const held = useHeld(cafe, customer, down);
  const card = soldCard(held);
  const sold = options.findIndex(({ buy }) => buy.kind === 'package' && buy.package === card?.package);
  useEffect(() => {
    if (sold >= 0) setIndex(sold); // A code that was sold as a package begins as that.
  }, [sold]);
  const fittedFor = (by: Customer, ruleMs: number | undefined, buy: Buy): Fitted => {
    if (ruleMs === undefined) return { buy };
    if (extending) return fitted(buy, { ruleMs, fromMs: extendsFromMs(view, hubMs) }); // Until when a package lasts says the hub.
    const { endsAtMs: endMs } = tabHere(settings, { zone: view.zone, group: by.group, buy, atMs: hubMs });
    return fitted(buy, { ruleMs, fromMs: hubMs, endMs });
  };
  const ruleMs = nextRule(customer, hubMs);
  const fits = options.map(({ buy }) => fittedFor(customer, ruleMs, buy));
  const worth = fits.map(({ buy }) =>
    worthOf(settings, buy, { zone: view.zone, group: customer.group, atMs: hubMs }, extending, card),
  );
  const closed = worth[index]?.only;
  const option = options[index] ?? options[0];
  const own = fits[index] ?? fits[0];
  const fitOf = (by: Customer) => option && fittedFor(by, nextRule(by, hubMs), option.buy);
  const ways = (extending ? PAYS_MORE : PAYS)[customer.kind];
  const pay = option?.pay ?? ways.find((one) => one === wayTo) ?? ways[0] ?? 'cash';
  const boughtBy = ({ who, ageBand, guardian }: Customer, what: Fitted | undefined): Bought | undefined =>
    what && who
      ? {
          ...{ who, buy: what.buy, pay },
          ...(ageBand === undefined ? {} : { ageBand }),
          ...(guardian ? { guardian: true } : {}),
        }
      : undefined;
  const bought = boughtBy(customer, own);
  const unasked = !extending && needsAge(settings, customer);
  const away = extending ? undefined : awayOf(customer, hubMs);
  const { data: answer } = useQuery({
    queryKey: ['cafe', cafe, 'price', view.seat, bought, view.version],
    queryFn: () =>
      cafeCalls.price(cafe, {
        seat: view.seat,
        ...(bought ?? { who: { kind: 'guest' }, buy: { kind: 'open' }, pay }),
      }),
    enabled: bought !== undefined && closed === undefined && own?.cut !== 'nothing' && !unasked && !down,
    retry: false,
  });
  const price = answer?.ok ? answer.value : undefined;
  const byRule = !unasked && option?.buy.kind !== 'open' && price?.endsBy === 'curfew';
  const cut = closed === undefined && away === undefined ? (own?.cut ?? (byRule ? 'whole' : undefined)) : undefined;
  const stopped = closed !== undefined || cut === 'nothing';
  const { currency } = settings;
  const here = (down || unasked) && closed === undefined ? worth[index]?.minor : undefined;
  const choose = ({ key, currentTarget }: KeyboardEvent<HTMLFieldSetElement>): void => {
    const at = Number(key) - 1;
    if (!Number.isInteger(at) || options[at] === undefined) return;
    setIndex(at);
    currentTarget.querySelectorAll<HTMLInputElement>('input')[at]?.focus();
  };
  const send = (by: Customer): void => {
    const what = fitOf(by);
    const wish = boughtBy(by, what);
    const mayPlay = extending || awayOf(by, hubMs) === undefined;
    if (wish !== undefined && closed === undefined && what?.cut !== 'nothing' && !busy && mayPlay) onBuy(wish);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (stopped) return;
    if (!unasked) {
      send(customer);
      return;
    }
    setAsked(true); // From here on the digit of an age sends.
    ages.current?.querySelector('input')?.focus();
  };
  const asks = !extending && asksAge(settings); // Then the button stands below the ages: in the order in which one decides.
  const go = (
    <Button type="submit" disabled={busy || bought === undefined || away !== undefined || stopped}>
      {word}
    </Button>
  );
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
            <Beside {...worth[at]} {...{ currency }} />
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
        {!asks && go}
      </div>
      {!extending && (
        <AgeChoice
          {...{ settings, customer, asked }}
          place={ages}
          onAge={(ageBand, keyed) => {
            const by = { ...customer, ageBand };
            setCustomer(by);
            const isNews = fitOf(by)?.cut !== undefined && ageBand !== customer.ageBand; // Read first, then pressed again.
            if (asked && keyed && !isNews) send(by);
          }}
          onGuardian={(guardian) => setCustomer({ ...customer, guardian })}
        />
      )}
      {asks && <div className={classes.acts}>{go}</div>}
      {held !== undefined && held.untilMs > 0 && (
        <p className={panel.small} data-held={held.leftMinor}>
          {t('desk.who.held', {
            worth: worthName(settings, { priceMinor: held.leftMinor, ...(card && { package: card.package }) }),
            price: money(held.leftMinor, currency),
          })}
        </p>
      )}
      {closed !== undefined && (
        <p className={panel.warn} role="status" data-closed={closed}>
          {t('cafe.buy.only', { hours: closed })}
        </p>
      )}
      {cut !== undefined && (
        <p className={panel.warn} role="status" data-cut={cut}>
          {t(`cafe.buy.cut.${cut === 'whole' && option?.buy.kind !== 'package' ? 'back' : cut}`, {
            time: clock(ruleMs ?? 0),
            span: bought?.buy.kind === 'minutes' ? span(bought.buy.minutes * MINUTE_MS) : '',
          })}
        </p>
      )}
      {away !== undefined && <Refused problem={away} />}
      {price !== undefined && !down && (
        <p className={classes.due} role="status" data-due>
          {pay === 'later'
            ? t('cafe.buy.later', { price: money(price.hourMinor, currency) })
            : t('cafe.buy.due', { price: money(price.dueMinor, currency) })}
          {price.endsAtMs !== undefined && ` ${t('cafe.buy.until', { time: clock(price.endsAtMs) })}`}
        </p>
      )}
      {bought !== undefined && closed === undefined && away === undefined && !down && answer?.ok === false && (
        <Refused problem={problemFrom(answer.error)} />
      )}
      {here !== undefined && !extending && (
        <p className={classes.due} role="status" data-estimate={here.toString()}>
          {t(down ? 'desk.estimate' : 'cafe.buy.due', { price: money(here, currency) })}
        </p>
      )}
    </form>
  );
}
