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

/** Draws a game, encodes it and sends it over a peer; applies the player's input; keeps the counters. */
export interface SessionStream {
  /** The same object for the stream's whole life; its numbers move. Cheap to read as often as one likes. */
  readonly counters: StreamCounters;
  /** The encoder in use, undefined before the first picture was encoded. It may change after an encoder's error. */
  readonly encoder: EncoderName | undefined;
  /** Called when the first picture is encoded, and again whenever encoder or codec change. */
  onEncoder(listener: (encoder: EncoderName) => void): void;
  /** Bounds that the player chose; undefined leaves the old one. Takes effect with the next picture. */
  setQuality(quality: { readonly kbpsMax?: number; readonly fps?: number }): void;
  /** Asks for a picture that needs no earlier one, as `key-frame` on `control` does. */
  keyFrame(): void;
  /** Stops drawing, encoding and sending. Leaves peer and game open: their owner closes them. Idempotent. */
  close(): Promise<void>;
}

/** Which encoder makes the pictures: its FFmpeg name, such as 'libx264', and what comes out of it. */
export type EncoderName = { readonly name: string; readonly codec: Codec };

/** An encoder that really opened and encoded on this machine. */
export type EncoderReport = EncoderName & {
  /** Mean time to encode one 1280 x 736 picture, without colour conversion. */
  readonly msPerFrame: number;
};

/** What a stream has done since it opened. Counts only grow, also over a change of peer. */
export type StreamCounters = {
  /** Pictures whose last packet left while the path was up. */
  readonly framesSent: number;
  /** Pictures that were due and not made: the encoder was busy, or the path was behind. */
  readonly framesSkipped: number;
  readonly keyFrames: number;
  /** When the last picture was sent, on the stream's clock; 0 before the first. */
  readonly lastFrameAtMs: number;
  /** RTP bytes of video and sound with headers and retransmissions, without SRTP, UDP and IP. */
  readonly bytesSent: number;
  readonly packetsSent: number;
  readonly packetsResent: number;
  /** Sum over all encoded pictures; divide differences by differences of `framesEncoded`. */
  readonly encodeMs: number;
  readonly framesEncoded: number;
  /** What the rate control wants the encoder to make now. */
  readonly targetKbps: number;
  /** Frames a second that the frame clock makes when nothing is skipped. */
  readonly fps: number;
  /** Round trip by RTCP, smoothed; undefined before the first report. */
  readonly rttMs: number | undefined;
  /** Share of packets lost on the way, over about the last second. */
  readonly lossShare: number;
  /** Number of the last input applied from `keys` (0: none) and from `motion`. */
  readonly inputSeq: number;
  readonly motionSeq: number;
  /** When the player last did something (markers do not count), on the stream's clock; 0 before the first. For AFK. */
  readonly inputAtMs: number;
  /** Input messages that were malformed, too many or too old. */
  readonly inputsRefused: number;
};
