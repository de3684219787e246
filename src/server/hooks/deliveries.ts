// src/server/hooks/deliveries.ts - calls to other programs: signed, in order for each name, tried three times. The address is
// somebody's choice, so it is looked up here and must be public: a hub is no way into its operator's network.
import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { BoundedQueue } from '../../base/bounded-queue.ts';
import { ipKind, readIp } from '../../base/ip.ts';
import type { Log } from '../../observe/log.ts';

const TRIES_AFTER_MS = [0, 1_000, 5_000];
const ANSWER_MS = 5_000;
/** Calls that wait for one name; more are dropped and logged. */
const WAITING_MAX = 500;

/** What goes where; `secret` signs the body. */
export type Delivery = { readonly name: string; readonly url: string; readonly body: string; readonly secret: string };

/** Calls on their way. */
export type Deliveries = {
  /** Names whose last call failed. */
  readonly failing: ReadonlySet<string>;
  /** Whether an address may be called, as far as its text tells. */
  mayCall(url: string): boolean;
  /** Puts a call behind the others of its name. True when it was answered well; false when it was given up or dropped. */
  send(delivery: Delivery): Promise<boolean>;
  /** Gives up what still waits for a name: its address or its secret is good no more. */
  forget(name: string): void;
  stop(): void;
};

type Call = Omit<Delivery, 'secret'> & { readonly signature: string; readonly done: (well: boolean) => void };

/** Whether a webhook may go to an address: public ones, and this machine's own where that is allowed. */
export function mayCall(address: string, local: boolean): boolean {
  const ip = readIp(address);
  const kind = ip === undefined ? 'special' : ipKind(ip);
  return kind === 'public' || (local && kind === 'loopback');
}

/**
 * Whether a URL may be called, as far as its text tells: HTTPS, and no address of a private network. A name is looked up when
 * it is called. `local`: this machine too, and without HTTPS.
 */
export function mayPost(url: string, local: boolean): boolean {
  const target = URL.parse(url);
  if (target === null || target.port === '0' || (target.protocol !== 'https:' && !local)) return false;
  const host = target.hostname.replace(/^\[|\]$/g, '');
  return readIp(host) === undefined ? local || !/(^|\.)localhost\.?$/.test(host) : mayCall(host, local);
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
  if (target === null || !mayPost(url, local)) return Promise.resolve(false);
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

/** Makes calls. `local`: they may go to this machine, which only a hub that is not public allows. */
export function openDeliveries({ log, local }: { readonly log: Log; readonly local: boolean }): Deliveries {
  const failing = new Set<string>();
  const queues = new Map<string, BoundedQueue<Call>>();
  const pauses = new Map<NodeJS.Timeout, () => void>();
  let stopped = false;
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        pauses.delete(timer);
        resolve();
      }, ms);
      pauses.set(timer, resolve);
    });

  async function work(name: string, queue: BoundedQueue<Call>): Promise<void> {
    const isWanted = () => !stopped && queues.get(name) === queue;
    for (let call = queue.shift(); call !== undefined; call = queue.shift()) {
      let done = false;
      for (const afterMs of TRIES_AFTER_MS) {
        if (done || !isWanted()) break;
        if (afterMs > 0) await pause(afterMs);
        if (isWanted()) done = await post(call, local);
      }
      call.done(done);
      if (!isWanted()) break;
      if (done) failing.delete(name);
      else if (!failing.has(name)) {
        failing.add(name);
        log.warn({ webhook: name }, 'webhook.failing');
      }
    }
    if (queues.get(name) === queue) queues.delete(name);
  }

  return {
    failing,
    mayCall: (url) => mayPost(url, local),
    send: ({ name, url, body, secret }) =>
      new Promise((done) => {
        if (stopped) return done(false);
        const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
        const busy = queues.get(name);
        const queue = busy ?? new BoundedQueue<Call>(WAITING_MAX);
        if (!queue.push({ name, url, body, signature, done })) {
          log.warn({ webhook: name }, 'webhook.dropped');
          return done(false);
        }
        if (busy !== undefined) return;
        queues.set(name, queue);
        void work(name, queue);
      }),
    forget: (name) => {
      const queue = queues.get(name);
      queues.delete(name); // Whoever works on it sees that, and gives up.
      for (let call = queue?.shift(); call !== undefined; call = queue?.shift()) call.done(false);
      failing.delete(name);
    },
    stop: () => {
      stopped = true;
      for (const [timer, resume] of pauses) {
        clearTimeout(timer);
        resume();
      }
    },
  };
}
