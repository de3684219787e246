// test/unit/render/saves/save-pack.test.ts - a save comes back as it was; what is no save is refused and never thrown at.
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter } from '../../../../src/base/byte-cursor.ts';
import { toUtf8 } from '../../../../src/base/utf8.ts';
import { isSafePath, isWithin, packSave, type SaveFile, unpackSave } from '../../../../src/render/saves/save-pack.ts';

const part = fc.stringMatching(/^[a-zA-Z0-9 ._\-éß中]{1,12}$/).filter((name) => name !== '.' && name !== '..');
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const files: fc.Arbitrary<SaveFile[]> = fc.uniqueArray(fc.record({ path, bytes: fc.uint8Array({ maxLength: 300 }) }), {
  maxLength: 12,
  selector: (file) => file.path,
});
const plain = (some: readonly SaveFile[]) => some.map((file) => ({ path: file.path, bytes: [...file.bytes] }));

test('a save comes back as it was, sorted by path; the order it was given in leaves no trace', () => {
  fc.assert(
    fc.property(files, (some) => {
      const packed = packSave(some);
      const again = packSave([...some].reverse());
      expect(packed.ok && again.ok).toBe(true);
      if (!packed.ok || !again.ok) return;
      expect([...again.value]).toEqual([...packed.value]);
      const back = unpackSave(packed.value);
      const sorted = [...some].sort((a, b) => (a.path < b.path ? -1 : 1));
      expect(back.ok && plain(back.value)).toEqual(plain(sorted));
    }),
  );
});

test('any bytes, and every save with one byte changed, are refused and never thrown at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(unpackSave(bytes).ok).toBe(false);
    }),
  );
  fc.assert(
    fc.property(files, fc.nat(), fc.integer({ min: 1, max: 255 }), (some, at, by) => {
      const packed = packSave(some);
      if (!packed.ok) throw new Error('packs');
      const place = at % packed.value.length;
      expect(unpackSave(packed.value.with(place, (packed.value[place] ?? 0) ^ by)).ok).toBe(false);
    }),
  );
});

/** A well-formed save with any paths, as an enemy would write it. */
function forged(paths: readonly string[]): Uint8Array {
  const out = new ByteWriter(10_000);
  out.u32(0x4e43_5356).u8(1).u16(paths.length);
  for (const one of paths) out.u16(toUtf8(one).length).put(toUtf8(one)).u32(1).u8(7);
  out.u32(crc32(out.written()));
  return out.written().slice();
}

test.each([
  '../up',
  'a/../../b',
  '/etc/passwd',
  'a//b',
  './a',
  'a/.',
  '',
  'a\0b',
  'a\nb',
  'a\\b',
  `${'x/'.repeat(13)}x`,
  'y'.repeat(513),
])('the path %j is refused on the way out and on the way in; a good one is taken', (bad) => {
  expect(isSafePath(bad)).toBe(false);
  expect(packSave([{ path: bad, bytes: new Uint8Array(1) }])).toEqual({ ok: false, error: 'bad-path' });
  expect(unpackSave(forged([bad]))).toEqual({ ok: false, error: 'bad-path' });
  expect(unpackSave(forged(['good/path'])).ok).toBe(true);
});

test('a path that comes twice or out of order is refused', () => {
  expect(unpackSave(forged(['a', 'a']))).toEqual({ ok: false, error: 'bad-path' });
  expect(unpackSave(forged(['b', 'a']))).toEqual({ ok: false, error: 'bad-path' });
  expect(unpackSave(forged(['a', 'b'])).ok).toBe(true);
  expect(
    packSave([
      { path: 'a', bytes: new Uint8Array(0) },
      { path: 'a', bytes: new Uint8Array(0) },
    ]),
  ).toEqual({ ok: false, error: 'bad-path' });
});

test('64 MB is the most, and 2,000 files', () => {
  const half = new Uint8Array(32 * 1024 * 1024);
  expect(
    packSave([
      { path: 'a', bytes: half },
      { path: 'b', bytes: half },
    ]),
  ).toEqual({ ok: false, error: 'too-large' });
  expect(
    packSave([
      { path: 'a', bytes: half },
      { path: 'b', bytes: half.subarray(0, 1024) },
    ]).ok,
  ).toBe(true);
  const many = Array.from({ length: 2_001 }, (_, index) => ({ path: `f${index}`, bytes: new Uint8Array(0) }));
  expect(packSave(many)).toEqual({ ok: false, error: 'too-large' });
  expect(packSave(many.slice(1)).ok).toBe(true);
  expect(unpackSave(new Uint8Array(64 * 1024 * 1024 + 1))).toEqual({ ok: false, error: 'too-large' });
});

test('only files at or below the save paths belong to a save', () => {
  const file = (name: string): SaveFile => ({ path: name, bytes: new Uint8Array(0) });
  expect(isWithin([file('saves/a'), file('score.txt')], ['saves', 'score.txt'])).toBe(true);
  expect(isWithin([file('saves2/a')], ['saves'])).toBe(false);
  expect(isWithin([file('.bashrc')], ['saves'])).toBe(false);
});
