// clients/web/src/pages/cafe/paid-by.tsx - how money that comes over the counter was paid.
import '@mantine/core/styles/Input.css';
import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const WAYS = ['cash', 'card'] as const;
/** Into the drawer, or not. */
export type CounterPay = (typeof WAYS)[number];

/** The choice of both. */
export function PaidBy({ pay, onPay }: { pay: CounterPay; onPay: (pay: CounterPay) => void }) {
  const { t } = useTranslation();
  return (
    <NativeSelect
      label={t('cafe.buy.pay')}
      value={pay}
      data={WAYS.map((value) => ({ value, label: t(`cafe.pays.${value}`) }))}
      onChange={({ currentTarget }) => onPay(currentTarget.value === 'card' ? 'card' : 'cash')}
    />
  );
}
