// src/server/http/cafe-desk.ts - who stands at a café's desk: a wallet that is logged in, or a program with its key.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Cafes } from '../../app/cafe/cafes.ts';
import { noteRefusal } from '../../app/cafe/run-act.ts';
import { type AtWork, programAt, staffAt } from '../../app/cafe/who-works.ts';
import type { CafeId } from '../../base/ids.ts';
import { type CafePower, type CafeRead, mayDo, powers } from '../../cafe/roles.ts';
import type { Guard } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { refuse } from './problems.ts';

/** A request about one café. */
export type CafeRequest = FastifyRequest<{ Params: { cafe: CafeId } }>;

/** Who may read something, in the words of the document. */
export const readersOf = (power: CafeRead): string => `For ${powers[power].join(', ')}.`;

const BEARER = /^Bearer (nck_[0-9a-z]{26})$/;

/** Lets a request to a café in. Each answers the request itself and returns `undefined` when it refuses. */
export type Desk = {
  /** Whoever asks to change something: a page of ours with a login, or a program with its key. */
  writer(request: CafeRequest, reply: FastifyReply): Promise<AtWork | undefined>;
  /** Whoever may read this. Who works there and may not is in the audit, as with an act. */
  reader(request: CafeRequest, reply: FastifyReply, power: CafePower): Promise<AtWork | undefined>;
};

/** Makes the desk. */
export function cafeDesk(parts: HttpParts, cafes: Cafes, guard: Guard): Desk {
  const enter = async (request: CafeRequest, reply: FastifyReply, write: boolean): Promise<AtWork | undefined> => {
    const { cafe } = request.params;
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) {
      if (write && guard.ownOrigin(request, reply) === undefined) return undefined;
      const wallet = await guard.player(request, reply);
      if (wallet === undefined) return undefined;
      const at = await staffAt(cafes, cafe, wallet);
      if (at.ok) return at.value;
      refuse(parts, request, reply, at.error);
      return undefined;
    }
    if (!guard.counted(`${cafe} ${token}`, request, reply)) return undefined;
    const at = await programAt(cafes, cafe, token);
    if (at.ok) return at.value;
    refuse(parts, request, reply, at.error);
    return undefined;
  };
  return {
    writer: (request, reply) => enter(request, reply, true),
    reader: async (request, reply, power) => {
      const at = await enter(request, reply, false);
      if (at === undefined) return undefined;
      const may = mayDo(at.actor.role, power);
      if (may.ok) return at;
      const nowMs = parts.clock.wallMs();
      await noteRefusal(cafes, { cafe: at.cafe.id, act: power, actor: at.actor, nowMs }, may.error);
      refuse(parts, request, reply, may.error);
      return undefined;
    },
  };
}
