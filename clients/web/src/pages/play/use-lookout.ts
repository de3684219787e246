// clients/web/src/pages/play/use-lookout.ts - keeps plan and measurements fresh while somebody looks at a game, so that
// 'play' is instant; stops bothering the machines when nobody does.
import { useEffect } from 'react';
import type { PathWish } from '../../../../../src/protocol/shapes.ts';
import { keepMeasurement } from '../../app/last-measurement.ts';
import type { Planner, PlanView, PlanWish } from '../../player/planner.ts';
import { previewChoice } from '../../player/preview.ts';
import { radarEntries } from './radar-entries.ts';

const LOOK_MS = 5_000;
/** Without a sign of life for this long the page may be forgotten: measure again only when it is touched. */
const IDLE_MS = 180_000;

/** Plans and measures for `wish` now, and again before it runs out. */
export function useLookout(planner: Planner, wish: PlanWish): void {
  const key = JSON.stringify(wish);
  useEffect(() => {
    const wanted = JSON.parse(key) as PlanWish;
    let touchedMs = performance.now();
    const touch = (): void => {
      touchedMs = performance.now();
    };
    const look = (): void => {
      if (document.hidden || performance.now() - touchedMs > IDLE_MS || planner.fresh(wanted)) return;
      if (planner.view.get().kind !== 'failed') void planner.look(wanted);
    };
    if (!planner.fresh(wanted)) void planner.look(wanted);
    const timer = setInterval(look, LOOK_MS);
    for (const type of ['pointermove', 'keydown'] as const) window.addEventListener(type, touch, { passive: true });
    return () => {
      clearInterval(timer);
      for (const type of ['pointermove', 'keydown'] as const) window.removeEventListener(type, touch);
    };
  }, [planner, key]);
}

/** Keeps a finished measurement for the front page. */
export function useKeptMeasurement(view: PlanView, path: PathWish): void {
  useEffect(() => {
    if (view.kind !== 'ready' || view.plan === undefined || view.measurements.length === 0) return;
    const { winner } = previewChoice(view.plan.candidates, view.measurements, path);
    keepMeasurement(radarEntries(view, winner).filter(({ rttMs }) => rttMs !== undefined));
  }, [view, path]);
}
