// src/app/cafe/enrol-device.ts - a PC without a disk has booted and shows its line of the enrolment file (enrolment.ts).
import type { CafeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { Cafes } from './cafes.ts';
import { deviceToken, enrolSecret } from './enrolment.ts';
import type { Kiosks } from './kiosks.ts';
import { doInTurn, refusedAtSeat, seatKey } from './run-act.ts';
import type { Enrolment } from './state.ts';

/** What a booted PC shows. */
export type Shown = {
  readonly cafe: CafeId;
  readonly seat: string;
  readonly secret: string;
  readonly deviceKey: `0x${string}`;
};

/** The line of the enrolment file that somebody shows with its own secret; `undefined` for anything else. */
export async function lineShown(cafes: Cafes, { cafe: id, seat, secret }: Shown): Promise<Enrolment | undefined> {
  const { seals } = cafes.parts;
  const line = (await cafes.find(id))?.things.enrolment.get(seat);
  return line !== undefined && seals.same(enrolSecret(seals, id, line), secret) ? line : undefined;
}

/**
 * Makes the device that shows the line of a seat this seat's own. Writes nothing when it was already: PCs boot every day. What
 * shows something else leaves a line in the audit, some in a quarter of an hour: anybody may ask.
 * @returns the token of the device, or TOKEN_UNKNOWN
 */
export async function enrolDevice(
  cafes: Cafes,
  kiosks: Kiosks,
  shown: Shown,
  nowMs: number,
): Promise<Result<string, Refusal>> {
  const { seals } = cafes.parts;
  const { seat, deviceKey } = shown;
  const cafe = await cafes.find(shown.cafe);
  if (cafe === undefined) return err(refusal('TOKEN_UNKNOWN'));
  const line = await lineShown(cafes, shown);
  if (line === undefined) {
    const told = kiosks.wrongLines.waitsUntilMs(cafe.id, nowMs) !== undefined;
    kiosks.wrongLines.wrong(cafe.id, nowMs);
    const refused = refusal('TOKEN_UNKNOWN');
    return told ? err(refused) : refusedAtSeat(cafes, { cafe: cafe.id, seat, act: 'kiosk.enrol', nowMs }, refused);
  }
  const token = deviceToken(seals, cafe.id, line);
  const tokenHash = seals.digest(token);
  const known = cafe.things.device.get(seat);
  if (known?.tokenHash === tokenHash && known.deviceKey === deviceKey) return ok(token);
  const there = cafe.things.seat.get(seat);
  if (there === undefined) return err(refusal('TOKEN_UNKNOWN'));
  const key = seatKey('enrol', there);
  const done = await doInTurn(cafes, {
    ...{ cafe: cafe.id, act: 'kiosk.enrol', key, request: `${key} ${tokenHash} ${deviceKey}`, nowMs },
    actor: { kind: 'seat', seat },
    run: (draft) => {
      const now = draft.seat(seat, undefined);
      if (!now.ok) return now;
      draft.put('device', seat, { seat, tokenHash, deviceKey, pairedAtMs: nowMs });
      draft.putSeat(now.value, {});
      draft.about = `seat ${seat} as ${line.host}`;
      return ok(undefined);
    },
  });
  return done.ok ? ok(token) : done;
}
