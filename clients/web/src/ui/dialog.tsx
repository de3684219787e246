// clients/web/src/ui/dialog.tsx - a dialog over a page. Mantine's own head is a <header>, and a page has one already: two
// banners confuse those who jump between landmarks, so title and close button stand here.
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/Paper.css';
import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './dialog.module.css';
import { Icon } from './icons.tsx';

/** Open as long as it is there. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Modal.Root opened onClose={onClose} centered>
      <Modal.Overlay />
      <Modal.Content aria-label={title}>
        <Modal.Body>
          <div className={classes.head}>
            <h2>{title}</h2>
            <Button variant="subtle" color="play" aria-label={t('shell.close')} onClick={onClose}>
              <Icon name="close" />
            </Button>
          </div>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
