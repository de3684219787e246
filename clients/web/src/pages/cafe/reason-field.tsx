// clients/web/src/pages/cafe/reason-field.tsx - why something is done at the desk: how short a reason may be, and its field.
import { useTranslation } from 'react-i18next';
import { TextField } from './text-field.tsx';

const REASON_MIN = 3;
/** As many characters as the hub takes (protocol/cafe-shapes.ts). */
export const REASON_MAX = 200;

/** Whether a reason, without the space around it, says enough. */
export const explains = (reason: string): boolean => reason.trim().length >= REASON_MIN;

/** The field of a dialog that asks why first. */
export function ReasonField({ reason, onReason }: { reason: string; onReason: (reason: string) => void }) {
  const { t } = useTranslation();
  return (
    <TextField
      data-autofocus
      label={t('cafe.seat.reason')}
      description={t('cafe.seat.reasonHint')}
      value={reason}
      maxLength={REASON_MAX}
      onValue={onReason}
    />
  );
}
