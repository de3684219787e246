// clients/web/src/saved-verify.tsx - the verify page as one file (verify.html): its own entry, built into the file itself. No
// request is made: the file's own policy forbids any.
import './app/tokens.css';
import './pages/verify/saved.css';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { verify as en } from './i18n/en/verify.ts';
import { type Language, languageFor, languageNames, languages } from './i18n/languages.ts';
import type { Words } from './i18n/words.ts';
import { verify as zhHans } from './i18n/zh-hans/verify.ts';
import { verify as zhHant } from './i18n/zh-hant/verify.ts';
import { VerifyView } from './pages/verify/verify-view.tsx';
import { Logo } from './ui/logo.tsx';
import panel from './ui/panel.module.css';

const ALL: Record<Language, Words['verify']> = { 'zh-Hant': zhHant, 'zh-Hans': zhHans, en };

function Saved() {
  const [language, setLanguage] = useState(languageFor(navigator.languages));
  const words = ALL[language];
  document.documentElement.lang = language;
  document.title = `${words.title} · Nearcade`;
  return (
    <>
      <header className="saved-head">
        <span className="saved-sign">
          <Logo /> nearcade
        </span>
        <div>
          {languages.map((one) => (
            <button key={one} type="button" lang={one} aria-pressed={one === language} onClick={() => setLanguage(one)}>
              {languageNames[one]}
            </button>
          ))}
        </div>
      </header>
      <main>
        <h1 className={panel.pageTitle}>{words.title}</h1>
        <p className={panel.lead}>{words.lead}</p>
        <VerifyView words={words} language={language} />
        <p className={panel.small}>{words.isSaved}</p>
      </main>
    </>
  );
}

const light = window.matchMedia('(prefers-color-scheme: light)').matches;
document.documentElement.dataset.mantineColorScheme = light ? 'light' : 'dark';
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Saved />
    </StrictMode>,
  );
}
