// clients/web/src/pages/cafe/seat-mark.tsx - the state of a seat as a shape: free a ring, in use a disc, ending a disc with a
// notch, reserved a square, paused two bars, out of order a cross, a lost node a lightning. It stands beside the word.
import type { SeatState } from '../../../../../src/protocol/cafe-shapes.ts';

const SHAPES: Record<SeatState, string> = {
  free: 'M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z',
  'in-use': 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14z',
  ending: 'M10 10V3a7 7 0 1 0 7 7z',
  reserved: 'M4 4h12v12H4z',
  paused: 'M5 4h3.5v12H5zM11.5 4H15v12h-3.5z',
  'out-of-order': 'M4 4l12 12M16 4 4 16',
  'node-fault': 'M11.5 2 4 11.5h5L8 18l8-9.5h-5.5z',
};
const LINES: ReadonlySet<SeatState> = new Set(['free', 'out-of-order']);

/** The colour of a state, as a name of the palette. */
export const seatTone: Record<SeatState, 'near' | 'play' | 'coin' | 'warn' | 'stop' | 'info' | 'quiet'> = {
  free: 'near',
  'in-use': 'play',
  ending: 'coin',
  reserved: 'info',
  paused: 'warn',
  'out-of-order': 'quiet',
  'node-fault': 'stop',
};

/** The shape alone, in the current colour. */
export function SeatMark({ state, size = 18 }: { state: SeatState; size?: number }) {
  const line = LINES.has(state);
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" style={{ flex: 'none' }}>
      <path
        d={SHAPES[state]}
        fill={line ? 'none' : 'currentColor'}
        stroke={line ? 'currentColor' : 'none'}
        strokeWidth="2.5"
        strokeLinecap="round"
      />
    </svg>
  );
}
