// clients/web/src/pages/cafe/settings-fields.tsx - fields of the settings. Each shows what was typed even where it is no value yet; the
// document then holds a value that no rule lets through ('' or NaN), so that it cannot be saved by mistake.
import '@mantine/core/styles/Input.css';
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDbc, parseDbc } from '../../../../../src/base/units.ts';
import { currentLanguage } from '../../i18n/index.ts';
import classes from './cafe.module.css';
import { type Currency, parseMoney } from './local-money.ts';
import { narrow, typedCount } from './typed-number.ts';
import { DAYS } from './week-paint.ts';

const HOUR = 60;
const DAY = 24 * HOUR;
const SUNDAY_MS = Date.UTC(2023, 0, 1);
type Field<T> = { readonly label: string; readonly value: T; readonly onChange: (value: T) => void };

/** The text of a field: as typed while it means the value, else the value printed. */
function useTyped<T>(value: T, print: (value: T) => string): [text: string, type: (text: string, means: T) => void] {
  const [typed, setTyped] = useState({ text: print(value), means: value });
  const text = Object.is(typed.means, value) ? typed.text : print(value);
  return [text, (next, means) => setTyped({ text: next, means })];
}

/** An amount of local money in minor units; '' where what was typed is none. */
export function MoneyField({ label, value, onChange, currency }: Field<string> & { currency: Currency }) {
  const { t } = useTranslation();
  const { decimals } = currency;
  const [text, type] = useTyped(value, (minor) =>
    minor === '' ? '' : (Number(minor) / 10 ** decimals).toFixed(decimals),
  );
  return (
    <TextInput
      label={label}
      inputMode="decimal"
      autoComplete="off"
      value={text}
      error={value === '' ? t('cafe.badMoney') : undefined}
      onChange={({ currentTarget }) => {
        const minor = parseMoney(currentTarget.value, currency) ?? '';
        type(currentTarget.value, minor);
        onChange(minor);
      }}
    />
  );
}

/** A whole number; NaN where what was typed is none. */
export function CountField({ label, value, onChange, least, most }: Field<number> & { least: number; most: number }) {
  const { t } = useTranslation();
  const [text, type] = useTyped(value, (count) => (Number.isNaN(count) ? '' : String(count)));
  return (
    <TextInput
      label={label}
      inputMode="numeric"
      autoComplete="off"
      value={text}
      error={Number.isNaN(value) ? t('settings.badCount', { least, most }) : undefined}
      onChange={({ currentTarget }) => {
        const count = typedCount(currentTarget.value, least, most);
        type(currentTarget.value, count);
        onChange(count);
      }}
    />
  );
}

/** A cap in wei, typed in DBC; nothing typed: none. */
export function CapField({ label, value, onChange }: Field<string | undefined>) {
  const { t } = useTranslation();
  const [text, type] = useTyped(value, (wei) => (wei === undefined || wei === '' ? '' : formatDbc(BigInt(wei), 18)));
  return (
    <TextInput
      label={label}
      inputMode="decimal"
      autoComplete="off"
      placeholder={t('settings.noCap')}
      value={text}
      error={value === '' ? t('settings.badDbc') : undefined}
      onChange={({ currentTarget }) => {
        const wei = parseDbc(currentTarget.value);
        const means = currentTarget.value.trim() === '' ? undefined : wei.ok ? wei.value.toString() : '';
        type(currentTarget.value, means);
        onChange(means);
      }}
    />
  );
}

/** A list in one field, each entry once: what lies between commas, blanks and line ends. `print` and `read` turn one entry. */
export function ListField<T>({
  label,
  value,
  onChange,
  error,
  print,
  read,
}: Field<T[]> & { error?: string | undefined; print: (one: T) => string; read: (text: string) => T }) {
  const [text, type] = useTyped(value, (list) => list.map(print).join(', '));
  return (
    <TextInput
      label={label}
      autoComplete="off"
      value={text}
      error={error}
      onChange={({ currentTarget }) => {
        const words = narrow(currentTarget.value)
          .split(/[\s,;、]+/)
          .filter((one) => one !== '');
        const list = [...new Set(words.map(read))];
        type(currentTarget.value, list);
        onChange(list);
      }}
    />
  );
}

/** A name that must not be empty. */
export function NameField({ label, value, onChange, chars }: Field<string> & { chars?: number }) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={label}
      value={value}
      maxLength={60}
      {...(chars === undefined ? {} : { w: `${chars}ch`, maw: '100%' })}
      autoComplete="off"
      error={value.trim() === '' ? t('settings.badName') : undefined}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

/** Some of several things. */
export function Checks<T extends string | number>({
  label,
  value,
  onChange,
  options,
  mayBeEmpty = false,
}: Field<readonly T[]> & {
  options: readonly { readonly value: T; readonly label: string }[];
  mayBeEmpty?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className={classes.checks}>
      <legend>{label}</legend>
      {options.map((one) => (
        <label key={one.value} className={classes.check}>
          <input
            type="checkbox"
            checked={value.includes(one.value)}
            onChange={({ currentTarget: { checked } }) => {
              const chosen = (option: T): boolean => (option === one.value ? checked : value.includes(option));
              onChange(options.map((option) => option.value).filter(chosen));
            }}
          />
          {one.label}
        </label>
      ))}
      {value.length === 0 && !mayBeEmpty && <p className={classes.wrong}>{t('settings.chooseOne')}</p>}
    </fieldset>
  );
}

/** Names of the days for a menu: Sunday to Saturday, then holidays. */
export function useDays(style: 'short' | 'long'): { value: number; label: string }[] {
  const { t } = useTranslation();
  const names = new Intl.DateTimeFormat(currentLanguage(), { weekday: style, timeZone: 'UTC' });
  return DAYS.map((value) => ({
    value,
    label: value === 7 ? t('settings.holiday') : names.format(SUNDAY_MS + value * DAY * 60_000),
  }));
}

const two = (count: number): string => String(count).padStart(2, '0');
/** A minute of the day on the wall, '23:10'; minutes of the next day too. */
export const clockOf = (minute: number): string => `${two(Math.floor((minute % DAY) / HOUR))}:${two(minute % HOUR)}`;
const minuteOf = (text: string): number => {
  const [, hour, minute] = /^(\d\d):(\d\d)/.exec(text) ?? [];
  return hour === undefined ? Number.NaN : Number(hour) * HOUR + Number(minute);
};

/** A window of the wall. An end that is not after the beginning lies on the next day. */
export function WindowFields({
  value: { fromMinute, toMinute },
  onChange,
}: {
  value: { readonly fromMinute: number; readonly toMinute: number };
  onChange: (value: { fromMinute: number; toMinute: number }) => void;
}) {
  const { t } = useTranslation();
  const show = (minute: number): string => (Number.isNaN(minute) ? '' : clockOf(minute));
  const change = (from: number, to: number): void =>
    onChange({ fromMinute: from, toMinute: to % DAY > from ? to % DAY : (to % DAY) + DAY });
  return (
    <>
      <TextInput
        type="time"
        label={t('settings.from')}
        value={show(fromMinute)}
        onChange={({ currentTarget }) => change(minuteOf(currentTarget.value), toMinute)}
      />
      <TextInput
        type="time"
        label={toMinute > DAY ? t('settings.toNextDay') : t('settings.to')}
        value={show(toMinute)}
        onChange={({ currentTarget }) => change(fromMinute, minuteOf(currentTarget.value))}
      />
    </>
  );
}
