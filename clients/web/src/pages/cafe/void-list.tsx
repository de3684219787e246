// clients/web/src/pages/cafe/void-list.tsx - the last payments on a seat, each with buttons that take it back: as a whole or
// in part.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import type { CafeReceipt } from '../../../../../src/protocol/cafe-things.ts';
import { need } from '../../player/api.ts';
import { clock } from '../../ui/format.ts';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { money } from './local-money.ts';
import { ReceiptDialog } from './receipt-paper.tsx';
import { canTakeBack } from './receipt-state.ts';

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
  const [paper, setPaper] = useState<CafeReceipt>();
  const receipts = data?.receipts ?? [];
  const all = [...receipts, ...(data?.after ?? [])];
  const payments = receipts
    .filter((one) => one.seat === seat && BigInt(one.totalMinor) > 0n && canTakeBack(all, one))
    .slice(0, SHOWN);
  if (payments.length === 0) return null;
  return (
    <ul className={classes.list}>
      {payments.map((receipt) => {
        const { number, totalMinor, atMs } = receipt;
        return (
          <li key={number}>
            <span>
              {t('cafe.seat.receipt', { number })} · {clock(atMs)} · {money(totalMinor, settings.currency)}
            </span>
            <span className={classes.acts}>
              <Button variant="subtle" onClick={() => setPaper(receipt)}>
                {t('desk.print')}
              </Button>
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
        );
      })}
      {paper !== undefined && <ReceiptDialog settings={settings} receipt={paper} onClose={() => setPaper(undefined)} />}
    </ul>
  );
}
