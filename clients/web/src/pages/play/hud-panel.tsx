// clients/web/src/pages/play/hud-panel.tsx - every number of the session, in groups that answer a question each: how
// fast, how smooth, over which way, at what price.
import { ActionIcon } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { sumBadMs } from '../../../../../src/session/good-time.ts';
import { medianTotalMs } from '../../player/click-clock.ts';
import type { Hud } from '../../player/hud.ts';
import type { PlaySession } from '../../player/play-session.ts';
import { dbc, digits, ms, percent, plain, rate, span } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { Spark } from './spark.tsx';
import { StageBar } from './stage-bar.tsx';
import classes from './stream.module.css';
import { useHudHistory } from './use-hud.ts';

type Line = readonly [name: string, value: ReactNode];

function Lines({ lines }: { lines: readonly Line[] }) {
  return (
    <dl className={classes.lines}>
      {lines.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function useLines(hud: Hud, session: PlaySession): Record<'picture' | 'way' | 'money', readonly Line[]> {
  const { t } = useTranslation();
  const { started } = session.view.get();
  const { counters, sample, state, node } = hud;
  const { pair } = counters;
  const none = '–';
  const where =
    counters.hardware === undefined ? '' : ` · ${t(counters.hardware ? 'stream.hud.hardware' : 'stream.hud.software')}`;
  const target = node.targetKbps === undefined ? '' : ` (${t('stream.hud.target', { target: rate(node.targetKbps) })})`;
  return {
    picture: [
      [
        t('stream.hud.fps'),
        t('stream.hud.fpsParts', {
          received: plain(sample.fpsReceived),
          decoded: plain(sample.fpsDecoded),
          shown: plain(sample.fpsShown),
        }),
      ],
      [t('stream.hud.gap'), ms(sample.longestGapMs)],
      [t('stream.hud.freezes'), `${counters.freezes} · ${ms(counters.freezeS * 1_000)}`],
      [t('stream.hud.decode'), ms(sample.decodeMs)],
      [t('stream.hud.buffer'), ms(sample.bufferMs)],
      [t('stream.hud.size'), `${counters.width} × ${counters.height}`],
      [t('stream.hud.codec'), `${counters.codec}${counters.decoder === '' ? '' : ` · ${counters.decoder}`}${where}`],
      [t('stream.hud.encoder'), node.encoder ?? none],
      [t('stream.hud.sound'), percent(sample.audioConcealedShare)],
    ],
    way: [
      [
        t('stream.hud.path'),
        pair === undefined
          ? none
          : `${t(`shell.path.${pair.path}`)} · ${pair.local} ↔ ${pair.remote} · ${pair.relayProtocol ?? pair.protocol}`,
      ],
      [t('stream.hud.jitter'), ms(sample.jitterMs)],
      [t('stream.hud.loss'), `${percent(sample.lossShare, 2)} · ${counters.packetsLost}`],
      [
        t('stream.hud.repairs'),
        t('stream.hud.repairsParts', { nacks: counters.nacks, plis: counters.plis, firs: counters.firs }),
      ],
      [t('stream.hud.rate'), `${rate(sample.kbps)}${target}`],
      [t('stream.hud.outgoing'), counters.outgoingKbps === undefined ? none : rate(counters.outgoingKbps)],
      [t('stream.hud.backlog'), `${hud.backlogBytes} B`],
      [t('stream.hud.node'), `${started.nodeName} · ${started.region}`],
      [t('stream.hud.session'), <code key="id">{started.session}</code>],
    ],
    money: [
      [t('stream.hud.rateMoney'), t('shell.perHour', { amount: `${dbc(started.quote.rateWeiPerHour, 2)} DBC` })],
      [t('stream.hud.played'), span(state?.billedMs ?? 0)],
      [t('stream.hud.freeTime'), state === undefined ? none : span(sumBadMs(state.badMs))],
      [t('stream.hud.cost'), state === undefined ? none : `${dbc(state.costWei, 6, 3)} DBC`],
      [t('stream.hud.timeLeft'), state === undefined ? none : digits(state.timeLeftMs)],
    ],
  };
}

/** The panel. */
export function HudPanel({ hud, session, onClose }: { hud: Hud; session: PlaySession; onClose: () => void }) {
  const { t } = useTranslation();
  const points = useHudHistory(session);
  const lines = useLines(hud, session);
  const withStages = hud.clicks.findLast(({ stages }) => stages !== undefined);
  const median = medianTotalMs(hud.clicks);
  return (
    <aside className={classes.panel} aria-label={t('stream.hud.title')}>
      <header>
        <h2>{t('stream.hud.title')}</h2>
        <ActionIcon variant="subtle" size="lg" onClick={onClose} aria-label={t('shell.close')}>
          <Icon name="close" />
        </ActionIcon>
      </header>
      <div className={classes.big}>
        <p>
          <strong>{hud.rttMs === undefined ? '–' : ms(hud.rttMs)}</strong>
          <span>{t('stream.hud.rtt')}</span>
        </p>
        <p>
          <strong>{median === undefined ? '–' : ms(median)}</strong>
          <span>
            {t('stream.hud.click')} <small>{t('stream.hud.clickMedian', { count: hud.clicks.length })}</small>
          </span>
        </p>
      </div>
      {withStages?.stages !== undefined && (
        <>
          <h3>
            {t('stream.hud.stagesTitle')} <b>{ms(withStages.totalMs)}</b>
          </h3>
          <StageBar stages={withStages.stages} />
        </>
      )}
      <h3>{t('stream.hud.lastMinute')}</h3>
      <Spark points={points} value={({ rttMs }) => rttMs} max={20} label={t('stream.hud.rtt')} />
      <Spark points={points} value={({ fps }) => fps} max={30} label={t('stream.hud.fps')} />
      <Lines lines={lines.picture} />
      <Lines lines={lines.way} />
      <Lines lines={lines.money} />
    </aside>
  );
}
