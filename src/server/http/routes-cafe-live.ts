// src/server/http/routes-cafe-live.ts - a floor as it changes: the whole at first, then what changes, then a sign of life with
// what the cloud costs. A page that misses a `rev` asks anew.
import type { FastifyInstance } from 'fastify';
import type { Cafe } from '../../app/cafe/state.ts';
import { floorOf, payingOwner, reservedWei, spendView } from '../../app/cafe/views.ts';
import type { AtWork } from '../../app/cafe/who-works.ts';
import { OutageError } from '../../base/assert.ts';
import type { CafeId } from '../../base/ids.ts';
import { CafeLiveShape } from '../../protocol/cafe-api.ts';
import { CafeIdShape } from '../../protocol/cafe-shapes.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { ProblemShape } from '../../protocol/http-api.ts';
import { exact } from '../../protocol/shapes.ts';
import { cafeDesk, readersOf } from './cafe-desk.ts';
import { openEventStream } from './event-stream.ts';
import type { Guard } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { refuse } from './problems.ts';

const STILL_MS = 5_000;

function worksHere({ things }: Cafe, actor: AtWork['actor']): boolean {
  if (actor.kind === 'staff') return things.staff.has(actor.wallet);
  return actor.kind === 'api-key' && things['api-key'].has(actor.id);
}

/** Serves GET /api/cafe/:cafe/live. */
export function addCafeLiveRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { cafes, clock, hub } = parts;
  const { surroundings } = cafes.parts;
  const desk = cafeDesk(parts, cafes, guard);

  app.get<{ Params: { cafe: CafeId } }>(
    '/api/cafe/:cafe/live',
    {
      schema: {
        tags: ['café'],
        summary: 'Server-sent events: each data is one of these, as JSON',
        description: readersOf('read.floor'),
        params: exact({ cafe: CafeIdShape }),
        response: {
          200: { description: 'text/event-stream', content: { 'text/event-stream': { schema: CafeLiveShape } } },
          '4xx': ProblemShape,
        },
      },
    },
    async (request, reply) => {
      const at = await desk.reader(request, reply, 'read.floor');
      if (at === undefined) return reply;
      const { id } = at.cafe;
      const owner = payingOwner(at.cafe) ?? ('0x' as never); // Nobody's account: nothing is spent.
      if (hub.stopping) return refuse(parts, request, reply, refusal('SHUTTING_DOWN'));
      const life = (seat: string) => surroundings.life(id, seat);
      const cloud = await surroundings.cloud(owner, clock.wallMs());
      const cafe = await cafes.find(id);
      if (cafe === undefined) return refuse(parts, request, reply, refusal('NOT_FOUND'));
      let stream: ReturnType<typeof openEventStream> | undefined;
      const leave = cafes.watch(id, (live) => stream?.send(live));
      if (leave === undefined) return refuse(parts, request, reply, refusal('RATE_TOO_HIGH'));
      const still = setInterval(async () => {
        try {
          const now = clock.wallMs();
          const [here, spent] = [await cafes.find(id), await surroundings.cloud(owner, now)];
          if (here === undefined) return;
          if (!worksHere(here, at.actor)) return stream?.end(); // Dismissed, or a key that was taken back.
          stream?.send({
            t: 'still',
            rev: here.rev,
            nowMs: now,
            spend: spendView(spent, reservedWei(cafes.look(here, now), life)),
          });
        } catch (cause) {
          if (!(cause instanceof OutageError)) parts.fatal(cause); // An outage is silence: the page counts the seconds.
        }
      }, STILL_MS);
      stream = openEventStream(reply, () => {
        clearInterval(still);
        leave();
      });
      stream.send(floorOf(cafes.look(cafe, clock.wallMs()), cloud, life));
      return reply;
    },
  );
}
