// src/agent/slot-ports.ts - what a slot process needs from the edges beside it: games, encoders, peers, a stream.
// `src/main/slot.ts` fills these with `src/render` and `src/stream`; tests fill them with fakes.
import type {
  EncoderReport,
  GameRun,
  MediaPeer,
  PeerOptions,
  SessionPeer,
  SessionStream,
  StartGame,
} from '../media/ports.ts';
import type { Codec, Game } from '../protocol/shapes.ts';
import type { EncoderWish, SlotSetup } from './slot-messages.ts';

/** A stream whose peer can be replaced while the game goes on. */
export interface Stream<Peer> extends SessionStream {
  /** Sends over `peer` from now on; the old one is left to its owner. */
  attach(peer: Peer): void;
  /** Called once when it cannot go on: the display is gone, or no encoder is left. */
  onFault(listener: (reason: string) => void): void;
}

/** A running game, the peer that carries it, and the player's wishes. */
export type StreamOptions<Peer> = {
  readonly run: GameRun;
  readonly peer: Peer;
  readonly encoder: EncoderWish;
  readonly kbpsMax?: number;
  readonly fps?: number;
};

/** Everything a slot is made of, warm. `Peer` is whatever `openPeer` makes and `openStream` takes. */
export interface SlotParts<Peer extends SessionPeer> {
  readonly games: readonly Game[];
  /** Starts a game; throws OutageError when it does not come up. */
  startGame(command: StartGame): Promise<GameRun>;
  openProbe(options: PeerOptions): MediaPeer;
  openPeer(options: PeerOptions & { readonly codecs: readonly Codec[] }): Peer;
  openStream(options: StreamOptions<Peer>): Stream<Peer>;
}

/** Makes the parts: loads modules, opens an encoder, draws a first picture. `encoders` is empty unless asked for. */
export type WarmUp<Peer extends SessionPeer> = (
  setup: SlotSetup,
) => Promise<{ readonly parts: SlotParts<Peer>; readonly encoders: readonly EncoderReport[] }>;
