// clients/web/src/pages/cafe/seat-care.tsx - what wants a reason: pause, credit of minutes, out of order, and money that goes
// back, as a whole (void) or in part (refund).
import '@mantine/core/styles/Input.css';
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { explains } from '../../../../../src/protocol/reason.ts';
import { ReasonField } from '../../ui/reason-field.tsx';
import { AmountField } from './amount-field.tsx';
import classes from './cafe.module.css';
import { parseMoney } from './local-money.ts';
import type { SeatPart } from './seat-forms.tsx';
import { typedCount } from './typed-number.ts';
import { VoidList } from './void-list.tsx';

/** One field for the reason, a button for each act. */
export function SeatCare({ info, floor, view, acting, onDone }: SeatPart) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [minutes, setMinutes] = useState('5');
  const [amount, setAmount] = useState('');
  const { seat, version, state, tab } = view;
  const { currency, creditMinutesMax } = info.settings;
  const given = reason.trim();
  const ready = explains(reason) && !acting.busy;
  const done = (): void => setReason('');
  const act = (name: 'pause' | 'break') => acting.act(name, { seat, version, reason: given }, done);
  const credited = typedCount(minutes, 1, creditMinutesMax);
  const creditable = !Number.isNaN(credited);
  const leads = info.role === 'owner' || info.role === 'manager';
  const back = leads ? parseMoney(amount, currency) : undefined;
  const moneyBack = (name: 'void' | 'refund') => (receipt: number) => {
    const body = { receipt, reason: given };
    const heard = (answer: Parameters<typeof onDone>[0]): void => {
      setAmount('');
      done();
      onDone(answer);
    };
    if (name === 'void') acting.act('void', body, ({ receipts }) => heard(receipts));
    else if (back !== undefined) acting.act('refund', { ...body, minor: back }, ({ receipts }) => heard(receipts));
  };
  return (
    <div className={classes.stack}>
      <ReasonField reason={reason} onReason={setReason} />
      <div className={classes.acts}>
        {(state === 'in-use' || state === 'node-fault') && (
          <Button variant="default" disabled={!ready} onClick={() => act('pause')}>
            {t('cafe.seat.pause')}
          </Button>
        )}
        {tab === undefined && state !== 'out-of-order' && (
          <Button variant="default" disabled={!ready} onClick={() => act('break')}>
            {t('cafe.seat.break')}
          </Button>
        )}
      </div>
      {tab !== undefined && creditMinutesMax > 0 && (
        <div className={classes.form}>
          <TextInput
            label={t('desk.care.minutes', { most: creditMinutesMax })}
            inputMode="numeric"
            value={minutes}
            onChange={({ currentTarget }) => setMinutes(currentTarget.value)}
          />
          <Button
            variant="default"
            disabled={!ready || !creditable}
            onClick={() => acting.act('credit', { seat, version, minutes: credited, reason: given }, done)}
          >
            {t('desk.care.credit')}
          </Button>
        </div>
      )}
      {leads && (
        <AmountField
          label={t('desk.care.amount', { code: currency.code })}
          currency={currency}
          value={amount}
          onValue={setAmount}
        />
      )}
      <VoidList
        {...{ info, floor, view, ready }}
        refundMinor={BigInt(back ?? '0')}
        onVoid={moneyBack('void')}
        onRefund={moneyBack('refund')}
      />
    </div>
  );
}
