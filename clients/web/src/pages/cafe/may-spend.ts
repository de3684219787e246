// clients/web/src/pages/cafe/may-spend.ts - whether the device of a seat may spend: what an owner agreed to holds for a day, and
// without it no game starts there, whatever its customer has paid.
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';

/** What ends sooner is signed anew before the shift, not during it. */
const REST_MS = 12 * 3_600_000;
const SOON_MS = 3_600_000;

/** Devices that may not spend for a whole shift. */
export function withoutConsent(seats: readonly SeatView[], nowMs: number): readonly SeatView[] {
  return seats.filter(
    ({ device: { key, consentUntilMs } }) => key !== undefined && (consentUntilMs ?? 0) < nowMs + REST_MS,
  );
}

/**
 * What a desk must know of a seat before it sells time there.
 * @returns `over`: no game starts; `soon`: within an hour none will; nothing for a seat that may, or has no device
 */
export function spendingOf({ device }: SeatView, nowMs: number): 'over' | 'soon' | undefined {
  if (device.key === undefined) return undefined;
  const leftMs = (device.consentUntilMs ?? 0) - nowMs;
  if (leftMs <= 0) return 'over';
  return leftMs < SOON_MS ? 'soon' : undefined;
}
