// clients/web/src/pages/play/starting.tsx - five ticks between the press and a game that answers, each with its time.
import { Button, Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '../../player/play-session.ts';
import { startSteps } from '../../player/start-times.ts';
import { plain } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { Logo } from '../../ui/logo.tsx';
import classes from './stream.module.css';

/** The overlay. `view`: undefined while there is no seat yet; `queue`: place in the line. */
export function Starting({
  title,
  view,
  queue,
  resuming,
  walletAsks,
  onCancel,
}: {
  title: string;
  view: SessionView | undefined;
  queue: { readonly position: number; readonly length: number } | undefined;
  resuming: boolean;
  walletAsks: boolean;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const times = view?.times ?? {};
  const at = startSteps.findIndex((step) => times[step] === undefined);
  return (
    <section className={classes.starting} aria-live="polite">
      <div className={classes.startingBox}>
        <span className={classes.startingSign}>
          <Logo size={44} />
        </span>
        <h1>{t(resuming ? 'stream.starting.resuming' : 'stream.starting.title', { game: title })}</h1>
        {view !== undefined && (
          <p className={classes.startingNode}>
            {t('stream.starting.on', { node: view.started.nodeName, path: t(`shell.path.${view.started.path}`) })}
          </p>
        )}
        {queue !== undefined && (
          <div className={classes.queue} role="status">
            <strong>{t('stream.starting.queue', queue)}</strong>
            <p>{t('stream.starting.queueText')}</p>
          </div>
        )}
        {!resuming && queue === undefined && (
          <ol className={classes.ticks}>
            {startSteps.map((step, index) => {
              const time = times[step];
              return (
                <li key={step} data-state={time !== undefined ? 'done' : index === at ? 'now' : 'later'}>
                  {time !== undefined ? <Icon name="check" size={18} /> : index === at ? <Loader size={16} /> : <i />}
                  <span>{t(`stream.starting.steps.${step}`)}</span>
                  <time>{time === undefined ? '' : `${plain(time / 1_000, 2)} s`}</time>
                </li>
              );
            })}
          </ol>
        )}
        {walletAsks && <p>{t('stream.starting.wallet')}</p>}
        <Button variant="default" size="md" onClick={onCancel}>
          {t(queue === undefined ? 'stream.starting.cancel' : 'stream.starting.leaveQueue')}
        </Button>
        {!resuming && queue === undefined && <small>{t('stream.starting.free')}</small>}
      </div>
    </section>
  );
}
