// src/base/byte-cursor.ts - bounds-checked reading and writing of big-endian bytes. A reader that runs past its end
// turns `failed` and answers zeros, so a decoder checks once at the end instead of at every field.

/** Reads big-endian fields from `bytes`, which it does not copy or keep beyond its own life. */
export class ByteReader {
  /** True once a read went past the end; every answer since then was 0. */
  failed = false;
  offset = 0;
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes not yet read. */
  get left(): number {
    return this.bytes.length - this.offset;
  }

  #take(count: number): number {
    const at = this.offset;
    if (this.failed || count > this.left) {
      this.failed = true;
      return -1;
    }
    this.offset += count;
    return at;
  }

  /** 8-bit unsigned. */
  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.#view.getUint8(at);
  }

  /** 16-bit unsigned. */
  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.#view.getUint16(at);
  }

  /** 16-bit two's complement. */
  i16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.#view.getInt16(at);
  }

  /** 32-bit unsigned. */
  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#view.getUint32(at);
  }

  /** 64-bit IEEE float. */
  f64(): number {
    const at = this.#take(8);
    return at < 0 ? 0 : this.#view.getFloat64(at);
  }

  /** The next `count` bytes as a view (not a copy), empty when there are not enough. */
  take(count: number): Uint8Array {
    const at = this.#take(count);
    return at < 0 ? new Uint8Array(0) : this.bytes.subarray(at, at + count);
  }
}

/** Writes big-endian fields into a buffer of fixed size. A write past the end sets `failed` and changes nothing. */
export class ByteWriter {
  /** True once a write did not fit. */
  failed = false;
  offset = 0;
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  #take(count: number): number {
    const at = this.offset;
    if (this.failed || at + count > this.bytes.length) {
      this.failed = true;
      return -1;
    }
    this.offset += count;
    return at;
  }

  /** 8-bit unsigned. */
  u8(value: number): this {
    const at = this.#take(1);
    if (at >= 0) this.#view.setUint8(at, value);
    return this;
  }

  /** 16-bit unsigned. */
  u16(value: number): this {
    const at = this.#take(2);
    if (at >= 0) this.#view.setUint16(at, value);
    return this;
  }

  /** 16-bit two's complement. */
  i16(value: number): this {
    const at = this.#take(2);
    if (at >= 0) this.#view.setInt16(at, value);
    return this;
  }

  /** 32-bit unsigned. */
  u32(value: number): this {
    const at = this.#take(4);
    if (at >= 0) this.#view.setUint32(at, value);
    return this;
  }

  /** 64-bit IEEE float. */
  f64(value: number): this {
    const at = this.#take(8);
    if (at >= 0) this.#view.setFloat64(at, value);
    return this;
  }

  /** Copies `bytes` in. */
  put(bytes: Uint8Array): this {
    const at = this.#take(bytes.length);
    if (at >= 0) this.bytes.set(bytes, at);
    return this;
  }

  /** What was written so far, as a view. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.offset);
  }
}
