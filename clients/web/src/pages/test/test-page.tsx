// clients/web/src/pages/test/test-page.tsx - ten seconds that say whether this browser and this line can play.
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Path } from '../../../../../src/protocol/shapes.ts';
import { settings } from '../../app/settings.ts';
import { tabPlayer } from '../../app/tab-player.ts';
import { useStore } from '../../app/use-store.ts';
import { type Gate, WalletGate } from '../../app/wallet-gate.tsx';
import { EXIT_CHORD } from '../../player/input/keyboard.ts';
import type { PlanView, PlanWish } from '../../player/planner.ts';
import { type Preview, previewChoice } from '../../player/preview.ts';
import { ms, percent } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { Radar } from '../../ui/radar/radar.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { radarEntries } from '../play/radar-entries.ts';
import { useKeptMeasurement } from '../play/use-lookout.ts';
import { type Abilities, abilities, featureNames } from './abilities.ts';
import classes from './test.module.css';

const PATHS: readonly Path[] = ['direct', 'relay', 'relay-tcp'];
/** What is tried: who hides their address is measured over relays only, here too. */
const pathsTried = (hideAddress: boolean): readonly Path[] =>
  hideAddress ? PATHS.filter((path) => path !== 'direct') : PATHS;
/** Jitter above which a cable is worth the trouble. */
const JITTERY_MS = 10;

function Line({ good, name, children }: { good: boolean | undefined; name: string; children: ReactNode }) {
  return (
    <li className={classes.line} data-good={good ?? 'unknown'}>
      <Icon name={good === undefined ? 'info' : good ? 'check' : 'warn'} size={18} />
      <span>{name}</span>
      <span>{children}</span>
    </li>
  );
}

function BrowserPart({ can }: { can: Abilities }) {
  const { t } = useTranslation();
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('test.parts.browser')}</h2>
      <ul className={classes.lines}>
        <Line good={can.secure} name={t('test.secure.title')}>
          {t(can.secure ? 'test.secure.ok' : 'test.secure.bad')}
        </Line>
        {featureNames.map((name) => (
          <Line key={name} good={can.features[name]} name={t(`test.features.${name}`)}>
            {t(can.features[name] ? 'test.yes' : 'test.no')}
          </Line>
        ))}
      </ul>
    </section>
  );
}

function DecodePart({ can }: { can: Abilities }) {
  const { t } = useTranslation();
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('test.parts.decode')}</h2>
      <ul className={classes.lines}>
        <Line good={can.codecs.length > 0} name={t('test.codecs')}>
          {can.codecs.join(', ') || t('test.no')}
        </Line>
        {can.decoding.map(({ picture, smooth, hardware }) => (
          <Line key={picture} good={smooth} name={picture}>
            {smooth === undefined
              ? t('test.unknown')
              : smooth
                ? t('test.smooth', { how: t(hardware ? 'test.hardware' : 'test.software') })
                : t('test.rough')}
          </Line>
        ))}
      </ul>
    </section>
  );
}

function RelayPart({ view }: { view: PlanView }) {
  const { hideAddress } = useStore(settings);
  const { t } = useTranslation();
  const best = (path: Path): number | undefined => {
    const rtts = view.measurements.filter((each) => each.path === path).map(({ rttMinMs }) => rttMinMs);
    return rtts.length === 0 ? undefined : Math.min(...rtts);
  };
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('test.parts.relay')}</h2>
      <ul className={classes.lines}>
        {pathsTried(hideAddress).map((path) => {
          const rttMs = best(path);
          const absent = path !== 'direct' && view.plan?.relays === false;
          return (
            <Line key={path} good={absent ? undefined : rttMs !== undefined} name={t(`test.reach.${path}`)}>
              {absent
                ? t('test.reach.absent')
                : rttMs === undefined
                  ? t(view.kind === 'ready' ? 'test.reach.none' : 'test.running')
                  : t('test.reach.ok', { rtt: ms(rttMs) })}
            </Line>
          );
        })}
      </ul>
    </section>
  );
}

function NodesPart({ view, preview }: { view: PlanView; preview: Preview }) {
  const { t } = useTranslation();
  const busy = view.kind === 'asking' || view.kind === 'probing';
  return (
    <section className={`${panel.panel} ${classes.wide}`}>
      <h2 className={panel.title}>{t('test.parts.nodes')}</h2>
      <Radar entries={radarEntries(view, preview.winner)} live={busy} label={t('test.parts.nodes')} />
      <ul className={classes.lines}>
        {preview.ranked.map(({ candidate, measured }) => (
          <Line key={candidate.node} good name={`${candidate.name} · ${candidate.region}`}>
            {ms(measured.rttMinMs)} · {t('play.nodes.jitter')} {ms(measured.jitterMs)} · {t('play.nodes.loss')}{' '}
            {percent(measured.loss)}
          </Line>
        ))}
      </ul>
    </section>
  );
}

function useVerdict(view: PlanView, preview: Preview, can: Abilities): string {
  const { t } = useTranslation();
  if (can.codecs.length === 0) return t('test.verdict.unfit');
  if (view.plan !== undefined && view.plan.candidates.length === 0) return t('test.noNodes');
  const { winner } = preview;
  if (winner === undefined) return view.kind === 'ready' ? t('test.verdict.none') : t('test.running');
  const smooth = can.decoding.findLast((each) => each.smooth)?.picture ?? '720p60';
  const { measured, candidate } = winner;
  const hidden = settings.get().hideAddress;
  if (measured.path !== 'direct' && !hidden && !view.measurements.some(({ path }) => path === 'direct'))
    return t('test.verdict.path');
  const good = t('test.verdict.good', { picture: smooth, rtt: ms(measured.rttMinMs), node: candidate.name });
  return measured.jitterMs > JITTERY_MS ? `${good} ${t('test.wired', { jitter: ms(measured.jitterMs) })}` : good;
}

function save(report: object): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'nearcade-test.json';
  link.click();
  URL.revokeObjectURL(url);
}

function Results({ view, can }: { view: PlanView; can: Abilities }) {
  const { t } = useTranslation();
  useKeptMeasurement(view, 'auto');
  const preview = previewChoice(view.plan?.candidates ?? [], view.measurements, 'auto');
  const verdict = useVerdict(view, preview, can);
  return (
    <>
      <p className={classes.verdict} role="status" data-testid="verdict">
        {verdict}
      </p>
      {view.problem !== undefined && <ProblemCard problem={view.problem} />}
      <div className={classes.parts}>
        <NodesPart view={view} preview={preview} />
        <RelayPart view={view} />
        <DecodePart can={can} />
        <BrowserPart can={can} />
      </div>
      <Button
        variant="default"
        leftSection={<Icon name="download" size={18} />}
        onClick={() => save({ atMs: Date.now(), browser: navigator.userAgent, can, results: view.results })}
      >
        {t('test.json')}
      </Button>
    </>
  );
}

function Test({ config, wallet }: Gate) {
  const { t } = useTranslation();
  const { planner } = tabPlayer(config, wallet, t('stream.picture', { chord: EXIT_CHORD })).player;
  const view = useStore(planner.view);
  const [can, setCan] = useState<Abilities>();
  const [running, setRunning] = useState(false);
  const [game] = config.games;
  const run = async (): Promise<void> => {
    setRunning(true);
    planner.drop();
    setCan(await abilities());
    if (game !== undefined) {
      const wish: PlanWish = { game: game.id, paths: pathsTried(settings.get().hideAddress) };
      await planner.look(wish);
    }
    setRunning(false);
  };
  return (
    <>
      <Button size="lg" loading={running} leftSection={<Icon name="gauge" />} onClick={() => void run()}>
        {t(can === undefined ? 'test.start' : 'test.again')}
      </Button>
      {can !== undefined && <Results view={view} can={can} />}
    </>
  );
}

/** /test */
export function Page() {
  const { t } = useTranslation();
  useTitle(t('test.title'));
  return (
    <>
      <h1 className={panel.pageTitle}>{t('test.title')}</h1>
      <p className={panel.lead}>{t('test.lead')}</p>
      <WalletGate>{(gate) => <Test key={gate.wallet.address} {...gate} />}</WalletGate>
    </>
  );
}
