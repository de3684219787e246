// clients/web/src/pages/cafe/seat-edit.tsx - what a seat is: its name, its room, and that it is there at all. For those whose role
// may; a seat with a customer keeps its room, and stays.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mayDo } from '../../../../../src/cafe/roles.ts';
import { isOccupied } from '../../../../../src/cafe/seat.ts';
import panel from '../../ui/panel.module.css';
import { TextField } from '../../ui/text-field.tsx';
import classes from './cafe.module.css';
import type { SeatPart } from './seat-forms.tsx';
import { TakeAway } from './take-away.tsx';

/** The form; made anew with each version of the seat. */
export function SeatEdit({ info: { role, settings }, view, acting, onClose }: SeatPart) {
  const { t } = useTranslation();
  const { seat, version, place, state } = view;
  const [name, setName] = useState(view.name);
  const [zone, setZone] = useState(view.zone);
  const taken = isOccupied(state);
  const same = name.trim() === view.name && zone === view.zone;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    acting.act('seats.edit', { seat, version, name: name.trim(), zone, ...(place === undefined ? {} : { place }) });
  };
  return (
    <div className={classes.stack}>
      <form className={classes.form} onSubmit={submit} data-edit={seat}>
        <TextField label={t('desk.edit.label')} value={name} maxLength={40} onValue={setName} />
        <NativeSelect
          label={t('cafe.add.zone')}
          value={zone}
          disabled={taken}
          data={settings.zones.map(({ id, name: label }) => ({ value: id, label }))}
          onChange={({ currentTarget }) => setZone(currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={same || acting.busy}>
          {t('shell.save')}
        </Button>
      </form>
      {taken && <p className={panel.small}>{t('desk.edit.taken')}</p>}
      {!taken && mayDo(role, 'seats.remove').ok && (
        <TakeAway
          name={t('desk.edit.remove', { seat })}
          word={t('desk.edit.remove', { seat })}
          busy={acting.busy}
          onRemove={(reason) => acting.act('seats.remove', { seat, version, reason }, onClose)}
        />
      )}
    </div>
  );
}
