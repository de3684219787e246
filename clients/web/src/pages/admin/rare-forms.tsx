// clients/web/src/pages/admin/rare-forms.tsx - what those who run a hub do a few times a year: change its secrets, and erase
// what is kept of a player outside the ledger.
import '@mantine/core/styles/Input.css';
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlayerId } from '../../../../../src/base/ids.ts';
import panel from '../../ui/panel.module.css';
import { readAddress } from '../../ui/read-address.ts';
import type { Propose } from './act-forms.tsx';
import classes from './admin.module.css';

/** Changes a secret. */
export function SecretsForm({ propose }: { propose: Propose }) {
  const { t } = useTranslation();
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('admin.secrets.title')}</h2>
      <p className={panel.small}>{t('admin.secrets.text')}</p>
      <div className={classes.acts}>
        {(['relay', 'hub-signer'] as const).map((secret) => (
          <Button
            key={secret}
            variant="default"
            onClick={() => propose({ t: 'rotate', secret }, t(`admin.secrets.${secret}`))}
          >
            {t(`admin.secrets.${secret}`)}
          </Button>
        ))}
      </div>
    </section>
  );
}

/** Erases. */
export function EraseForm({ propose }: { propose: Propose }) {
  const { t } = useTranslation();
  const [id, setId] = useState('');
  const [bad, setBad] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const address = readAddress(id);
    setBad(address === undefined);
    if (address === undefined) return;
    propose({ t: 'erase', player: address as string as PlayerId }, `${t('admin.erase.title')}: ${address}`);
  };
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('admin.erase.title')}</h2>
      <p className={panel.small}>{t('admin.erase.text')}</p>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          className={classes.wide}
          label={t('admin.erase.id')}
          value={id}
          error={bad ? t('admin.badAddress') : undefined}
          onChange={({ currentTarget }) => setId(currentTarget.value)}
        />
        <Button type="submit" color="stop">
          {t('admin.erase.send')}
        </Button>
      </form>
    </section>
  );
}
