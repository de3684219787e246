// clients/web/src/pages/kiosk/member-form.tsx - a member's number and PIN, on the seat itself or on the phone that read its code.
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from '../cafe/cafe.module.css';
import { narrow } from '../cafe/typed-number.ts';

/** The form; `onSend` gets what was typed, and resolves when it was answered: the PIN is gone then. */
export function MemberForm({
  busy,
  onSend,
}: {
  busy: boolean;
  onSend: (who: { readonly number: number; readonly pin: string }) => Promise<unknown>;
}) {
  const { t } = useTranslation();
  const [member, setMember] = useState('');
  const [pin, setPin] = useState('');
  const number = narrow(member);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    void onSend({ number: Number(number), pin }).then(() => setPin(''));
  };
  return (
    <form className={classes.form} onSubmit={send}>
      <TextInput
        label={t('cafe.kiosk.member')}
        autoComplete="off"
        inputMode="numeric"
        value={member}
        maxLength={7}
        onChange={({ currentTarget }) => setMember(currentTarget.value)}
      />
      <TextInput
        type="password"
        label={t('cafe.kiosk.pin')}
        inputMode="numeric"
        autoComplete="off"
        value={pin}
        maxLength={8}
        onChange={({ currentTarget }) => setPin(currentTarget.value)}
      />
      <Button type="submit" disabled={busy || !/^\d{4,8}$/.test(pin) || !/^[1-9]\d*$/.test(number)}>
        {t('cafe.kiosk.byMember')}
      </Button>
    </form>
  );
}
