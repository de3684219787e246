// clients/web/src/pages/cafe/receipt-became.tsx - who made a receipt, and what became of it: when, by whom and why.
import { useTranslation } from 'react-i18next';
import type { CafeInfo, CafeReceiptList } from '../../../../../src/protocol/cafe-api.ts';
import type { Actor } from '../../../../../src/protocol/cafe-shapes.ts';
import type { CafeReceipt } from '../../../../../src/protocol/cafe-things.ts';
import { dayAndTime } from '../../ui/format.ts';
import classes from './cafe.module.css';
import { money } from './local-money.ts';
import { givenBack, unusedOf } from './receipt-state.ts';

/** Who made a receipt, as colleagues call them. */
export function useTaker({ staff }: CafeInfo): (by: Actor) => string {
  const { t } = useTranslation();
  return (by) => {
    if (by.kind === 'staff')
      return staff.find(({ wallet }) => wallet === by.wallet)?.name ?? `${by.wallet.slice(0, 10)}…`;
    if (by.kind === 'seat') return t('cafe.seat.title', { seat: by.seat });
    return by.kind === 'api-key' ? by.id : t('back.byItself');
  };
}

/** That what was not played of a payment went back at the stop; nothing where all was played. */
export function PaidBack({
  info: { settings },
  payments,
  number,
}: {
  info: CafeInfo;
  payments: CafeReceiptList['payments'];
  number: number;
}) {
  const { t } = useTranslation();
  const unused = unusedOf(payments, number);
  if (unused === 0n) return null;
  return (
    <span className={classes.block} data-unused={unused.toString()}>
      {t('back.unused', { price: money(unused, settings.currency) })}
    </span>
  );
}

/** What became of a receipt, a line for each time; for what itself takes back: of which receipt, and why. */
export function Became({
  info,
  all,
  payments,
  receipt,
}: {
  info: CafeInfo;
  all: readonly CafeReceipt[];
  payments: CafeReceiptList['payments'];
  receipt: CafeReceipt;
}) {
  const { t } = useTranslation();
  const takerOf = useTaker(info);
  const { number, of, reason = '' } = receipt;
  if (of !== undefined) return <span>{t('back.why', { what: t('desk.ofReceipt', { number: of }), reason })}</span>;
  const after = all.filter((one) => one.of === number);
  return (
    <>
      <PaidBack {...{ info, payments, number }} />
      {after.map((one) => {
        const words = { time: dayAndTime(one.atMs), who: takerOf(one.by), reason: one.reason ?? '' };
        const price = money(givenBack(one), info.settings.currency);
        return (
          <span key={one.number} className={classes.block} data-after={one.kind}>
            {one.kind === 'void' ? t('back.voidedBy', words) : t('back.gaveBackBy', { ...words, price })}
          </span>
        );
      })}
    </>
  );
}
