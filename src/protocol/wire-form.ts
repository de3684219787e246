// src/protocol/wire-form.ts - a cheap look at MessagePack bytes before they become objects. Our messages are small trees
// of text, numbers and truth values; anything else (extensions, binaries, deep nests, a map of ten thousand keys) costs
// its reader milliseconds to build only to be refused, and peers choose the bytes.

/** Deepest nest of any message: a game's title inside a game inside `hello` is 4. */
const DEPTH_MAX = 8;
/** Most keys of one object; the largest of ours has 19. */
const KEYS_MAX = 64;
/** Most values in a message: `hello` of a node with 200 games has some 7,000. */
const VALUES_MAX = 20_000;

const REFUSED = -1;
/** Bytes that follow the token of a fixed-size value, for tokens 0xc0..0xdf; REFUSED where the token is not ours. */
const FIXED: readonly number[] = [
  0, // c0 nil
  REFUSED, // c1 never used
  0, // c2 false
  0, // c3 true
  ...[REFUSED, REFUSED, REFUSED], // c4..c6 binary
  ...[REFUSED, REFUSED, REFUSED], // c7..c9 extensions
  ...[4, 8], // ca, cb floats
  ...[1, 2, 4, 8], // cc..cf unsigned
  ...[1, 2, 4, 8], // d0..d3 signed
  ...[REFUSED, REFUSED, REFUSED, REFUSED, REFUSED], // d4..d8 fixed extensions
  ...[REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED], // d9..df have lengths; handled before this table
];

/** Reads a big-endian unsigned number of `size` bytes; Infinity past the end, which no bound admits. */
function lengthAt(bytes: Uint8Array, at: number, size: number): number {
  if (at + size > bytes.length) return Number.POSITIVE_INFINITY;
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

/**
 * Walks the tokens of one message without building anything.
 * @returns how many values it holds (>= 1), or -1 when it is no single well-formed tree of nil, truth values, numbers,
 *   text, arrays and maps with text keys within the bounds above
 */
export function countValues(bytes: Uint8Array): number {
  const left = [1]; // Values still to come on each open level.
  const keyed = [false]; // Whether a level is a map, where every second value is a key.
  let at = 0;
  let values = 0;
  while (left.length > 0) {
    const level = left.length - 1;
    const remaining = left[level] ?? 0;
    if (remaining === 0) {
      left.pop();
      keyed.pop();
      continue;
    }
    left[level] = remaining - 1;
    const token = bytes[at++];
    if (token === undefined || ++values > VALUES_MAX) return REFUSED;
    const isKey = keyed[level] === true && remaining % 2 === 0;
    let [text, items, pairs] = [REFUSED, REFUSED, REFUSED];
    if (token >= 0xa0 && token <= 0xbf) text = token & 0x1f;
    else if (token >= 0xd9 && token <= 0xdb) {
      const size = 1 << (token - 0xd9);
      text = lengthAt(bytes, at, size);
      at += size;
    } else if (isKey) return REFUSED;
    else if (token >= 0x90 && token <= 0x9f) items = token & 0x0f;
    else if (token >= 0x80 && token <= 0x8f) pairs = token & 0x0f;
    else if (token === 0xdc || token === 0xdd) {
      const size = token === 0xdc ? 2 : 4;
      items = lengthAt(bytes, at, size);
      at += size;
    } else if (token === 0xde || token === 0xdf) {
      const size = token === 0xde ? 2 : 4;
      pairs = lengthAt(bytes, at, size);
      at += size;
    }
    if (text >= 0) at += text;
    else if (items >= 0 || pairs >= 0) {
      if (left.length > DEPTH_MAX || pairs > KEYS_MAX || items > VALUES_MAX) return REFUSED;
      left.push(items >= 0 ? items : 2 * pairs);
      keyed.push(pairs >= 0);
    } else if (token >= 0xc0 && token <= 0xdf) {
      const size = FIXED[token - 0xc0] ?? REFUSED;
      if (size === REFUSED) return REFUSED;
      at += size;
    }
    if (at > bytes.length) return REFUSED;
  }
  return at === bytes.length ? values : REFUSED;
}
