// clients/web/src/pages/play/hud-pill.tsx - one line: distance, pictures, loss, money, time left.
import { useTranslation } from 'react-i18next';
import type { Hud } from '../../player/hud.ts';
import type { Trouble } from '../../player/recovery.ts';
import { dbc, digits, ms, percent, plain } from '../../ui/format.ts';
import classes from './stream.module.css';

/** The line; a press opens the panel. */
export function HudPill({ hud, trouble, onOpen }: { hud: Hud; trouble: Trouble; onOpen: () => void }) {
  const { t } = useTranslation();
  const { sample, state } = hud;
  const bad = trouble !== 'none' || hud.badCause !== undefined;
  return (
    <button
      type="button"
      className={classes.pill}
      data-bad={bad || undefined}
      onClick={onOpen}
      aria-label={t('stream.hud.title')}
    >
      <i className={classes.lamp} aria-hidden="true" />
      <span>{hud.rttMs === undefined ? '–' : ms(hud.rttMs)}</span>
      <span>{plain(sample.fpsDecoded)} fps</span>
      <span>{percent(sample.lossShare)}</span>
      {state !== undefined && (
        <>
          <span className={classes.coin}>
            {hud.badCause === undefined ? `${dbc(state.costWei, 3, 3)} DBC` : t('stream.hud.free')}
          </span>
          <span>{t('stream.hud.left', { time: digits(state.timeLeftMs) })}</span>
        </>
      )}
    </button>
  );
}
