// src/app/cafe/who-works.ts - who asks something of a café: a wallet that works there, or a program by its key.
import type { CafeId, PlayerId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Actor, CafeRole } from '../../protocol/cafe-shapes.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { Cafes } from './cafes.ts';
import type { Cafe } from './state.ts';
import { cafeName } from './views.ts';

/** A café and who asks. */
export type AtWork = { readonly cafe: Cafe; readonly actor: Actor & { readonly role: CafeRole } };

/** A wallet at its café. A stranger is told NOT_FOUND: that a café exists is nobody else's business. */
export async function staffAt(cafes: Cafes, id: CafeId, wallet: PlayerId): Promise<Result<AtWork, Refusal>> {
  const cafe = await cafes.find(id);
  const staff = cafe?.things.staff.get(wallet);
  if (cafe === undefined || staff === undefined) return err(refusal('NOT_FOUND'));
  return ok({ cafe, actor: { kind: 'staff', wallet, role: staff.role } });
}

/** A program by its key, or TOKEN_UNKNOWN. */
export async function programAt(cafes: Cafes, id: CafeId, token: string): Promise<Result<AtWork, Refusal>> {
  const cafe = await cafes.find(id);
  const hash = cafes.parts.seals.digest(token);
  const key = [...(cafe?.things['api-key'].values() ?? [])].find(({ tokenHash }) =>
    cafes.parts.seals.same(tokenHash, hash),
  );
  if (cafe === undefined || key === undefined) return err(refusal('TOKEN_UNKNOWN'));
  return ok({ cafe, actor: { kind: 'api-key', id: key.id, role: key.role } });
}

/** Cafés that are listed to one wallet: anybody may give anybody a role, and each is loaded. */
const LISTED_MOST = 200;

/** Cafés in which a wallet works: those it pays for, then where it has been longest. */
export async function workplaces(
  cafes: Cafes,
  wallet: PlayerId,
): Promise<readonly { readonly cafe: CafeId; readonly name: string; readonly role: CafeRole }[]> {
  const list = [];
  for (const id of await cafes.parts.store.of(wallet, LISTED_MOST)) {
    const cafe = await cafes.find(id);
    const staff = cafe?.things.staff.get(wallet);
    if (cafe !== undefined && staff !== undefined) list.push({ cafe: id, name: cafeName(cafe), role: staff.role });
  }
  return list;
}
