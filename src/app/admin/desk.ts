// src/app/admin/desk.ts - where those who run the hub act. Each act is planned, written with its reason, and then counts:
// in the store at once, in this hub's memory by `catchUp`, which also applies what another process on the same store (the
// command line, a second hub) wrote there.

import { err, ok, type Result } from '../../base/result.ts';
import { type AdminActRequest, type AuditLine, adminActNames, type Reconcile } from '../../protocol/admin-api.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import { ADMIN_REASON_MAX, explains } from '../../protocol/reason.ts';
import { announce } from '../announce.ts';
import { endPlay } from '../end-play.ts';
import type { Hub } from '../hub.ts';
import { sessionsOn } from '../node-here.ts';
import type { Now } from '../ports.ts';
import { isNodeSuspended, isSuspended, suspendedName } from './gate.ts';
import { announcementId, planAct } from './plan-act.ts';
import type { DeskParts } from './ports.ts';
import { storedState } from './reconcile.ts';

/** The desk of a hub that runs. */
export type Desk = DeskParts & {
  readonly hub: Hub;
  /** Number of the last line that this hub has applied. */
  seen: number;
  /** Does the act `reconcile`; the loop of the hub does it each hour as well. */
  readonly reconcile: (now: Now) => Promise<Reconcile>;
};

/**
 * Does an act, once for its key. A refusal writes one line of the audit and nothing else.
 * @param who a wallet, or `local:NAME`
 * @returns the line of the audit, or why nothing was done. Throws OutageError
 */
export async function doAct(
  parts: DeskParts,
  who: string,
  request: AdminActRequest,
  now: Now,
): Promise<Result<AuditLine, Refusal>> {
  const done = await tryAct(parts, who, request, now);
  if (!done.ok) await noteRefused(parts, who, request, done.error, now);
  return done;
}

const ASKED_MAX = 300;
const NO_REASON = '...';

/** Writes the line of an act that was refused. `body`: what was sent, whatever it is. Throws OutageError. */
export async function noteRefused(
  { admin }: DeskParts,
  who: string,
  body: unknown,
  { code }: Refusal,
  now: Now,
): Promise<void> {
  const { act, reason } = (body ?? {}) as { readonly act?: unknown; readonly reason?: unknown };
  const sent = (act ?? {}) as { readonly t?: unknown };
  const name = adminActNames.find((each) => each === sent.t);
  const asked = (JSON.stringify(act) ?? '').slice(0, ASKED_MAX).toWellFormed(); // The cut may halve a character.
  const said = typeof reason === 'string' && explains(reason) && reason.length <= ADMIN_REASON_MAX;
  await admin.refused({
    ...{ atMs: now.wallMs, who, reason: said ? reason : NO_REASON },
    act: { t: 'refused', ...(name !== undefined && { act: name }), code, asked },
  });
}

async function tryAct(
  parts: DeskParts,
  who: string,
  { key, reason, act }: AdminActRequest,
  now: Now,
): Promise<Result<AuditLine, Refusal>> {
  const known = await parts.admin.line(key);
  if (known === undefined) {
    const planned = await planAct(parts, act, key, now);
    if (!planned.ok) return planned;
    const { before, after, effect } = planned.value;
    const done = await parts.admin.act({ key, atMs: now.wallMs, who, reason, act, before, after }, effect);
    if (done.kind === 'too-high') return err(refusal('REFUND_TOO_HIGH', { leftWei: done.leftWei.toString() }));
    if (done.kind === 'other') return err(refusal('IDEMPOTENCY_MISMATCH'));
    await outsideStore(parts, done.line);
    return ok(done.line);
  }
  const same =
    JSON.stringify(known.act, Object.keys(known.act).sort()) === JSON.stringify(act, Object.keys(act).sort());
  if (!same) return err(refusal('IDEMPOTENCY_MISMATCH'));
  await outsideStore(parts, known);
  return ok(known);
}

/** What an act changes that no database holds. A note says that it is done: what a fault cut off, asking again finishes. */
async function outsideStore({ money, secrets, saves }: DeskParts, { act, key }: AuditLine): Promise<void> {
  if (act.t !== 'rotate' && act.t !== 'erase') return;
  const note = `outside/${key}`;
  if ((await money.note(note)) !== undefined) return;
  if (act.t === 'rotate') await secrets.rotate(act.secret);
  else await saves.erase(act.player);
  await money.setNote(note, 'done');
}

/** Makes a line count in this hub's memory, once: what a later line has changed, an earlier one must not change back. */
async function applyLine(desk: Desk, line: AuditLine, now: Now): Promise<void> {
  const { hub } = desk;
  const { act } = line;
  if (line.seq <= desk.seen) return;
  if (act.t !== 'reconcile') desk.seen = line.seq;
  if (act.t === 'suspend') {
    hub.gate.suspended.add(suspendedName(act.kind, act.id));
    enforce(hub, now);
  } else if (act.t === 'lift') {
    hub.gate.suspended.delete(suspendedName(act.kind, act.id));
    enforce(hub, now);
  } else if (act.t === 'pause') hub.gate.paused = true;
  else if (act.t === 'resume') hub.gate.paused = false;
  else if (act.t === 'announce') {
    announce(hub, { id: announcementId(line.key), text: act.text, untilMs: act.untilMs }, now);
  } else if (act.t === 'unannounce') {
    hub.announcements = hub.announcements.filter(({ id }) => id !== act.id);
  } else if (act.t === 'reconcile') {
    await desk.reconcile(now);
    desk.seen = Math.max(desk.seen, line.seq); // Only now: where the store was away, the next look compares.
  }
}

/** Ends what suspended players play and what suspended machines serve; machines that are lifted may serve again. */
function enforce(hub: Hub, now: Now): void {
  for (const record of hub.nodes.values()) {
    const suspended = isNodeSuspended(hub.gate, record.node, record.terms.operator);
    record.terms = { ...record.terms, suspended };
    if (!suspended) continue;
    record.link?.refuse(refusal('NODE_SUSPENDED'));
    for (const live of sessionsOn(hub, record.node)) endPlay(hub, live, 'stopped-by-operator', now);
  }
  for (const live of hub.sessions.values()) {
    if (!isSuspended(hub.gate, 'player', live.player)) continue;
    live.link?.refuse(refusal('ACCOUNT_SUSPENDED'), { session: live.session });
    endPlay(hub, live, 'stopped-by-operator', now);
  }
}

/** Reads what is in force; call once before anybody is let in. Throws OutageError. */
export async function openDesk(desk: Desk, now: Now): Promise<void> {
  const { admin, hub } = desk;
  const [{ suspended, announcements, paused, reconcile }, last] = await Promise.all([
    storedState(desk, now),
    admin.lines(undefined, 1),
  ]);
  for (const { kind, id } of suspended) hub.gate.suspended.add(suspendedName(kind, id));
  for (const announcement of announcements) announce(hub, announcement, now);
  hub.gate.paused = paused;
  hub.gate.short = reconcile?.state === 'short'; // Until the books were compared again.
  desk.seen = last[0]?.seq ?? 0;
}

/** Applies, in their order, the lines written since, by this process or another. Throws OutageError. */
export async function catchUp(desk: Desk, now: Now): Promise<void> {
  for (const line of await desk.admin.after(desk.seen)) await applyLine(desk, line, now);
}
