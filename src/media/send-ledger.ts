// src/media/send-ledger.ts - remembers when each packet left, by its transport-wide number, and joins that with the
// browser's arrival times. What comes out feeds the rate controller.
import { Unwrapper16 } from './serial-numbers.ts';
import type { TransportFeedback } from './transport-feedback.ts';

/** One packet of which the browser spoke. */
export type PacketResult = {
  readonly sentMs: number;
  readonly bytes: number;
  /** On the browser's clock, undefined when lost so far. */
  readonly arrivedMs: number | undefined;
  /** An earlier feedback called it missing. */
  readonly wasMissing: boolean;
};

/** Packets remembered: 2.5 s at 20 Mbit/s, more than any feedback takes. A power of two, for the ring. */
const PACKETS = 8_192;

/** The departures of one peer. */
export class SendLedger {
  #sentMs = new Float64Array(PACKETS);
  #bytes = new Uint32Array(PACKETS);
  #numbers = new Float64Array(PACKETS).fill(-1);
  #missing = new Uint8Array(PACKETS);
  #next = 1;
  #unwrap = new Unwrapper16();

  /** Notes a departure and returns the packet's number; its low 16 bits go into the packet. */
  depart(bytes: number, nowMs: number): number {
    const number = this.#next++;
    const slot = number % PACKETS;
    this.#numbers[slot] = number;
    this.#sentMs[slot] = nowMs;
    this.#bytes[slot] = bytes;
    this.#missing[slot] = 0;
    return number;
  }

  /** The packets of one feedback, in the order they were sent. Each packet is given out once as arrived. */
  settle(feedback: TransportFeedback): PacketResult[] {
    const base = this.#unwrap.unwrap(feedback.baseSeq);
    const results: PacketResult[] = [];
    feedback.arrivalsUs.forEach((arrivedUs, i) => {
      const slot = (base + i) % PACKETS;
      if (this.#numbers[slot] !== base + i) return; // Never sent, long forgotten, or told before.
      results.push({
        sentMs: this.#sentMs[slot] ?? 0,
        bytes: this.#bytes[slot] ?? 0,
        arrivedMs: arrivedUs === undefined ? undefined : arrivedUs / 1000,
        wasMissing: this.#missing[slot] === 1,
      });
      if (arrivedUs === undefined) this.#missing[slot] = 1;
      else this.#numbers[slot] = -1;
    });
    return results;
  }
}
