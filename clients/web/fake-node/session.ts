// clients/web/fake-node/session.ts - one fake session: canvas, sound, channels. It answers inputs as a node does: the
// picture carries their number, `stages` says where the time went, vouchers are kept.
import type { PeerId } from '../../../src/base/ids.ts';
import { messageCodec } from '../../../src/protocol/codec.ts';
import { type NodeToPlayer, type PlayerToNode, playerToNode } from '../../../src/protocol/control-messages.ts';
import { decodeKeyFrame, decodeMotionFrame, isNewerSeq, totalStep } from '../../../src/protocol/input-frames.ts';
import {
  CODE_CELL_WIDTH,
  CODE_ROW_HEIGHT,
  codeCellsPerRow,
  codeStripHeight,
  packPictureCode,
} from '../../../src/protocol/picture-code.ts';
import { createFakeGame } from './game.ts';

const codec = messageCodec<PlayerToNode, NodeToPlayer>(playerToNode);
const SHARE_MS = { wait: 3, render: 4, convert: 1, encode: 5, send: 0.5 };

/** What a fake session is made from. */
export type FakeStart = {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly delayMs: number;
  readonly codec?: string;
};

/** A running fake session. */
export type FakeSession = {
  /** Carries the session over this connection from now on. */
  carry(peer: PeerId, pc: RTCPeerConnection): void;
  readonly peer: PeerId | undefined;
  freeze(on: boolean): void;
  /** Says something on `control`. */
  say(message: NodeToPlayer): void;
  close(): void;
};

function drawStrip(context: CanvasRenderingContext2D, width: number, top: number, packed: Uint8Array): void {
  const perRow = codeCellsPerRow(width);
  context.fillStyle = '#000';
  context.fillRect(0, top, width, codeStripHeight(width));
  context.fillStyle = '#fff';
  for (let bit = 0; bit < packed.length * 8; bit++) {
    if ((((packed[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 0) continue;
    const [x, y] = [(bit % perRow) * CODE_CELL_WIDTH, Math.floor(bit / perRow) * CODE_ROW_HEIGHT];
    context.fillRect(x, top + y, CODE_CELL_WIDTH, CODE_ROW_HEIGHT);
  }
}

function tone(): { track: MediaStreamTrack; stop(): void } {
  const audio = new AudioContext();
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  const out = audio.createMediaStreamDestination();
  gain.gain.value = 0.2;
  oscillator.frequency.value = 440;
  oscillator.connect(gain).connect(out);
  oscillator.start();
  const [track] = out.stream.getAudioTracks();
  if (track === undefined) throw new Error('an audio destination has a track');
  return { track, stop: () => void audio.close() };
}

/** Starts a game and its clock; `tell` reaches the fake hub. */
export function createFakeSession(start: FakeStart, tell: (message: object) => void): FakeSession {
  const { width, height, fps, delayMs } = start;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height + codeStripHeight(width);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('a canvas has a context');
  const game = createFakeGame(width, height);
  const sound = tone();
  const stream = canvas.captureStream(fps);
  let control: RTCDataChannel | undefined;
  let peer: PeerId | undefined;
  let [inputSeq, motionSeq, frameSeq, frozen] = [0, 0, 0, false];
  let total = { totalX: 0, totalY: 0 };
  let waiting: { seq: number; atMs: number }[] = [];

  const send = (message: NodeToPlayer): void => {
    if (control?.readyState === 'open') control.send(codec.encode(message).slice());
  };
  const draw = (): void => {
    if (frozen) return;
    frameSeq = (frameSeq + 1) & 0xffff;
    game.step(1 / fps);
    game.draw(context);
    drawStrip(context, width, height, packPictureCode({ inputSeq, motionSeq, frameSeq, state: game.state() }));
    for (const { seq, atMs } of waiting.splice(0)) {
      const waitMs = Math.max(0, performance.now() - atMs);
      send({
        t: 'stages',
        inputSeq: seq,
        frameSeq,
        rtpTimestamp: 0,
        inputAtMs: atMs,
        waitMs,
        renderMs: SHARE_MS.render,
        convertMs: SHARE_MS.convert,
        encodeMs: SHARE_MS.encode,
        sendMs: SHARE_MS.send,
      });
    }
  };
  const onKeys = (bytes: Uint8Array): void => {
    const frame = decodeKeyFrame(bytes);
    if (!frame.ok) {
      tell({ t: 'bad', channel: 'keys' });
      return;
    }
    inputSeq = frame.value.seq;
    waiting = [...waiting, { seq: inputSeq, atMs: performance.now() }].slice(-32);
    game.key(frame.value.event);
    if (frame.value.event.kind !== 'marker') tell({ t: 'key', event: frame.value.event });
  };
  const onMotion = (bytes: Uint8Array): void => {
    const frame = decodeMotionFrame(bytes);
    if (!frame.ok) {
      tell({ t: 'bad', channel: 'motion' });
      return;
    }
    const { seq, pointer } = frame.value;
    if (motionSeq !== 0 && !isNewerSeq(seq, motionSeq)) return;
    motionSeq = seq;
    game.move(pointer.x / 65_535, pointer.y / 65_535);
    tell({
      t: 'motion',
      dx: totalStep(total.totalX, pointer.totalX),
      dy: totalStep(total.totalY, pointer.totalY),
      x: pointer.x,
      y: pointer.y,
      pads: frame.value.pads,
      touches: frame.value.touches,
    });
    total = pointer;
  };
  const onControl = (bytes: Uint8Array): void => {
    const message = codec.decode(bytes);
    if (!message.ok) {
      tell({ t: 'bad', channel: 'control' });
      return;
    }
    const { value } = message;
    if (value.t === 'clock') send({ t: 'clock', n: value.n, playerMs: value.playerMs, nodeMs: performance.now() });
    else if (value.t === 'voucher') {
      send({ t: 'voucher.kept', seq: Number(value.voucher.seq), shortfallMs: 0 });
      tell({ t: 'voucher', voucher: value.voucher, signature: value.signature });
    } else if (value.t === 'bye' || value.t === 'quality') tell(value);
  };
  /** Everything from the page arrives late by the distance; the way back is not delayed, the sum is what counts. */
  const late =
    (take: (bytes: Uint8Array) => void) =>
    ({ data }: MessageEvent) => {
      if (data instanceof ArrayBuffer) setTimeout(() => take(new Uint8Array(data)), delayMs);
    };
  const timer = setInterval(draw, 1_000 / fps);
  const rates = setInterval(() => send({ t: 'rate', kbps: 2_100, targetKbps: 6_000, fps }), 1_000);

  return {
    get peer() {
      return peer;
    },
    carry(id, pc) {
      peer = id;
      const [video] = stream.getVideoTracks();
      if (video === undefined) throw new Error('a canvas stream has a track');
      const track = video.clone();
      track.contentHint = 'detail'; // Never scaled down: the strip is read pixel by pixel.
      const sender = pc.addTrack(track, new MediaStream());
      pc.addTrack(sound.track.clone(), new MediaStream());
      const transceiver = pc.getTransceivers().find((each) => each.sender === sender);
      const codecs = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
      const wanted = codecs.filter(({ mimeType }) =>
        new RegExp(`video/(${start.codec ?? 'vp8'}|rtx)$`, 'i').test(mimeType),
      );
      if (wanted.length > 0) transceiver?.setCodecPreferences(wanted);
      const keys = pc.createDataChannel('keys');
      const motion = pc.createDataChannel('motion', { ordered: false, maxPacketLifeTime: 100 });
      const opened = pc.createDataChannel('control');
      for (const channel of [keys, motion, opened]) channel.binaryType = 'arraybuffer';
      keys.onmessage = late(onKeys);
      motion.onmessage = late(onMotion);
      opened.onmessage = late(onControl);
      opened.onopen = () => {
        control = opened;
        send({ t: 'ready', codec: 'vp8', encoder: 'canvas', width, height, fps, virtualPads: false });
      };
      pc.onconnectionstatechange = () => {
        if (pc.connectionState === 'connected') tell({ t: 'connected', peer: id });
      };
    },
    freeze(on) {
      frozen = on;
    },
    say: send,
    close() {
      clearInterval(timer);
      clearInterval(rates);
      sound.stop();
      for (const track of stream.getTracks()) track.stop();
    },
  };
}
