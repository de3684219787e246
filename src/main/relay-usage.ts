// src/main/relay-usage.ts - tells the hub what each session's allocations carried: cumulative, so a message that was missed
// costs nothing.
import type { SessionId } from '../base/ids.ts';
import { systemClock } from '../observe/clock.ts';
import type { RelayFleet } from '../server/udp/relay-fleet.ts';
import type { RelayLink } from '../server/ws/relay-link.ts';

const SESSIONS_PER_MESSAGE = 1_000; // The bound of the message's shape.

const isSession = (name: string): name is SessionId => /^s_[0-9a-z]{26}$/.test(name);

/** Brings the figures up to date and sends `changed` ones, or `all` to a hub that was away. Others' users are not told. */
export function reportUsage(fleet: RelayFleet, link: RelayLink, which: 'changed' | 'all'): void {
  const nowMs = systemClock.monotonicMs();
  fleet.readUsage(nowMs);
  if (!link.connected) return;
  const found = which === 'all' ? fleet.usage.all() : fleet.usage.takeChanged(nowMs);
  const sessions = found.flatMap(({ session, usage: { toPlayerBytes, toNodeBytes } }) =>
    isSession(session) ? [{ session, toPlayerBytes, toNodeBytes }] : [],
  );
  for (let at = 0; at < sessions.length; at += SESSIONS_PER_MESSAGE) {
    link.send({ t: 'usage', sessions: sessions.slice(at, at + SESSIONS_PER_MESSAGE) });
  }
}
