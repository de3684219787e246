// clients/web/src/pages/cafe/pair-form.tsx - ties the device that shows six digits to a seat.
import '@mantine/core/styles/Input.css';
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';
import classes from './cafe.module.css';
import type { Acting } from './use-act.ts';

/** The form, with what is known of the seat's device. */
export function PairForm({ view: { seat, version, device }, acting }: { view: SeatView; acting: Acting }) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const digits = code.replaceAll(/\s/g, '');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    acting.act('seats.pair', { seat, version, code: digits }, () => setCode(''));
  };
  const state = device.paired ? (device.online ? 'online' : 'away') : 'none';
  return (
    <form className={classes.stack} onSubmit={submit}>
      <p data-device={state}>{t(`cafe.pair.${state}`)}</p>
      <div className={classes.form}>
        <TextInput
          label={t('cafe.pair.code')}
          description={t('cafe.pair.hint')}
          inputMode="numeric"
          autoComplete="off"
          value={code}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={!/^\d{6}$/.test(digits) || acting.busy}>
          {t('cafe.pair.send')}
        </Button>
      </div>
    </form>
  );
}
