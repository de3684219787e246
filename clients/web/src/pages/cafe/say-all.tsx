// clients/web/src/pages/cafe/say-all.tsx - one text on many seats, or one end for all who play: all, those in use, or a room.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isOccupied, isPlaying } from '../../../../../src/cafe/seat.ts';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { Dialog } from '../../ui/dialog.tsx';
import panel from '../../ui/panel.module.css';
import { ActProblem } from './act-problem.tsx';
import classes from './cafe.module.css';
import { nextOnWall } from './price-preview.ts';
import { useAct } from './use-act.ts';

const MOST = 500;

/** The dialog. */
export function SayAll({
  info: { cafe, settings },
  seats,
  hubMs,
  onClose,
}: {
  info: CafeInfo;
  seats: readonly SeatView[];
  hubMs: number;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const acting = useAct(cafe);
  const [text, setText] = useState('');
  const [to, setTo] = useState('all');
  const [shown, setShown] = useState<number>();
  const [end, setEnd] = useState('');
  const [ended, setEnded] = useState<number>();
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
  const players = chosen.filter(({ state }) => isPlaying(state)).slice(0, MOST);
  const atMs = nextOnWall(settings.timeZone, end, hubMs);
  const endAt = (at: number | null): void =>
    acting.act('end-at', { seats: players.map(({ seat }) => seat), atMs: at }, (answer) =>
      setEnded(answer.seats.length),
    );
  return (
    <Dialog title={t('desk.say.all')} onClose={onClose}>
      <div className={classes.page}>
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
        <div className={classes.stack} data-end-all>
          <TextInput
            type="time"
            label={t('desk.end.at')}
            description={t('desk.end.text')}
            value={end}
            onChange={({ currentTarget }) => setEnd(currentTarget.value)}
          />
          {ended !== undefined && (
            <p className={panel.near} role="status" data-ended={ended}>
              {t('desk.end.done', { count: ended })}
            </p>
          )}
          <div className={classes.acts}>
            <Button
              variant="default"
              disabled={atMs === undefined || players.length === 0 || acting.busy}
              onClick={() => endAt(atMs ?? null)}
            >
              {t('desk.end.send', { count: players.length })}
            </Button>
            <Button variant="subtle" disabled={players.length === 0 || acting.busy} onClick={() => endAt(null)}>
              {t('desk.end.back')}
            </Button>
          </div>
        </div>
      </div>
    </Dialog>
  );
}
