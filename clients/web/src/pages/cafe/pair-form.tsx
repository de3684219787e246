// clients/web/src/pages/cafe/pair-form.tsx - ties the device that shows six digits to a seat, and lets it go.
import '@mantine/core/styles/Input.css';
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mayDo } from '../../../../../src/cafe/roles.ts';
import type { CafeRole } from '../../../../../src/protocol/cafe-shapes.ts';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';
import classes from './cafe.module.css';
import { TakeAway } from './take-away.tsx';
import { narrow } from './typed-number.ts';
import type { Acting } from './use-act.ts';

/** The form, with what is known of the seat's device. */
export function PairForm({
  role,
  view: { seat, version, device },
  acting,
}: {
  role: CafeRole;
  view: SeatView;
  acting: Acting;
}) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const digits = narrow(code).replaceAll(/\s/g, '');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    acting.act('seats.pair', { seat, version, code: digits }, () => setCode(''));
  };
  const state = device.paired ? (device.online ? 'online' : 'away') : 'none';
  return (
    <div className={classes.stack}>
      <p data-device={state}>{t(`cafe.pair.${state}`)}</p>
      <form className={classes.form} onSubmit={submit}>
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
      </form>
      {device.paired && mayDo(role, 'seats.unpair').ok && (
        <TakeAway
          name={t('cafe.pair.unpairOf', { seat })}
          word={t('cafe.pair.unpair')}
          busy={acting.busy}
          onRemove={(reason) => acting.act('seats.unpair', { seat, version, reason })}
        />
      )}
    </div>
  );
}
