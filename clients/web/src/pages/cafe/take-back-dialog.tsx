// clients/web/src/pages/cafe/take-back-dialog.tsx - a receipt is voided as a whole or given back in part, with its reason.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import type { CafeReceipt } from '../../../../../src/protocol/cafe-things.ts';
import { explains } from '../../../../../src/protocol/reason.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ReasonField } from '../../ui/reason-field.tsx';
import { ActProblem } from './act-problem.tsx';
import { AmountField } from './amount-field.tsx';
import classes from './cafe.module.css';
import { money, parseMoney } from './local-money.ts';
import type { Offer } from './receipt-state.ts';
import { useAct } from './use-act.ts';

/** Asks for the reason first. */
export function TakeBack({
  info,
  receipt: { number },
  offer: { voidable, refundMinor },
  onClose,
}: {
  info: CafeInfo;
  receipt: CafeReceipt;
  offer: Offer;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { currency } = info.settings;
  const acting = useAct(info.cafe);
  const [reason, setReason] = useState('');
  const [text, setText] = useState('');
  const minor = parseMoney(text, currency);
  const given = reason.trim();
  const explained = explains(reason) && !acting.busy;
  return (
    <Dialog title={t('cafe.seat.receipt', { number })} onClose={onClose}>
      <div className={classes.stack}>
        <ReasonField {...{ reason }} onReason={setReason} />
        {voidable && (
          <Button
            color="stop"
            disabled={!explained}
            onClick={() => acting.act('void', { receipt: number, reason: given }, onClose)}
          >
            {t('cafe.seat.void', { number })}
          </Button>
        )}
        {refundMinor > 0n && (
          <div className={classes.form}>
            <AmountField
              label={t('back.most', { price: money(refundMinor, currency) })}
              currency={currency}
              value={text}
              onValue={setText}
            />
            <Button
              variant="default"
              disabled={!explained || minor === undefined || minor === '0' || BigInt(minor) > refundMinor}
              onClick={() => {
                if (minor !== undefined) acting.act('refund', { receipt: number, minor, reason: given }, onClose);
              }}
            >
              {t('desk.care.refund', { number })}
            </Button>
          </div>
        )}
        <ActProblem acting={acting} />
      </div>
    </Dialog>
  );
}
