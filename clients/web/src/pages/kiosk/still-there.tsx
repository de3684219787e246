// clients/web/src/pages/kiosk/still-there.tsx - asks a seat that nobody touches whether somebody is there; without an answer its
// clock stands. Any key, move or press is an answer.
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import panel from '../../ui/panel.module.css';
import { type IdleRule, type Presence, padsText, presenceAfter } from './idle.ts';
import classes from './kiosk.module.css';
import { standStill } from './use-kiosk.ts';

const LOOK_MS = 500;
const TOUCHES = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart'] as const;
const AGAIN_MS = 5_000;

function usePresence({ minutes, graceSeconds }: IdleRule): Presence {
  const [presence, setPresence] = useState<Presence>({ kind: 'here' });
  const touchedMs = useRef(0);
  useEffect(() => {
    touchedMs.current = performance.now();
    let pads = '';
    const touch = (): void => {
      touchedMs.current = performance.now();
    };
    const look = (): void => {
      const text = padsText(navigator.getGamepads());
      if (text !== pads) touch();
      pads = text;
      setPresence(presenceAfter(performance.now() - touchedMs.current, { minutes, graceSeconds }));
    };
    const timer = setInterval(look, LOOK_MS);
    for (const name of TOUCHES) addEventListener(name, touch, { capture: true, passive: true });
    return () => {
      clearInterval(timer);
      for (const name of TOUCHES) removeEventListener(name, touch, { capture: true });
    };
  }, [minutes, graceSeconds]);
  return presence;
}

/** The question, over the game. */
export function StillThere({ rule }: { rule: IdleRule }) {
  const { t } = useTranslation();
  const presence = usePresence(rule);
  const gone = presence.kind === 'gone';
  useEffect(() => {
    if (!gone) return;
    const tell = (): void => void standStill().catch(() => undefined); // A hub that is away is told when it is back.
    tell();
    const timer = setInterval(tell, AGAIN_MS);
    return () => clearInterval(timer);
  }, [gone]);
  const dialog = useRef<HTMLDialogElement>(null);
  const here = presence.kind === 'here';
  useEffect(() => {
    if (!here) dialog.current?.showModal(); // Above a game that fills the screen too.
  }, [here]);
  if (here) return null;
  return (
    <dialog ref={dialog} className={classes.stillThere} aria-labelledby="still-there" data-still-there>
      <h2 id="still-there" className={panel.pageTitle}>
        {t('cafe.kiosk.stillThere')}
      </h2>
      {presence.kind === 'asking' && <p>{t('cafe.kiosk.stillThereLeft', { count: presence.leftS })}</p>}
      <Button>{t('cafe.kiosk.stillThereYes')}</Button>
    </dialog>
  );
}
