// src/stream/peer-core.ts - what probe and session peers have in common: sockets, offer, answer, candidates, restart,
// state. All signaling steps of a peer run one after the other, in the order they came.
import { RTCPeerConnection, type RTCPeerConnectionConfig, type StunProtocol } from 'werift';
import { OutageError } from '../base/assert.ts';
import type { MediaPeer, PeerOptions } from '../media/ports.ts';
import { bounds } from '../protocol/limits.ts';
import type { IceCandidate } from '../protocol/shapes.ts';
import { dtlsIdentity } from './dtls-identity.ts';
import { GuardedSocket } from './guarded-socket.ts';
import { isUsableCandidate, keepUsableCandidates } from './remote-candidates.ts';
import {
  acknowledgeAfterAnswers,
  addHostSocket,
  addReflexive,
  announceUnordered,
  carryOverRestarts,
  dropBadChannelData,
  dtlsTransport,
  iceConnection,
  overfillsChannels,
  searchAgain,
} from './werift-quirks.ts';

/** Candidates of the page per ICE generation: two families on a few interfaces, each plain, reflexive and relayed. */
const REMOTE_CANDIDATES_MAX = 32;
/** Signaling steps that may wait for an earlier one. */
const STEPS_WAITING_MAX = 64;
/** Channels that a page may open although it has nothing to open; each costs memory until it is closed. */
const FOREIGN_CHANNELS_MAX = 8;
/** How long a STUN server is asked for our outer address. */
const REFLEXIVE_WAIT_MS = 2_000;

/** `MediaPeer.onState`'s states by a name of their own. */
export type PeerState = Parameters<Parameters<MediaPeer['onState']>[0]>[0];
type Listener<T> = (value: T) => void;

/** Reads `stun:host:port` of the first STUN server; werift's own gathering is bypassed. */
function stunServer(options: PeerOptions): [string, number] | undefined {
  const url = options.ice.flatMap((server) => server.urls).find((candidate) => candidate.startsWith('stun:'));
  const [, host, port] = /^stun:\[?([^\]]+?)\]?(?::(\d+))?$/.exec(url ?? '') ?? [];
  return host === undefined ? undefined : [host, Number(port ?? 3478)];
}

const turnServers = (options: PeerOptions) =>
  options.ice.filter((server) => server.urls.some((url) => /^turns?:/.test(url)));

function peerConfig(options: PeerOptions, media: RTCPeerConnectionConfig): RTCPeerConnectionConfig {
  return {
    ...media,
    iceServers: turnServers(options).map(({ urls, username, credential }) => ({
      urls: [...urls],
      ...(username === undefined ? {} : { username }),
      ...(credential === undefined ? {} : { credential }),
    })),
    iceUseIpv4: false, // Our own sockets are its host candidates, and no others.
    iceUseIpv6: false,
    bundlePolicy: 'max-bundle',
  };
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The common part; `open-peer.ts` makes the two kinds from it. */
export class PeerCore implements MediaPeer {
  readonly pc: RTCPeerConnection;
  /** Called once with each offer's answer before werift gets it; may throw to refuse it. */
  onAnswer: Listener<string> = () => {};
  #options: PeerOptions;
  #sockets: GuardedSocket[] = [];
  #protocols: StunProtocol[] = [];
  #steps: Promise<unknown> = Promise.resolve();
  #stepsWaiting = 0;
  #remoteCandidates = 0;
  #candidateListeners: Listener<IceCandidate>[] = [];
  #stateListeners: Listener<PeerState>[] = [];
  #state: PeerState = 'connecting';
  /** Candidates found before their offer is on its way; undefined when they may be said at once. */
  #held: IceCandidate[] | undefined = [];
  #closed = false;
  #offered = false;
  #beforeRestart: (() => void) | undefined;

  /** @param prepare makes channels and transceivers; they must all exist before the first offer */
  constructor(options: PeerOptions, media: RTCPeerConnectionConfig, prepare: (pc: RTCPeerConnection) => void) {
    this.#options = options;
    this.pc = new RTCPeerConnection(peerConfig(options, media));
    prepare(this.pc);
    announceUnordered(this.pc);
    dropBadChannelData(this.pc);
    acknowledgeAfterAnswers(this.pc);
    this.pc.onIceCandidate.subscribe((candidate) => this.#announce(candidate));
    let foreign = 0;
    this.pc.onDataChannel.subscribe((channel) => {
      if (++foreign > FOREIGN_CHANNELS_MAX) void this.close();
      else channel.close();
    });
    iceConnection(this.pc).onData.subscribe(() => {
      if (overfillsChannels(this.pc)) void this.close();
    });
    const dtls = dtlsTransport(this.pc);
    dtls.onStateChange.subscribe((state) => {
      if (state === 'connected') for (const socket of this.#sockets) socket.handshakeDone();
      if (state === 'closed' || state === 'failed') this.#become('closed');
      else this.#judge();
    });
    dtls.iceTransport.onStateChange.subscribe(() => this.#judge());
  }

  get state(): PeerState {
    return this.#state;
  }

  /** Says that the path seems dead or alive again by other signs than ICE's, which takes half a minute. */
  setSilent(silent: boolean): void {
    if (silent && this.#state === 'connected') this.#become('lost');
    else if (!silent && this.#state === 'lost') this.#judge();
  }

  offer(options: { iceRestart?: boolean } = {}): Promise<string> {
    return this.#step(async () => {
      if (!this.#offered) await this.#openSockets();
      const iceRestart = this.#offered && options.iceRestart === true;
      this.#offered = true;
      if (iceRestart) {
        this.#beforeRestart?.();
        this.#remoteCandidates = 0;
      }
      this.#held = [];
      await this.pc.createOffer({ iceRestart });
      const described = this.pc.setLocalDescription();
      const waitsForRelay = turnServers(this.#options).length > 0;
      // Our own candidates are in the offer at once, unless werift makes us wait for a relay's: then all are trickled.
      await (waitsForRelay ? Promise.race([described, nextTurn()]) : described);
      described.catch(() => undefined);
      const sdp = this.pc.localDescription?.sdp;
      if (sdp === undefined) throw new OutageError('werift made no offer');
      void this.#trickle(waitsForRelay);
      return sdp;
    });
  }

  answer(sdp: string): Promise<void> {
    return this.#step(async () => {
      if (sdp.length > bounds.sdpChars) throw new OutageError('the answer is too long');
      const usable = keepUsableCandidates(sdp, REMOTE_CANDIDATES_MAX);
      this.onAnswer(usable);
      await this.pc.setRemoteDescription({ type: 'answer', sdp: usable });
      void searchAgain(this.pc);
    });
  }

  addCandidate(candidate: IceCandidate): Promise<void> {
    return this.#step(async () => {
      if (candidate === null || !isUsableCandidate(candidate.candidate)) return;
      if (++this.#remoteCandidates > REMOTE_CANDIDATES_MAX) return;
      const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
      await this.pc
        .addIceCandidate({
          candidate: candidate.candidate,
          ...(sdpMid == null ? {} : { sdpMid }),
          ...(sdpMLineIndex == null ? {} : { sdpMLineIndex }),
          ...(usernameFragment == null ? {} : { usernameFragment }),
        })
        .catch(() => undefined); // Of an earlier generation, or of no section: nothing to try.
    });
  }

  onCandidate(listener: Listener<IceCandidate>): void {
    this.#candidateListeners.push(listener);
  }

  onState(listener: Listener<PeerState>): void {
    this.#stateListeners.push(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#become('closed');
    await this.pc.close();
    await Promise.all(this.#sockets.map((socket) => socket.close()));
  }

  async #openSockets(): Promise<void> {
    await dtlsIdentity();
    const connection = iceConnection(this.pc);
    for (const address of this.#options.addresses) {
      const socket = await GuardedSocket.open(address, this.#options.portRange);
      this.#sockets.push(socket);
      this.#protocols.push(addHostSocket(connection, socket, address));
    }
    if (this.#closed) await Promise.all(this.#sockets.map((socket) => socket.close()));
    this.#beforeRestart = carryOverRestarts(connection, () => performance.now());
  }

  /** Says candidates from now on, after the offer is on its way. */
  async #trickle(alsoHeld: boolean): Promise<void> {
    await nextTurn();
    const held = this.#held ?? [];
    this.#held = undefined;
    if (alsoHeld) for (const candidate of held) this.#say(candidate);
    const server = stunServer(this.#options);
    if (server === undefined) return;
    const connection = iceConnection(this.pc);
    const late = new Promise<void>((resolve) => setTimeout(resolve, REFLEXIVE_WAIT_MS).unref());
    for (const protocol of this.#protocols) {
      void Promise.race([addReflexive(connection, protocol, server), late]).catch(() => undefined);
    }
  }

  /** Runs one signaling step after the earlier ones. A failed step does not stop the later ones. */
  #step<T>(act: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new OutageError('the peer is closed'));
    if (this.#stepsWaiting >= STEPS_WAITING_MAX)
      return Promise.reject(new OutageError('too many signaling steps wait'));
    this.#stepsWaiting++;
    const done = this.#steps.then(act).finally(() => this.#stepsWaiting--);
    this.#steps = done.catch(() => undefined);
    return done;
  }

  #announce(candidate: { candidate?: string; sdpMid?: string; sdpMLineIndex?: number } | undefined): void {
    const said: IceCandidate =
      candidate?.candidate === undefined
        ? null
        : {
            candidate: candidate.candidate,
            sdpMid: candidate.sdpMid ?? null,
            sdpMLineIndex: candidate.sdpMLineIndex ?? null,
          };
    if (this.#held === undefined) this.#say(said);
    else this.#held.push(said);
  }

  #say(candidate: IceCandidate): void {
    if (!this.#closed) for (const listener of this.#candidateListeners) listener(candidate);
  }

  #judge(): void {
    if (this.#state === 'closed') return;
    const dtls = dtlsTransport(this.pc);
    const ice = dtls.iceTransport.state;
    if (dtls.state === 'connected' && (ice === 'connected' || ice === 'completed')) this.#become('connected');
    else if (ice === 'disconnected' || ice === 'failed') this.#become('lost');
  }

  #become(state: PeerState): void {
    if (this.#state === state || this.#state === 'closed') return;
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state);
  }
}
