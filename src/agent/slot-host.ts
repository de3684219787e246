// src/agent/slot-host.ts - the frame of a slot process: it warms up, answers probes, becomes one session and ends with
// it, or at once when the agent is gone. Everything it says goes through the pipe; everything it hears was checked.

import type { Clock } from '../base/clock.ts';
import type { PeerOptions, SessionPeer } from '../media/ports.ts';
import type { Log } from '../observe/log.ts';
import type { HubToNode } from '../protocol/node-messages.ts';
import { withinMs } from './deadline.ts';
import { hubSaves } from './hub-saves.ts';
import { openJournal } from './journal.ts';
import { openKeptSaves } from './kept-saves.ts';
import { addressOfNode } from './machine-key.ts';
import {
  type AgentToSlot,
  detailText,
  type SlotNet,
  type SlotSetup,
  type SlotToAgent,
  slotPipe,
} from './slot-messages.ts';
import type { SlotParts, WarmUp } from './slot-ports.ts';
import { SlotProbes } from './slot-probes.ts';
import { SlotSession } from './slot-session.ts';
import { readDomain, readTerms } from './terms.ts';

/** How a slot ended, as its exit code. */
export const slotExit = { over: 0, failed: 1, orphaned: 3 } as const;

const TURN_MS = 250;
const BEAT_TURNS = 4; // A beat each second.
const ORPHAN_CLOSE_MS = 2_000;

type Clocked = { readonly clock: Clock; readonly log: Log };

/** The pipe to the agent, seen from the slot. */
class Pipe {
  #sending = 0;
  #onFlushed: (() => void) | undefined;

  readonly send = (message: SlotToAgent): void => {
    if (process.send === undefined || !process.connected) return;
    this.#sending++;
    process.send(slotPipe.encode(message), undefined, undefined, () => {
      this.#sending--;
      if (this.#sending === 0) this.#onFlushed?.();
    });
  };

  /** Ends the process when all is said. */
  exit(code: number): void {
    if (this.#sending === 0) process.exit(code);
    this.#onFlushed = () => process.exit(code);
  }
}

/** A slot that is warm: probes first, then at most one session. */
class Slot<Peer extends SessionPeer> {
  readonly #setup: SlotSetup;
  readonly #parts: SlotParts<Peer>;
  readonly #io: Clocked;
  readonly #pipe: Pipe;
  readonly #probes: SlotProbes;
  #net: SlotNet;
  #session: SlotSession<Peer> | undefined;
  #turns = 0;

  constructor(setup: SlotSetup, parts: SlotParts<Peer>, io: Clocked, pipe: Pipe) {
    this.#setup = setup;
    this.#parts = parts;
    this.#io = io;
    this.#pipe = pipe;
    this.#net = setup.net;
    this.#probes = new SlotProbes({
      open: () => parts.openProbe(this.#peerOptions()),
      outside: () => this.#net,
      send: pipe.send,
      log: io.log,
    });
    setInterval(() => this.#turn(), TURN_MS);
    this.#beat();
  }

  #peerOptions(): PeerOptions {
    return { ice: [], addresses: this.#net.addresses, portRange: this.#net.ports };
  }

  #turn(): void {
    this.#probes.beat(this.#io.clock.monotonicMs());
    this.#session?.beat();
    this.#turns = (this.#turns + 1) % BEAT_TURNS;
    if (this.#turns === 0) this.#beat();
  }

  #beat(): void {
    const running = this.#session === undefined ? {} : { running: this.#session.running };
    this.#pipe.send({ t: 'beat', ...running });
  }

  take(message: Exclude<AgentToSlot, { t: 'setup' }>): void {
    if (message.t === 'net') {
      this.#net = message.net;
      return;
    }
    if (message.t === 'start') this.#start(message);
    else if (message.t === 'probe.open') this.#probes.open(message.peer, this.#io.clock.monotonicMs());
    else if (!this.#forProbe(message)) this.#session?.message(message);
  }

  #forProbe(message: HubToNode): boolean {
    const probe = 'peer' in message ? this.#probes.find(message.peer) : undefined;
    if (probe === undefined) return false;
    if (message.t === 'sdp' && message.kind === 'answer') void probe.answer(message.sdp);
    else if (message.t === 'candidate') void probe.candidate(message.candidate);
    else if (message.t === 'peer.close') probe.close();
    return true;
  }

  #start({ start, domain, recordsFromMs }: Extract<AgentToSlot, { t: 'start' }>): void {
    if (this.#session !== undefined) return;
    const { clock, log } = this.#io;
    const wallMs = clock.wallMs();
    const terms = readTerms(start, { domain: readDomain(domain), node: addressOfNode(this.#setup.node), wallMs });
    if (!terms.ok) {
      const detail = String(terms.error.facts?.field ?? '');
      this.#pipe.send({ t: 'refused', session: start.session, code: terms.error.code, detail });
      this.#pipe.exit(slotExit.over);
      return;
    }
    this.#session = new SlotSession(start, terms.value, {
      startGame: this.#parts.startGame.bind(this.#parts),
      openStream: this.#parts.openStream.bind(this.#parts),
      openPeer: (codecs) => this.#parts.openPeer({ ...this.#peerOptions(), codecs }),
      outside: () => this.#net,
      clock,
      log,
      journal: openJournal(this.#setup.journal),
      saves: openKeptSaves(this.#setup.saves, this.#setup.hub, () => clock.wallMs()),
      hubSaves: hubSaves(this.#setup.hub),
      encoder: this.#setup.encoder,
      slot: this.#setup.index,
      recordsFromMs,
      tag: pictureTag(this.#setup.index, start.session),
      send: this.#pipe.send,
      onOver: () => {
        this.#probes.closeAll();
        this.#pipe.exit(slotExit.over);
      },
    });
    this.#session.begin();
  }

  /** The agent is gone: nobody could end this session any more, so it ends now. The journal holds what it earned. */
  async abandon(): Promise<void> {
    this.#probes.closeAll();
    await this.#session?.abandon();
  }
}

/** Slots of one machine never share a tag (6 bits of number), sessions in one slot seldom do (2 bits of chance). */
export function pictureTag(index: number, session: string): number {
  return (index << 2) | (session.charCodeAt(session.length - 1) & 3);
}

/** Runs this process as a slot until it exits. Call once, first thing, in a process forked by the agent. */
export function runSlot<Peer extends SessionPeer>(warmUp: WarmUp<Peer>, io: Clocked): void {
  const pipe = new Pipe();
  let slot: Slot<Peer> | undefined;
  let asked = false;
  const warm = async (setup: SlotSetup): Promise<void> => {
    const fromMs = io.clock.monotonicMs();
    try {
      const { parts, encoders } = await warmUp(setup);
      slot = new Slot(setup, parts, io, pipe);
      const warmMs = io.clock.monotonicMs() - fromMs;
      pipe.send({ t: 'warm', encoders: [...encoders], games: [...parts.games], warmMs });
    } catch (cause) {
      io.log.error({ cause: String(cause instanceof Error ? cause.stack : cause) }, 'slot.warm-up-failed');
      pipe.send({ t: 'failed', detail: detailText(cause) });
      pipe.exit(slotExit.failed);
    }
  };
  process.on('message', (bytes: unknown) => {
    const message = slotPipe.decode(bytes instanceof Uint8Array ? bytes : new Uint8Array(0));
    if (!message.ok) {
      io.log.error({ ...message.error.facts }, 'slot.message-refused');
      return;
    }
    if (message.value.t !== 'setup') slot?.take(message.value);
    else if (!asked) {
      asked = true;
      void warm(message.value);
    }
  });
  process.on('disconnect', () => {
    void withinMs(ORPHAN_CLOSE_MS, slot?.abandon()).finally(() => process.exit(slotExit.orphaned));
  });
  // A terminal's Ctrl-C reaches the agent, and the agent leads: sessions end kindly, in order.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
}
