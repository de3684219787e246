// test/support/agent/fake-slot.ts - a slot process with real bones (src/agent) and fake flesh: games without pictures, peers
// without packets. A peer's answer names a unix socket; over it the test plays the page, one JSON object a line.
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { runSlot } from '../../../src/agent/slot-host.ts';
import { type SlotSetup, slotPipe } from '../../../src/agent/slot-messages.ts';
import type { SessionId } from '../../../src/base/ids.ts';
import type { GameRun, MediaPeer, SessionPeer, StreamCounters } from '../../../src/media/ports.ts';
import { systemClock, systemRandom } from '../../../src/observe/clock.ts';
import { openLog } from '../../../src/observe/log.ts';
import type { NodeToPlayer, PlayerToNode } from '../../../src/protocol/control-messages.ts';
import type { Game } from '../../../src/protocol/shapes.ts';
import { Sandbox } from '../../../src/render/x11/sandbox.ts';
import { findWall } from '../../../src/render/x11/wall.ts';
import type { PageSays, PeerSays } from './fake-page.ts';

const FPS = 30;
const STRANGER = `s_${'0'.repeat(26)}` as SessionId;
const games = ['fake', 'sleeper', 'unstartable', 'garbage', 'liar', 'hanging'].map(
  (id): Game => ({
    id: id as Game['id'],
    title: { 'zh-Hant': id, 'zh-Hans': id, en: id },
    summary: { 'zh-Hant': id, 'zh-Hans': id, en: id },
    picture: { width: 1280, height: 720, fps: FPS },
    input: { keyboard: true, mouse: 'none', gamepad: false, touch: false },
    saves: true,
  }),
);
let run: (GameRun & { exit(crashed: boolean): void; worthy(): void; save: string }) | undefined;

class FakePeer implements SessionPeer {
  codec = 'h264' as const;
  #name: string;
  #socket: Socket | undefined;
  #onState: ((state: 'connecting' | 'connected' | 'lost' | 'closed') => void)[] = [];
  #onControl: ((message: PlayerToNode) => void)[] = [];
  #offers = 0;
  connected = false;
  inputAtMs = 0;

  constructor(name: string) {
    this.#name = name;
  }

  offer = (options?: { iceRestart?: boolean }): Promise<string> =>
    Promise.resolve(
      `v=0\r\nname:${this.#name}\r\noffer:${++this.#offers}\r\nrestart:${options?.iceRestart === true}\r\na=candidate:1 1 udp 2130706431 127.0.0.1 27500 typ host\r\n`,
    );

  answer = (sdp: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(sdp);
      this.#socket = socket;
      socket.once('error', reject);
      socket.once('connect', resolve);
      createInterface(socket).on('line', (line) => this.#hear(JSON.parse(line) as PageSays));
      socket.on('close', () => this.#state('closed'));
    });

  #hear(said: PageSays): void {
    if ('state' in said) this.#state(said.state);
    else if ('control' in said) for (const listener of this.#onControl) listener(said.control);
    else if ('input' in said) this.inputAtMs = performance.now();
    else if ('exit' in said) run?.exit(said.exit === 'crashed');
    else if ('save' in said && run !== undefined) {
      run.save = said.save;
      run.worthy();
    }
  }

  #state(state: 'connecting' | 'connected' | 'lost' | 'closed'): void {
    this.connected = state === 'connected';
    for (const listener of this.#onState) listener(state);
  }

  tell(said: PeerSays): void {
    this.#socket?.write(`${JSON.stringify(said)}\n`);
  }

  addCandidate = (): Promise<void> => Promise.resolve();
  onCandidate(): void {}
  onState: MediaPeer['onState'] = (listener) => this.#onState.push(listener);
  close = (): Promise<void> => {
    this.#socket?.end();
    return Promise.resolve();
  };
  onKey(): void {}
  onMotion(): void {}
  onControl = (listener: (message: PlayerToNode) => void) => this.#onControl.push(listener);
  control = (message: NodeToPlayer): boolean => {
    this.tell({ control: message });
    return this.connected;
  };
}

function fakeGame(game: string, save: Uint8Array | undefined): GameRun {
  let onExit: Parameters<GameRun['onExit']>[0] = () => {};
  let onWorthy = (): void => {};
  // A program in a real sandbox whose child shakes off process group, session and parent.
  const sandbox = game === 'sleeper' ? new Sandbox(tmpdir(), systemRandom, findWall('off')) : undefined;
  sandbox?.spawn(['/bin/sh', '-c', 'setsid sleep 600 & exec sleep 600'], {}, 'ignore', { network: 'host' });
  run = {
    picture: { width: 1280, height: 720, fps: FPS },
    video: { kind: 'x11', display: ':1', width: 1280, height: 720, authority: '/nowhere' },
    virtualPads: false,
    key: () => {},
    motion: () => {},
    releaseAll: () => {},
    state: () => 0,
    onPcm: () => {},
    onRumble: () => {},
    onExit: (listener) => {
      onExit = listener;
    },
    onSaveWorthy: (listener) => {
      onWorthy = listener;
    },
    save: save === undefined ? '' : Buffer.from(save).toString(),
    packSave: () => Promise.resolve(run?.save === '' ? undefined : Buffer.from(run?.save ?? '')),
    exit: (crashed) => onExit({ crashed, detail: 'asked by the test' }),
    worthy: () => onWorthy(),
    close: async () => sandbox?.end(),
  };
  return run;
}

class FakeStream {
  readonly counters = {
    ...{
      framesSent: 0,
      framesSkipped: 0,
      keyFrames: 0,
      lastFrameAtMs: 0,
      bytesSent: 0,
      packetsSent: 0,
      packetsResent: 0,
    },
    ...{ encodeMs: 0, framesEncoded: 0, targetKbps: 1, fps: FPS, rttMs: undefined, lossShare: 0 },
    ...{ inputSeq: 0, motionSeq: 0, inputAtMs: 0, inputsRefused: 0 },
  } as { -readonly [K in keyof StreamCounters]: StreamCounters[K] };
  encoder: { name: string; codec: 'h264' } | undefined;
  #peer: FakePeer;
  #onEncoder: (encoder: { name: string; codec: 'h264' }) => void = () => {};
  #drawn = performance.now();
  #timer = setInterval(() => this.#draw(), 20);

  constructor(peer: FakePeer) {
    this.#peer = peer;
  }

  #draw(): void {
    const due = Math.floor(((performance.now() - this.#drawn) * FPS) / 1_000);
    this.#drawn += (due * 1_000) / FPS;
    this.counters.inputAtMs = Math.max(this.counters.inputAtMs, this.#peer.inputAtMs);
    if (!this.#peer.connected || due === 0) return;
    this.counters.framesSent += due;
    this.counters.framesEncoded += due;
    this.counters.encodeMs += 5 * due;
    if (this.encoder !== undefined) return;
    this.encoder = { name: 'fake264', codec: 'h264' };
    this.#onEncoder(this.encoder);
  }

  onEncoder(listener: (encoder: { name: string; codec: 'h264' }) => void): void {
    this.#onEncoder = listener;
  }
  onFault(): void {}
  setQuality(): void {}
  keyFrame(): void {}
  attach(peer: FakePeer): void {
    this.#peer = peer;
    peer.tell({ attached: true });
  }
  close(): Promise<void> {
    clearInterval(this.#timer);
    return Promise.resolve();
  }
}

async function warmUp(setup: SlotSetup) {
  await Promise.resolve();
  return {
    encoders: setup.probeEncoders ? [{ name: 'fake264', codec: 'h264' as const, msPerFrame: 5 }] : [],
    parts: {
      games,
      startGame: ({ game, save }: { game: string; save?: Uint8Array }) => {
        if (game === 'unstartable') return Promise.reject(new Error('no such display'));
        if (game === 'garbage') process.send?.(Buffer.from([0xc1]));
        if (game === 'liar') process.send?.(slotPipe.encode({ t: 'saved', session: STRANGER, bytes: 1 }));
        if (game === 'hanging') for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
        return Promise.resolve(fakeGame(game, save));
      },
      openProbe: () => new FakePeer('probe'),
      openPeer: () => new FakePeer('session'),
      openStream: ({ peer }: { peer: FakePeer }) => new FakeStream(peer),
    },
  };
}

runSlot<FakePeer>(warmUp, {
  clock: systemClock,
  log: openLog('slot', process.argv[2] === 'debug' ? 'debug' : 'error'),
});
