// clients/web/src/ui/amount-form.tsx - a field for an amount of DBC with its button: what cannot be read or is too much is
// said under the field, in words. Amounts are cut to the grain: the chain would drop the rest.
import '@mantine/core/styles/Input.css';
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { grain, parseDbc } from '../../../../src/base/units.ts';
import classes from './amount-form.module.css';

/** `most`: more than this is refused with `tooMuch`. `onWei` hears every amount that can be read while it is typed. */
export function AmountForm({
  label,
  send,
  most,
  tooMuch,
  busy,
  onSend,
  onWei,
}: {
  label: string;
  send: string;
  most: bigint;
  tooMuch: string;
  busy: boolean;
  onSend: (wei: bigint) => void;
  onWei?: (wei: bigint) => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const change = (next: string): void => {
    setText(next);
    setError(undefined);
    const wei = parseDbc(next);
    onWei?.(wei.ok ? grain(wei.value) : 0n);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const wei = parseDbc(text);
    if (!wei.ok || grain(wei.value) === 0n) setError(t('account.cap.bad'));
    else if (wei.value > most) setError(tooMuch);
    else onSend(grain(wei.value));
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        label={label}
        inputMode="decimal"
        value={text}
        error={error}
        onChange={({ currentTarget }) => change(currentTarget.value)}
      />
      <Button type="submit" disabled={busy}>
        {send}
      </Button>
    </form>
  );
}
