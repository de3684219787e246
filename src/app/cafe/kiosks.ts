// src/app/cafe/kiosks.ts - the devices on the seats: who is there, which seat is whose, and two that show one identity (a cloned
// disk): both are stopped and told. What lies here ends with the process; which device belongs to a seat is a thing of the café.
import type { MemberId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { CafeActAnswer } from '../../protocol/cafe-acts.ts';
import type { Kiosk } from '../../protocol/cafe-api.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import { sitDown } from './acts/sit-down.ts';
import type { Cafes } from './cafes.ts';
import { doInTurn } from './run-act.ts';
import type { Cafe, Device } from './state.ts';
import { cafeName, seatView } from './views.ts';

/** A page that is reloaded has two sockets for a moment; two devices have them for longer. */
const DOUBLED_AFTER_MS = 5_000;
/** Wrong PINs before a member waits, and for how long. */
const PINS_MAX = 5;
const PIN_LOCK_MS = 15 * 60_000;
const LOCKS_MAX = 10_000;
/** Devices whose leaving is remembered. */
const SEEN_MAX = 20_000;

/** A device that is connected. */
export type KioskLine = { readonly sinceMs: number };
type Tries = { wrong: number; lockedUntilMs: number };

/** Where a device belongs. */
export type KioskPlace = { readonly cafe: Cafe; readonly device: Device };

/** The devices of this hub. */
export class Kiosks {
  readonly #lines = new Map<string, Set<KioskLine>>();
  readonly #seen = new Map<string, number>();
  readonly #tries = new Map<string, Tries>();

  /** A device's page is there; call the answer when it goes. */
  here(tokenHash: string, nowMs: number): (leftAtMs: number) => void {
    const line: KioskLine = { sinceMs: nowMs };
    const lines = this.#lines.get(tokenHash) ?? new Set<KioskLine>();
    this.#lines.set(tokenHash, lines.add(line));
    return (leftAtMs) => {
      lines.delete(line);
      this.#seen.delete(tokenHash);
      this.#seen.set(tokenHash, leftAtMs);
      for (const oldest of this.#seen.keys()) {
        if (this.#seen.size <= SEEN_MAX) break; // Anybody may come with a token of their own making.
        this.#seen.delete(oldest);
      }
      if (lines.size === 0) this.#lines.delete(tokenHash);
    };
  }

  /** Whether a device is there, and when it was last. */
  presence(tokenHash: string): { readonly online: boolean; readonly seenAtMs: number | undefined } {
    return { online: this.#lines.has(tokenHash), seenAtMs: this.#seen.get(tokenHash) };
  }

  /** Whether two devices show one identity. */
  doubled(tokenHash: string, nowMs: number): boolean {
    const lines = [...(this.#lines.get(tokenHash) ?? [])];
    return lines.filter(({ sinceMs }) => nowMs - sinceMs >= DOUBLED_AFTER_MS).length >= 2;
  }

  /** Counts a PIN. Refuses PIN_WRONG, and PIN_LOCKED after five wrong ones. */
  pin(member: string, right: boolean, nowMs: number): Result<void, Refusal> {
    const tries = this.#tries.get(member) ?? { wrong: 0, lockedUntilMs: 0 };
    if (nowMs < tries.lockedUntilMs) return err(refusal('PIN_LOCKED', { untilMs: tries.lockedUntilMs }));
    if (right) {
      this.#tries.delete(member);
      return ok(undefined);
    }
    if (this.#tries.size >= LOCKS_MAX) this.#tries.clear();
    tries.wrong += 1;
    if (tries.wrong >= PINS_MAX) Object.assign(tries, { wrong: 0, lockedUntilMs: nowMs + PIN_LOCK_MS });
    this.#tries.set(member, tries);
    return err(refusal('PIN_WRONG'));
  }
}

/** Where a device belongs; `undefined` for one that is not paired. */
export function placeOf(cafes: Cafes, tokenHash: string): KioskPlace | undefined {
  for (const cafe of cafes.here) {
    for (const device of cafe.things.device.values()) if (device.tokenHash === tokenHash) return { cafe, device };
  }
  return undefined;
}

/** What a seat's page shows. */
export function kioskView(cafes: Cafes, kiosks: Kiosks, tokenHash: string, nowMs: number): Kiosk {
  const place = placeOf(cafes, tokenHash);
  if (place === undefined) return { t: 'kiosk', nowMs, doubled: false };
  const { cafe, device } = place;
  const seat = cafe.things.seat.get(device.seat);
  const life = cafes.parts.surroundings.life(cafe.id, device.seat);
  return {
    t: 'kiosk',
    cafe: cafe.id,
    cafeName: cafeName(cafe),
    nowMs,
    doubled: kiosks.doubled(tokenHash, nowMs),
    ...(seat === undefined ? {} : { seat: seatView(cafes.look(cafe, nowMs), seat, life), state: seat.state }),
  };
}

type KioskStart =
  | { readonly by: 'code'; readonly code: string }
  | { readonly by: 'member'; readonly member: MemberId; readonly pin: string };

/** A customer starts at the seat: by code, or as a member by PIN. Plays on what lies there; the rest stays. */
export async function startAtKiosk(
  cafes: Cafes,
  kiosks: Kiosks,
  tokenHash: string,
  wish: KioskStart,
  nowMs: number,
): Promise<Result<CafeActAnswer, Refusal>> {
  const place = placeOf(cafes, tokenHash);
  if (place === undefined) return err(refusal('TOKEN_UNKNOWN'));
  const { cafe, device } = place;
  if (kiosks.doubled(tokenHash, nowMs)) return err(refusal('FORBIDDEN'));
  if (wish.by === 'member') {
    const member = cafe.things.member.get(wish.member);
    const hash = cafes.parts.seals.seal(`cafe-pin ${cafe.id} ${wish.member} ${wish.pin}`);
    const right = member?.pinHash !== undefined && cafes.parts.seals.same(member.pinHash, hash);
    const counted = kiosks.pin(wish.member, right, nowMs);
    if (!counted.ok) return counted;
  }
  const seat = cafe.things.seat.get(device.seat);
  const key = `hub:kiosk_${device.seat}_${seat?.version ?? 0}_${wish.by === 'code' ? wish.code : wish.member}`;
  return doInTurn(cafes, {
    cafe: cafe.id,
    act: 'kiosk.start',
    key,
    request: key,
    actor: { kind: 'seat', seat: device.seat },
    nowMs,
    seat: device.seat,
    run: (draft) => {
      const now = draft.seat(device.seat, undefined);
      if (!now.ok) return now;
      const who =
        wish.by === 'code'
          ? ({ kind: 'code', code: wish.code } as const)
          : ({ kind: 'member', member: wish.member } as const);
      const pay = wish.by === 'code' ? 'code' : 'wallet';
      return sitDown(draft, now.value, { seat: device.seat, who, buy: { kind: 'open' }, pay });
    },
  });
}
