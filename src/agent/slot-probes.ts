// src/agent/slot-probes.ts - the echoes that measure the way to this very process before it becomes a session. They end
// by themselves, and the session that starts beside them does not feel them: 16 packets of 12 bytes each.
import type { PeerId } from '../base/ids.ts';
import type { MediaPeer } from '../media/ports.ts';
import type { Log } from '../observe/log.ts';
import { bounds, timings } from '../protocol/limits.ts';
import type { Outside } from './advertise.ts';
import { PeerLink } from './peer-link.ts';
import type { SlotToAgent } from './slot-messages.ts';

type Deps = {
  readonly open: () => MediaPeer;
  readonly outside: () => Outside;
  readonly send: (message: SlotToAgent) => void;
  readonly log: Log;
};
type Probe = { readonly link: PeerLink<MediaPeer>; readonly deadlineMs: number };

/** A page measures for a second or two; its ticket is gone after `timings.probeTicketMs`, and so is the probe. */
const PROBE_MS = timings.probeTicketMs / 2;

/** The probe peers of one slot, at most `bounds.probesPerNode`. */
export class SlotProbes {
  readonly #probes = new Map<PeerId, Probe>();
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Opens a peer that echoes, and offers it; refuses with PROBES_FULL, or NODE_REFUSED when no peer can be made. */
  open(id: PeerId, nowMs: number): void {
    const { send, log, outside } = this.#deps;
    if (this.#probes.has(id)) return;
    if (this.#probes.size >= bounds.probesPerNode) {
      send({ t: 'refused', peer: id, code: 'PROBES_FULL' });
      return;
    }
    let peer: MediaPeer;
    try {
      peer = this.#deps.open();
    } catch (cause) {
      log.error({ peer: id, cause: String(cause) }, 'probe.open-failed');
      send({ t: 'refused', peer: id, code: 'NODE_REFUSED' });
      return;
    }
    const onGone = () => this.#probes.delete(id);
    const link = new PeerLink({ id, peer, outside: outside(), send, log, onGone });
    this.#probes.set(id, { link, deadlineMs: nowMs + PROBE_MS });
    peer.onState((state) => {
      if (state === 'lost') link.close();
    });
    void link.offer();
  }

  /** The link of a probe, when there is one. */
  find(id: PeerId): PeerLink<MediaPeer> | undefined {
    return this.#probes.get(id)?.link;
  }

  /** Closes what is overdue. */
  beat(nowMs: number): void {
    for (const { link, deadlineMs } of [...this.#probes.values()]) if (nowMs >= deadlineMs) link.close();
  }

  /** Closes all. */
  closeAll(): void {
    for (const { link } of [...this.#probes.values()]) link.close();
  }
}
