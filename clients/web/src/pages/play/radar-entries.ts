// clients/web/src/pages/play/radar-entries.ts - a plan and its measurements as dots for the radar.
import type { PlanView } from '../../player/planner.ts';
import type { Ranked } from '../../player/preview.ts';
import type { RadarEntry } from '../../ui/radar/radar.tsx';

/** One dot a candidate, over its best path so far. */
export function radarEntries(view: PlanView, winner: Ranked | undefined): readonly RadarEntry[] {
  return (view.plan?.candidates ?? []).flatMap(({ node, name, freeSlots }) => {
    const mine = view.measurements.filter((measured) => measured.node === node);
    const echoes = view.echoes.filter((echo) => echo.node === node).map(({ rttMs }) => rttMs);
    const rttMs = mine.length > 0 ? Math.min(...mine.map(({ rttMinMs }) => rttMinMs)) : undefined;
    // While echoes come in, the dot already stands where the best of them puts it.
    const soFar = rttMs ?? (echoes.length > 0 ? Math.min(...echoes) : undefined);
    if (freeSlots === 0 && soFar === undefined) return []; // Full: nobody is there to answer, and nothing is wrong.
    return [
      {
        id: node,
        name,
        rttMs: soFar,
        echoesMs: echoes,
        failed: view.kind === 'ready' && soFar === undefined,
        chosen: winner?.candidate.node === node,
      },
    ];
  });
}
