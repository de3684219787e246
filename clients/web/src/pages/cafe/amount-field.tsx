// clients/web/src/pages/cafe/amount-field.tsx - a field for an amount of local money; it says so where what was typed is none.
import type { TextInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { TextField } from '../../ui/text-field.tsx';
import { type Currency, parseMoney } from './local-money.ts';

/** `onValue` hears the text; parseMoney reads it. An empty field is no mistake. */
export function AmountField({
  currency,
  value,
  ...field
}: Omit<TextInputProps, 'onChange' | 'error'> & {
  readonly currency: Currency;
  readonly value: string;
  readonly onValue: (value: string) => void;
}) {
  const { t } = useTranslation();
  const odd = value.trim() !== '' && parseMoney(value, currency) === undefined;
  return <TextField inputMode="decimal" {...{ value }} error={odd ? t('cafe.badMoney') : undefined} {...field} />;
}
