// clients/web/src/pages/cafe/add-seats.tsx - seats with numbers in a row, into one zone.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeInfo, Floor } from '../../../../../src/protocol/cafe-api.ts';
import panel from '../../ui/panel.module.css';
import { ActProblem } from './act-problem.tsx';
import classes from './cafe.module.css';
import { typedCount } from './typed-number.ts';
import { useAct } from './use-act.ts';

const MOST = 200;

/** The form; it proposes the numbers that come next. */
export function AddSeats({ info: { cafe, settings }, floor }: { info: CafeInfo; floor: Floor }) {
  const { t } = useTranslation();
  const acting = useAct(cafe);
  const highest = floor.seats.reduce((most, { seat }) => Math.max(most, /^\d+$/.test(seat) ? Number(seat) : 0), 0);
  const [from, setFrom] = useState<string>();
  const [count, setCount] = useState('10');
  const [zone, setZone] = useState(settings.zones[0]?.id ?? '');
  const first = typedCount(from ?? String(highest + 1), 1, 99_999_999); // A seat's number has eight characters.
  const many = typedCount(count, 1, MOST);
  const good = !Number.isNaN(first) && !Number.isNaN(many);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const seats = Array.from({ length: many }, (_, index) => ({ seat: String(first + index), name: '', zone }));
    acting.act('seats.add', { seats }, () => setFrom(undefined));
  };
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('cafe.add.title')}</h2>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={t('cafe.add.from')}
          inputMode="numeric"
          value={from ?? String(highest + 1)}
          onChange={({ currentTarget }) => setFrom(currentTarget.value)}
        />
        <TextInput
          label={t('cafe.add.count')}
          inputMode="numeric"
          value={count}
          onChange={({ currentTarget }) => setCount(currentTarget.value)}
        />
        <NativeSelect
          label={t('cafe.add.zone')}
          value={zone}
          data={settings.zones.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={({ currentTarget }) => setZone(currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={!good || acting.busy}>
          {t('cafe.add.send')}
        </Button>
      </form>
      <ActProblem acting={acting} />
    </section>
  );
}
