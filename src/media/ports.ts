// src/media/ports.ts - what a slot process is wired from: a game that draws and listens, and a peer that carries it.
// `src/render` makes games, `src/stream` makes peers and encoders, `src/main/slot.ts` joins them; none knows another.

import type { NodeToPlayer, PlayerToNode } from '../protocol/control-messages.ts';
import type { KeyFrame, MotionFrame } from '../protocol/input-frames.ts';
import type { Codec, IceCandidate, IceServer, Picture, PlaySettings } from '../protocol/shapes.ts';

/** One drawn picture. Valid until the next call of `draw`; the receiver copies what it keeps. */
export type RawFrame = {
  /** 4 bytes a pixel, `stride` bytes a row. */
  readonly pixels: Uint8Array;
  readonly format: 'rgba' | 'bgra';
  readonly width: number;
  readonly height: number;
  readonly stride: number;
};

/** Where the pictures of a game come from. */
export type VideoSource =
  | {
      readonly kind: 'drawn';
      /** Advances the game to `nowMs` (monotonic) and draws it. */
      draw(nowMs: number): RawFrame;
    }
  | {
      readonly kind: 'x11';
      /** X display to grab, such as ':101', and the program's window size. */
      readonly display: string;
      readonly width: number;
      readonly height: number;
      /** Path of the Xauthority file of that display. */
      readonly authority: string;
    };

/** Sound as 10 ms pieces: 480 frames of interleaved stereo, signed 16 bit, 48 kHz, 1,920 bytes. */
export const PCM_PIECE_BYTES = 1_920;

/** One running game with everything that belongs to it: display, home, sound sink, processes. */
export interface GameRun {
  /** Size and rate it draws at; may differ from what was asked when the game cannot. */
  readonly picture: Picture;
  readonly video: VideoSource;
  /** Whether gamepads reach the game: as pads, or as the keys and mouse that its manifest names. */
  readonly virtualPads: boolean;
  /** Applies an input now. Frames come in channel order; the caller has dropped old motion. */
  key(frame: KeyFrame): void;
  motion(frame: MotionFrame): void;
  /** Releases everything that is held down; called on disconnect. */
  releaseAll(): void;
  /** 24 bits for the strip under the picture; they change only with the game's state. */
  state(): number;
  /** Called with each 10 ms piece of sound as long as the run lives. */
  onPcm(listener: (piece: Uint8Array) => void): void;
  onRumble(listener: (rumble: { pad: number; strong: number; weak: number; durationMs: number }) => void): void;
  /** Called once, when the game ends by itself. */
  onExit(listener: (exit: { crashed: boolean; detail: string }) => void): void;
  /** Called when there is something worth saving (the caller limits how often it asks). */
  onSaveWorthy(listener: () => void): void;
  /** The save packed as bytes (at most `bounds.saveBytes`), or undefined when there is nothing. */
  packSave(): Promise<Uint8Array | undefined>;
  /** Ends the game and wipes all it left. Idempotent; resolves when nothing is left, or throws OutageError naming what is. */
  close(): Promise<void>;
}

/** What starts a game. */
export type StartGame = {
  readonly game: string;
  readonly settings: PlaySettings;
  /** 8 bits that make the states of different sessions differ, so that a picture names its session. */
  readonly tag: number;
  /** Save of an earlier session, to be put back before the game starts. */
  readonly save?: Uint8Array;
};

/** One WebRTC peer connection of a slot, offering. */
export interface MediaPeer {
  /** Makes the offer, or a new one with fresh ICE credentials. */
  offer(options?: { iceRestart?: boolean }): Promise<string>;
  answer(sdp: string): Promise<void>;
  addCandidate(candidate: IceCandidate): Promise<void>;
  onCandidate(listener: (candidate: IceCandidate) => void): void;
  /** `lost`: no path for now (ICE disconnected or failed); `closed`: the page went away for good. */
  onState(listener: (state: 'connecting' | 'connected' | 'lost' | 'closed') => void): void;
  close(): Promise<void>;
}

/** A peer that carries a session. */
export interface SessionPeer extends MediaPeer {
  /** Codec agreed in the answer; undefined before it. */
  readonly codec: Codec | undefined;
  onKey(listener: (frame: KeyFrame) => void): void;
  onMotion(listener: (frame: MotionFrame) => void): void;
  onControl(listener: (message: PlayerToNode) => void): void;
  /** Sends on `control`; false when the channel is not open or full. */
  control(message: NodeToPlayer): boolean;
}

/** How a node makes peer connections. */
export type PeerOptions = {
  readonly ice: readonly IceServer[];
  /** Addresses that candidates are made from; loopback among them only when the hub is on this machine. */
  readonly addresses: readonly string[];
  readonly portRange?: { readonly first: number; readonly last: number };
};
