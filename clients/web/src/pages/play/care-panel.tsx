// clients/web/src/pages/play/care-panel.tsx - what a careful person would want to know before pressing 'play'.
import { useTranslation } from 'react-i18next';
import { EXIT_CHORD } from '../../player/input/keyboard.ts';
import { Icon, type IconName } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import classes from './play.module.css';

/** The panel. `direct`: the machine would see the player's address. */
export function CarePanel({ direct }: { direct: boolean }) {
  const { t } = useTranslation();
  const notes: readonly (readonly [IconName, string])[] = [
    ['eye', t('play.care.operator')],
    ...(direct ? [['globe', t('play.care.address')] as const] : []),
    ['out', t('play.care.exit', { chord: EXIT_CHORD })],
    ['flash', t('play.care.flashes')],
  ];
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('play.care.title')}</h2>
      <div className={classes.notes}>
        {notes.map(([icon, text]) => (
          <p key={icon} className={panel.note}>
            <Icon name={icon} />
            {text}
          </p>
        ))}
      </div>
    </section>
  );
}
