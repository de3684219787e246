// clients/web/src/pages/kiosk/ends-soon.tsx - tells a customer ten, five and one minute before their time ends, over the game and
// without taking a key or the mouse from it.
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { Icon } from '../../ui/icons.tsx';
import classes from './kiosk.module.css';
import { warningFor } from './warning.ts';

/** Nothing at most times, and nothing for play without an end. */
export function EndsSoon({ view: { state, tab }, hubMs }: { view: SeatView; hubMs: number }) {
  const endsAtMs = state === 'in-use' ? tab?.endsAtMs : undefined;
  const minutes = endsAtMs === undefined ? undefined : warningFor(endsAtMs - hubMs);
  return minutes === undefined ? null : <Note key={minutes} minutes={minutes} byRule={tab?.endsBy === 'curfew'} />;
}

function Note({ minutes, byRule }: { minutes: number; byRule: boolean }) {
  const { t } = useTranslation();
  const note = useRef<HTMLParagraphElement>(null);
  useEffect(() => note.current?.showPopover(), []); // Above a game that fills the screen too; it takes no focus.
  return (
    <p ref={note} popover="manual" className={classes.endsSoon} role="status" data-ends-soon={minutes}>
      <Icon name="info" /> {t(byRule ? 'cafe.kiosk.ruleEnds' : 'cafe.kiosk.endsSoon', { count: minutes })}
    </p>
  );
}
