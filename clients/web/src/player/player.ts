// clients/web/src/player/player.ts - everything a person can do with one hub from one tab: look out, start, come back,
// move on, leave. A page or a kiosk watches the stores and calls these; nothing here knows how it is drawn.
import { OutageError } from '../../../../src/base/assert.ts';
import type { GameId, NodeId, SessionId } from '../../../../src/base/ids.ts';
import type { PublicConfig } from '../../../../src/protocol/http-api.ts';
import type { HubToPlayer } from '../../../../src/protocol/player-messages.ts';
import type { EndReason, Game } from '../../../../src/protocol/shapes.ts';
import { openDigest } from '../../../../src/protocol/voucher.ts';
import { type Afk, afkAt } from './afk.ts';
import { createHubClock, type HubClock } from './hub-clock.ts';
import { createHubLink, type HubLink } from './hub-link.ts';
import type { Identity } from './identity.ts';
import { newKey } from './ids.ts';
import { type Capture, createCapture } from './input/capture.ts';
import { createPlanner, type Planner } from './planner.ts';
import { createPlaySession, type PlaySession, type Started } from './play-session.ts';
import { type PlayerProblem, problem, problemFrom } from './problem.ts';
import { forget, type Remembered, remembered } from './remember.ts';
import { createRescue } from './rescue.ts';
import type { Screen } from './screen.ts';
import { planWish, type Seat, type StartWish, start } from './start.ts';
import { createStore, type Store } from './store.ts';
import { checkOpen, signingDomain } from './terms.ts';

/** A running session with the player's hands on it. */
export type Running = {
  readonly session: PlaySession;
  readonly capture: Capture;
  readonly game: Game;
  /** It goes on from another session: the last picture is still there until the new one comes. */
  readonly continues: boolean;
};

/** What the tab is doing. */
export type Phase =
  | { readonly kind: 'idle' }
  /** `queue`: place in the line when every seat is taken. */
  | {
      readonly kind: 'starting';
      readonly game: GameId;
      readonly pressedMs: number;
      readonly queue: { readonly position: number; readonly length: number } | undefined;
    }
  | { readonly kind: 'resuming'; readonly game: string }
  /** `moving`: another node's seat is on its way. */
  | { readonly kind: 'running'; readonly running: Running; readonly moving: boolean }
  | { readonly kind: 'leaving'; readonly running: Running }
  | {
      readonly kind: 'ended';
      readonly session: SessionId;
      readonly game: string;
      readonly reason: EndReason;
      readonly receipt: boolean;
    }
  | { readonly kind: 'failed'; readonly game: string; readonly problem: PlayerProblem };

/** The player of one tab. */
export type Player = {
  readonly link: HubLink;
  readonly planner: Planner;
  readonly phase: Store<Phase>;
  /** 'Still playing?' */
  readonly afk: Store<Afk>;
  /** What the hub announces; at most five. */
  readonly announcements: Store<readonly Announcement[]>;
  /** What the last session was started with. */
  readonly lastWish: StartWish | undefined;
  start(wish: StartWish): Promise<void>;
  /** Gives up a start or a place in the line; free until the first picture. */
  cancel(): void;
  /** Goes on in the session that this tab was in before a reload; false when there is none. */
  resume(): Promise<boolean>;
  /** Goes on with the same game on another node, after this one was lost. */
  moveOn(): Promise<void>;
  /** 'I am still here.' */
  awake(): void;
  leave(): void;
  /** Back to nothing, from `ended` or `failed`. */
  reset(): void;
  close(): void;
};

/** A word from the hub to everyone. */
export type Announcement = Extract<HubToPlayer, { t: 'announce' }>['announcement'];

/** What a player is made from. */
export type PlayerOptions = {
  readonly config: PublicConfig;
  readonly identity: Identity;
  readonly screen: Screen;
  /** Speed of the relative mouse. */
  mouseSpeed(): number;
  /** The way out was used. */
  onExit(): void;
  /** Goes to another node without asking when this one is lost. */
  readonly autoMove: boolean;
};

const RESUME_MS = 10_000;
const LEAVE_MS = 6_000;
const SECOND_MS = 1_000;
/** Refusals after which a session cannot be had any more. */
const GONE = new Set(['SESSION_UNKNOWN', 'SESSION_ENDED', 'TOKEN_UNKNOWN', 'FORBIDDEN']);

/** Opens the link to the hub and makes a player on it. */
export function createPlayer(options: PlayerOptions): Player {
  const { config, identity, screen } = options;
  const domain = signingDomain(config);
  const link = createHubLink(() => identity.ticket());
  const planner = createPlanner(link);
  const phase = createStore<Phase>({ kind: 'idle' });
  const afk = createStore<Afk>({ kind: 'here' });
  const announcements = createStore<readonly Announcement[]>([]);
  let clock: HubClock = createHubClock(Date.now());
  let lastWish: StartWish | undefined;
  let attempt = 0;
  /** The last session may use relays only. */
  let relayed = false;
  let activeMs = performance.now();
  /** The hub ended the session whose last picture still stands. */
  let over: Pick<Extract<HubToPlayer, { t: 'ended' }>, 'session' | 'reason' | 'receipt'> | undefined;

  const running = (): Running | undefined => {
    const now = phase.get();
    return now.kind === 'running' || now.kind === 'leaving' ? now.running : undefined;
  };
  const drop = (): void => {
    const live = running();
    live?.capture.close();
    live?.session.close();
  };
  const finish = (session: SessionId, game: string, reason: EndReason, receipt: boolean): void => {
    drop();
    forget();
    phase.set({ kind: 'ended', session, game, reason, receipt });
  };
  const fail = (game: string, why: PlayerProblem): void => {
    drop();
    phase.set({ kind: 'failed', game, problem: why });
  };

  const run = (seat: Seat, pressedMs: number, relayOnly: boolean, after: Remembered | undefined): void => {
    const game = config.games.find(({ id }) => id === seat.started.game);
    if (game === undefined) {
      fail(seat.started.game, { code: 'GAME_UNKNOWN' });
      return;
    }
    drop();
    relayed = relayOnly;
    const session = createPlaySession({
      ...seat,
      domain,
      screen,
      relayOnly,
      pressedMs,
      after: after ?? { keySeq: 0, motionSeq: 0, tickSeq: 0, goodMs: 0 },
      send: (message) => link.send(message),
      onStuck: () => void reattach(undefined),
      onRumble: ({ pad, ...effect }) => capture.rumble(pad, effect),
    });
    const capture = createCapture({
      picture: screen.picture,
      profile: game.input,
      sender: session.sender,
      speed: options.mouseSpeed,
      onExit: options.onExit,
      onActivity() {
        activeMs = performance.now();
      },
    });
    activeMs = performance.now();
    session.view.subscribe(() => rescue.notice(session));
    const continues = seat.started.continues !== undefined;
    phase.set({ kind: 'running', running: { session, capture, game, continues }, moving: false });
  };

  const rescue = createRescue({
    isShown: (session) => running()?.session === session,
    async look(session) {
      await planner.look(planWish(rescueWish(session)));
      return planner.view.get().plan?.candidates.length ?? 0;
    },
    moveOn: options.autoMove ? () => player.moveOn() : undefined,
  });
  /** No other node would have us: the session stays as it is, and the look-out goes on. */
  const stayPut = (live: Running): void => {
    if (over?.session === live.session.id && over.reason !== 'node-lost') {
      finish(over.session, live.game.id, over.reason, over.receipt);
      return;
    }
    phase.set({ kind: 'running', running: live, moving: false });
    rescue.again(live.session);
  };
  const rescueWish = (session: PlaySession): StartWish => {
    const { started } = session.view.get();
    const base: StartWish = lastWish ?? {
      game: started.game,
      path: relayed ? (started.path === 'relay-tcp' ? 'relay-tcp' : 'relay') : 'auto', // After a reload.
      settings: { codecs: ['h264', 'vp8'] },
    };
    const { node: _picked, only: _only, ...rest } = base;
    // The hub offers only nodes that are there: one that was started anew is better than none.
    const lost = rescue.forgives(session) ? [] : [started.node];
    const avoid: NodeId[] = [...(rest.avoid ?? []).filter((node) => node !== started.node), ...lost].slice(-8);
    return { ...rest, avoid, continues: session.id };
  };

  /** Tells a hub that came back which session we are in; with `peer` the connection is kept. */
  const reattach = async (peer: PlaySession['peer']): Promise<void> => {
    const live = running();
    if (live === undefined || over?.session === live.session.id) return;
    const { session } = live;
    const { token } = session.view.get().started;
    try {
      const kept = peer === undefined ? {} : { peer };
      const answer = await link.ask({ t: 'resume', re: newKey(), session: session.id, token, ...kept }, RESUME_MS);
      if (running()?.session !== session) return;
      if (answer.ok && answer.value.t === 'started') session.resumed(answer.value);
      else if (!answer.ok && GONE.has(answer.error.code)) finish(session.id, live.game.id, 'player-lost', true);
    } catch (error) {
      if (!(error instanceof OutageError)) throw error; // The link will be back, and asks again then.
    }
  };

  const take = (message: HubToPlayer): void => {
    const live = running();
    live?.session.take(message);
    const now = phase.get();
    if (message.t === 'queued' && now.kind === 'starting') {
      phase.set({ ...now, queue: { position: message.position, length: message.length } });
    } else if (message.t === 'ended' && live?.session.id === message.session) {
      // Its node died, or it is being left for another one: the last picture stands until the next one comes.
      if (now.kind === 'running' && (now.moving || message.reason === 'node-lost')) over = message;
      else finish(message.session, live.game.id, message.reason, message.receipt);
    } else if (message.t === 'refused' && message.session !== undefined && message.session === live?.session.id) {
      if (over?.session === message.session) return; // A tick crossed its end.
      if (message.code === 'SESSION_TAKEN_OVER') {
        forget();
        fail(live.game.id, problemFrom(message));
      } else if (live.session.view.get().times.frame === undefined) fail(live.game.id, problemFrom(message));
    } else if (message.t === 'announce') {
      const others = announcements.get().filter(({ id }) => id !== message.announcement.id);
      announcements.set([...others, message.announcement].slice(-5));
    }
  };
  const stopListening = link.listen(take);
  const stopState = link.state.subscribe(() => {
    const now = link.state.get();
    if (now.kind !== 'open') return;
    clock = createHubClock(now.welcome.nowMs);
    announcements.set(now.welcome.announcements);
    const live = running();
    if (live === undefined) return;
    void reattach(live.session.peer);
    if (phase.get().kind === 'leaving') link.send({ t: 'end', session: live.session.id });
  });
  const everySecond = setInterval(() => {
    if (phase.get().kind !== 'running') {
      if (afk.get().kind !== 'here') afk.set({ kind: 'here' });
      return;
    }
    const next = afkAt(performance.now() - activeMs);
    if (next.kind !== 'here' || afk.get().kind !== 'here') afk.set(next);
    if (next.kind === 'end') player.leave();
  }, SECOND_MS);

  const player: Player = {
    link,
    planner,
    phase,
    afk,
    announcements,
    get lastWish() {
      return lastWish;
    },
    async start(wish) {
      const mine = ++attempt;
      const pressedMs = performance.now();
      lastWish = wish;
      const before = wish.continues === undefined ? undefined : running();
      if (before === undefined) {
        drop();
        forget();
        phase.set({ kind: 'starting', game: wish.game, pressedMs, queue: undefined });
      } else phase.set({ kind: 'running', running: before, moving: true });
      const cancelled = (): boolean => mine !== attempt;
      const seat = await start(wish, {
        link,
        planner,
        identity,
        domain,
        get clock() {
          return clock;
        },
        cancelled,
      });
      if (cancelled()) {
        if (seat.ok) link.send({ t: 'end', session: seat.value.started.session });
        return;
      }
      planner.drop(); // Its tickets are used up, and its numbers are of before the start.
      const live = running();
      if (seat.ok) run(seat.value, pressedMs, wish.path === 'relay' || wish.path === 'relay-tcp', undefined);
      else if (wish.continues !== undefined && live !== undefined) stayPut(live);
      else fail(wish.game, seat.error);
    },
    cancel() {
      attempt++;
      link.send({ t: 'queue.leave' });
      const live = running();
      if (live !== undefined) link.send({ t: 'end', session: live.session.id });
      drop();
      forget();
      phase.set({ kind: 'idle' });
    },
    async resume() {
      const before = remembered();
      if (before === undefined) return false;
      phase.set({ kind: 'resuming', game: before.game });
      const mine = ++attempt;
      try {
        await link.opened(RESUME_MS);
        const { session, token } = before;
        const answer = await link.ask({ t: 'resume', re: newKey(), session, token }, RESUME_MS);
        if (mine !== attempt) return true;
        if (!answer.ok) {
          forget();
          const ended = answer.error.code === 'SESSION_ENDED';
          if (ended) phase.set({ kind: 'ended', session, game: before.game, reason: 'player-lost', receipt: true });
          else fail(before.game, answer.error);
          return true;
        }
        if (answer.value.t === 'started') comeBack(answer.value, before);
      } catch (error) {
        if (!(error instanceof OutageError)) throw error;
        if (mine === attempt) fail(before.game, problem('HUB_UNREACHABLE'));
      }
      return true;
    },
    async moveOn() {
      const live = running();
      if (live !== undefined) await player.start(rescueWish(live.session));
    },
    awake() {
      activeMs = performance.now();
      afk.set({ kind: 'here' });
      const live = running();
      if (live !== undefined) link.send({ t: 'awake', session: live.session.id });
    },
    leave() {
      const live = running();
      if (live === undefined || phase.get().kind === 'leaving') return;
      if (over?.session === live.session.id) return finish(over.session, live.game.id, over.reason, over.receipt);
      live.capture.release();
      live.session.bye();
      link.send({ t: 'end', session: live.session.id });
      phase.set({ kind: 'leaving', running: live });
      // A hub that is away does not hold a player back: it will find the end in the node's ticks.
      setTimeout(() => {
        if (running()?.session === live.session) finish(live.session.id, live.game.id, 'player-left', true);
      }, LEAVE_MS);
    },
    reset() {
      attempt++;
      drop();
      phase.set({ kind: 'idle' });
    },
    close() {
      attempt++;
      clearInterval(everySecond);
      stopListening();
      stopState();
      drop();
      link.close();
    },
  };

  const comeBack = (started: Started, before: Remembered): void => {
    const held = identity.held(BigInt(started.quote.rateWeiPerHour), clock.nowMs(), 0);
    const open = held === undefined ? undefined : checkOpen(started, held, domain);
    if (held === undefined || open === undefined || !open.ok) {
      // Without the key nothing can be paid: the session ends here, and what was held goes back.
      link.send({ t: 'end', session: started.session });
      forget();
      fail(before.game, { code: 'CONSENT_REQUIRED' });
      return;
    }
    link.send({ t: 'open', session: started.session, signature: held.sign(openDigest(domain, open.value)) });
    run({ started, open: open.value, consent: held }, performance.now(), before.relayOnly, before);
  };
  return player;
}
