// src/stream/session-stream.ts - joins a running game and a peer: pictures and sound out, input in. The peer can be
// replaced while the game goes on (a reloaded page), so the two have separate lives.
//
// On `control` the stream itself answers `clock`, `view`, `quality` and `key-frame`, and sends `ready`, `stages`, `rate`
// and `rumble`. Vouchers, `bye` and `ending` belong to the slot. Keys are released when the path is lost or the peer
// closes or says `bye`.
import { OutageError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { GameRun, SessionStream } from '../media/ports.ts';
import type { Log } from '../observe/log.ts';
import type { StreamPeer } from './open-peer.ts';

/** What a stream is made of. */
export type SessionStreamOptions = {
  readonly run: GameRun;
  readonly peer: StreamPeer;
  readonly clock: Clock;
  readonly log: Log;
  /** Most kbit/s of video; default 12,000. */
  readonly kbpsMax?: number;
  /** Frames a second to make; default `run.picture.fps`. */
  readonly fps?: number;
  /** Use this encoder only; default: the best that opens. */
  readonly encoder?: 'auto' | 'nvenc' | 'vaapi' | 'x264' | 'vp8';
};

/** A stream whose peer can be replaced. */
export interface AttachableStream extends SessionStream {
  /** Sends over `peer` from now on, beginning with a key frame. The old peer is left alone; its owner closes it. */
  attach(peer: StreamPeer): void;
}

/** Starts a stream. Nothing is drawn before the peer is connected for the first time. */
export function openSessionStream(_options: SessionStreamOptions): AttachableStream {
  throw new OutageError('the session stream is not built yet');
}
