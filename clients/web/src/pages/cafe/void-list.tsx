// clients/web/src/pages/cafe/void-list.tsx - the last payments on a seat, each with buttons for what may be taken back of it: all, or
// a part; and what went back of it at the stop.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeInfo, Floor } from '../../../../../src/protocol/cafe-api.ts';
import type { CafeReceipt, SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { need } from '../../player/api.ts';
import { clock } from '../../ui/format.ts';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { money } from './local-money.ts';
import { PaidBack } from './receipt-became.tsx';
import { ReceiptDialog } from './receipt-paper.tsx';
import { offerOf, unusedOf } from './receipt-state.ts';

const SHOWN = 3;

/** `ready`: a reason is given. `refundMinor`: so is an amount. */
export function VoidList({
  info,
  floor,
  view: { seat, version, tab },
  ready,
  refundMinor,
  onVoid,
  onRefund,
}: {
  info: CafeInfo;
  floor: Floor;
  view: SeatView;
  ready: boolean;
  refundMinor: bigint;
  onVoid: (receipt: number) => void;
  onRefund: (receipt: number) => void;
}) {
  const { t } = useTranslation();
  const { cafe, settings, role } = info;
  const { data } = useQuery({
    queryKey: ['cafe', cafe, 'receipts', { seat }, version],
    queryFn: () => need(cafeCalls.receipts(cafe, { seat, payments: 'true' })),
    placeholderData: (before) => before,
    retry: false,
  });
  const [paper, setPaper] = useState<CafeReceipt>();
  const { receipts, payments } = data ?? { receipts: [], payments: [] };
  const elsewhere = new Set(floor.seats.flatMap((one) => (one.seat === seat ? [] : (one.tab?.tab ?? []))));
  const shown = receipts
    .filter((one) => one.tab === undefined || !elsewhere.has(one.tab)) // What a sitting paid here is taken back where it sits now.
    .toSorted((a, b) => Number(b.tab === tab?.tab) - Number(a.tab === tab?.tab))
    .map((receipt) => ({ receipt, offer: offerOf(payments, receipt.number, role) }))
    .filter(({ receipt: { number, totalMinor }, offer }) => {
      return BigInt(totalMinor) > 0n && (offer !== undefined || unusedOf(payments, number) > 0n);
    })
    .slice(0, SHOWN);
  if (shown.length === 0) return null;
  return (
    <ul className={classes.list}>
      {shown.map(({ receipt, offer }) => {
        const { number, totalMinor, atMs } = receipt;
        return (
          <li key={number} data-payment={number}>
            <span>
              {[
                t('cafe.seat.receipt', { number }),
                ...(receipt.seat === seat ? [] : [t('cafe.seat.title', { seat: receipt.seat })]),
                ...[clock(atMs), money(totalMinor, settings.currency)],
              ].join(' · ')}
              <PaidBack {...{ info, payments, number }} />
            </span>
            <span className={classes.acts}>
              <Button variant="subtle" onClick={() => setPaper(receipt)}>
                {t('desk.print')}
              </Button>
              {offer?.voidable === true && (
                <Button variant="default" disabled={!ready} onClick={() => onVoid(number)}>
                  {t('cafe.seat.void', { number })}
                </Button>
              )}
              {offer !== undefined && refundMinor > 0n && refundMinor <= offer.refundMinor && (
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
