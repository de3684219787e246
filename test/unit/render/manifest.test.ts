// test/unit/render/manifest.test.ts - our own manifests are right, and a wrong field is named.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Compile } from 'typebox/compile';
import { expect, test } from 'vitest';
import { GameShape } from '../../../src/protocol/shapes.ts';
import { filledIn, readManifest } from '../../../src/render/manifest.ts';

const FOLDER = join(import.meta.dirname, '../../../src/render/manifests');
const own = readdirSync(FOLDER).map((name) => ({
  name,
  value: JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Record<string, unknown>,
}));
const good = own.find(({ name }) => name === 'freedoom.json')?.value ?? {};

test.each(own)('$name is right, and what the page gets of it is a game', ({ name, value }) => {
  const read = readManifest(value);
  expect(read).toMatchObject({ ok: true });
  if (!read.ok) return;
  expect(read.value.game.id).toBe(basename(name, '.json'));
  expect(Compile(GameShape).Check(read.value.game)).toBe(true);
  expect(read.value.packages).toContain('xvfb');
});

test.each([
  ['id', { id: 'Free Doom' }],
  ['id', { id: 'arcade' }],
  ['title.zh-Hans', { title: { en: 'x', 'zh-Hant': 'x' } }],
  ['summary.en', { summary: { en: 'x'.repeat(301), 'zh-Hant': 'x', 'zh-Hans': 'x' } }],
  ['picture.width', { picture: { width: 1281, height: 720, fps: 60 } }],
  ['picture.fps', { picture: { width: 1280, height: 720, fps: 1_000 } }],
  ['input.mouse', { input: { keyboard: true, mouse: 'trackball', touch: false } }],
  ['command[0]', { command: ['crispy-doom'] }],
  ['needs[0]', { needs: ['freedoom1.wad'] }],
  ['packages[0]', { packages: ['crispy-doom; rm -rf /'] }],
  ['env.LD_PRELOAD x', { env: { 'LD_PRELOAD x': '1' } }],
  ['files.../evil', { files: { '../evil': 'x' } }],
  ['saves[0]', { saves: ['/etc/passwd'] }],
  ['saves[0]', { saves: ['a/../../b'] }],
  ['pad.buttons.0', { pad: { buttons: { 0: 'Jump' }, move: [] } }],
  ['pad.buttons.17', { pad: { buttons: { 17: 'Space' }, move: [] } }],
  ['age', { age: -1 }],
  ['manifest.run', { run: 'x' }],
])('a wrong %s is named, and the same manifest without it is taken', (field, change) => {
  const read = readManifest({ ...good, ...change });
  expect(read.ok).toBe(false);
  if (!read.ok) expect(read.error).toContain(field);
  expect(readManifest(good).ok).toBe(true);
});

test('what is no object is refused', () => {
  for (const value of [undefined, null, 7, 'x', [], [good]]) expect(readManifest(value).ok).toBe(false);
});

test('places are filled in by name, others stay', () => {
  expect(filledIn('-geometry {width}x{height} {other} {home}', { width: 640, height: 400, home: '/h' })).toBe(
    '-geometry 640x400 {other} /h',
  );
});
