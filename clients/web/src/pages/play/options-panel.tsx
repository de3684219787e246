// clients/web/src/pages/play/options-panel.tsx - how the picture may look, which way it may take, and how much a day may
// cost. Everything has a good answer already.
import { NativeSelect, Switch } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { PathWish } from '../../../../../src/protocol/shapes.ts';
import { changeSettings, type Quality, qualities, settings } from '../../app/settings.ts';
import { useStore } from '../../app/use-store.ts';
import panel from '../../ui/panel.module.css';
import classes from './play.module.css';

const PATHS: readonly PathWish[] = ['auto', 'direct', 'relay', 'relay-tcp'];
const QUALITIES: readonly Quality[] = ['auto', 'saver', 'balanced', 'sharp'];

/** The panel. */
export function OptionsPanel({
  path,
  relays,
  onPath,
}: {
  path: PathWish;
  relays: boolean;
  onPath: (path: PathWish) => void;
}) {
  const { t } = useTranslation();
  const { quality, hideAddress } = useStore(settings);
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('play.options.title')}</h2>
      <div className={classes.options}>
        <NativeSelect
          label={t('play.options.quality')}
          description={t(`play.options.qualityHint.${quality}`)}
          value={quality}
          onChange={({ currentTarget }) =>
            changeSettings({
              quality: QUALITIES.find((name) => name === currentTarget.value && name in qualities) ?? 'auto',
            })
          }
          data={QUALITIES.map((name) => ({ value: name, label: t(`play.options.qualities.${name}`) }))}
        />
        <NativeSelect
          label={t('play.options.path')}
          value={path}
          onChange={({ currentTarget }) => onPath(PATHS.find((name) => name === currentTarget.value) ?? 'auto')}
          data={PATHS.map((name) => ({
            value: name,
            label: t(`play.options.paths.${name}`),
            disabled: !relays && name.startsWith('relay'),
          }))}
        />
        <Switch
          checked={hideAddress}
          disabled={!relays}
          label={t('play.options.hide')}
          description={t('play.options.hideHint')}
          onChange={({ currentTarget }) => {
            changeSettings({ hideAddress: currentTarget.checked });
            onPath(currentTarget.checked ? 'relay' : 'auto');
          }}
        />
        <p className={panel.small}>
          <Link to="/account">{t('play.options.cap')}</Link>: {t('play.options.capHint')}
        </p>
      </div>
    </section>
  );
}
