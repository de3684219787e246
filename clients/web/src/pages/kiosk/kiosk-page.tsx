// clients/web/src/pages/kiosk/kiosk-page.tsx - /kiosk: a seat's own page. Six digits until it is paired; then locked until
// somebody paid, with the time that is left after that.
import '@mantine/core/styles/Input.css';
import { Button, Loader, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { immersive } from '../../app/immersive.ts';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import { forget } from '../../player/remember.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTitle } from '../../ui/use-title.ts';
import classes from '../cafe/cafe.module.css';
import { SeatMark, seatTone } from '../cafe/seat-mark.tsx';
import { useSeatTime } from '../cafe/seat-tile.tsx';
import { useNow } from '../cafe/use-floor.ts';
import { SeatGame } from './seat-game.tsx';
import { type Begin, begin, type KioskState, useKiosk } from './use-kiosk.ts';

function BeginForms() {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [member, setMember] = useState('');
  const [pin, setPin] = useState('');
  const [state, setState] = useState<'busy' | PlayerProblem>();
  const send = (body: Begin) => (event: FormEvent) => {
    event.preventDefault();
    setState('busy');
    begin(body).then(
      (answer) => {
        setPin('');
        setState(answer.ok ? undefined : problemFrom(answer.error));
      },
      () => setState(problem('HUB_UNREACHABLE')),
    );
  };
  const busy = state === 'busy';
  const printed = code.trim().toUpperCase();
  return (
    <>
      <form className={classes.form} onSubmit={send({ by: 'code', code: printed })}>
        <TextInput
          label={t('cafe.kiosk.code')}
          autoComplete="off"
          value={code}
          maxLength={10}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
        />
        <Button type="submit" disabled={busy || printed.length !== 8}>
          {t('cafe.kiosk.byCode')}
        </Button>
      </form>
      <form className={classes.form} onSubmit={send({ by: 'member', member: member.trim().toLowerCase(), pin })}>
        <TextInput
          label={t('cafe.kiosk.member')}
          autoComplete="off"
          value={member}
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
        <Button type="submit" disabled={busy || !/^\d{4,8}$/.test(pin) || member.trim() === ''}>
          {t('cafe.kiosk.byMember')}
        </Button>
      </form>
      {typeof state === 'object' && <ProblemCard problem={state} />}
    </>
  );
}

/** The game stays where it is in a pause and while its node is away. */
const PLAYS: ReadonlySet<SeatView['state']> = new Set(['in-use', 'paused', 'node-fault']);

function Seat({ view, hubMs }: { view: SeatView; hubMs: number }) {
  const { t } = useTranslation();
  const timeOf = useSeatTime();
  const { seat, state, tab, message } = view;
  const startable = state === 'free' || state === 'reserved';
  // A page that reloaded while the desk ended the tab still has its session: the next guest must not find it.
  useEffect(() => {
    if (tab === undefined) forget();
  }, [tab]);
  return (
    <div className={classes.kiosk} data-kiosk={state}>
      <h1 className={panel.pageTitle}>{t('cafe.kiosk.welcome', { seat })}</h1>
      <p className={classes.kioskState} data-tone={seatTone[state]}>
        <SeatMark state={state} size={26} />
        <span>{t(`cafe.states.${state}`)}</span>
      </p>
      {startable ? <p>{t('cafe.kiosk.locked')}</p> : <p className={classes.kioskTime}>{timeOf(view, hubMs)}</p>}
      {startable && <BeginForms />}
      {state === 'in-use' && <p>{t('cafe.kiosk.running')}</p>}
      {tab !== undefined && PLAYS.has(state) && <SeatGame key={tab.tab} />}
      {!startable && state !== 'in-use' && <p>{t('cafe.kiosk.desk')}</p>}
      {message !== undefined && (
        <p className={panel.note} role="status">
          <Icon name="info" /> {message.text}
        </p>
      )}
    </div>
  );
}

function Screen({ kiosk, code, aheadMs }: KioskState) {
  const { t } = useTranslation();
  const now = useNow();
  if (kiosk.doubled) {
    return (
      <div className={classes.kiosk} data-kiosk="doubled">
        <h1 className={panel.pageTitle}>{t('cafe.kiosk.title')}</h1>
        <p className={panel.stop} role="alert">
          {t('cafe.kiosk.doubled')}
        </p>
      </div>
    );
  }
  if (kiosk.seat !== undefined) return <Seat view={kiosk.seat} hubMs={now + aheadMs} />;
  return (
    <div className={classes.kiosk} data-kiosk="unpaired">
      <h1 className={panel.pageTitle}>{t('cafe.kiosk.digits')}</h1>
      <p className={classes.digits} data-digits>
        {code ?? '······'}
      </p>
      <p className={panel.small}>{t('cafe.kiosk.digitsHint')}</p>
    </div>
  );
}

/** /kiosk */
export function Page() {
  const { t } = useTranslation();
  useTitle(t('cafe.kiosk.title'));
  const state = useKiosk();
  useEffect(() => {
    immersive.set(true);
    return () => immersive.set(false);
  }, []);
  return state === undefined ? <Loader aria-label={t('shell.loading')} /> : <Screen {...state} />;
}
