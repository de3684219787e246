// clients/web/src/pages/play/verdict-panel.tsx - before anything costs: the radar, the verdict in a sentence, and every
// machine with its numbers to choose from.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { NodeId } from '../../../../../src/base/ids.ts';
import type { PlanCandidate } from '../../../../../src/protocol/player-messages.ts';
import type { Picture } from '../../../../../src/protocol/shapes.ts';
import type { PlanView } from '../../player/planner.ts';
import type { Preview, Ranked } from '../../player/preview.ts';
import { verdictOf } from '../../player/verdict.ts';
import { dbc, ms, percent } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { Radar } from '../../ui/radar/radar.tsx';
import classes from './play.module.css';
import { radarEntries } from './radar-entries.ts';

/** 'Excellent: 14 ms direct to Taipei-2', the others behind it. */
export function useVerdict(
  view: PlanView,
  preview: Preview,
  picture: Picture,
): { headline: string; others: readonly string[]; hint: string; grade: string } {
  const { t } = useTranslation();
  const { winner, ranked } = preview;
  if (view.kind === 'asking' || view.kind === 'none')
    return { headline: t('play.verdict.asking'), others: [], hint: '', grade: '' };
  if (winner === undefined) {
    if (view.kind === 'probing') return { headline: t('play.verdict.probing'), others: [], hint: '', grade: '' };
    const full = view.plan?.candidates.every(({ freeSlots }) => freeSlots === 0) ?? false;
    return { headline: full ? t('play.verdict.full') : t('play.verdict.none'), others: [], hint: '', grade: 'poor' };
  }
  const { measured, candidate } = winner;
  const verdict = verdictOf(measured, candidate.quote.promise);
  const others = ranked
    .filter((entry) => entry !== winner)
    .slice(0, 3)
    .map((entry) => `${entry.candidate.name} ${ms(entry.measured.rttMinMs)}`);
  const line = t('play.verdict.line', {
    picture: `${picture.height}p${picture.fps}`,
    grade: t(`play.verdict.grade.${verdict.grade}`),
    rtt: ms(measured.rttMinMs),
    path: t(`shell.path.${measured.path}`),
    node: candidate.name,
  });
  const because =
    verdict.because === 'rtt'
      ? t(`play.verdict.hint.${verdict.grade}`)
      : t(`play.verdict.because.${verdict.because}`, { jitter: ms(measured.jitterMs), loss: percent(measured.loss) });
  return { headline: line, others, hint: because, grade: verdict.grade };
}

function Row({
  candidate,
  entry,
  state,
  chosen,
  picked,
  onPick,
}: {
  candidate: PlanCandidate;
  entry: Ranked | undefined;
  state: PlanView['kind'];
  chosen: boolean;
  picked: boolean;
  onPick: () => void;
}) {
  const { t } = useTranslation();
  const { name, region, freeSlots, reliability, quote } = candidate;
  const measured = entry?.measured;
  return (
    <label className={classes.row} data-picked={picked || undefined} data-node={candidate.node}>
      <input
        type="radio"
        name="node"
        checked={picked}
        onChange={onPick}
        aria-label={t('play.nodes.pick', { node: name })}
      />
      <span className={classes.rowName}>
        <strong>{name}</strong>
        <small>
          {region}
          {chosen && <em>{t('play.nodes.chosen')}</em>}
        </small>
      </span>
      {measured === undefined ? (
        <span className={classes.rowState}>
          {t(`play.nodes.${freeSlots === 0 ? 'unmeasured' : state === 'ready' ? 'failed' : 'probing'}`)}
        </span>
      ) : (
        <span className={classes.rowRtt}>
          <strong>{ms(measured.rttMinMs)}</strong>
          <small>
            {t(`shell.path.${measured.path}`)} · {t('play.nodes.jitter')} {ms(measured.jitterMs)}
            {measured.loss > 0 && ` · ${t('play.nodes.loss')} ${percent(measured.loss)}`}
          </small>
        </span>
      )}
      <span className={classes.rowRest}>
        <span className={freeSlots === 0 ? panel.warn : undefined}>
          {freeSlots === 0 ? t('play.nodes.full') : t('play.nodes.seats', { count: freeSlots })}
        </span>
        <small>
          {reliability === undefined ? t('play.nodes.newcomer') : t('play.nodes.kept', { share: percent(reliability) })}
        </small>
      </span>
      <span className={classes.rowPrice}>
        {dbc(quote.rateWeiPerHour, 2)} <small>DBC/h</small>
      </span>
    </label>
  );
}

/** The panel. `picked`: a node taken by hand, undefined for the nearest. */
export function VerdictPanel({
  view,
  preview,
  picture,
  picked,
  onPick,
  onMeasure,
}: {
  view: PlanView;
  preview: Preview;
  picture: Picture;
  picked: NodeId | undefined;
  onPick: (node: NodeId | undefined) => void;
  onMeasure: () => void;
}) {
  const { t } = useTranslation();
  const verdict = useVerdict(view, preview, picture);
  const candidates = view.plan?.candidates ?? [];
  const order = new Map(preview.ranked.map(({ candidate }, index) => [candidate.node, index]));
  const sorted = candidates.toSorted((a, b) => (order.get(a.node) ?? 99) - (order.get(b.node) ?? 99));
  const busy = view.kind === 'asking' || view.kind === 'probing';
  return (
    <section className={panel.panel} aria-busy={busy}>
      <div className={classes.verdictHead}>
        <h2 className={panel.title}>{t('play.verdict.title')}</h2>
        <Button
          variant="subtle"
          size="compact-md"
          leftSection={<Icon name="refresh" size={17} />}
          onClick={onMeasure}
          disabled={busy}
        >
          {busy ? t('play.measuring') : t('play.measureAgain')}
        </Button>
      </div>
      <Radar entries={radarEntries(view, preview.winner)} live={busy} label={verdict.headline} />
      <p className={classes.verdict} data-grade={verdict.grade} data-testid="verdict" aria-live="polite">
        {verdict.headline}
        {verdict.others.map((other) => (
          <span key={other}>{other}</span>
        ))}
      </p>
      {verdict.hint !== '' && <p className={classes.hint}>{verdict.hint}</p>}
      {view.plan?.lineWarning && (
        <p className={`${panel.note} ${panel.warn}`}>
          <Icon name="warn" />
          {t('play.verdict.lineWarning')}
        </p>
      )}
      {candidates.length > 0 && (
        <fieldset className={classes.rows}>
          <legend>{t('play.nodes.title')}</legend>
          <label className={classes.row} data-picked={picked === undefined || undefined}>
            <input type="radio" name="node" checked={picked === undefined} onChange={() => onPick(undefined)} />
            <span className={classes.rowName}>
              <strong>{t('play.nodes.auto')}</strong>
            </span>
          </label>
          {sorted.map((candidate) => (
            <Row
              key={candidate.node}
              candidate={candidate}
              entry={preview.ranked.find((entry) => entry.candidate.node === candidate.node)}
              state={view.kind}
              chosen={preview.winner?.candidate.node === candidate.node}
              picked={picked === candidate.node}
              onPick={() => onPick(candidate.node)}
            />
          ))}
        </fieldset>
      )}
    </section>
  );
}
