// clients/web/src/app/fallbacks.tsx - what is shown where there is no page, and where a page broke.
import { Button } from '@mantine/core';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import panel from '../ui/panel.module.css';

/** No page at this address. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <section>
      <h1 className={panel.pageTitle}>{t('shell.notFound.title')}</h1>
      <p className={panel.lead}>{t('shell.notFound.text')}</p>
      <Button component={Link} to="/">
        {t('shell.notFound.home')}
      </Button>
    </section>
  );
}

/** A page threw: our mistake. */
export function Broken({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <section role="alert">
      <h1 className={panel.pageTitle}>{t('shell.broken.title')}</h1>
      <p className={panel.lead}>{t('shell.broken.text')}</p>
      <p className={panel.small}>
        <code>{error instanceof Error ? error.message : String(error)}</code>
      </p>
      <Button onClick={() => window.location.reload()}>{t('shell.broken.reload')}</Button>
    </section>
  );
}
