// src/server/http/guard.ts - what every request passes before its route: how often one address or account may ask, where
// a write may come from, and who is asking.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { whoIs } from '../../app/log-in.ts';
import type { PlayerId } from '../../base/ids.ts';
import { countedBy } from '../../base/ip.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { type Bucket, type BucketRate, fullBucket, takeToken } from '../../signaling/token-bucket.ts';
import type { HttpParts } from './parts.ts';
import { refuse } from './problems.ts';

/** A café of 100 seats behind one address opens in a minute; one page asks some ten times. */
const PER_ADDRESS: BucketRate = { perSecond: 30, burst: 600 };
const PER_ACCOUNT: BucketRate = { perSecond: 5, burst: 120 };
const NAMES_MAX = 50_000;

/** Buckets by name; the name used longest ago gives way. */
class Buckets {
  readonly #rate: BucketRate;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: BucketRate) {
    this.#rate = rate;
  }

  take(name: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(name) ?? fullBucket(this.#rate, nowMs);
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= NAMES_MAX) break;
      this.#buckets.delete(oldest);
    }
    return takeToken(bucket, this.#rate, nowMs);
  }
}

/** Both clocks, for one request. */
export const nowOf = ({ clock }: HttpParts) => ({ nowMs: clock.monotonicMs(), wallMs: clock.wallMs() });

/** Name of the login cookie: with HTTPS it is bound to this host (RFC 6265bis section 4.1.3.2). */
export const cookieName = ({ secure }: HttpParts): string => (secure ? '__Host-nearcade' : 'nearcade');

/** What routes use to let a request in. Each answers the request itself and returns `undefined` when it refuses. */
export type Guard = {
  /** The player who asks. */
  player(request: FastifyRequest, reply: FastifyReply): Promise<PlayerId | undefined>;
  /** Origin of a write: a page of ours. */
  ownOrigin(request: FastifyRequest, reply: FastifyReply): string | undefined;
  /** Counts a request of somebody who is no player: a program by its key, a seat's device. */
  counted(name: string, request: FastifyRequest, reply: FastifyReply): boolean;
  /** Counts a request of an address. */
  address(request: FastifyRequest, reply: FastifyReply): boolean;
};

/** Makes the guard. */
export function httpGuard(parts: HttpParts): Guard {
  const addresses = new Buckets(PER_ADDRESS);
  const accounts = new Buckets(PER_ACCOUNT);
  return {
    async player(request, reply) {
      const now = nowOf(parts);
      const who = await whoIs(parts.logIns, request.cookies[cookieName(parts)], now);
      const refused = who.ok ? !accounts.take(who.value, now.nowMs) && refusal('RATE_TOO_HIGH') : who.error;
      if (refused !== false) refuse(parts, request, reply, refused);
      return who.ok && refused === false ? who.value : undefined;
    },
    ownOrigin(request, reply) {
      const { origin } = request.headers;
      if (origin !== undefined && parts.hub.config.origins.includes(origin)) return origin;
      refuse(parts, request, reply, refusal('ORIGIN_REFUSED'));
      return undefined;
    },
    counted(name, request, reply) {
      const passed = accounts.take(name, parts.clock.monotonicMs());
      if (!passed) refuse(parts, request, reply, refusal('RATE_TOO_HIGH'));
      return passed;
    },
    address(request, reply) {
      const passed = addresses.take(countedBy(request.ip), parts.clock.monotonicMs());
      if (!passed) refuse(parts, request, reply, refusal('RATE_TOO_HIGH'));
      return passed;
    },
  };
}
