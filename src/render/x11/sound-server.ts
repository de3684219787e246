// src/render/x11/sound-server.ts - a session's own PulseAudio: one sink that plays to nobody, a unix socket in the
// session's folder, and a recorder that hands out what the game plays in 10 ms pieces.
import type { ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutageError } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import { PCM_PIECE_BYTES } from '../../media/ports.ts';
import { PieceGate } from '../sound/piece-gate.ts';
import { endChild, lastWords, waitUntil } from './child.ts';
import type { Sandbox } from './sandbox.ts';
import type { Room } from './wall.ts';

const PULSEAUDIO = '/usr/bin/pulseaudio';
const PAREC = '/usr/bin/parec';
const START_MS = 8_000;
const SINK = 'nearcade';
const FORMAT = ['format=s16le', 'rate=48000', 'channels=2'];

/** All it needs lies in the session's folder. */
const ROOM: Room = { network: 'none' };

/** Running sound. */
export type SoundServer = {
  /** What the game's environment needs. */
  readonly env: Readonly<Record<string, string>>;
  /** Called with each 10 ms, silence included; what piled up in a stall is left out. */
  onPiece(listener: (piece: Uint8Array) => void): void;
  /** Called once if it ends before `stop`. */
  onLost(listener: () => void): void;
  stop(): Promise<void>;
};

/** What a game without sound is started with: it must not look for a sound card. */
export const SILENT_ENV: Readonly<Record<string, string>> = { SDL_AUDIODRIVER: 'dummy' };

/** True when this machine has what it takes. */
export function canPlaySound(): boolean {
  return existsSync(PULSEAUDIO) && existsSync(PAREC);
}

/** Cuts a stream of bytes into pieces of `PCM_PIECE_BYTES`, whatever sizes they arrive in. */
export function pieceCutter(out: (piece: Uint8Array) => void): (chunk: Uint8Array) => void {
  let rest: Uint8Array = new Uint8Array(0);
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Uint8Array.from([...rest, ...chunk]);
    let at = 0;
    for (; at + PCM_PIECE_BYTES <= bytes.length; at += PCM_PIECE_BYTES) out(bytes.subarray(at, at + PCM_PIECE_BYTES));
    rest = bytes.slice(at);
  };
}

/** Starts it. @throws OutageError when it does not come up within 8 s */
export async function startSoundServer(sandbox: Sandbox, clock: Clock): Promise<SoundServer> {
  const socket = join(sandbox.run, 'pulse.sock');
  const script = join(sandbox.run, 'pulse.pa');
  const lines = [
    // Without rewinds it works in blocks of 50 ms; else its first block is 2 s, and a recorder that comes after it has
    // begun hears nothing until it is over.
    `load-module module-null-sink sink_name=${SINK} norewinds=1 ${FORMAT.join(' ')}`,
    `set-default-sink ${SINK}`,
    `load-module module-native-protocol-unix auth-anonymous=1 socket=${socket}`,
  ];
  writeFileSync(script, `${lines.join('\n')}\n`, { mode: 0o600 });
  sandbox.give(script);
  const quiet = [
    '--daemonize=no',
    '--use-pid-file=no',
    '--exit-idle-time=-1',
    '--disallow-exit=yes',
    '--log-level=error',
  ];
  const modest = ['--high-priority=no', '--realtime=no', '--disable-shm=yes', '--log-target=stderr'];
  const server = sandbox.spawn(
    [PULSEAUDIO, '-n', ...quiet, ...modest, '-F', script],
    {},
    ['ignore', 'ignore', 'pipe'],
    ROOM,
  );
  const words = lastWords(server);
  if (!(await waitUntil(server, START_MS, () => existsSync(socket)))) {
    await endChild(server, 0);
    throw new OutageError(`PulseAudio did not start: ${words() || 'it said nothing'}`);
  }
  const env = { PULSE_SERVER: `unix:${socket}`, SDL_AUDIODRIVER: 'pulseaudio' };
  const record = [
    '--raw',
    '--format=s16le',
    '--rate=48000',
    '--channels=2',
    '--latency-msec=10',
    `--device=${SINK}.monitor`,
  ];
  const recorder = sandbox.spawn([PAREC, ...record], env, ['ignore', 'pipe', 'ignore'], ROOM);
  return watched(server, recorder, env, clock);
}

function watched(server: ChildProcess, recorder: ChildProcess, env: SoundServer['env'], clock: Clock): SoundServer {
  let stopping = false;
  const lost: (() => void)[] = [];
  const listeners: ((piece: Uint8Array) => void)[] = [];
  const gate = new PieceGate();
  // Read from the first moment on, heard or not: what nobody fetches would pile up in the recorder and come late.
  const cut = pieceCutter((piece) => {
    if (gate.passes(clock.monotonicMs())) for (const hear of listeners) hear(piece);
  });
  recorder.stdout?.on('data', cut);
  const tellLost = (): void => {
    if (stopping) return;
    for (const listener of lost.splice(0)) listener();
  };
  server.once('exit', tellLost);
  recorder.once('exit', tellLost);
  return {
    env,
    onPiece: (listener) => {
      listeners.push(listener);
    },
    onLost: (listener) => {
      lost.push(listener);
    },
    async stop() {
      stopping = true;
      await Promise.all([endChild(recorder, 500), endChild(server, 1_000)]);
    },
  };
}
