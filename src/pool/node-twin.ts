// src/pool/node-twin.ts - two machines with one key (a cloned disk, a restored backup) would throw each other out for ever, and each
// turn stops the games of the other. A machine that comes back takes its own place; who takes it to and fro is a second one.

/** Who speaks on a socket: the run of its program, where it tells, else the address that it comes from. */
export type Voice = { readonly boot?: string | undefined; readonly address: string };
/** What is remembered of those who held one machine's place. */
export type Places = {
  readonly voice: Voice;
  /** When somebody else took the place from one who was there; monotonic ms, none older than the window. */
  readonly takenAtMs: readonly number[];
  /** The second machine that was last refused: when, and where it came from. */
  readonly twin: { readonly atMs: number; readonly address: string } | undefined;
};

const WINDOW_MS = 60_000;
/** So often in the window may a place be taken: once by a machine that started anew before we knew, once back. */
const TAKEN_MOST = 2;
/** A second machine that was refused is refused at once, and shown, for so long. */
export const TWIN_SHOWN_MS = 3_600_000;

/** Where a second machine with the same key came from, when one was refused not long ago. */
export function twinOf(places: Places | undefined, nowMs: number): string | undefined {
  const twin = places?.twin;
  return twin !== undefined && nowMs - twin.atMs < TWIN_SHOWN_MS ? twin.address : undefined;
}

const same = (a: Voice, b: Voice): boolean =>
  a.boot === undefined || b.boot === undefined ? a.address === b.address : a.boot === b.boot;

/**
 * A machine says hello for a place.
 * @param held whoever had the place last, and whether it is there now
 * @returns what to remember, and whether the newcomer is a second machine: then the place stays as it is
 */
export function takePlace(
  held: { readonly places: Places; readonly here: boolean } | undefined,
  voice: Voice,
  nowMs: number,
): { readonly twin: boolean; readonly places: Places } {
  if (held === undefined) return { twin: false, places: { voice, takenAtMs: [], twin: undefined } };
  const { places, here } = held;
  const takenAtMs = places.takenAtMs.filter((atMs) => nowMs - atMs < WINDOW_MS);
  if (!here || same(places.voice, voice)) return { twin: false, places: { ...places, voice, takenAtMs } };
  if (twinOf(places, nowMs) !== undefined || takenAtMs.length >= TAKEN_MOST) {
    return { twin: true, places: { ...places, takenAtMs, twin: { atMs: nowMs, address: voice.address } } };
  }
  return { twin: false, places: { ...places, voice, takenAtMs: [...takenAtMs, nowMs] } };
}
