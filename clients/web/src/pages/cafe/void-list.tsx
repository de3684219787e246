// clients/web/src/pages/cafe/void-list.tsx - the last payments on a seat, each with buttons that take it back: as a whole or
// in part.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import { need } from '../../player/api.ts';
import { clock } from '../../ui/format.ts';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { money } from './local-money.ts';

const SHOWN = 3;

/** `ready`: a reason is given. `refunds`: so is an amount. */
export function VoidList({
  info: { cafe, settings },
  seat,
  ready,
  refunds,
  onVoid,
  onRefund,
}: {
  info: CafeInfo;
  seat: string;
  ready: boolean;
  refunds: boolean;
  onVoid: (receipt: number) => void;
  onRefund: (receipt: number) => void;
}) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['cafe', cafe, 'receipts'],
    queryFn: () => need(cafeCalls.receipts(cafe)),
    retry: false,
  });
  const receipts = data?.receipts ?? [];
  const taken = new Set(receipts.map((receipt) => receipt.of));
  const payments = receipts
    .filter((one) => one.seat === seat && one.of === undefined && BigInt(one.totalMinor) > 0n && !taken.has(one.number))
    .slice(0, SHOWN);
  if (payments.length === 0) return null;
  return (
    <ul className={classes.list}>
      {payments.map(({ number, totalMinor, atMs }) => (
        <li key={number}>
          <span>
            {t('cafe.seat.receipt', { number })} · {clock(atMs)} · {money(totalMinor, settings.currency)}
          </span>
          <span className={classes.acts}>
            <Button variant="default" disabled={!ready} onClick={() => onVoid(number)}>
              {t('cafe.seat.void', { number })}
            </Button>
            {refunds && (
              <Button variant="default" disabled={!ready} onClick={() => onRefund(number)}>
                {t('desk.care.refund', { number })}
              </Button>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
