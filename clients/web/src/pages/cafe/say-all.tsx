// clients/web/src/pages/cafe/say-all.tsx - one text on many seats: all, those in use, or a room.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isOccupied } from '../../../../../src/cafe/seat.ts';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { Dialog } from '../../ui/dialog.tsx';
import panel from '../../ui/panel.module.css';
import { ActProblem } from './act-problem.tsx';
import classes from './cafe.module.css';
import { useAct } from './use-act.ts';

const MOST = 500;

/** The dialog. */
export function SayAll({
  info: { cafe, settings },
  seats,
  onClose,
}: {
  info: CafeInfo;
  seats: readonly SeatView[];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const acting = useAct(cafe);
  const [text, setText] = useState('');
  const [to, setTo] = useState('all');
  const [shown, setShown] = useState<number>();
  const chosen = seats.filter(({ zone, state }) =>
    to === 'all' ? true : to === 'playing' ? isOccupied(state) : to === `zone/${zone}`,
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const body = {
      text: text.trim(),
      ...(to === 'all' ? {} : { seats: chosen.slice(0, MOST).map(({ seat }) => seat) }),
    };
    acting.act('message', body, (answer) => {
      setShown(answer.seats.length);
      setText('');
    });
  };
  return (
    <Dialog title={t('desk.say.all')} onClose={onClose}>
      <form className={classes.stack} onSubmit={submit}>
        <TextInput
          label={t('desk.say.text')}
          data-autofocus
          value={text}
          maxLength={200}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <NativeSelect
          label={t('desk.say.to')}
          value={to}
          data={[
            { value: 'all', label: t('desk.say.everyone') },
            { value: 'playing', label: t('desk.say.playing') },
            ...settings.zones.map(({ id, name }) => ({ value: `zone/${id}`, label: name })),
          ]}
          onChange={({ currentTarget }) => setTo(currentTarget.value)}
        />
        <ActProblem acting={acting} />
        {shown !== undefined && (
          <p className={panel.near} role="status" data-shown={shown}>
            {t('desk.say.shown', { count: shown })}
          </p>
        )}
        <Button type="submit" disabled={text.trim() === '' || chosen.length === 0 || acting.busy}>
          {t('desk.say.send')}
        </Button>
      </form>
    </Dialog>
  );
}
