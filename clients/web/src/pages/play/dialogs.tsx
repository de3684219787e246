// clients/web/src/pages/play/dialogs.tsx - the two questions that may stop a game: leave? and, still there?
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/Paper.css';
import '@mantine/core/styles/CloseButton.css';
import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from '../../app/use-store.ts';
import type { Player } from '../../player/player.ts';
import { digits } from '../../ui/format.ts';
import classes from './stream.module.css';

/** 'Leave the game?' */
export function LeaveDialog({
  opened,
  saves,
  onStay,
  onLeave,
}: {
  opened: boolean;
  saves: boolean;
  onStay: () => void;
  onLeave: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onStay}
      title={t('stream.leaveAsk.title')}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
      centered
      zIndex={400}
    >
      <p className={classes.dialogText}>
        {t('stream.leaveAsk.text')} {t(saves ? 'stream.leaveAsk.saves' : 'stream.leaveAsk.noSaves')}
      </p>
      <div className={classes.dialogActs}>
        <Button variant="default" onClick={onStay}>
          {t('stream.leaveAsk.stay')}
        </Button>
        <Button color="stop" onClick={onLeave} data-autofocus>
          {t('stream.leaveAsk.leave')}
        </Button>
      </div>
    </Modal>
  );
}

/** 'Still playing?' */
export function AfkDialog({ player }: { player: Player }) {
  const { t } = useTranslation();
  const afk = useStore(player.afk);
  return (
    <Modal
      opened={afk.kind === 'ask'}
      onClose={() => player.awake()}
      title={t('stream.afk.title')}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
      centered
      zIndex={410}
    >
      <p className={classes.dialogText}>
        {t('stream.afk.text', { time: afk.kind === 'ask' ? digits(afk.leftMs) : '' })}
      </p>
      <div className={classes.dialogActs}>
        <Button onClick={() => player.awake()} data-autofocus>
          {t('stream.afk.yes')}
        </Button>
      </div>
    </Modal>
  );
}
