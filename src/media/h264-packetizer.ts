// src/media/h264-packetizer.ts - an H.264 picture as RTP payloads (RFC 6184): NAL units alone, fragmented as FU-A, the
// parameter sets together as STAP-A. Packetization mode 1.

const NAL = { sei: 6, sps: 7, pps: 8, delimiter: 9, stapA: 24, fuA: 28 } as const;
const TYPE_MASK = 0x1f;
const PRIORITY_MASK = 0xe0;

/** NAL units of a byte stream with start codes (H.264 annex B), as views; empty ones are left out. */
export function splitNalUnits(stream: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let start = -1;
  const end = stream.length;
  for (let at = 0; at + 2 < end; at++) {
    if (stream[at + 2] === undefined || (stream[at + 2] ?? 0) > 1) {
      at += 2; // No start code can begin at this byte or the next two.
      continue;
    }
    if (stream[at] !== 0 || stream[at + 1] !== 0 || stream[at + 2] !== 1) continue;
    if (start >= 0) units.push(trimZeros(stream.subarray(start, at)));
    start = at + 3;
    at += 2;
  }
  if (start >= 0) units.push(trimZeros(stream.subarray(start, end)));
  return units.filter((unit) => unit.length > 0);
}

/** A unit ends with a stop bit: zeros after it belong to the next start code. */
function trimZeros(unit: Uint8Array): Uint8Array {
  let length = unit.length;
  while (length > 0 && unit[length - 1] === 0) length--;
  return unit.subarray(0, length);
}

function stapA(units: readonly Uint8Array[]): Uint8Array {
  const payload = new Uint8Array(1 + units.reduce((sum, unit) => sum + 2 + unit.length, 0));
  payload[0] = NAL.stapA | Math.max(...units.map((unit) => (unit[0] ?? 0) & PRIORITY_MASK));
  let at = 1;
  for (const unit of units) {
    payload[at] = unit.length >> 8;
    payload[at + 1] = unit.length & 0xff;
    payload.set(unit, at + 2);
    at += 2 + unit.length;
  }
  return payload;
}

function fragments(unit: Uint8Array, bytesMax: number): Uint8Array[] {
  const header = unit[0] ?? 0;
  const body = unit.subarray(1);
  const count = Math.ceil(body.length / (bytesMax - 2));
  const size = Math.ceil(body.length / count); // Even pieces: the last one is not a crumb.
  return Array.from({ length: count }, (_, i) => {
    const piece = body.subarray(i * size, (i + 1) * size);
    const payload = new Uint8Array(2 + piece.length);
    payload[0] = NAL.fuA | (header & PRIORITY_MASK);
    payload[1] = (i === 0 ? 0x80 : 0) | (i === count - 1 ? 0x40 : 0) | (header & TYPE_MASK);
    payload.set(piece, 2);
    return payload;
  });
}

/**
 * Cuts one encoded picture into payloads, in the order to send. Delimiters and supplemental information are left out.
 * @param picture byte stream with start codes
 * @param bytesMax largest payload, > 100
 */
export function packetizeH264(picture: Uint8Array, bytesMax: number): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  let sets: Uint8Array[] = [];
  for (const unit of splitNalUnits(picture)) {
    const type = (unit[0] ?? 0) & TYPE_MASK;
    if (type === NAL.delimiter || type === NAL.sei) continue;
    if ((type === NAL.sps || type === NAL.pps) && unit.length < 40) {
      sets.push(unit);
      continue;
    }
    if (sets.length > 0) payloads.push(stapA(sets));
    sets = [];
    if (unit.length <= bytesMax) payloads.push(unit);
    else payloads.push(...fragments(unit, bytesMax));
  }
  if (sets.length > 0) payloads.push(stapA(sets));
  return payloads;
}

/** True when the picture can be decoded without earlier ones: it holds an IDR slice (NAL unit type 5). */
export function isKeyH264(picture: Uint8Array): boolean {
  return splitNalUnits(picture).some((unit) => ((unit[0] ?? 0) & TYPE_MASK) === 5);
}
