// src/app/cafe/run-act.ts - the way of every act: may they, was it done before, what would change, write it, tell everybody. A
// refusal writes one audit line and nothing else.
import type { CafeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { rungOf, runwayMs, withinCaps } from '../../cafe/cloud-spend.ts';
import { mayDo } from '../../cafe/roles.ts';
import type { CafeActAnswer, CafeActBody, CafeActName } from '../../protocol/cafe-acts.ts';
import type { Actor, CafeRole } from '../../protocol/cafe-shapes.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { Act } from './act.ts';
import { breakSeat, endAt, mend, message, reserve, unreserve } from './acts/care.ts';
import { activateCode, makeBatch, sellCode, withdrawBatch } from './acts/codes.ts';
import { credit } from './acts/credit.ts';
import { enrol, unenrol } from './acts/enrol.ts';
import { extend } from './acts/extend.ts';
import { addSeats, editSeat, removeSeat } from './acts/furnish.ts';
import { endFirst } from './acts/hub-acts.ts';
import { addMember, editMember, topUp } from './acts/members.ts';
import { move, swap } from './acts/move.ts';
import { addApiKey, addWebhook, changeSettings, changeStaff, removeApiKey, removeWebhook } from './acts/office.ts';
import { giveConsent, pair, unpair } from './acts/pair.ts';
import { pause, resume } from './acts/pause.ts';
import { start } from './acts/sit-down.ts';
import { stop } from './acts/stop.ts';
import { refund, voidReceipt } from './acts/take-back.ts';
import { closeTill, openShift, paidIn, paidOut } from './acts/till.ts';
import { amountsOk, sumsOk } from './amounts.ts';
import type { Cafes } from './cafes.ts';
import { spentOn } from './cloud-cost.ts';
import { type ActName, Draft } from './draft.ts';
import { applyWrite, type Cafe, type Seat } from './state.ts';
import { codeView, memberView, payingOwner, reservedWei, seatView, shiftView } from './views.ts';

/** Every act by its name. */
export const acts: { readonly [N in CafeActName]: Act<N> } = {
  settings: changeSettings,
  staff: changeStaff,
  'seats.add': addSeats,
  'seats.edit': editSeat,
  'seats.remove': removeSeat,
  'seats.pair': pair,
  'seats.unpair': unpair,
  'seats.enrol': enrol,
  'seats.unenrol': unenrol,
  'seats.consent': giveConsent,
  start,
  extend,
  pause,
  resume,
  move,
  swap,
  stop,
  credit,
  break: breakSeat,
  mend,
  reserve,
  unreserve,
  'end-at': endAt,
  message,
  'members.add': addMember,
  'members.edit': editMember,
  'members.top-up': topUp,
  'codes.sell': sellCode,
  'codes.batch': makeBatch,
  'codes.activate': activateCode,
  'codes.withdraw': withdrawBatch,
  'shift.open': openShift,
  'shift.paid-in': paidIn,
  'shift.paid-out': paidOut,
  'shift.close': closeTill,
  void: voidReceipt,
  refund,
  'api-keys.add': addApiKey,
  'api-keys.remove': removeApiKey,
  'webhooks.add': addWebhook,
  'webhooks.remove': removeWebhook,
};

/** Acts that let the cloud's cost grow: the ladder and the caps stand before them. */
const STARTING: ReadonlySet<ActName> = new Set(['start', 'kiosk.start']);

/** What a draft changed, as it is answered. */
function answerOf(cafes: Cafes, draft: Draft): CafeActAnswer {
  const { surroundings } = cafes.parts;
  const { id } = draft.cafe;
  const seats = draft.touched('seat').flatMap((seat) => draft.get('seat', seat) ?? []);
  const [shift] = draft.touched('shift');
  const [member] = draft.touched('member').flatMap((one) => draft.get('member', one) ?? []);
  // One that was sold or used; a batch makes many, which are worth nothing yet.
  const code = draft
    .touched('code')
    .flatMap((one) => draft.get('code', one) ?? [])
    .find(({ soldMinor }) => soldMinor > 0n);
  const shown = shift === undefined ? undefined : draft.shiftAfter(shift);
  return {
    rev: draft.cafe.rev + 1,
    repeated: false,
    seats: seats.map((seat) => seatView(draft, seat, surroundings.life(id, seat.seat))),
    receipts: [...draft.receipts],
    ...(shown === undefined ? {} : { shift: shiftView(shown) }),
    ...(member === undefined ? {} : { member: memberView(member) }),
    ...(code === undefined ? {} : { code: codeView(code) }),
    ...(draft.settingsVersion === draft.cafe.settingsVersion ? {} : { settingsVersion: draft.settingsVersion }),
  };
}

/** The ladder and the caps of a café, before something new is started. Throws OutageError. */
async function cloudRefusal(cafes: Cafes, draft: Draft, seat: string | undefined): Promise<Refusal | undefined> {
  const { surroundings } = cafes.parts;
  const owner = payingOwner(draft.cafe);
  if (owner === undefined) return undefined;
  const cloud = await surroundings.cloud(owner, draft.nowMs);
  const life = (number: string) => surroundings.life(draft.cafe.id, number);
  const runway = runwayMs(cloud.balanceWei, reservedWei(draft, life), cloud.burnWeiPerHour + cloud.nextWeiPerHour);
  if (rungOf(runway) === 'no-new-starts') return refusal('RUNWAY_TOO_SHORT', { runwayMs: runway ?? 0 });
  const spent = { nodes: cloud.nodes, ...spentOn(draft, seat, life) };
  const within = withinCaps(draft.settings.caps, spent, cloud.nextWeiPerHour);
  return within.ok ? undefined : within.error;
}

/** One thing to do in a café. */
export type Doing = {
  readonly cafe: CafeId;
  readonly act: ActName;
  /** The hub's own begin with `hub:`, which no key of a person may hold: nobody uses one up before its time. */
  readonly key: string;
  /** What the key stands for; another text under the same key is IDEMPOTENCY_MISMATCH. */
  readonly request: string;
  readonly actor: Actor;
  readonly nowMs: number;
  /** Where something starts: its seat, for that seat's cap. */
  readonly seat?: string;
  readonly run: (draft: Draft) => Result<void, Refusal>;
};

/** A key of the hub's own for an act on a seat as it stands: of this seat, not of one that had its number before. */
export const seatKey = (act: string, { seat, version, sinceMs }: Seat): string =>
  `hub:${act}_${seat}_${version}_${sinceMs}`;

/** Writes the audit line of a refusal; with no store that answers there is nowhere to write it. */
export async function noteRefusal(
  cafes: Cafes,
  { cafe, act, actor, nowMs }: Pick<Doing, 'cafe' | 'actor' | 'nowMs'> & { readonly act: string },
  refused: Refusal,
): Promise<void> {
  const about = refused.facts === undefined ? undefined : JSON.stringify(refused.facts).slice(0, 120);
  await cafes.parts.store.note(cafe, {
    atMs: nowMs,
    by: actor,
    act,
    outcome: refused.code,
    ...(about === undefined ? {} : { about }),
    before: {},
    after: {},
  });
}

/** A refusal on a seat that is known, with its line: whoever tries PINs there is seen. */
export async function refusedAtSeat(
  cafes: Cafes,
  {
    cafe,
    seat,
    act,
    nowMs,
  }: { readonly cafe: CafeId; readonly seat: string; readonly act: ActName; readonly nowMs: number },
  refused: Refusal,
): Promise<Result<never, Refusal>> {
  await noteRefusal(cafes, { cafe, act, actor: { kind: 'seat', seat }, nowMs }, refused);
  return err(refused);
}

async function repeated(
  cafes: Cafes,
  { cafe, key, request }: Doing,
): Promise<Result<CafeActAnswer, Refusal> | undefined> {
  const done = await cafes.parts.store.done(cafe, key);
  if (done === undefined) return undefined;
  if (done.request !== request) return err(refusal('IDEMPOTENCY_MISMATCH'));
  return ok({ ...(JSON.parse(done.answer) as CafeActAnswer), repeated: true });
}

async function attempt(cafes: Cafes, cafe: Cafe, doing: Doing): Promise<Result<CafeActAnswer, Refusal> | 'stale'> {
  const { store } = cafes.parts;
  const draft = new Draft(cafe, cafes.contextOf(doing.actor, doing.nowMs));
  const refused = STARTING.has(doing.act) ? await cloudRefusal(cafes, draft, doing.seat) : undefined;
  const done = refused === undefined ? doing.run(draft) : err(refused);
  if (!done.ok) return done;
  const answer = answerOf(cafes, draft);
  const text = JSON.stringify(answer);
  const write = draft.toWrite(doing.act, doing.key, doing.request, text);
  const sums = sumsOk(write);
  if (!sums.ok) return sums;
  if ((await store.write(cafe.id, write)) === 'stale') return 'stale';
  const next = applyWrite(cafe, write);
  const gone = write.things.flatMap(({ kind, id, live }) => (kind === 'seat' && !live ? [id] : []));
  const { shift } = answer;
  cafes.changed({
    cafe: next,
    before: cafe,
    act: doing.act,
    answer: text,
    live: {
      t: 'seats',
      from: cafe.rev,
      rev: next.rev,
      nowMs: doing.nowMs,
      seats: answer.seats,
      gone,
      ...(shift === undefined ? {} : { shift }),
      ...(shift?.closed === undefined ? {} : { shiftClosed: true }),
    },
  });
  return ok(draft.secret === undefined ? answer : { ...answer, secret: draft.secret });
}

/** Does one thing in its turn. Throws OutageError; then it may have been done, and the same key says so. */
export function doInTurn(cafes: Cafes, doing: Doing): Promise<Result<CafeActAnswer, Refusal>> {
  return cafes.inTurn(doing.cafe, async () => {
    const before = await repeated(cafes, doing);
    if (before?.ok === true) return before;
    let result: Result<CafeActAnswer, Refusal> | undefined = before;
    for (let tries = 0; result === undefined && tries < 3; tries++) {
      const cafe = await cafes.find(doing.cafe);
      if (cafe === undefined) return err(refusal('NOT_FOUND'));
      const done = await attempt(cafes, cafe, doing);
      if (done === 'stale')
        cafes.forget(doing.cafe); // Another hub wrote: look again.
      else result = done;
    }
    const end = result ?? err(refusal('STORE_UNAVAILABLE'));
    if (!end.ok) await noteRefusal(cafes, doing, end.error);
    return end;
  });
}

/** Seats that a body names by number. */
const seatsOf = (body: object): readonly string[] =>
  Object.entries(body).flatMap(([name, seat]) =>
    (name === 'seat' || name === 'to' || name === 'with') && typeof seat === 'string' ? [seat] : [],
  );

/** May this role do it? Whoever works somewhere may leave, whatever their role: nobody asked them to come. */
function mayAsk<N extends CafeActName>(role: CafeRole, act: N, body: object, actor: Actor): Result<void, Refusal> {
  const leaves = act === 'staff' && 'role' in body && body.role === null && 'wallet' in body;
  const own = leaves && actor.kind === 'staff' && body.wallet === actor.wallet;
  return own ? ok(undefined) : mayDo(role, act);
}

/** Whoever asked may have been dismissed, or have got another role, while the act waited for its turn. */
function mayStill({ cafe: { things } }: Draft, actor: Actor, act: CafeActName, body: object): Result<void, Refusal> {
  if (actor.kind !== 'staff' && actor.kind !== 'api-key') return ok(undefined);
  const role = (actor.kind === 'staff' ? things.staff.get(actor.wallet) : things['api-key'].get(actor.id))?.role;
  return role === undefined ? err(refusal('NOT_FOUND')) : mayAsk(role, act, body, actor);
}

/** Does an act of a person or a program. */
export async function runAct<N extends CafeActName>(
  cafes: Cafes,
  { cafe, act, body, actor }: { cafe: CafeId; act: N; body: CafeActBody<N>; actor: Actor },
  nowMs: number,
): Promise<Result<CafeActAnswer, Refusal>> {
  const may = mayAsk('role' in actor ? actor.role : 'auditor', act, body, actor);
  if (!may.ok) {
    await noteRefusal(cafes, { cafe, act, actor, nowMs }, may.error);
    return may;
  }
  const request = cafes.parts.seals.seal(JSON.stringify([act, body])); // Kept for ever, and a body may hold a PIN.
  const at = 'typedAtMs' in body && typeof body.typedAtMs === 'number' ? body.typedAtMs : nowMs;
  const run: Doing['run'] = (draft) => {
    const still = mayStill(draft, actor, act, body);
    if (!still.ok) return still;
    const amounts = amountsOk(body);
    if (!amounts.ok) return amounts;
    for (const seat of seatsOf(body)) endFirst(draft, seat, at);
    return acts[act](draft, body);
  };
  const where = 'seat' in body && typeof body.seat === 'string' ? { seat: body.seat } : {};
  return doInTurn(cafes, { cafe, act, key: body.key, request, actor, nowMs, ...where, run });
}
