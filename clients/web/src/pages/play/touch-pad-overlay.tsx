// clients/web/src/pages/play/touch-pad-overlay.tsx - stick and buttons drawn over the picture for thumbs.
import { type PointerEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { createTouchPad, type OverlayButton, type TouchPad } from '../../player/input/touch-pad.ts';
import type { Running } from '../../player/player.ts';
import classes from './stream.module.css';

const REACH_PX = 46;
const BUTTONS: readonly OverlayButton[] = ['y', 'x', 'b', 'a'];
const SMALL: readonly OverlayButton[] = ['back', 'start'];

/** The overlay; `opacity` 0..1. */
export function TouchPadOverlay({ running, opacity }: { running: Running; opacity: number }) {
  const { t } = useTranslation();
  const pad = useRef<TouchPad>(undefined);
  const knob = useRef<HTMLElement>(null);
  const { sender } = running.session;
  const asPad = running.game.input.gamepad;
  useEffect(() => {
    const made = createTouchPad(sender, asPad);
    pad.current = made;
    return () => made.close(performance.now());
  }, [sender, asPad]);

  const stick = (event: PointerEvent<HTMLElement>): void => {
    const held = event.type !== 'pointerup' && event.type !== 'pointercancel';
    if (event.type === 'pointerdown') event.currentTarget.setPointerCapture(event.pointerId);
    if (held && !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = event.currentTarget.getBoundingClientRect();
    const dx = held ? (event.clientX - box.left - box.width / 2) / REACH_PX : 0;
    const dy = held ? (event.clientY - box.top - box.height / 2) / REACH_PX : 0;
    const size = Math.max(1, Math.hypot(dx, dy));
    pad.current?.stick(dx / size, dy / size, performance.now());
    if (knob.current !== null)
      knob.current.style.transform = `translate(${(dx / size) * REACH_PX}px, ${(dy / size) * REACH_PX}px)`;
  };
  const press =
    (name: OverlayButton, down: boolean) =>
    (event: PointerEvent): void => {
      event.preventDefault();
      pad.current?.button(name, down, performance.now());
    };
  const button = (name: OverlayButton, className: string | undefined) => (
    <button
      key={name}
      type="button"
      className={className}
      data-name={name}
      onPointerDown={press(name, true)}
      onPointerUp={press(name, false)}
      onPointerCancel={press(name, false)}
      onPointerLeave={press(name, false)}
      onContextMenu={(event) => event.preventDefault()}
    >
      {t(`stream.pad.${name}`)}
    </button>
  );
  return (
    <div className={classes.pad} style={{ opacity }}>
      <section
        className={classes.stick}
        aria-label={t('stream.pad.stick')}
        onPointerDown={stick}
        onPointerMove={stick}
        onPointerUp={stick}
        onPointerCancel={stick}
      >
        <i ref={knob} />
      </section>
      <div className={classes.padSmall}>{SMALL.map((name) => button(name, classes.padPill))}</div>
      <div className={classes.padButtons}>{BUTTONS.map((name) => button(name, classes.padRound))}</div>
    </div>
  );
}
