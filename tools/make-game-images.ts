// tools/make-game-images.ts - makes the pictures of the built-in game in docs/images by playing it: seeded, so that they
// change only when the game does. Run: node tools/make-game-images.ts
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas, ImageData } from '@napi-rs/canvas';
import { seededRandom } from '../src/base/random.ts';
import { Arcade } from '../src/game/arcade.ts';
import { botControls } from '../src/game/bot.ts';
import { STEP_MS } from '../src/game/field.ts';
import { freshRecord } from '../src/game/record.ts';
import { stepWorld } from '../src/game/step.ts';
import { startRipple } from '../src/game/weapons.ts';
import { comboOf, newWorld, type World } from '../src/game/world.ts';
import { Painter } from '../src/render/arcade/painter.ts';
import type { Language } from '../src/render/arcade/words.ts';

const FOLDER = join(import.meta.dirname, '..', 'docs', 'images');
const FRAME_MS = 35;
const TITLE_MS = 9_000;

type Shot = {
  name: string;
  language: Language;
  width: number;
  height: number;
  seed: number;
  until: (world: World) => boolean;
};

/** Plays until the moment, then a few frames more, and answers the last picture. */
function film({ language, width, height, seed, until }: Shot): Uint8Array {
  const arcade = new Arcade({
    seed,
    aspect: width / height,
    record: { ...freshRecord, best: 48_060, runs: 3, bestWave: 6 },
  });
  const painter = new Painter(width, height, language);
  const title = until(newWorld(seededRandom(seed)));
  if (!title) arcade.key({ kind: 'key', hid: 0x14, down: true });
  let bytes: Uint8Array = new Uint8Array(0);
  for (let ms = 0, more = 6; ms < 240_000 && more > 0; ms += FRAME_MS) {
    for (let step = 0; step < FRAME_MS / STEP_MS; step++) {
      if (title) arcade.step();
      else stepWorld(arcade.world, botControls(arcade.world), arcade.happenings);
    }
    if (title ? ms >= TITLE_MS : until(arcade.world)) {
      if (more === 6 && comboOf(arcade.world) === 1) startRipple(arcade.world, arcade.happenings);
      more--;
    }
    bytes = painter.paint(arcade, arcade.happenings.splice(0), FRAME_MS, 0.6).bytes;
  }
  return bytes;
}

/** Without the lowest bits, which hold the noise against bands and make a PNG three times as large. */
const coarse = (bytes: Uint8Array): Uint8ClampedArray<ArrayBuffer> =>
  Uint8ClampedArray.from(bytes, (byte) => byte & 0xfc);

const wide = { width: 800, height: 450 };
const shots: readonly Shot[] = [
  { name: 'game-title', language: 'en', ...wide, seed: 5, until: () => true },
  {
    name: 'game-run',
    language: 'en',
    ...wide,
    seed: 5,
    until: (world) => world.foes.length > 11 && world.wave === 4 && comboOf(world) > 3,
  },
  {
    name: 'game-boss',
    language: 'zh-Hant',
    ...wide,
    seed: 5,
    until: (world) => (world.boss?.ageMs ?? 0) > 5_200 && world.orbs.length > 4,
  },
  {
    name: 'game-phone',
    language: 'zh-Hans',
    width: 360,
    height: 640,
    seed: 5,
    until: (world) => world.foes.length > 9 && comboOf(world) > 2,
  },
];

mkdirSync(FOLDER, { recursive: true });
for (const shot of shots) {
  const canvas = createCanvas(shot.width, shot.height);
  canvas.getContext('2d').putImageData(new ImageData(coarse(film(shot)), shot.width, shot.height), 0, 0);
  writeFileSync(join(FOLDER, `${shot.name}.png`), canvas.toBuffer('image/png'));
}
