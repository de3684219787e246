// clients/web/src/pages/play/use-hud.ts - the numbers of now and of the last minute.
import { useEffect, useState } from 'react';
import { useStore } from '../../app/use-store.ts';
import type { Hud } from '../../player/hud.ts';
import type { PlaySession } from '../../player/play-session.ts';

/** One second in the charts. */
export type HudPoint = { readonly fps: number; readonly rttMs: number; readonly good: boolean };

const POINTS_MAX = 60;
const SPAN_LEAST_MS = 100; // The first reading has nothing before it and says nothing.

/** The last minute, oldest first. */
export function useHudHistory(session: PlaySession): readonly HudPoint[] {
  const hud = useStore(session.hud);
  const [points, setPoints] = useState<readonly HudPoint[]>([]);
  useEffect(() => {
    if (hud === undefined || hud.sample.spanMs < SPAN_LEAST_MS) return;
    const point = { fps: hud.sample.fpsDecoded, rttMs: hud.rttMs ?? 0, good: hud.badCause === undefined };
    setPoints((before) => [...before, point].slice(-POINTS_MAX));
  }, [hud]);
  return points;
}

/** Milliseconds since the last picture, as far as the HUD knows. */
export function silentMs(hud: Hud | undefined): number {
  return hud === undefined || hud.sample.framesDecoded > 0 ? 0 : performance.now() - hud.atMs + 1_000;
}
