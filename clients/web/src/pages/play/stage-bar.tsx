// clients/web/src/pages/play/stage-bar.tsx - where the time between a press and its picture went: ten stages in a row,
// as long as they took. They are measured, not added up from guesses.
import { useTranslation } from 'react-i18next';
import type { ClickStages } from '../../player/click-clock.ts';
import { ms } from '../../ui/format.ts';
import classes from './stream.module.css';

/** In the order in which they happen; the kind decides the colour. */
const STAGES: readonly { readonly name: keyof ClickStages; readonly kind: 'browser' | 'way' | 'machine' }[] = [
  { name: 'browser', kind: 'browser' },
  { name: 'uplink', kind: 'way' },
  { name: 'wait', kind: 'machine' },
  { name: 'render', kind: 'machine' },
  { name: 'convert', kind: 'machine' },
  { name: 'encode', kind: 'machine' },
  { name: 'send', kind: 'machine' },
  { name: 'downlink', kind: 'way' },
  { name: 'decode', kind: 'browser' },
  { name: 'present', kind: 'browser' },
];

/** The row with its legend. */
export function StageBar({ stages }: { stages: ClickStages }) {
  const { t } = useTranslation();
  const shown = STAGES.filter(({ name }) => Math.abs(stages[name]) >= 0.05);
  return (
    <>
      <div className={classes.stages} aria-hidden="true">
        {shown.map(({ name, kind }) => (
          <i key={name} className={classes.kind} data-kind={kind} style={{ flexGrow: Math.max(0.3, stages[name]) }} />
        ))}
      </div>
      <dl className={classes.stageList}>
        {shown.map(({ name, kind }) => (
          <div key={name}>
            <dt>
              <i className={classes.kind} data-kind={kind} aria-hidden="true" />
              {t(`stream.hud.stages.${name}`)}
            </dt>
            <dd>{ms(stages[name])}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
