// clients/web/src/pages/landing/landing-page.tsx - the front page: one sentence, what is there right now, three doors.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Glance, glanceQuery } from '../../app/glance.ts';
import { lastMeasurement } from '../../app/last-measurement.ts';
import { ago, clock, plain, usd } from '../../ui/format.ts';
import { Icon, type IconName } from '../../ui/icons.tsx';
import { priceSource } from '../../ui/price-source.ts';
import { Radar } from '../../ui/radar/radar.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { FactPicture } from './fact-picture.tsx';
import classes from './landing.module.css';

function Hero() {
  const { t } = useTranslation();
  const measured = lastMeasurement();
  const caption =
    measured === undefined
      ? t('landing.radar.none')
      : t('landing.radar.last', { ago: ago(Date.now() - measured.atMs) });
  return (
    <section className={classes.hero}>
      <div className={classes.words}>
        <h1>{t('shell.tagline')}</h1>
        <p>{t('landing.lead')}</p>
        <div className={classes.acts}>
          <Button component={Link} to="/play" size="lg" leftSection={<Icon name="play" />}>
            {t('landing.play')}
          </Button>
          <Button component={Link} to="/test" size="lg" variant="default" leftSection={<Icon name="gauge" />}>
            {t('landing.test')}
          </Button>
        </div>
      </div>
      <figure className={classes.radar}>
        <Radar
          entries={measured?.entries ?? []}
          live={measured === undefined}
          label={`${caption}. ${t('landing.radar.rings')}`}
        />
        <figcaption>
          {caption} · {t('landing.radar.rings')}
        </figcaption>
      </figure>
    </section>
  );
}

function Live({ glance }: { glance: Glance }) {
  const { t } = useTranslation();
  const items: readonly (readonly [string, string])[] = [
    [plain(glance.online), t('landing.live.nodes', { count: glance.online })],
    [plain(glance.freeSlots), t('landing.live.seats', { count: glance.freeSlots })],
    [plain(glance.regions), t('landing.live.regions', { count: glance.regions })],
    [usd(glance.microUsdPerDbc), t('landing.live.price')],
  ];
  return (
    <section className={classes.live} aria-label={t('landing.live.title')}>
      {items.map(([value, name]) => (
        <p key={name}>
          <strong>{value}</strong>
          <span>{name}</span>
        </p>
      ))}
      <p className={classes.rate}>
        {glance.online === 0
          ? t('landing.live.none')
          : t('shell.rateTaken', { time: clock(glance.priceAtMs), source: priceSource(t, glance.priceSource) })}
      </p>
    </section>
  );
}

const DOORS: readonly {
  readonly name: 'play' | 'test' | 'node' | 'cafe';
  readonly to: string;
  readonly icon: IconName;
}[] = [
  { name: 'play', to: '/play', icon: 'play' },
  { name: 'test', to: '/test', icon: 'gauge' },
  { name: 'node', to: '/node', icon: 'chip' },
  { name: 'cafe', to: '/cafe', icon: 'screen' },
];

function Doors() {
  const { t } = useTranslation();
  return (
    <section className={classes.doors}>
      {DOORS.map(({ name, to, icon }) => (
        <Link key={name} to={to} className={classes.door} data-door={name}>
          <Icon name={icon} size={26} />
          <h2>{t(`landing.doors.${name}.title`)}</h2>
          <p>{t(`landing.doors.${name}.text`)}</p>
          <span className={classes.go}>
            {t(`landing.doors.${name}.go`)} <Icon name="arrow" size={18} />
          </span>
        </Link>
      ))}
    </section>
  );
}

const FACTS = ['measured', 'good', 'receipt'] as const;

function Facts() {
  const { t } = useTranslation();
  return (
    <section className={classes.facts}>
      <h2>{t('landing.facts.title')}</h2>
      <div>
        {FACTS.map((name) => (
          <article key={name}>
            <FactPicture name={name} />
            <h3>{t(`landing.facts.${name}.title`)}</h3>
            <p>{t(`landing.facts.${name}.text`)}</p>
          </article>
        ))}
      </div>
    </section>
  );
}

/** The front page. */
export function Page() {
  const { t } = useTranslation();
  useTitle('');
  const { data: glance } = useQuery(glanceQuery);
  return (
    <>
      <Hero />
      {glance === undefined ? <div className={classes.livePlace} /> : <Live glance={glance} />}
      <Doors />
      <Facts />
      <footer className={classes.footer}>
        <span>{t('landing.footer.licence')}</span>
        <a href="/docs">{t('landing.footer.api')}</a>
        {glance !== undefined && <span>{t('landing.footer.version', { version: glance.version })}</span>}
      </footer>
    </>
  );
}
