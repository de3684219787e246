// clients/web/src/app/shell.tsx - the frame around every page: sign, pages, balance, language, light and dark. While a
// game runs it goes away.
import { Button, MantineProvider, Popover } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, languageNames, languages } from '../i18n/index.ts';
import { dbc } from '../ui/format.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Logo } from '../ui/logo.tsx';
import { Announcements } from './announcements.tsx';
import { ChainBanner } from './chain-banner.tsx';
import { glanceQuery } from './glance.ts';
import { immersive } from './immersive.ts';
import { chooseLook, look } from './look.ts';
import { meQuery } from './me.ts';
import { looks, schemeFor } from './scheme.ts';
import classes from './shell.module.css';
import { resolver, theme } from './theme.ts';
import { useStore } from './use-store.ts';

const PAGES: readonly {
  readonly to: string;
  readonly name: 'play' | 'test' | 'node' | 'account' | 'admin';
  readonly icon: IconName;
}[] = [
  { to: '/play', name: 'play', icon: 'play' },
  { to: '/test', name: 'test', icon: 'gauge' },
  { to: '/node', name: 'node', icon: 'chip' },
  { to: '/account', name: 'account', icon: 'person' },
];
/** Besides, for the wallets that run the hub; the bar of a phone has no room for it, the account page has it there. */
const ADMIN: (typeof PAGES)[number] = { to: '/admin', name: 'admin', icon: 'shield' };

function Pages({ className, all }: { className: string | undefined; all: boolean }) {
  const { t } = useTranslation();
  const { data: me } = useQuery(meQuery());
  const pages = all && me?.admin === true ? [...PAGES, ADMIN] : PAGES;
  return (
    <nav className={className} aria-label={t('shell.menu')}>
      {pages.map(({ to, name, icon }) => (
        <Link key={to} to={to} className={classes.page} activeProps={{ 'data-active': true, 'aria-current': 'page' }}>
          <Icon name={icon} />
          <span>{t(`shell.nav.${name}`)}</span>
        </Link>
      ))}
    </nav>
  );
}

function Balance() {
  const { t } = useTranslation();
  const { data: glance } = useQuery(glanceQuery);
  const { data: me } = useQuery(meQuery());
  return (
    <>
      {glance?.playMoney && (
        <span className={classes.playMoney} title={t('shell.playMoneyHint')}>
          {t('shell.playMoney')}
        </span>
      )}
      {me !== undefined && (
        <Link to="/account" className={classes.balance}>
          <Icon name="coin" size={16} />
          {dbc(me.balanceWei, 2)} DBC
        </Link>
      )}
    </>
  );
}

function Choice<T extends string>({
  title,
  name,
  all,
  chosen,
  textOf,
  onChoose,
}: {
  title: string;
  name: string;
  all: readonly T[];
  chosen: string;
  textOf: (one: T) => string;
  onChoose: (one: T) => void;
}) {
  return (
    <fieldset className={classes.choiceList}>
      <legend>{title}</legend>
      {all.map((one) => (
        <label key={one}>
          <input type="radio" name={name} checked={chosen === one} onChange={() => onChoose(one)} />
          {textOf(one)}
        </label>
      ))}
    </fieldset>
  );
}

function Choices() {
  const { t, i18n } = useTranslation();
  return (
    <Popover position="bottom-end" withinPortal={false} trapFocus returnFocus>
      <Popover.Target>
        <Button variant="subtle" className={classes.choice} aria-label={t('shell.choices')} title={t('shell.choices')}>
          <Icon name="globe" />
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Choice
          title={t('shell.language')}
          name="language"
          all={languages}
          chosen={i18n.language}
          textOf={(language) => languageNames[language]}
          onChoose={(language) => void chooseLanguage(language)}
        />
        <Choice
          title={t('shell.look')}
          name="look"
          all={looks}
          chosen={useStore(look)}
          textOf={(one) => t(`shell.looks.${one}`)}
          onChoose={chooseLook}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

/** The frame. */
export function Shell() {
  const { t } = useTranslation();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const choice = useStore(look);
  const playing = useStore(immersive);
  const systemDark = useMediaQuery('(prefers-color-scheme: dark)', true, { getInitialValueInEffect: false });
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
      forceColorScheme={schemeFor(choice, path, systemDark)}
    >
      {!playing && (
        <>
          <a className={classes.skip} href="#content">
            {t('shell.skip')}
          </a>
          <header className={classes.header}>
            <Link to="/" className={classes.home} aria-label={t('shell.nav.home')}>
              <Logo />
              <span>nearcade</span>
            </Link>
            <Pages className={classes.top} all />
            <div className={classes.right}>
              <Balance />
              <Choices />
            </div>
          </header>
          <ChainBanner />
          <Announcements />
        </>
      )}
      <main id="content" className={playing ? classes.playing : classes.main} tabIndex={-1}>
        <Outlet />
      </main>
      {!playing && <Pages className={classes.bottom} all={false} />}
    </MantineProvider>
  );
}
