// clients/web/src/pages/cafe/code-worth.tsx - what is on a printed code: an amount, or a package that guests may buy.
import '@mantine/core/styles/Input.css';
import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import { AmountField } from './amount-field.tsx';
import { money, parseMoney } from './local-money.ts';

const AMOUNT = '';
const DAYS = ['1', '7', '30', '90', '366'] as const;
/** What goes into an act, and what one costs. */
export type Worth = {
  readonly wish: { readonly minor: string } | { readonly package: string };
  readonly priceMinor: string;
};

/** State of the fields. `worth` is absent until it is complete. */
export function useWorth({ currency, packages }: CafeSettings) {
  const [chosen, choose] = useState(AMOUNT);
  const [text, setText] = useState('');
  const [days, setDays] = useState<string>('30');
  const sold = packages.filter(({ groups, priceMinor }) => groups.includes('guest') && priceMinor !== '0');
  const found = sold.find(({ id }) => id === chosen);
  const minor = parseMoney(text, currency);
  const ofAmount: Worth | undefined =
    minor === undefined || minor === '0' ? undefined : { wish: { minor }, priceMinor: minor };
  const worth: Worth | undefined =
    found === undefined ? ofAmount : { wish: { package: found.id }, priceMinor: found.priceMinor };
  return { chosen: found === undefined ? AMOUNT : chosen, choose, text, setText, days, setDays, sold, worth };
}

/** The fields. */
export function WorthFields({
  settings: { currency },
  fields,
}: {
  settings: CafeSettings;
  fields: ReturnType<typeof useWorth>;
}) {
  const { t } = useTranslation();
  const { chosen, choose, text, setText, days, setDays, sold } = fields;
  return (
    <>
      {sold.length > 0 && (
        <NativeSelect
          label={t('cards.worth')}
          value={chosen}
          data={[
            { value: AMOUNT, label: t('cards.amount') },
            ...sold.map(({ id, name, priceMinor }) => ({
              value: id,
              label: t('cards.packageFor', { name, price: money(priceMinor, currency) }),
            })),
          ]}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        />
      )}
      {chosen === AMOUNT && (
        <AmountField
          label={t('people.onEach', { code: currency.code })}
          currency={currency}
          value={text}
          onValue={setText}
        />
      )}
      <NativeSelect
        label={t('people.holds')}
        value={days}
        data={DAYS.map((value) => ({ value, label: t('people.days', { count: Number(value) }) }))}
        onChange={({ currentTarget }) => setDays(currentTarget.value)}
      />
    </>
  );
}

/** What a code buys, in words: its package, else its money. */
export function worthName(
  { currency, packages }: CafeSettings,
  { package: id, priceMinor }: { readonly package?: string; readonly priceMinor: string },
): string {
  return packages.find((one) => one.id === id)?.name ?? money(priceMinor, currency);
}
