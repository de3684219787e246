// clients/web/src/ui/reason-field.tsx - the field that asks why something is done, and says how much of an answer is one.
import type { TextInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CAFE_REASON_MAX, REASON_MIN } from '../../../../src/protocol/reason.ts';
import { TextField } from './text-field.tsx';

type Asked = { readonly reason: string; readonly onReason: (reason: string) => void };

/** The field; `label`: other words than 'reason'. */
export function ReasonField({ reason, onReason, ...field }: Omit<TextInputProps, 'onChange' | 'value'> & Asked) {
  const { t } = useTranslation();
  return (
    <TextField
      data-autofocus // In a dialog.
      label={t('cafe.seat.reason')}
      description={t('cafe.seat.reasonHint', { least: REASON_MIN })}
      maxLength={CAFE_REASON_MAX}
      {...field}
      value={reason}
      onValue={onReason}
    />
  );
}
