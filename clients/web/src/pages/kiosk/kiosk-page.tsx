// clients/web/src/pages/kiosk/kiosk-page.tsx - /kiosk: a seat's own page. Six digits until it is paired; then locked until
// somebody paid, with the time that is left after that.
import '@mantine/core/styles/Input.css';
import { Button, Loader, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isPlaying } from '../../../../../src/cafe/seat.ts';
import type { Kiosk } from '../../../../../src/protocol/cafe-api.ts';
import { isGuestCode } from '../../../../../src/protocol/cafe-shapes.ts';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { immersive } from '../../app/immersive.ts';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import { forget } from '../../player/remember.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { QrCode } from '../../ui/qr-code.tsx';
import { useTitle } from '../../ui/use-title.ts';
import classes from '../cafe/cafe.module.css';
import { SeatMark, seatTone } from '../cafe/seat-mark.tsx';
import { useSeatTime } from '../cafe/seat-tile.tsx';
import { CODE_LENGTH, typedCode } from '../cafe/typed-code.ts';
import { useNow } from '../cafe/use-floor.ts';
import { BackForm } from './back-form.tsx';
import { BeginProblem } from './begin-problem.tsx';
import { EndsSoon } from './ends-soon.tsx';
import own from './kiosk.module.css';
import { MemberForm } from './member-form.tsx';
import { SeatGame } from './seat-game.tsx';
import { StillThere } from './still-there.tsx';
import { type Begin, begin, type KioskState, useKiosk } from './use-kiosk.ts';

function BeginForms({ link }: { link: string | undefined }) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [state, setState] = useState<'busy' | PlayerProblem>();
  const send = (body: Begin): Promise<void> => {
    setState('busy');
    return begin(body).then(
      (answer) => setState(answer.ok ? undefined : problemFrom(answer.error)),
      () => setState(problem('HUB_UNREACHABLE')),
    );
  };
  const busy = state === 'busy';
  const printed = typedCode(code);
  const sendCode = (event: FormEvent): void => {
    event.preventDefault();
    if (isGuestCode(printed)) void send({ by: 'code', code: printed });
    else setState({ code: 'CODE_UNKNOWN' });
  };
  return (
    <>
      <form className={classes.form} onSubmit={sendCode}>
        <TextInput
          label={t('cafe.kiosk.code')}
          autoComplete="off"
          value={code}
          maxLength={16}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
        />
        <Button type="submit" disabled={busy || printed.length !== CODE_LENGTH}>
          {t('cafe.kiosk.byCode')}
        </Button>
      </form>
      <MemberForm busy={busy} onSend={(who) => send({ by: 'member', ...who })} />
      {typeof state === 'object' && <BeginProblem problem={state} />}
      {link !== undefined && (
        <figure className={own.seatLink} data-link={link}>
          <QrCode text={`${location.origin}/seat#${link}`} label={t('cafe.kiosk.scanLabel')} />
          <figcaption>{t('cafe.kiosk.scan')}</figcaption>
        </figure>
      )}
    </>
  );
}

type SeatProps = { view: SeatView; hubMs: number } & Pick<Kiosk, 'goesOn' | 'link' | 'idle' | 'back' | 'kbpsMax'>;

function Seat({ view, hubMs, goesOn, link, idle, back, kbpsMax }: SeatProps) {
  const { t } = useTranslation();
  const timeOf = useSeatTime();
  const { seat, state, tab, message } = view;
  const startable = state === 'free' || state === 'reserved';
  // The game was ended with its save, to go on when the clock does: until then nothing is asked for.
  const packed = back !== undefined || (state === 'paused' && goesOn !== undefined);
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
      {startable && <p>{t('cafe.kiosk.locked')}</p>}
      {!startable && back === undefined && <p className={classes.kioskTime}>{timeOf(view, hubMs)}</p>}
      {startable && <BeginForms link={link} />}
      {state === 'in-use' && <p>{t('cafe.kiosk.running')}</p>}
      {tab !== undefined && isPlaying(state) && !packed && (
        <SeatGame key={tab.tab} goesOn={goesOn} kbpsMax={kbpsMax} still={state === 'paused'} />
      )}
      <EndsSoon {...{ view, hubMs }} />
      {idle !== undefined && tab !== undefined && <StillThere key={tab.tab} rule={idle} />}
      {back !== undefined && <p role="status">{t('cafe.kiosk.nobody')}</p>}
      {back !== undefined && <BackForm back={back} />}
      {!startable && back === undefined && state !== 'in-use' && <p>{t('cafe.kiosk.desk')}</p>}
      {message !== undefined && (
        <p className={panel.note} role="status">
          <Icon name="info" /> {message.text}
        </p>
      )}
    </div>
  );
}

function Screen({ kiosk, code, aheadMs, notEnrolled }: KioskState) {
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
  if (kiosk.seat !== undefined) return <Seat {...kiosk} view={kiosk.seat} hubMs={now + aheadMs} />;
  return (
    <div className={classes.kiosk} data-kiosk="unpaired">
      <h1 className={panel.pageTitle}>{t('cafe.kiosk.digits')}</h1>
      <p className={classes.digits} data-digits>
        {code ?? '······'}
      </p>
      <p className={panel.small}>{t('cafe.kiosk.digitsHint')}</p>
      {notEnrolled && (
        <p className={panel.stop} role="alert">
          {t('cafe.kiosk.notEnrolled')}
        </p>
      )}
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
