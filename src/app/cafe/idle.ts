// src/app/cafe/idle.ts - nobody touched a seat for as long as the site allows: its clock stands and its screen is locked, until
// the same customer is back. The page notices (only it sees hands), asks 'still there?', and tells; the game ends on its
// machine with its save, and begins again when the customer is back.
import { err, ok, type Result } from '../../base/result.ts';
import type { CafeActAnswer } from '../../protocol/cafe-acts.ts';
import { hubReasons, type KioskBack } from '../../protocol/cafe-api.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import { goOn, standStill } from './acts/pause.ts';
import type { Cafes } from './cafes.ts';
import type { ActName } from './draft.ts';
import { isPinOf, type KioskPlace, type Kiosks, placeOf } from './kiosks.ts';
import { type Doing, doInTurn, refusedAtSeat, seatKey } from './run-act.ts';
import { type Seat, settingsOf } from './state.ts';

type Here = KioskPlace & { readonly seat: Seat };

async function seatOf(
  cafes: Cafes,
  kiosks: Kiosks,
  tokenHash: string,
  act: ActName,
  nowMs: number,
): Promise<Result<Here, Refusal>> {
  const place = placeOf(cafes, tokenHash);
  const seat = place?.cafe.things.seat.get(place.device.seat);
  if (place === undefined || seat === undefined) return err(refusal('TOKEN_UNKNOWN'));
  if (!kiosks.doubled(tokenHash, nowMs)) return ok({ ...place, seat });
  return refusedAtSeat(cafes, { cafe: place.cafe.id, seat: seat.seat, act, nowMs }, refusal('FORBIDDEN'));
}

function doOnSeat(cafes: Cafes, { cafe, seat }: Here, act: ActName, nowMs: number, run: Doing['run']) {
  const key = seatKey(act, seat);
  const actor = { kind: 'seat', seat: seat.seat } as const;
  return doInTurn(cafes, { cafe: cafe.id, act, key, request: key, actor, nowMs, run });
}

/** Stands a seat still where nobody is. Refuses FORBIDDEN where the site has no such rule, SEAT_STATE where no clock runs. */
export async function idleAtKiosk(
  cafes: Cafes,
  kiosks: Kiosks,
  tokenHash: string,
  nowMs: number,
): Promise<Result<CafeActAnswer, Refusal>> {
  const here = await seatOf(cafes, kiosks, tokenHash, 'kiosk.idle', nowMs);
  if (!here.ok) return here;
  const { cafe, seat } = here.value;
  const refuse = (refused: Refusal) =>
    refusedAtSeat(cafes, { cafe: cafe.id, seat: seat.seat, act: 'kiosk.idle', nowMs }, refused);
  if (settingsOf(cafe).idle === undefined) return refuse(refusal('FORBIDDEN'));
  if (seat.state !== 'in-use') return refuse(refusal('SEAT_STATE', { state: seat.state }));
  return doOnSeat(cafes, here.value, 'kiosk.idle', nowMs, (draft) => {
    const now = draft.seat(seat.seat, seat.version);
    return now.ok ? standStill(draft, now.value, hubReasons.idle) : now;
  });
}

/** Whether the customer of an idle seat shows that it is theirs: a member by PIN, a code by itself, a guest where the site lets any. */
function isTheirs(cafes: Cafes, kiosks: Kiosks, here: Here, wish: KioskBack, nowMs: number): Result<void, Refusal> {
  const { cafe, seat, device } = here;
  const tab = cafe.things.tab.get(seat.tab ?? '');
  if (tab?.member !== undefined) {
    const member = cafe.things.member.get(tab.member);
    const right = wish.by === 'pin' && isPinOf(cafes, cafe, member, wish.pin);
    const trier = { device: device.tokenHash, name: `member ${member?.number ?? 0}` };
    return kiosks.pin(cafe.id, trier, right, nowMs);
  }
  if (tab?.code !== undefined) {
    const right = wish.by === 'code' && wish.code === tab.code;
    const counted = kiosks.pin(cafe.id, { device: device.tokenHash, name: `tab ${tab.tab}` }, right, nowMs);
    return counted.ok || counted.error.code === 'PIN_LOCKED' ? counted : err(refusal('CODE_UNKNOWN'));
  }
  const may = wish.by === 'guest' && settingsOf(cafe).idle?.guestsGoOn === true;
  return may ? ok(undefined) : err(refusal('FORBIDDEN'));
}

/** The customer is back. Refuses SEAT_STATE where the pause is another one: a desk's is the desk's to end. */
export async function backAtKiosk(
  cafes: Cafes,
  kiosks: Kiosks,
  tokenHash: string,
  wish: KioskBack,
  nowMs: number,
): Promise<Result<CafeActAnswer, Refusal>> {
  const here = await seatOf(cafes, kiosks, tokenHash, 'kiosk.back', nowMs);
  if (!here.ok) return here;
  const { cafe, seat } = here.value;
  const refuse = (refused: Refusal) =>
    refusedAtSeat(cafes, { cafe: cafe.id, seat: seat.seat, act: 'kiosk.back', nowMs }, refused);
  if (seat.state !== 'paused' || seat.reason !== hubReasons.idle)
    return refuse(refusal('SEAT_STATE', { state: seat.state }));
  const theirs = isTheirs(cafes, kiosks, here.value, wish, nowMs);
  if (!theirs.ok) return refuse(theirs.error);
  return doOnSeat(cafes, here.value, 'kiosk.back', nowMs, (draft) => {
    const now = draft.seat(seat.seat, seat.version);
    return now.ok ? goOn(draft, now.value) : now;
  });
}
