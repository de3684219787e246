// clients/web/src/pages/kiosk/warning.ts - when a customer is told that the time ends: for some seconds at ten and five minutes, and
// all through the last one.
const MINUTE_MS = 60_000;
const SHOWN_MS = 15_000;

/** The minutes to tell of when so much is left; nothing at most times. */
export function warningFor(leftMs: number): 10 | 5 | 1 | undefined {
  if (leftMs <= 0) return undefined;
  if (leftMs <= MINUTE_MS) return 1;
  return ([10, 5] as const).find((minutes) => {
    const sinceMs = minutes * MINUTE_MS - leftMs;
    return sinceMs >= 0 && sinceMs < SHOWN_MS;
  });
}
