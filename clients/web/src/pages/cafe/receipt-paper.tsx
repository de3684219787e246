// clients/web/src/pages/cafe/receipt-paper.tsx - a receipt in a dialog and on paper of 80 mm: every line, how it was paid, and for
// play the rule by which its price is rounded.
import { Button } from '@mantine/core';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import type { CafeReceipt } from '../../../../../src/protocol/cafe-things.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { dayAndTime, span } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import classes from './cafe.module.css';
import { type Currency, money } from './local-money.ts';

/** What was taken or given back by a receipt, in a line. */
export function useTaken(currency: Currency): (receipt: Pick<CafeReceipt, 'number' | 'totalMinor'>) => string {
  const { t } = useTranslation();
  return ({ number, totalMinor }) =>
    BigInt(totalMinor) < 0n
      ? t('cafe.floor.gave', { number, price: money(-BigInt(totalMinor), currency) })
      : t('cafe.floor.took', { number, price: money(totalMinor, currency) });
}

function Paper({ settings, receipt }: { settings: CafeSettings; receipt: CafeReceipt }) {
  const { t } = useTranslation();
  const { currency } = settings;
  const { number, atMs, seat, tab, of, lines, paid, totalMinor, rounding, minimumMinor, reason } = receipt;
  const about = settings.receipt;
  const rule = t('desk.rounding', {
    mode: t(`desk.modes.${rounding.mode}`),
    step: money(rounding.stepMinor, currency),
    minimum: money(minimumMinor, currency),
  });
  return (
    <div className={classes.paper} data-paper={number}>
      <p className={classes.paperHead}>{about.header}</p>
      <p>
        {t('cafe.seat.receipt', { number })} · {dayAndTime(atMs)}
        {seat !== undefined && ` · ${t('cafe.seat.title', { seat })}`}
      </p>
      {of !== undefined && <p>{t('desk.ofReceipt', { number: of })}</p>}
      {reason !== undefined && <p>{reason}</p>}
      <dl className={panel.facts}>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a receipt never change.
          <div key={index} className={classes.fact} data-line={line.what}>
            <dt>
              {[t(`desk.lines.${line.what}`), line.about, line.ms === undefined ? undefined : span(line.ms)]
                .filter((word) => word !== undefined)
                .join(' · ')}
            </dt>
            <dd>{money(line.minor, currency)}</dd>
          </div>
        ))}
        {paid.map(({ by, minor }) => (
          <div key={by} className={classes.fact} data-paid={by}>
            <dt>{by === 'bonus' ? t('desk.lines.bonus') : by === 'later' ? '' : t(`cafe.pays.${by}`)}</dt>
            <dd>{money(minor, currency)}</dd>
          </div>
        ))}
        <div className={classes.fact} data-total={totalMinor}>
          <dt>{t('cafe.report.total')}</dt>
          <dd>
            <strong>{money(totalMinor, currency)}</strong>
          </dd>
        </div>
      </dl>
      {tab !== undefined && <p className={panel.small}>{rule}</p>}
      <p>{about.footer}</p>
    </div>
  );
}

/** The receipt, and a button that prints it and nothing else of the page. */
export function ReceiptDialog({
  settings,
  receipt,
  onClose,
}: {
  settings: CafeSettings;
  receipt: CafeReceipt;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('cafe.seat.receipt', { number: receipt.number })} onClose={onClose}>
      <div className={classes.stack}>
        <Paper {...{ settings, receipt }} />
        <Button data-autofocus onClick={() => window.print()}>
          {t('desk.print')}
        </Button>
      </div>
      {createPortal(
        <div className={classes.printed}>
          <Paper {...{ settings, receipt }} />
        </div>,
        document.body,
      )}
    </Dialog>
  );
}
