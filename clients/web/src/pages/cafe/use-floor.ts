// clients/web/src/pages/cafe/use-floor.ts - the floor as it changes, over server-sent events. A message that does not follow
// on the last one makes the page read the whole again; silence is told, with the time since when.
import { useEffect, useState } from 'react';
import type { CafeId } from '../../../../../src/base/ids.ts';
import type { CafeLive, Floor } from '../../../../../src/protocol/cafe-api.ts';
import { decodeLive } from './cafe-calls.ts';

const AGAIN_MS = 2_000;
const SILENCE_MS = 10_000;

/** The floor, when something was last heard, and how far the hub's clock is ahead of this one. `lost`: the line broke since. */
export type LiveFloor = {
  readonly floor: Floor;
  readonly heardAtMs: number;
  readonly aheadMs: number;
  readonly lost: boolean;
};

/** The floor after a message; nothing when a message before it was missed. */
export function nextFloor(floor: Floor | undefined, live: CafeLive): Floor | undefined {
  if (live.t === 'floor') return live;
  if (floor === undefined) return undefined;
  if (live.t === 'still') {
    return live.rev === floor.rev ? { ...floor, nowMs: live.nowMs, spend: live.spend } : undefined;
  }
  if (live.from !== floor.rev) return undefined;
  const gone = new Set([...live.gone, ...live.seats.map(({ seat }) => seat)]);
  const seats = [...floor.seats.filter(({ seat }) => !gone.has(seat)), ...live.seats];
  const { shift: before, ...rest } = floor;
  const shift = live.shiftClosed === true ? undefined : (live.shift ?? before);
  return { ...rest, rev: live.rev, nowMs: live.nowMs, seats, ...(shift === undefined ? {} : { shift }) };
}

/** The floor of a café; nothing until the first message. */
export function useFloor(cafe: CafeId): LiveFloor | undefined {
  const [state, setState] = useState<LiveFloor>();
  useEffect(() => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let floor: Floor | undefined;
    const again = (afterMs: number): void => {
      source?.close();
      clearTimeout(timer);
      timer = setTimeout(open, afterMs);
    };
    const hear = ({ data }: MessageEvent<string>): void => {
      const live = decodeLive(JSON.parse(data));
      floor = live.ok ? nextFloor(floor, live.value) : undefined;
      if (floor === undefined) again(live.ok ? 0 : AGAIN_MS);
      else setState({ floor, heardAtMs: Date.now(), aheadMs: floor.nowMs - Date.now(), lost: false });
    };
    function open(): void {
      source = new EventSource(`/api/cafe/${cafe}/live`);
      source.onmessage = hear;
      source.onerror = () => {
        setState((last) => (last === undefined || last.lost ? last : { ...last, lost: true }));
        again(AGAIN_MS);
      };
    }
    open();
    return () => {
      source?.close();
      clearTimeout(timer);
    };
  }, [cafe]);
  return state;
}

/** This browser's clock, each second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Whether the line broke or has been silent for too long. */
export const isDown = ({ heardAtMs, lost }: LiveFloor, nowMs: number): boolean =>
  lost || nowMs - heardAtMs > SILENCE_MS;
