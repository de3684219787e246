// clients/web/src/pages/cafe/rates-note.tsx - by which rates coins became local money in a table, or why they did not.
import { useTranslation } from 'react-i18next';
import type { CafeInfo, DayReport } from '../../../../../src/protocol/cafe-api.ts';
import { usd } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { money } from './local-money.ts';

/** Below a table of margins. */
export function RatesNote({ info: { settings }, rates }: { info: CafeInfo; rates: DayReport['rates'] }) {
  const { t } = useTranslation();
  return (
    <p className={panel.small}>
      {rates === undefined
        ? t('back.noRates')
        : t('back.rates', { dbc: usd(rates.microUsdPerDbc), usd: money(rates.minorPerUsd, settings.currency) })}
    </p>
  );
}
