// clients/web/src/player/clock-sync.ts - round trip and clock offset between page and node, from the `clock` messages on
// `control` (RFC 5905 section 8). The offset of the fastest exchange of the last minute is taken: the less an exchange
// waited, the less its two directions can differ.

const MEMORY_MS = 60_000;
const SAMPLES_MAX = 64;
const RECENT = 5;
const FRESH_MS = 2_000;

/** One exchange. Both clocks monotonic, milliseconds. */
export type ClockSample = { readonly atMs: number; readonly rttMs: number; readonly offsetMs: number };

/** What is known of the node's clock. */
export type ClockSync = {
  /**
   * Takes an answer.
   * @param sentMs page's clock at sending, as it came back
   * @param nodeMs node's clock when it answered
   * @param nowMs page's clock at arrival
   */
  answer(sentMs: number, nodeMs: number, nowMs: number): void;
  /** Least round trip of the last five exchanges; undefined before the first. */
  readonly rttMs: number | undefined;
  /** The same of the last two seconds; undefined when nothing answered in them. For judging a second. */
  freshRttMs(nowMs: number): number | undefined;
  /** The node's clock minus the page's; undefined before the first exchange. */
  readonly offsetMs: number | undefined;
  /** Forgets everything: another node, another clock. */
  reset(): void;
};

/** Makes an empty record. */
export function createClockSync(): ClockSync {
  let samples: ClockSample[] = [];
  const best = (of: readonly ClockSample[]): ClockSample | undefined =>
    of.reduce<ClockSample | undefined>((a, b) => (a === undefined || b.rttMs < a.rttMs ? b : a), undefined);
  return {
    answer(sentMs, nodeMs, nowMs) {
      const rttMs = nowMs - sentMs;
      if (!(rttMs >= 0)) return; // Not ours, or a clock that went back.
      samples = samples.filter(({ atMs }) => nowMs - atMs < MEMORY_MS).slice(-SAMPLES_MAX + 1);
      samples.push({ atMs: nowMs, rttMs, offsetMs: nodeMs - (sentMs + nowMs) / 2 });
    },
    get rttMs() {
      return best(samples.slice(-RECENT))?.rttMs;
    },
    freshRttMs(nowMs) {
      return best(samples.filter(({ atMs }) => nowMs - atMs < FRESH_MS))?.rttMs;
    },
    get offsetMs() {
      return best(samples)?.offsetMs;
    },
    reset() {
      samples = [];
    },
  };
}
