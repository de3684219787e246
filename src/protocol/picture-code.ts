// src/protocol/picture-code.ts - a strip of black and white cells under every picture, written by the node into the
// luma plane and read by the page from the decoded picture. It proves which inputs a picture answers and in which state
// the game was, so click-to-frame is measured and a replayed or invented picture is found out. The page crops it away.
//
// Layout: cells of 8 x 16 pixels, left to right, row after row, most significant bit first; 1 is white.
//   sync 8 (0xb2) | reliable input 32 | motion input 16 | frame 16 | state 24 | CRC-16/CCITT-FALSE of the 12 bytes before 16

/** Pixels of one cell. 16 rows are one macroblock row: the strip never shares a macroblock with the game. */
export const CODE_CELL_WIDTH = 8;
/** Height of one row of cells in pixels. */
export const CODE_ROW_HEIGHT = 16;

const SYNC = 0xb2;
const CODE_BYTES = 14;
const CODE_BITS = CODE_BYTES * 8;
/** Luma of the cells: the edges of the video range (ITU-R BT.709 section 3). */
const [BLACK_LUMA, WHITE_LUMA] = [16, 235];

/** What one picture says of itself. */
export type PictureCode = {
  /** Number of the last input from the reliable channel that the game had when it drew this. 0..2^32-1, 0 is none. */
  readonly inputSeq: number;
  /** Low 16 bits of the last motion frame applied. */
  readonly motionSeq: number;
  /** Low 16 bits of the picture's own number. */
  readonly frameSeq: number;
  /** 24 bits that the game chooses: they change only when its state changes. */
  readonly state: number;
};

/** Cells in one row of a picture `width` pixels wide. */
export function codeCellsPerRow(width: number): number {
  return Math.floor(width / CODE_CELL_WIDTH);
}

/** Height in pixels of the strip under a picture `width` pixels wide; the picture sent is that much taller. */
export function codeStripHeight(width: number): number {
  return Math.ceil(CODE_BITS / codeCellsPerRow(width)) * CODE_ROW_HEIGHT;
}

function crc16(bytes: Uint8Array, length: number): number {
  let crc = 0xffff;
  for (let i = 0; i < length; i++) {
    crc ^= (bytes[i] ?? 0) << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}

/** The code as 14 bytes, checksum included. `into` may be reused from frame to frame. */
export function packPictureCode(code: PictureCode, into = new Uint8Array(CODE_BYTES)): Uint8Array {
  const view = new DataView(into.buffer, into.byteOffset, CODE_BYTES);
  view.setUint8(0, SYNC);
  view.setUint32(1, code.inputSeq);
  view.setUint16(5, code.motionSeq & 0xffff);
  view.setUint16(7, code.frameSeq & 0xffff);
  view.setUint8(9, (code.state >>> 16) & 0xff);
  view.setUint16(10, code.state & 0xffff);
  view.setUint16(12, crc16(into, 12));
  return into;
}

/** Reads 14 packed bytes; `undefined` when sync or checksum is wrong. */
export function unpackPictureCode(packed: Uint8Array): PictureCode | undefined {
  if (packed.length !== CODE_BYTES) return undefined;
  const view = new DataView(packed.buffer, packed.byteOffset, CODE_BYTES);
  if (view.getUint8(0) !== SYNC || view.getUint16(12) !== crc16(packed, 12)) return undefined;
  return {
    inputSeq: view.getUint32(1),
    motionSeq: view.getUint16(5),
    frameSeq: view.getUint16(7),
    state: (view.getUint8(9) << 16) | view.getUint16(10),
  };
}

/**
 * Writes the strip into a luma plane, under the game's picture.
 * @param luma one byte a pixel, `stride` bytes a row, at least `top + codeStripHeight(width)` rows
 * @param top first row of the strip: the height of the game's picture
 */
export function drawPictureCode(
  luma: Uint8Array,
  { stride, width, top }: { stride: number; width: number; top: number },
  packed: Uint8Array,
): void {
  const perRow = codeCellsPerRow(width);
  const height = codeStripHeight(width);
  for (let y = 0; y < height; y += CODE_ROW_HEIGHT) {
    const first = (top + y) * stride;
    luma.fill(BLACK_LUMA, first, first + width);
    for (let cell = 0; cell < perRow; cell++) {
      const bit = (y / CODE_ROW_HEIGHT) * perRow + cell;
      if (bit >= CODE_BITS || (((packed[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 0) continue;
      luma.fill(WHITE_LUMA, first + cell * CODE_CELL_WIDTH, first + (cell + 1) * CODE_CELL_WIDTH);
    }
    for (let row = 1; row < CODE_ROW_HEIGHT; row++) {
      luma.copyWithin(first + row * stride, first, first + width);
    }
  }
}

/**
 * Reads the strip from decoded pixels.
 * @param rgba the strip only: `width * codeStripHeight(width)` pixels of 4 bytes; the green channel is read
 * @returns the code, or `undefined` when it cannot be read (a damaged picture, or none of ours)
 */
export function readPictureCode(rgba: ArrayLike<number>, width: number): PictureCode | undefined {
  const perRow = codeCellsPerRow(width);
  const packed = new Uint8Array(CODE_BYTES);
  for (let bit = 0; bit < CODE_BITS; bit++) {
    const x = (bit % perRow) * CODE_CELL_WIDTH;
    const y = Math.floor(bit / perRow) * CODE_ROW_HEIGHT;
    let sum = 0;
    for (let dy = 6; dy < 10; dy++) {
      for (let dx = 2; dx < 6; dx++) sum += rgba[((y + dy) * width + x + dx) * 4 + 1] ?? 0;
    }
    if (sum > 16 * 128) packed[bit >> 3] = (packed[bit >> 3] ?? 0) | (1 << (7 - (bit & 7)));
  }
  return unpackPictureCode(packed);
}
