// src/server/hooks/webhooks.ts - calls to other programs after acts: signed, in order for each webhook, tried three times. The
// address is the owner's choice, so it is looked up here and must be public: a hub is no way into its operator's network.
import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { webhookSecret } from '../../app/cafe/acts/office.ts';
import type { Cafes, Written } from '../../app/cafe/cafes.ts';
import { BoundedQueue } from '../../base/bounded-queue.ts';
import type { Clock } from '../../base/clock.ts';
import { ipKind, readIp } from '../../base/ip.ts';
import type { Log } from '../../observe/log.ts';

const TRIES_AFTER_MS = [0, 1_000, 5_000];
const ANSWER_MS = 5_000;
/** Calls that wait for one webhook; more are dropped and logged: the program reads the audit when it is back. */
const WAITING_MAX = 500;

/** Calls on their way. */
export type Webhooks = {
  /** Webhooks whose last call failed, as `cafe/id`. */
  readonly failing: ReadonlySet<string>;
  stop(): void;
};

type Call = { readonly name: string; readonly url: string; readonly body: string; readonly signature: string };

/** Whether a webhook may go to an address: public ones, and this machine's own where that is allowed. */
export function mayCall(address: string, local: boolean): boolean {
  const ip = readIp(address);
  const kind = ip === undefined ? 'special' : ipKind(ip);
  return kind === 'public' || (local && kind === 'loopback');
}

/** Resolves a name and refuses what may not be called; the connection goes to the very address that was checked. */
function guardedLookup(local: boolean): LookupFunction {
  return (host, options, done) => {
    lookup(host, { ...options, all: false }, (error, address, family) => {
      if (error !== null) return done(error, address, family);
      if (!mayCall(address, local)) return done(new Error('not a public address') as NodeJS.ErrnoException, '', 4);
      if (options.all === true) return done(null, [{ address, family }]);
      return done(null, address, family);
    });
  };
}

function post({ url, body, signature }: Call, local: boolean): Promise<boolean> {
  const target = URL.parse(url);
  if (target === null) return Promise.resolve(false); // The shape lets pass what is no address, such as `http://[`.
  const literal = readIp(target.hostname.replace(/^\[|\]$/g, '')) !== undefined;
  if (literal && !mayCall(target.hostname.replace(/^\[|\]$/g, ''), local)) return Promise.resolve(false);
  if (target.protocol !== 'https:' && !local) return Promise.resolve(false);
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const request = send(
      target,
      {
        method: 'POST',
        lookup: guardedLookup(local),
        timeout: ANSWER_MS,
        signal: AbortSignal.timeout(ANSWER_MS), // One that drips is never silent, and never comes.
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-nearcade-signature': signature,
        },
      },
      (response) => {
        response.destroy(); // Its body is nobody's business, and need not end.
        resolve((response.statusCode ?? 500) < 300); // A redirect is no success: it would lead past the check above.
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
    request.end(body);
  });
}

/** Calls the webhooks of all cafés. */
export function startWebhooks(
  cafes: Cafes,
  { clock, log, local }: { readonly clock: Clock; readonly log: Log; readonly local: boolean },
): Webhooks {
  const failing = new Set<string>();
  const queues = new Map<string, BoundedQueue<Call>>();
  const pauses = new Set<NodeJS.Timeout>();
  let stopped = false;
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        pauses.delete(timer);
        resolve();
      }, ms);
      pauses.add(timer);
    });

  async function work(name: string, queue: BoundedQueue<Call>): Promise<void> {
    for (let call = queue.shift(); call !== undefined && !stopped; call = queue.shift()) {
      let done = false;
      for (const afterMs of TRIES_AFTER_MS) {
        if (done || stopped) break;
        if (afterMs > 0) await pause(afterMs);
        done = await post(call, local);
      }
      if (done) failing.delete(name);
      else if (!stopped && !failing.has(name)) {
        failing.add(name);
        log.warn({ webhook: name }, 'webhook.failing');
      }
    }
    queues.delete(name);
  }

  function tell({ cafe, act, answer }: Written): void {
    for (const { id, url, acts, salt } of cafe.things.webhook.values()) {
      if (stopped || !(acts.includes(act) || acts.includes('*'))) continue;
      const name = `${cafe.id}/${id}`;
      const body = `{"cafe":"${cafe.id}","act":${JSON.stringify(act)},"rev":${cafe.rev},"atMs":${clock.wallMs()},"answer":${answer}}`;
      const secret = webhookSecret(cafes.parts.seals, cafe.id, id, salt);
      const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
      const busy = queues.get(name);
      const queue = busy ?? new BoundedQueue<Call>(WAITING_MAX);
      if (!queue.push({ name, url, body, signature })) log.warn({ webhook: name }, 'webhook.dropped');
      if (busy !== undefined) continue;
      queues.set(name, queue);
      void work(name, queue);
    }
  }
  cafes.watchAll(tell);
  return {
    failing,
    stop: () => {
      stopped = true;
      for (const timer of pauses) clearTimeout(timer);
    },
  };
}
