// clients/web/src/player/play-session.ts - one running session in the browser: wires its line, its meter, its payments
// and its hands, and looks at them once a second. The hub may be away, the node may be away: only `close` ends it.
import type { PeerId, SessionId } from '../../../../src/base/ids.ts';
import type { NodeToPlayer } from '../../../../src/protocol/control-messages.ts';
import { timings } from '../../../../src/protocol/limits.ts';
import type { PictureCode } from '../../../../src/protocol/picture-code.ts';
import type { HubToPlayer, PlayerToHub, SessionState } from '../../../../src/protocol/player-messages.ts';
import type { EndReason } from '../../../../src/protocol/shapes.ts';
import type { SigningDomain } from '../../../../src/protocol/typed-data.ts';
import { type Open, openDigest } from '../../../../src/protocol/voucher.ts';
import { createClickClock } from './click-clock.ts';
import { createClockSync } from './clock-sync.ts';
import type { HeldConsent } from './consent.ts';
import { eachSecond } from './each-second.ts';
import type { Hud, NodeSide } from './hud.ts';
import { createInputSender, type InputSender, type SentKey } from './input/sender.ts';
import { createMediaLine } from './media-line.ts';
import { createMeter } from './meter.ts';
import { createPayer } from './payer.ts';
import { watchPictures } from './picture-watch.ts';
import { createRecordSigner } from './record-signer.ts';
import { restartDue, type Trouble, troubleAt } from './recovery.ts';
import { remember } from './remember.ts';
import type { Screen } from './screen.ts';
import type { StartStep, StartTimes } from './start-times.ts';
import { createStore, type Store } from './store.ts';

/** What the hub said at the start. */
export type Started = Extract<HubToPlayer, { t: 'started' }>;

/** How the session is; changes rarely. */
export type SessionView = {
  readonly started: Started;
  readonly trouble: Trouble;
  readonly times: StartTimes;
  /** The hub says that this node is gone. */
  readonly nodeLost: boolean;
  /** The node leaves at this Unix time. */
  readonly leavingAtMs?: number;
  /** The node said why it will end the session, before the hub did. */
  readonly ending?: EndReason;
  /** The browser can make nothing of what the node offers. */
  readonly broken: boolean;
};

/** What a session is made from. */
export type SessionOptions = {
  readonly started: Started;
  readonly open: Open;
  readonly domain: SigningDomain;
  readonly consent: HeldConsent;
  readonly screen: Screen;
  readonly relayOnly: boolean;
  /** Page's clock at the press of 'play'. */
  readonly pressedMs: number;
  /** Numbers that an earlier page of this session used; zeros for a new one. */
  readonly after: {
    readonly keySeq: number;
    readonly motionSeq: number;
    readonly tickSeq: number;
    readonly goodMs: number;
  };
  send(message: PlayerToHub): boolean;
  /** ICE restarts did not help: ask the hub for a new connection. */
  onStuck(): void;
  onRumble(rumble: Extract<NodeToPlayer, { t: 'rumble' }>): void;
};

/** One session. */
export type PlaySession = {
  readonly id: SessionId;
  readonly view: Store<SessionView>;
  readonly hud: Store<Hud | undefined>;
  readonly sender: InputSender;
  /** The connection that carries the picture now. */
  readonly peer: PeerId | undefined;
  /** A message of the hub; those of other sessions are not for us. */
  take(message: HubToPlayer): void;
  /** The hub answered a resume: the same connection goes on, or a new one takes its place. */
  resumed(again: Started): void;
  setQuality(quality: { kbpsMax?: number; fps?: number }): void;
  /** The last word: all that is owed, and goodbye. */
  bye(): void;
  close(): void;
};

/** ICE restarts get this long before a whole new connection is asked for. */
const STUCK_MS = 12_000;
/** More than a page can send in the second since it last wrote its numbers down. */
const SEQ_JUMP = 10_000;
const LADDER_MS = 250;
/** A hidden tab shows nothing and is looked at once a second: so much silence says nothing there. */
const HIDDEN_SLACK_MS = 1_500;

/** Everything of a session that changes, shared by the functions below. */
type Parts = ReturnType<typeof createParts>;

function createParts(options: SessionOptions) {
  const { started } = options;
  const startMs = performance.now();
  const jump = started.resumed ? SEQ_JUMP : 0;
  const clicks = createClickClock();
  const onSent = ({ seq, event, eventMs, sentMs }: SentKey): void => {
    const press = (event.kind === 'key' || event.kind === 'mouse-button') && event.down;
    const pad = event.kind === 'pad-button' && event.value > 0;
    if (event.kind !== 'marker' && !press && !pad) return;
    clicks.sent({ seq, kind: event.kind === 'marker' ? 'marker' : 'input', eventMs, sentMs });
  };
  return {
    options,
    startMs,
    clicks,
    sync: createClockSync(),
    view: createStore<SessionView>({
      started,
      trouble: 'none',
      times: started.resumed ? {} : { seat: startMs - options.pressedMs },
      nodeLost: false,
      broken: false,
    }),
    hud: createStore<Hud | undefined>(undefined),
    sender: createInputSender({ key: options.after.keySeq + jump, motion: options.after.motionSeq + jump }, onSent),
    meter: createMeter(started.quote.promise, {
      goodMs: Math.max(started.goodMs, options.after.goodMs),
      badMs: started.badMs,
    }),
    node: {} as NodeSide,
    state: undefined as SessionState | undefined,
    code: undefined as PictureCode | undefined,
    frameMs: startMs,
    framesDecoded: 0,
    slowestAnswerMs: undefined as number | undefined,
    tickSeq: options.after.tickSeq + jump,
    tickMs: startMs,
    clockSeq: 0,
  };
}

function update(parts: Parts, part: Partial<SessionView>): void {
  parts.view.set({ ...parts.view.get(), ...part });
}

function stamp(parts: Parts, step: StartStep): void {
  const { times } = parts.view.get();
  if (times[step] !== undefined || parts.options.started.resumed) return;
  update(parts, { times: { ...times, [step]: performance.now() - parts.options.pressedMs } });
}

/** The tick that counts time at the hub: cumulative, so a lost one costs nothing. */
function tickMessage(parts: Parts): PlayerToHub {
  const { meter, options } = parts;
  const seen = parts.hud.get();
  parts.tickSeq++;
  const counts = { session: options.started.session, seq: parts.tickSeq, goodMs: meter.goodMs, badMs: meter.badMs };
  if (seen === undefined) return { t: 'tick', ...counts };
  const clickToFrameMs = seen.click?.totalMs;
  return {
    t: 'tick',
    ...counts,
    sample: {
      fps: seen.sample.fpsDecoded,
      rttMs: seen.rttMs ?? seen.counters.rttMs ?? 0,
      lossShare: seen.sample.lossShare,
      kbps: seen.sample.kbps,
      ...(clickToFrameMs === undefined ? {} : { clickToFrameMs: Math.max(0, clickToFrameMs) }),
      path: seen.counters.pair?.path ?? options.started.path,
      receivedBytes: seen.counters.receivedBytes,
    },
  };
}

/** Reads pictures as they are shown. Returns what stops it and how many were shown. */
function watch(parts: Parts) {
  const { clicks, sender, view } = parts;
  return watchPictures(parts.options.screen.video, {
    wanted: () => clicks.waiting,
    onPicture(shownMs) {
      parts.frameMs = Math.max(parts.frameMs, shownMs);
      if (view.get().times.frame === undefined) sender.send({ kind: 'marker' }, shownMs, performance.now());
      stamp(parts, 'frame');
    },
    onCode(code, times) {
      parts.code = code;
      for (const { totalMs } of clicks.picture(code, times)) {
        parts.slowestAnswerMs = Math.max(parts.slowestAnswerMs ?? 0, totalMs);
        stamp(parts, 'input');
      }
    },
  });
}

/** Runs a session until `close`. */
export function createPlaySession(options: SessionOptions): PlaySession {
  const { started, send } = options;
  const parts = createParts(options);
  const { clicks, sync, view, hud, sender, meter } = parts;
  const line = createMediaLine(options.screen, options.relayOnly, {
    send,
    onOffer: () => stamp(parts, 'game'),
    onPath: () => stamp(parts, 'path'),
    onCarrier(channels) {
      clicks.reset();
      sync.reset();
      sender.connect(channels, performance.now());
      payer.repeat();
      line.control({ t: 'clock', n: parts.clockSeq++, playerMs: performance.now() });
    },
    onControl: (message) => heard(message),
    onBroken(error) {
      console.warn('the browser refused what the node offered', error);
      update(parts, { broken: true });
    },
  });
  const lease = openDigest(options.domain, options.open);
  const payer = createPayer(
    {
      session: started.session,
      domain: options.domain,
      lease,
      rateWeiPerHour: options.open.rate,
      maxWei: options.open.maxAmount,
      seqAfter: started.voucherSeq,
    },
    options.consent,
    { toNode: (message) => line.control(message), toHub: send },
  );
  const { domain, open, consent } = options;
  const signRecord = createRecordSigner(
    { lease, domain, rateWeiPerHour: open.rate, startedAtMs: open.startedAtMs },
    consent.sign,
  );
  const pictures = watch(parts);
  const forgetClicks = (): void => clicks.reset();
  document.addEventListener('visibilitychange', forgetClicks);

  /** What was served is paid and counted to the last second. */
  const settleUp = (now: number): void => {
    payer.settle(meter.goodMs, now);
    send(tickMessage(parts));
  };
  const heard = (message: NodeToPlayer): void => {
    const now = performance.now();
    if (message.t === 'clock') sync.answer(message.playerMs, message.nodeMs, now);
    else if (message.t === 'stages') clicks.stages(message, sync.offsetMs);
    else if (message.t === 'ready') {
      parts.node = { ...parts.node, encoder: message.encoder, virtualPads: message.virtualPads };
    } else if (message.t === 'rate') {
      parts.node = { ...parts.node, kbps: message.kbps, targetKbps: message.targetKbps, fps: message.fps };
    } else if (message.t === 'rumble') options.onRumble(message);
    else if (message.t === 'ending') {
      update(parts, { ending: message.reason });
      settleUp(now); // The node waits for it.
    } else if (message.t === 'record') {
      const signed = signRecord(message, { wallMs: Date.now(), goodMs: meter.goodMs, voucherSeq: payer.seq });
      if (signed !== undefined) line.control(signed);
    } else payer.heard(message, meter.goodMs, now);
  };

  const readSecond = async (): Promise<void> => {
    const rows = await line.stats();
    const now = performance.now();
    const waitedMs = document.hidden || !clicks.waiting ? undefined : clicks.unansweredMs(now);
    const answers = [parts.slowestAnswerMs, waitedMs].filter((ms) => ms !== undefined);
    parts.slowestAnswerMs = undefined;
    const { counters, sample, verdict } = meter.read(
      rows,
      {
        connected: line.connected,
        framesShown: pictures.shown,
        rttMs: sync.freshRttMs(now),
        slowestAnswerMs: answers.length === 0 ? undefined : Math.max(...answers),
      },
      now,
    );
    if (counters.framesDecoded > parts.framesDecoded) {
      parts.frameMs = Math.max(parts.frameMs, now - LADDER_MS);
      stamp(parts, 'frame');
    }
    parts.framesDecoded = counters.framesDecoded;
    hud.set({
      atMs: now,
      rttMs: sync.rttMs,
      counters,
      sample,
      click: clicks.history.at(-1),
      clicks: clicks.history,
      code: parts.code,
      node: parts.node,
      backlogBytes: line.backlogBytes,
      goodMs: meter.goodMs,
      badCause: verdict === 'good' ? undefined : verdict,
      shortfallMs: payer.shortfallMs,
      voucherRefused: payer.refused,
      state: parts.state,
    });
  };
  const tellNode = (now: number): void => {
    line.control({ t: 'clock', n: parts.clockSeq++, playerMs: now });
    if (!document.hidden) sender.send({ kind: 'marker' }, now, now);
    const seen = hud.get();
    if (seen === undefined) return;
    const { fpsDecoded, decodeMs, bufferMs, freezes } = seen.sample;
    const [rttMs, visible] = [seen.rttMs ?? 0, !document.hidden];
    line.control({ t: 'view', fpsDecoded, decodeMs, jitterBufferMs: bufferMs, rttMs, freezes, visible });
  };
  const everySecond = async (): Promise<void> => {
    await readSecond();
    if (closed) return;
    const now = performance.now();
    tellNode(now);
    payer.pay(meter.goodMs, now);
    if (now - parts.tickMs >= timings.tickMs - LADDER_MS) {
      parts.tickMs = now;
      send(tickMessage(parts));
    }
    const { session, token, game } = view.get().started;
    const [keySeq, motionSeq] = [sender.seq, sender.motion.seq];
    const { tickSeq } = parts;
    remember({ session, token, game, keySeq, motionSeq, tickSeq, goodMs: meter.goodMs, relayOnly: options.relayOnly });
  };

  const climb = createLadder(parts);
  const stopSeconds = eachSecond(parts.startMs, everySecond);
  const ladderTimer = setInterval(climb, LADDER_MS);
  let closed = false;
  line.connect(started);
  return {
    id: started.session,
    view,
    hud,
    sender,
    get peer() {
      return line.peer;
    },
    take(message) {
      if (message.t === 'sdp' || message.t === 'candidate') line.take(message);
      else if (message.t === 'state' && message.state.session === started.session) parts.state = message.state;
      else if (!('session' in message) || message.session !== started.session) return;
      else if (message.t === 'ice') line.refresh(message.ice);
      else if (message.t === 'node.lost' || (message.t === 'ended' && message.reason === 'node-lost')) {
        update(parts, { nodeLost: true });
      } else if (message.t === 'node.leaving') update(parts, { leavingAtMs: message.deadlineMs });
    },
    resumed(again) {
      payer.atLeast(again.voucherSeq);
      update(parts, { started: again, nodeLost: false });
      line.connect(again);
      send(tickMessage(parts));
      payer.repeat();
    },
    setQuality: (quality) => void line.control({ t: 'quality', ...quality }),
    bye() {
      settleUp(performance.now());
      sender.releaseAll(performance.now());
      line.control({ t: 'bye' });
    },
    close() {
      closed = true;
      stopSeconds();
      clearInterval(ladderTimer);
      document.removeEventListener('visibilitychange', forgetClicks);
      pictures.stop();
      sender.connect(undefined, performance.now());
      line.close();
    },
  };
}

/** Looks how long there was no picture, and climbs the ladder. */
function createLadder(parts: Parts): () => void {
  const { options, view } = parts;
  let restartMs = Number.NEGATIVE_INFINITY;
  let stuckMs = parts.startMs;
  return () => {
    const now = performance.now();
    const { times, nodeLost, trouble: before } = view.get();
    const begun = times.frame !== undefined || options.started.resumed;
    const silentMs = begun ? now - parts.frameMs - (document.hidden ? HIDDEN_SLACK_MS : 0) : 0;
    const trouble = troubleAt(silentMs, nodeLost);
    if (trouble !== before) update(parts, { trouble });
    if (trouble === 'none') stuckMs = now;
    if (nodeLost) return;
    if (restartDue(silentMs, restartMs, now)) {
      if (options.send({ t: 'restart', session: options.started.session })) restartMs = now;
    }
    if (now - stuckMs < STUCK_MS) return;
    stuckMs = now;
    options.onStuck();
  };
}
