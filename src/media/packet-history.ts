// src/media/packet-history.ts - the last packets sent, for retransmission. A ring by sequence number: memory is bounded
// by its size, and a look-up touches one slot.

/** Packets remembered: more than a second at 20 Mbit/s. */
export const HISTORY_PACKETS = 2_048;
/** A loss that two retransmissions did not repair is a picture's, not a packet's: the decoder will ask for a key frame. */
const RESENDS_MAX = 2;
/** Least time between two retransmissions of a packet, when no round trip is known. */
const RESEND_GAP_MS = 10;
/** A packet older than this cannot be shown in time any more. */
const AGE_MAX_MS = 1_000;

type Slot = { seq: number; packet: Uint8Array; sentMs: number; resentMs: number; resends: number };

/** Sent packets of one stream. */
export class PacketHistory {
  #slots: (Slot | undefined)[];

  constructor(packets: number = HISTORY_PACKETS) {
    this.#slots = new Array<Slot | undefined>(packets);
  }

  /** Keeps `packet`, which belongs to the history from now on, under its 16-bit number. */
  add(seq: number, packet: Uint8Array, nowMs: number): void {
    this.#slots[seq % this.#slots.length] = { seq, packet, sentMs: nowMs, resentMs: nowMs, resends: 0 };
  }

  /**
   * The packet to send again, or undefined when it is unknown, too old, or was sent again so recently that the page
   * cannot have seen it yet.
   * @param rttMs round trip, undefined when not known
   */
  resend(seq: number, nowMs: number, rttMs: number | undefined): Uint8Array | undefined {
    const slot = this.#slots[seq % this.#slots.length];
    if (slot === undefined || slot.seq !== seq || slot.resends >= RESENDS_MAX) return undefined;
    if (nowMs - slot.sentMs > AGE_MAX_MS) return undefined;
    if (slot.resends > 0 && nowMs - slot.resentMs < Math.max(RESEND_GAP_MS, rttMs ?? 0)) return undefined;
    slot.resends++;
    slot.resentMs = nowMs;
    return slot.packet;
  }

  /** Forgets everything, as after a change of peer. */
  clear(): void {
    this.#slots.fill(undefined);
  }
}
