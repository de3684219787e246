// clients/web/src/pages/cafe/take-away.tsx - takes something away from a café: it wants a reason, in the same row.
import '@mantine/core/styles/Input.css';
import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { explains } from '../../../../../src/protocol/reason.ts';
import { ReasonField } from '../../ui/reason-field.tsx';
import classes from './cafe.module.css';

/** A button that becomes a form. `name`: what is taken away, for those who hear it; `word`: another word than 'remove'. */
export function TakeAway({
  name,
  word,
  busy,
  onRemove,
}: {
  name: string;
  word?: string;
  busy: boolean;
  onRemove: (reason: string) => void;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  if (!open) {
    return (
      <Button variant="subtle" aria-label={name} onClick={() => setOpen(true)}>
        {word ?? t('team.remove')}
      </Button>
    );
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (explains(reason)) onRemove(reason.trim());
  };
  return (
    <form className={classes.form} onSubmit={submit} aria-label={name}>
      <ReasonField reason={reason} onReason={setReason} />
      <Button type="submit" color="stop" disabled={!explains(reason) || busy}>
        {word ?? t('team.remove')}
      </Button>
    </form>
  );
}
