// clients/web/src/pages/verify/verify-page.tsx - /verify: the checker inside the app, and the way to keep a copy of it.
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../i18n/index.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { useTitle } from '../../ui/use-title.ts';
import classes from './verify.module.css';
import { VerifyView } from './verify-view.tsx';

/** /verify */
export function Page() {
  const { t } = useTranslation();
  useTitle(t('verify.title'));
  return (
    <>
      <h1 className={panel.pageTitle}>{t('verify.title')}</h1>
      <p className={panel.lead}>{t('verify.lead')}</p>
      <VerifyView words={t('verify', { returnObjects: true })} language={currentLanguage()} />
      <section className={`${panel.panel} ${classes.saved}`}>
        <h2 className={panel.title}>{t('verify.savedTitle')}</h2>
        <p>{t('verify.savedText')}</p>
        <a href="/verify.html" download="nearcade-verify.html">
          <Icon name="download" size={18} />
          {t('verify.savedButton')}
        </a>
      </section>
    </>
  );
}
