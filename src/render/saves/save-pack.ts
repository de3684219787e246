// src/render/saves/save-pack.ts - a save as bytes: files with their paths, nothing else. The same files give the same
// bytes; what comes back is checked as if an enemy had written it, because it went through other people's machines.
//
// Layout, big-endian: magic 'NCSV', version u8, count u16, then for each file: path length u16, path in UTF-8, size u32,
// bytes; at last the CRC-32 of all before it. Paths rise strictly.
import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter } from '../../base/byte-cursor.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { fromUtf8, toUtf8 } from '../../base/utf8.ts';
import { bounds } from '../../protocol/limits.ts';

/** One file of a save. `path`: relative to the home, with '/'. */
export type SaveFile = { readonly path: string; readonly bytes: Uint8Array };

/** Why a save cannot be packed or unpacked. */
export type SaveFault = 'too-large' | 'bad-path' | 'damaged';

/** Files in one save: more are no save games but a cache. */
export const SAVE_FILES_MAX = 2_000;
const MAGIC = 0x4e43_5356;
const VERSION = 1;
const HEAD_BYTES = 7;
const PATH_BYTES_MAX = 512;
const DEPTH_MAX = 12;
const CRC_BYTES = 4;

/** True for a relative path that stays below where it starts: no '..', no empty part, nothing that a shell or disk minds. */
export function isSafePath(path: string): boolean {
  if (toUtf8(path).length > PATH_BYTES_MAX || path === '') return false;
  const parts = path.split('/');
  // Control characters and backslashes are in no save game's name, and in many an attack.
  return (
    parts.length <= DEPTH_MAX &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\p{Cc}\\]/u.test(part))
  );
}

/** Packs files; at most `bounds.saveBytes` bytes come out. The order given does not matter. */
export function packSave(files: readonly SaveFile[]): Result<Uint8Array, SaveFault> {
  const sorted = files
    .map(({ path, bytes }) => ({ path, name: toUtf8(path), bytes }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  if (sorted.some(({ path }, index) => !isSafePath(path) || path === sorted[index - 1]?.path)) return err('bad-path');
  const size = sorted.reduce((sum, { name, bytes }) => sum + 6 + name.length + bytes.length, HEAD_BYTES + CRC_BYTES);
  if (size > bounds.saveBytes || sorted.length > SAVE_FILES_MAX) return err('too-large');
  const out = new ByteWriter(size);
  out.u32(MAGIC).u8(VERSION).u16(sorted.length);
  for (const { name, bytes } of sorted) out.u16(name.length).put(name).u32(bytes.length).put(bytes);
  out.u32(crc32(out.written()));
  return ok(out.written());
}

/** Unpacks; the files' bytes are views into `packed`. Never throws. */
export function unpackSave(packed: Uint8Array): Result<SaveFile[], SaveFault> {
  if (packed.length > bounds.saveBytes) return err('too-large');
  if (packed.length < HEAD_BYTES + CRC_BYTES) return err('damaged');
  const body = packed.subarray(0, packed.length - CRC_BYTES);
  if (new ByteReader(packed.subarray(body.length)).u32() !== crc32(body)) return err('damaged');
  const input = new ByteReader(body);
  if (input.u32() !== MAGIC || input.u8() !== VERSION) return err('damaged');
  const count = input.u16();
  if (count > SAVE_FILES_MAX) return err('too-large');
  const files: SaveFile[] = [];
  for (let index = 0; index < count && !input.failed; index++) {
    const path = fromUtf8(input.take(input.u16()));
    const bytes = input.take(input.u32());
    if (path === undefined || input.failed) return err('damaged');
    const before = files.at(-1)?.path;
    if (!isSafePath(path) || (before !== undefined && before >= path)) return err('bad-path');
    files.push({ path, bytes });
  }
  return input.failed || input.left > 0 ? err('damaged') : ok(files);
}

/** True when every file lies at or below one of the manifest's save paths. */
export function isWithin(files: readonly SaveFile[], saves: readonly string[]): boolean {
  return files.every(({ path }) => saves.some((save) => path === save || path.startsWith(`${save}/`)));
}
