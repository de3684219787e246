// src/app/cafe/kiosks.ts - the devices on the seats: who is there, which seat is whose, and two that show one identity (a cloned
// disk): both are stopped and told. What lies here ends with the process; which device belongs to a seat is a thing of the café.
import type { CafeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { fairShareKbps } from '../../cafe/fair-share.ts';
import type { CafeActAnswer } from '../../protocol/cafe-acts.ts';
import { hubReasons, type Kiosk } from '../../protocol/cafe-api.ts';
import type { Who } from '../../protocol/cafe-shapes.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import { sitDown } from './acts/sit-down.ts';
import type { Cafes, Written } from './cafes.ts';
import { doInTurn, refusedAtSeat, seatKey } from './run-act.ts';
import { seatLink } from './seat-link.ts';
import { type Cafe, type Device, type Member, pricesAt, type Seat, settingsOf } from './state.ts';
import { CafeTries, type Trier, Tries } from './tries.ts';
import { cafeName, seatView } from './views.ts';

/** A page that is reloaded has two sockets for a moment; two devices have them for longer. */
const DOUBLED_AFTER_MS = 5_000;
/** Wrong lines of the enrolment file that a café's audit tells of in a quarter of an hour. */
const WRONG_LINES_TOLD = 20;
/** Devices whose leaving is remembered. */
const SEEN_MAX = 20_000;

/** Lines of one identity at once. A browser that comes back leaves dead ones behind; nobody has more. */
const LINES_MAX = 32;
/** A line that was silent for this long may be one whose PC was switched off: it makes nobody a double. */
const SILENT_AFTER_MS = 15_000;

/**
 * A line to a page on a seat. A PC that is switched off says no word: only what was heard lately counts. `tell`: its seat
 * changed; must not throw.
 */
export type KioskLine = {
  readonly id: number;
  readonly sinceMs: number;
  heardMs: number;
  readonly tell: () => void;
};

/** Where a device belongs. */
export type KioskPlace = { readonly cafe: Cafe; readonly device: Device };

/** The devices of this hub. */
export class Kiosks {
  readonly #lines = new Map<string, Set<KioskLine>>();
  readonly #seen = new Map<string, number>();
  readonly #tries = new Map<CafeId, CafeTries>();
  /** Identities that came or went since somebody asked. */
  #moved = new Set<string>();
  #nextLine = 1;
  /** Lines of enrolment files that were shown wrong, by café: so many of them are told in its audit. */
  readonly wrongLines = new Tries(WRONG_LINES_TOLD);

  /** A device's page is there; call `leave` when it goes. `undefined` when too many show this identity. */
  here(
    tokenHash: string,
    nowMs: number,
    tell: () => void,
  ): { readonly id: number; leave(leftAtMs: number): void } | undefined {
    const line: KioskLine = { id: this.#nextLine++, sinceMs: nowMs, heardMs: nowMs, tell };
    const lines = this.#lines.get(tokenHash) ?? new Set<KioskLine>();
    if (lines.size >= LINES_MAX) return undefined;
    if (lines.size === 0) this.#move(tokenHash);
    this.#lines.set(tokenHash, lines.add(line));
    const leave = (leftAtMs: number): void => {
      lines.delete(line);
      this.#seen.delete(tokenHash);
      this.#seen.set(tokenHash, leftAtMs);
      for (const oldest of this.#seen.keys()) {
        if (this.#seen.size <= SEEN_MAX) break; // Anybody may come with a token of their own making.
        this.#seen.delete(oldest);
      }
      if (lines.size === 0) {
        this.#lines.delete(tokenHash);
        this.#move(tokenHash);
      }
      for (const other of lines) other.tell(); // They may be alone again.
    };
    for (const other of lines) if (other !== line) other.tell();
    return { id: line.id, leave };
  }

  #move(tokenHash: string): void {
    if (this.#moved.size < SEEN_MAX) this.#moved.add(tokenHash);
  }

  /** Identities that came or went since the last call. */
  takeMoved(): ReadonlySet<string> {
    const moved = this.#moved;
    this.#moved = new Set();
    return moved;
  }

  /** A line says that it is alive. */
  heard(tokenHash: string, id: number, nowMs: number): void {
    for (const line of this.#lines.get(tokenHash) ?? []) if (line.id === id) line.heardMs = nowMs;
  }

  /** Lines of an identity; with several, each is asked whether it is alive. */
  lines(tokenHash: string): number {
    return this.#lines.get(tokenHash)?.size ?? 0;
  }

  /** Tells the devices of the seats that changed: each that is a seat's now, or was until now. */
  follow({ cafe, before, live }: Written): void {
    const seats = [...live.seats.map(({ seat }) => seat), ...live.gone];
    const devices = [cafe, before].flatMap(({ things }) =>
      seats.map((seat) => things.device.get(seat)?.tokenHash ?? ''),
    );
    for (const tokenHash of new Set(devices)) for (const { tell } of this.#lines.get(tokenHash) ?? []) tell();
    for (const seat of seats) {
      const tokenHash = cafe.things.device.get(seat)?.tokenHash;
      // It was there before it was this seat's: what the act showed of the seat did not know it yet.
      if (tokenHash !== undefined && tokenHash !== before.things.device.get(seat)?.tokenHash) this.#move(tokenHash);
    }
  }

  /** Whether a device is there, and when it was last. */
  presence(tokenHash: string): { readonly online: boolean; readonly seenAtMs: number | undefined } {
    return { online: this.#lines.has(tokenHash), seenAtMs: this.#seen.get(tokenHash) };
  }

  /** When the newest line of an identity that is there was opened; -Infinity without one. */
  openedAtMs(tokenHash: string): number {
    return Math.max(...[...(this.#lines.get(tokenHash) ?? [])].map(({ sinceMs }) => sinceMs));
  }

  /** Whether two devices show one identity. */
  doubled(tokenHash: string, nowMs: number): boolean {
    const alive = [...(this.#lines.get(tokenHash) ?? [])].filter(
      ({ sinceMs, heardMs }) => nowMs - sinceMs >= DOUBLED_AFTER_MS && nowMs - heardMs < SILENT_AFTER_MS,
    );
    return alive.length >= 2;
  }

  /** Identities that two devices show. */
  doubles(nowMs: number): readonly string[] {
    return [...this.#lines].flatMap(([hash, { size }]) => (size >= 2 && this.doubled(hash, nowMs) ? [hash] : []));
  }

  /** The wrong PINs and codes of a café that is here. */
  triesOf(cafe: CafeId): CafeTries {
    const tries = this.#tries.get(cafe) ?? new CafeTries();
    this.#tries.set(cafe, tries);
    return tries;
  }

  /** Counts a PIN. Refuses PIN_WRONG, and PIN_LOCKED after too many wrong ones. */
  pin(cafe: CafeId, trier: Trier, right: boolean, nowMs: number): Result<void, Refusal> {
    const tries = this.triesOf(cafe);
    const may = tries.mayTry(trier, nowMs);
    if (!may.ok) return may;
    tries.tried(trier, right, nowMs);
    return right ? ok(undefined) : err(refusal('PIN_WRONG'));
  }
}

/** Devices of a café by their token. Made once for each map of devices: every line asks every five seconds. */
const byToken = new WeakMap<ReadonlyMap<string, Device>, ReadonlyMap<string, Device>>();

function deviceBy({ things }: Cafe, tokenHash: string): Device | undefined {
  const known = byToken.get(things.device) ?? new Map([...things.device.values()].map((one) => [one.tokenHash, one]));
  byToken.set(things.device, known);
  return known.get(tokenHash);
}

/** Where a device belongs; `undefined` for one that is not paired. */
export function placeOf(cafes: Cafes, tokenHash: string): KioskPlace | undefined {
  for (const cafe of cafes.here) {
    const device = deviceBy(cafe, tokenHash);
    if (device !== undefined) return { cafe, device };
  }
  return undefined;
}

/** What a seat's page lets its customer do: begin by phone, be asked whether they are there, come back. */
function atHand(
  { parts: { seals } }: Cafes,
  { cafe, device, seat }: KioskPlace & { readonly seat: Seat },
  nowMs: number,
): Pick<Kiosk, 'link' | 'idle' | 'back'> {
  const { idle } = settingsOf(cafe);
  if (seat.state === 'free') return { link: seatLink(seals, { cafe: cafe.id, device, seat }, nowMs) };
  if (seat.state === 'in-use') return idle === undefined ? {} : { idle };
  if (seat.state !== 'paused' || seat.reason !== hubReasons.idle) return {};
  const tab = cafe.things.tab.get(seat.tab ?? '');
  if (tab?.member !== undefined) return { back: 'pin' };
  if (tab?.code !== undefined) return { back: 'code' };
  return { back: idle?.guestsGoOn === true ? 'guest' : 'desk' };
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
    ...(seat === undefined ? {} : atHand(cafes, { cafe, device, seat }, nowMs)),
    ...(life.goesOn === undefined ? {} : { goesOn: life.goesOn }),
    ...shareOf(cafe),
  };
}

/** What each seat of a café may take of the line now; nothing where the site does not say how much that is. */
function shareOf(cafe: Cafe): Pick<Kiosk, 'kbpsMax'> {
  const { lineKbps } = settingsOf(cafe);
  if (lineKbps === undefined) return {};
  const playing = [...cafe.things.seat.values()].filter(({ state }) => state === 'in-use').length;
  return { kbpsMax: fairShareKbps(lineKbps, playing) };
}

type KioskStart =
  | { readonly by: 'code'; readonly code: string }
  | { readonly by: 'member'; readonly number: number; readonly pin: string };

/** Whether a PIN is a member's; nobody's PIN is wrong too. */
export function isPinOf(cafes: Cafes, cafe: Cafe, member: Member | undefined, pin: string): boolean {
  const hash = cafes.parts.seals.seal(`cafe-pin ${cafe.id} ${member?.member ?? ''} ${pin}`);
  return member?.pinHash !== undefined && cafes.parts.seals.same(member.pinHash, hash);
}

/** Refuses a seat that is kept for somebody: who that is, only the desk can tell. */
function keptUntil(cafe: Cafe, number: string, nowMs: number): Refusal | undefined {
  const seat = cafe.things.seat.get(number);
  if (seat?.state !== 'reserved' || seat.untilMs === undefined || seat.untilMs <= nowMs) return undefined;
  const { time } = pricesAt(cafe, cafe.settingsVersion).calendar;
  return refusal('SEAT_RESERVED', { until: time.clockAt(seat.untilMs), untilMs: seat.untilMs });
}

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
  const refuse = (refused: Refusal) =>
    refusedAtSeat(cafes, { cafe: cafe.id, seat: device.seat, act: 'kiosk.start', nowMs }, refused);
  if (kiosks.doubled(tokenHash, nowMs)) return refuse(refusal('FORBIDDEN'));
  const kept = keptUntil(cafe, device.seat, nowMs);
  if (kept !== undefined) return refuse(kept); // Before any PIN is looked at.
  const member =
    wish.by === 'member' ? [...cafe.things.member.values()].find(({ number }) => number === wish.number) : undefined;
  const trier = { device: tokenHash, name: wish.by === 'member' ? `member ${wish.number}` : `code ${wish.code}` };
  const counted =
    wish.by === 'member'
      ? kiosks.pin(cafe.id, trier, isPinOf(cafes, cafe, member, wish.pin), nowMs)
      : kiosks.triesOf(cafe.id).mayTry(trier, nowMs);
  if (!counted.ok) return refuse(counted.error);
  const who: Who | undefined =
    wish.by === 'code' ? { kind: 'code', code: wish.code } : member && { kind: 'member', member: member.member };
  if (who === undefined) return refuse(refusal('PIN_WRONG')); // Counted above like any wrong one.
  const seat = cafe.things.seat.get(device.seat);
  if (seat === undefined) return refuse(refusal('TOKEN_UNKNOWN'));
  const key = `${seatKey('kiosk', seat)}_${wish.by === 'code' ? wish.code : wish.number}`;
  const done = await doInTurn(cafes, {
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
      const pay = wish.by === 'code' ? 'code' : 'wallet';
      return sitDown(draft, now.value, { seat: device.seat, who, buy: { kind: 'open' }, pay });
    },
  });
  if (done.ok) return ok(forCustomer(done.value));
  if (done.error.code === 'CODE_UNKNOWN') kiosks.triesOf(cafe.id).tried(trier, false, nowMs);
  return done;
}

/** An answer as a customer may read it: what staff wrote down about a member is not for them. */
function forCustomer({ member, ...answer }: CafeActAnswer): CafeActAnswer {
  if (member === undefined) return answer;
  const { note: _, ...shown } = member;
  return { ...answer, member: shown };
}
