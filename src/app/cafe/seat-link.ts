// src/app/cafe/seat-link.ts - the link behind the QR code of a locked seat: whoever opens it on a phone may start this very seat,
// as a member by PIN. It follows from the hub's seal, so nothing is kept; a photograph of it is worth nothing soon after, or
// once somebody has sat down there.
import type { CafeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { Seals } from '../ports.ts';
import type { Cafes } from './cafes.ts';
import type { Device, Seat } from './state.ts';

/** A new link each five minutes; the one before is good too, for whoever is typing. */
const SLOT_MS = 300_000;

type About = { readonly cafe: CafeId; readonly device: Device; readonly seat: Seat; readonly slot: number };

const sealOf = (seals: Seals, { cafe, device, seat, slot }: About): string =>
  seals.seal(`cafe-link ${cafe} ${seat.seat} ${device.tokenHash} ${seat.sinceMs} ${slot}`);

/** The link of a locked seat, for its own screen. */
export function seatLink(seals: Seals, about: Omit<About, 'slot'>, nowMs: number): string {
  const slot = Math.floor(nowMs / SLOT_MS);
  return `${about.cafe}.${about.seat.seat}.${slot}.${sealOf(seals, { ...about, slot })}`;
}

/** The device whose screen shows a link now, or showed it just before; else LINK_OVER. */
export function deviceOfLink(cafes: Cafes, link: string, nowMs: number): Result<Device, Refusal> {
  const [id = '', number = '', slotText = '', seal = ''] = link.split('.');
  const cafe = cafes.peek(id as CafeId);
  const { seals } = cafes.parts;
  const [device, seat] = [cafe?.things.device.get(number), cafe?.things.seat.get(number)];
  const slot = Number(slotText);
  const age = Math.floor(nowMs / SLOT_MS) - slot;
  if (cafe === undefined || device === undefined || seat === undefined) return err(refusal('LINK_OVER'));
  const right = seals.same(sealOf(seals, { cafe: cafe.id, device, seat, slot }), seal);
  return right && (age === 0 || age === 1) ? ok(device) : err(refusal('LINK_OVER'));
}
