// clients/web/src/player/hub-clock.ts - the hub's wall clock as this page knows it: consents are checked by that one, and
// a visitor's own clock may be hours off.

/** The hub's Unix time in ms. */
export type HubClock = { nowMs(): number };

/** Makes the clock from what `welcome` said when it arrived. */
export function createHubClock(hubMs: number): HubClock {
  const offsetMs = hubMs - performance.now();
  return { nowMs: () => performance.now() + offsetMs };
}
