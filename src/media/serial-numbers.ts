// src/media/serial-numbers.ts - numbers that wrap: RTP sequence numbers and timestamps (RFC 1982, RFC 3550 section 5.1).

/** The signed step from one 16-bit number to another, -32,768..32,767. */
export function step16(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** Turns 16-bit numbers as they arrive into ever-growing ones; the newest is at most 32,767 away from the next. */
export class Unwrapper16 {
  #newest: number | undefined;

  /** The number without its wrap. Old ones may come late; they do not move the newest. */
  unwrap(value: number): number {
    if (this.#newest === undefined) {
      this.#newest = value;
      return value;
    }
    const whole = this.#newest + step16(this.#newest & 0xffff, value);
    if (whole > this.#newest) this.#newest = whole;
    return whole;
  }
}
