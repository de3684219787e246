// clients/web/src/player/hub-link.ts - the socket to the hub: opened with a ticket, kept alive, opened again for ever.
// Losing it is no drama: pictures, input and vouchers run between page and node. Who asks gets an answer, a refusal or,
// when the socket closes first, an outage.
import { OutageError } from '../../../../src/base/assert.ts';
import { err, ok, type Result } from '../../../../src/base/result.ts';
import { messageCodec } from '../../../../src/protocol/codec.ts';
import type { Problem } from '../../../../src/protocol/http-api.ts';
import { type HubToPlayer, hubToPlayer, type PlayerToHub } from '../../../../src/protocol/player-messages.ts';
import { PROTOCOL_VERSION } from '../../../../src/protocol/version.ts';
import { type PlayerProblem, problemFrom, walletProblem } from './problem.ts';
import { hubPauseMs } from './recovery.ts';
import { createStore, type Store } from './store.ts';

const PING_MS = 10_000;
/** No byte from the hub for this long after a ping: the network changed under the socket, and it will never say so. */
const SILENCE_MS = 4_000;
const OPEN_MS = 8_000;

const codec = messageCodec<HubToPlayer, PlayerToHub>(hubToPlayer);

/** What the hub said first on a socket. */
export type Welcome = Extract<HubToPlayer, { t: 'welcome' }>;

/** How the socket is. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open'; readonly welcome: Welcome }
  | { readonly kind: 'waiting'; readonly sinceMs: number }
  | { readonly kind: 'refused'; readonly problem: PlayerProblem }
  | { readonly kind: 'closed' };

/** A message that expects an answer; `re` ties both. */
export type Asking = Extract<PlayerToHub, { re: string }>;
/** What answers a question: the first message with the same `re`. */
export type Answer = Extract<HubToPlayer, { re: string }>;

/** The link of one page. */
export type HubLink = {
  readonly state: Store<LinkState>;
  /** False when the socket is not open: what matters is said again after `open`. */
  send(message: PlayerToHub): boolean;
  /** Sends and waits. @throws OutageError when the link closes or `withinMs` pass */
  ask(message: Asking, withinMs: number): Promise<Result<Answer, PlayerProblem>>;
  /** Hears every message, answers included. Returns what ends it. */
  listen(listener: (message: HubToPlayer) => void): () => void;
  /** Waits for an open socket. @throws OutageError after `withinMs`, or when the hub refuses this page */
  opened(withinMs: number): Promise<Welcome>;
  /** Tries at once instead of waiting for the next turn. */
  hurry(): void;
  close(): void;
};

type Waiting = { resolve(answer: Result<Answer, PlayerProblem>): void; reject(error: Error): void; wait(): void };

/** Opens the link. `freshTicket` is called before each try and may log in. */
export function createHubLink(freshTicket: () => Promise<Result<string, Problem>>): HubLink {
  const state = createStore<LinkState>({ kind: 'connecting' });
  const listeners = new Set<(message: HubToPlayer) => void>();
  const waiting = new Map<string, Waiting>();
  let socket: WebSocket | undefined;
  let tries = 0;
  let heardMs = 0;
  let [retryTimer, silenceTimer]: (ReturnType<typeof setTimeout> | undefined)[] = [];

  const ended = (): boolean => state.get().kind === 'closed' || state.get().kind === 'refused';
  const failWaiting = (): void => {
    for (const { reject } of waiting.values()) reject(new OutageError('the link to the hub closed'));
    waiting.clear();
  };
  const lose = (): void => {
    socket = undefined;
    failWaiting();
    if (ended()) return;
    if (state.get().kind !== 'waiting') state.set({ kind: 'waiting', sinceMs: performance.now() });
    clearTimeout(retryTimer);
    retryTimer = setTimeout(connect, hubPauseMs(tries++));
  };
  const answered = (message: HubToPlayer): void => {
    const re = 're' in message ? message.re : undefined;
    const asker = re === undefined ? undefined : waiting.get(re);
    if (re === undefined || asker === undefined) return;
    if (message.t === 'queued') {
      asker.wait(); // News on the way to an answer, not the answer: a queue takes as long as it takes.
      return;
    }
    waiting.delete(re);
    if (message.t === 'refused') asker.resolve(err(problemFrom(message)));
    else if ('re' in message) asker.resolve(ok(message as Answer));
  };
  const take = (message: HubToPlayer): void => {
    heardMs = performance.now();
    if (message.t === 'welcome') {
      tries = 0;
      state.set({ kind: 'open', welcome: message });
    } else if (message.t === 'refused' && message.code === 'VERSION_UNKNOWN') {
      state.set({ kind: 'refused', problem: problemFrom(message) });
    }
    answered(message);
    for (const listener of [...listeners]) listener(message);
  };

  const open = (ticket: string): void => {
    const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
    const mine = new WebSocket(`${scheme}://${window.location.host}/ws/play`);
    socket = mine;
    mine.binaryType = 'arraybuffer';
    const late = setTimeout(() => mine.close(), OPEN_MS);
    mine.onopen = () => mine.send(codec.encode({ t: 'hello', v: PROTOCOL_VERSION, ticket }).slice());
    mine.onmessage = ({ data }) => {
      clearTimeout(late);
      const message = data instanceof ArrayBuffer ? codec.decode(new Uint8Array(data)) : undefined;
      if (message?.ok) take(message.value);
      else console.warn('a message of the hub could not be read', message?.error);
    };
    mine.onclose = () => {
      clearTimeout(late);
      if (socket === mine) lose();
    };
  };
  async function connect(): Promise<void> {
    if (ended() || socket !== undefined) return;
    try {
      const ticket = await freshTicket();
      if (ended() || socket !== undefined) return;
      if (ticket.ok) open(ticket.value);
      else if (ticket.error.code === 'SHUTTING_DOWN' || ticket.error.code === 'STORE_UNAVAILABLE') lose();
      else state.set({ kind: 'refused', problem: ticket.error });
    } catch (error) {
      if (error instanceof OutageError) lose();
      else state.set({ kind: 'refused', problem: walletProblem(error) });
    }
  }

  let pings = 0;
  const ping = (): void => {
    if (state.get().kind !== 'open' || socket === undefined) return;
    const mine = socket;
    const askedMs = performance.now();
    link.send({ t: 'ping', n: pings++ });
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(() => {
      if (heardMs < askedMs && socket === mine) {
        mine.close(); // The close may take a minute to be noticed; we do not wait for it.
        lose();
      }
    }, SILENCE_MS);
  };
  const pingTimer = setInterval(ping, PING_MS);
  const network = (): void => (state.get().kind === 'open' ? ping() : link.hurry());
  window.addEventListener('online', network);

  const link: HubLink = {
    state,
    send(message) {
      if (state.get().kind !== 'open' || socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(codec.encode(message).slice()); // The codec reuses its buffer.
      return true;
    },
    ask(message, withinMs) {
      return new Promise((resolve, reject) => {
        if (!link.send(message)) {
          reject(new OutageError('the link to the hub is closed'));
          return;
        }
        const timer = setTimeout(() => {
          waiting.delete(message.re);
          reject(new OutageError(`the hub did not answer '${message.t}'`));
        }, withinMs);
        const settle =
          <T>(then: (value: T) => void) =>
          (value: T): void => {
            clearTimeout(timer);
            then(value);
          };
        waiting.set(message.re, {
          resolve: settle(resolve),
          reject: settle(reject),
          wait: () => clearTimeout(timer),
        });
      });
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    opened(withinMs) {
      return new Promise((resolve, reject) => {
        const look = (): boolean => {
          const now = state.get();
          if (now.kind === 'open') resolve(now.welcome);
          else if (now.kind === 'refused') reject(new OutageError(now.problem.code));
          else return false;
          clearTimeout(timer);
          stop();
          return true;
        };
        const stop = state.subscribe(look);
        const timer = setTimeout(() => {
          stop();
          reject(new OutageError('the hub cannot be reached'));
        }, withinMs);
        look();
      });
    },
    hurry() {
      if (socket !== undefined || ended()) return;
      clearTimeout(retryTimer);
      void connect();
    },
    close() {
      state.set({ kind: 'closed' });
      failWaiting();
      clearInterval(pingTimer);
      for (const timer of [retryTimer, silenceTimer]) clearTimeout(timer);
      window.removeEventListener('online', network);
      socket?.close();
    },
  };
  void connect();
  return link;
}
