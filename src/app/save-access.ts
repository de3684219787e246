// src/app/save-access.ts - who may fetch and store the save of a session: its node, by a token that the hub gave it, while
// the session lives; fetch it shortly after, and store it for days, because its node may be cut off meanwhile. The token says whose save of which game it opens, so it outlives a restart.
import type { PlayerId, SessionId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import type { Hub } from './hub.ts';
import type { Now } from './ports.ts';

/** Whose save, of which game, in which session; the save of a session that began later is never overwritten. */
export type SaveAccess = {
  readonly session: SessionId;
  readonly player: PlayerId;
  readonly game: string;
  readonly startedAtMs: number;
};

/** What the token is shown for. */
export type SaveAct = 'get' | 'put';

/**
 * How long after the end. A game that is over needs no save put back. One that is stored may wait on a machine whose line
 * was cut; it never takes the place of a later session's.
 */
const AFTER_END_MS = { get: 600_000, put: 7 * 86_400_000 } as const;

const sealed = (hub: Hub, { session, player, game, startedAtMs }: SaveAccess): string =>
  hub.ports.seals.seal(`save ${session} ${player} ${game} ${startedAtMs}`);

/** The bearer token for GET and PUT /api/saves/SESSION. */
export function saveToken(hub: Hub, access: SaveAccess): string {
  return `${access.player}.${access.game}.${access.startedAtMs}.${sealed(hub, access)}`;
}

async function endedLately(hub: Hub, { session, player }: SaveAccess, act: SaveAct, now: Now): Promise<boolean> {
  if (hub.ended.get(session, now.nowMs) !== undefined) return true;
  const receipt = await hub.ports.book.receipt(session, player);
  return receipt.ok && now.wallMs - receipt.value.endedAtMs < AFTER_END_MS[act];
}

/** What a token opens. Refuses TOKEN_UNKNOWN and, when the session ended long ago, SESSION_ENDED. */
export async function openSave(
  hub: Hub,
  session: SessionId,
  token: string,
  act: SaveAct,
  now: Now,
): Promise<Result<SaveAccess, Refusal>> {
  const [player = '', game = '', started = '', seal = ''] = token.split('.');
  const access: SaveAccess = { session, player: player as PlayerId, game, startedAtMs: Number(started) };
  if (!hub.ports.seals.same(sealed(hub, access), seal)) return err(refusal('TOKEN_UNKNOWN'));
  const open = hub.sessions.has(session) || (await endedLately(hub, access, act, now));
  return open ? ok(access) : err(refusal('SESSION_ENDED'));
}
