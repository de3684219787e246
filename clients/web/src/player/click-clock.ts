// clients/web/src/player/click-clock.ts - click to frame, measured: from an input to the first picture that carries its
// number (protocol/picture-code.ts), split by stage. The stages are differences of one chain of moments, so they add up
// to the total by construction; a wrong clock offset only shifts time between the two network stages.
import type { NodeToPlayer } from '../../../../src/protocol/control-messages.ts';
import { isNewerSeq } from '../../../../src/protocol/input-frames.ts';
import type { PictureCode } from '../../../../src/protocol/picture-code.ts';

const PENDING_MAX = 64;
/** An input without an answer for this long is given up: the picture is frozen, or the game does not answer it. */
const GIVE_UP_MS = 5_000;
const HISTORY = 60;

/** Where the time went, in the order in which it went. Milliseconds. */
export type ClickStages = {
  /** From the browser's event to the data channel. */
  readonly browser: number;
  /** Page to node. */
  readonly uplink: number;
  /** Until the game took it in. */
  readonly wait: number;
  readonly render: number;
  readonly convert: number;
  readonly encode: number;
  readonly send: number;
  /** Last packet sent to last packet received. */
  readonly downlink: number;
  /** Received until it was decoded, decoding included. */
  readonly decode: number;
  /** Decoded until it was on its way to the screen. */
  readonly present: number;
};

/** One measured input. */
export type ClickSample = {
  readonly seq: number;
  readonly kind: 'marker' | 'input';
  readonly atMs: number;
  readonly totalMs: number;
  /** Absent when node or browser did not say enough of this picture. */
  readonly stages?: ClickStages;
};

/** When a picture passed through the browser, on the page's clock (requestVideoFrameCallback). */
export type PictureTimes = {
  /** When the last packet arrived; Firefox does not say. */
  readonly receivedMs: number | undefined;
  /** When the browser handed the decoded picture over for display. */
  readonly presentedMs: number;
  /** When it is expected on the screen. */
  readonly shownMs: number;
};

type Pending = { seq: number; kind: 'marker' | 'input'; eventMs: number; sentMs: number };
type Answered = Pending & { frameSeq: number; times: PictureTimes };
type NodeStages = Extract<NodeToPlayer, { t: 'stages' }>;

/** Measures one session's inputs. */
export type ClickClock = {
  sent(input: Pending): void;
  /** A picture was read. Answers every pending input up to its number, and returns those answers. */
  picture(code: PictureCode, times: PictureTimes): readonly ClickSample[];
  /** The node's stages, before or after the picture they belong to. */
  stages(stages: NodeStages, offsetMs: number | undefined): void;
  /** True while an input waits for its picture: read pictures now. */
  readonly waiting: boolean;
  /** Milliseconds that the oldest waiting input has been unanswered at `nowMs`; 0 when none waits. */
  unansweredMs(nowMs: number): number;
  /** The last answered ones, oldest first, at most 60. */
  readonly history: readonly ClickSample[];
  /** Forgets what waits: another connection. */
  reset(): void;
};

function split(input: Answered, node: NodeStages, offsetMs: number): ClickStages | undefined {
  const { receivedMs, presentedMs, shownMs } = input.times;
  if (receivedMs === undefined || node.frameSeq % 65_536 !== input.frameSeq) return undefined;
  const arrivedMs = node.inputAtMs - offsetMs;
  const nodeMs = node.waitMs + node.renderMs + node.convertMs + node.encodeMs + node.sendMs;
  const ways = [arrivedMs - input.sentMs, receivedMs - (arrivedMs + nodeMs)] as const;
  // The clocks agree to within half the fastest round trip; no way takes less than no time.
  const shift = Math.max(0, -ways[0]) - Math.max(0, -ways[1]);
  return {
    browser: input.sentMs - input.eventMs,
    uplink: ways[0] + shift,
    wait: node.waitMs,
    render: node.renderMs,
    convert: node.convertMs,
    encode: node.encodeMs,
    send: node.sendMs,
    downlink: ways[1] - shift,
    decode: presentedMs - receivedMs,
    present: shownMs - presentedMs,
  };
}

/** Makes a clock. */
export function createClickClock(): ClickClock {
  let pending: Pending[] = [];
  let answered: Answered[] = [];
  let early: { node: NodeStages; offsetMs: number | undefined }[] = [];
  let history: ClickSample[] = [];

  const keep = (sample: ClickSample): void => {
    history = [...history.filter(({ seq }) => seq !== sample.seq), sample].slice(-HISTORY);
  };
  const join = (input: Answered, node: NodeStages, offsetMs: number | undefined): void => {
    const { seq, kind, eventMs } = input;
    const stages = offsetMs === undefined ? undefined : split(input, node, offsetMs);
    const totalMs = input.times.shownMs - eventMs;
    if (stages !== undefined) keep({ seq, kind, atMs: input.times.shownMs, totalMs, stages });
  };

  return {
    sent(input) {
      pending = [...pending, input].slice(-PENDING_MAX);
    },
    picture(code, times) {
      const done = pending.filter(({ seq }) => !isNewerSeq(seq, code.inputSeq));
      pending = pending.filter(
        ({ seq, eventMs }) => isNewerSeq(seq, code.inputSeq) && times.shownMs - eventMs < GIVE_UP_MS,
      );
      return done.map((input) => {
        const answer = { ...input, frameSeq: code.frameSeq, times };
        const { seq, kind, eventMs } = input;
        const sample: ClickSample = { seq, kind, atMs: times.shownMs, totalMs: times.shownMs - eventMs };
        keep(sample);
        const node = early.find(({ node: { inputSeq } }) => inputSeq === seq);
        if (node === undefined) answered = [...answered, answer].slice(-PENDING_MAX);
        else join(answer, node.node, node.offsetMs);
        return sample;
      });
    },
    stages(node, offsetMs) {
      const input = answered.find(({ seq }) => seq === node.inputSeq);
      answered = answered.filter(({ seq }) => isNewerSeq(seq, node.inputSeq));
      if (input === undefined) early = [...early, { node, offsetMs }].slice(-PENDING_MAX);
      else join(input, node, offsetMs);
    },
    get waiting() {
      return pending.length > 0;
    },
    unansweredMs(nowMs) {
      const oldest = pending[0];
      return oldest === undefined ? 0 : Math.max(0, nowMs - oldest.sentMs);
    },
    get history() {
      return history;
    },
    reset() {
      [pending, answered, early] = [[], [], []];
    },
  };
}

/** Middle of the totals of `samples`; undefined when there are none. */
export function medianTotalMs(samples: readonly ClickSample[]): number | undefined {
  const sorted = samples.map(({ totalMs }) => totalMs).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
