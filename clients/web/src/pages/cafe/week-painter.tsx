// clients/web/src/pages/cafe/week-painter.tsx - the price of an hour, painted on the week of a zone and a group: choose a price, press
// hours, days or columns. By keyboard: arrows move, a price's letter paints and goes on, Shift with an arrow paints along.
import { Button, NativeSelect } from '@mantine/core';
import { type CSSProperties, type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeSettings, CafeTariff } from '../../../../../src/protocol/cafe-settings.ts';
import panel from '../../ui/panel.module.css';
import classes from './cafe.module.css';
import { money } from './local-money.ts';
import { useGroups } from './member-card.tsx';
import type { Edit } from './settings-draft.ts';
import { MoneyField, NameField, useDays } from './settings-fields.tsx';
import { DAYS, HOURS, letterOf, moved, type Place, paint, rateOf, withoutRate } from './week-paint.ts';

const RATES_MAX = 26;
/** Far apart from one letter to the next. */
const hue = (rate: number): CSSProperties => ({ '--hue': (210 + rate * 137) % 360 }) as CSSProperties;
type Part = { readonly settings: CafeSettings; readonly edit: Edit };
type One = {
  readonly tariff: CafeTariff;
  readonly currency: CafeSettings['currency'];
  readonly change: (to: (now: CafeTariff) => CafeTariff) => void;
  readonly brush: number;
  readonly setBrush: (rate: number) => void;
};

function Rates({ tariff, currency, change, brush, setBrush }: One) {
  const { t } = useTranslation();
  const set = (at: number, to: Partial<CafeTariff['rates'][number]>): void =>
    change((now) => ({ ...now, rates: now.rates.map((rate, index) => (index === at ? { ...rate, ...to } : rate)) }));
  return (
    <>
      <ul className={classes.list}>
        {tariff.rates.map((rate, at) => (
          <li key={letterOf(at)} className={classes.rate} data-rate={letterOf(at)}>
            <label className={classes.check} style={hue(at)}>
              <input
                type="radio"
                name="brush"
                aria-label={t('settings.paintWith', { name: rate.name })}
                checked={brush === at}
                onChange={() => setBrush(at)}
              />
              <span className={classes.swatch}>{letterOf(at).toUpperCase()}</span>
            </label>
            <NameField label={t('settings.rateName')} value={rate.name} onChange={(name) => set(at, { name })} />
            <MoneyField
              label={t('settings.perHour', { code: currency.code })}
              value={rate.minorPerHour}
              currency={currency}
              onChange={(minorPerHour) => set(at, { minorPerHour })}
            />
            {tariff.rates.length > 1 && (
              <Button
                variant="subtle"
                aria-label={t('team.removeOf', { name: rate.name })}
                onClick={() => {
                  change((now) => withoutRate(now, at));
                  setBrush(0);
                }}
              >
                {t('team.remove')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {tariff.rates.length < RATES_MAX && (
        <div className={classes.acts}>
          <Button
            variant="default"
            data-add-rate
            onClick={() => {
              setBrush(tariff.rates.length);
              change((now) => ({
                ...now,
                rates: [...now.rates, { name: t('settings.newRate'), minorPerHour: now.rates[0]?.minorPerHour ?? '0' }],
              }));
            }}
          >
            {t('settings.addRate')}
          </Button>
        </div>
      )}
    </>
  );
}

function Grid({ tariff, currency, change, brush }: One) {
  const { t } = useTranslation();
  const days = useDays('short');
  const table = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState<Place>({ day: 1, hour: 8 });
  const stroke = (place: Place, rate = brush): void =>
    change((now) => ({ ...now, week: paint(now.week, place, letterOf(rate)) }));
  const go = (place: Place): void => {
    setAt(place);
    table.current?.querySelector<HTMLElement>(`[data-at="${place.day},${place.hour}"]`)?.focus();
  };
  const onKeyDown = (place: Place) => (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = moved(place, event.key);
    const typed = /^[a-z]$/i.test(event.key) ? rateOf(event.key.toLowerCase()) : -1;
    if (next === undefined && (typed < 0 || typed >= tariff.rates.length)) return;
    event.preventDefault();
    if (next === undefined) {
      stroke(place, typed);
      go(moved(place, 'ArrowRight') ?? place);
    } else {
      if (event.shiftKey) stroke(next);
      go(next);
    }
  };
  const field = (place: Place) => ({
    type: 'button' as const,
    'data-at': `${place.day},${place.hour}`,
    tabIndex: place.day === at.day && place.hour === at.hour ? 0 : -1,
    onKeyDown: onKeyDown(place),
    onFocus: () => setAt(place),
    onClick: () => stroke(place),
    // Pressed and drawn along with a mouse; a finger that draws scrolls.
    onPointerEnter: ({ buttons, pointerType }: PointerEvent) => {
      if (pointerType === 'mouse' && buttons === 1) stroke(place);
    },
    onPointerDown: ({ button, pointerType }: PointerEvent) => {
      if (pointerType === 'mouse' && button === 0) stroke(place);
    },
  });
  const two = (hour: number): string => String(hour).padStart(2, '0');
  const clock = (hour: number): string => `${two(hour)}:00`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className={classes.heatScroll} tabIndex={0} aria-label={t('settings.week')}>
      <table className={classes.week} ref={table} data-week>
        <thead>
          <tr>
            <td>
              <button {...field({ day: -1, hour: -1 })}>{t('settings.wholeWeek')}</button>
            </td>
            {HOURS.map((hour) => (
              <th key={hour} scope="col">
                <button {...field({ day: -1, hour })} aria-label={t('settings.everyDay', { time: clock(hour) })}>
                  {two(hour)}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {DAYS.map((day) => (
            <tr key={day}>
              <th scope="row">
                <button {...field({ day, hour: -1 })}>{days[day]?.label}</button>
              </th>
              {[...(tariff.week[day] ?? '')].map((letter, hour) => {
                const rate = tariff.rates[rateOf(letter)];
                const price = rate === undefined || rate.minorPerHour === '' ? '' : money(rate.minorPerHour, currency);
                const name = `${days[day]?.label} ${clock(hour)}: ${letter.toUpperCase()} ${rate?.name} ${price}`;
                return (
                  <td key={HOURS[hour]} style={hue(rateOf(letter))}>
                    <button {...field({ day, hour })} className={classes.painted} aria-label={name} title={name}>
                      {letter.toUpperCase()}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The tariff of one zone and group at a time; a group without its own pays what guests pay. */
export function WeekPainter({ settings, edit }: Part) {
  const { t } = useTranslation();
  const groups = useGroups(settings);
  const [wantedZone, setZone] = useState('');
  const [wantedGroup, setGroup] = useState('guest');
  const [brush, setBrush] = useState(0);
  const zone = settings.zones.find(({ id }) => id === wantedZone)?.id ?? settings.zones[0]?.id ?? '';
  const group = groups.find(({ value }) => value === wantedGroup)?.value ?? 'guest';
  const isIt = (one: CafeTariff): boolean => one.zone === zone && one.group === group;
  const tariff = settings.tariffs.find(isIt);
  const guests = settings.tariffs.find((one) => one.zone === zone && one.group === 'guest');
  const change: One['change'] = (to) =>
    edit((now) => ({ tariffs: now.tariffs.map((one) => (isIt(one) ? to(one) : one)) }));
  const part = tariff && {
    ...{ tariff, change, setBrush, currency: settings.currency },
    brush: Math.min(brush, tariff.rates.length - 1),
  };
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-painter>
      <h2 className={panel.title}>{t('settings.fields.tariffs')}</h2>
      <div className={classes.form}>
        <NativeSelect
          label={t('settings.zone')}
          value={zone}
          data={settings.zones.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={({ currentTarget }) => setZone(currentTarget.value)}
        />
        <NativeSelect
          label={t('people.group')}
          value={group}
          data={groups}
          onChange={({ currentTarget }) => setGroup(currentTarget.value)}
        />
        {group !== 'guest' && tariff !== undefined && (
          <Button
            variant="subtle"
            onClick={() => edit((now) => ({ tariffs: now.tariffs.filter((one) => !isIt(one)) }))}
          >
            {t('settings.noOwnPrices')}
          </Button>
        )}
      </div>
      {part === undefined ? (
        <>
          <p>{t('settings.likeGuests')}</p>
          <div className={classes.acts}>
            <Button
              variant="default"
              disabled={guests === undefined}
              onClick={() =>
                edit((now) => ({
                  tariffs: guests === undefined ? now.tariffs : [...now.tariffs, { ...guests, group }],
                }))
              }
            >
              {t('settings.ownPrices')}
            </Button>
          </div>
        </>
      ) : (
        <>
          <Rates {...part} />
          <p className={panel.small}>{t('settings.paintHint')}</p>
          <Grid {...part} />
        </>
      )}
    </section>
  );
}
