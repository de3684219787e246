// tools/prove-card.ts - shows what an NVIDIA card does for X11 games here: who draws, how many pictures and at what cost of
// the processor, with the card and without; that a game above its share of the card's memory is ended. The games are glxgears
// (Debian: mesa-utils xvfb bubblewrap) and Neverball, where it is. Prints lines of text; leaves a picture of each game and way
// in --pictures FOLDER.
// Run as root or as anybody: node tools/prove-card.ts [--pictures FOLDER] [> docs/evidence/card.txt]
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findGpus } from '../src/agent/graphics.ts';
import { systemClock, systemRandom } from '../src/observe/clock.ts';
import { silentLog } from '../src/observe/log.ts';
import { type Manifest, readManifest } from '../src/render/manifest.ts';
import { findCardUse } from '../src/render/x11/card-use.ts';
import { Display } from '../src/render/x11/display.ts';
import { type DrawnBy, findDrawing, tryDrawing } from '../src/render/x11/drawing.ts';
import type { Limits } from '../src/render/x11/fence.ts';
import { pidsOf } from '../src/render/x11/processes.ts';
import { startX11Game } from '../src/render/x11/start-x11-game.ts';
import { findWall } from '../src/render/x11/wall.ts';

const { values } = parseArgs({ options: { pictures: { type: 'string' } } });
const PICTURE = { width: 1280, height: 720, fps: 60 };
const [SETTLE_MS, WATCH_MS, OVER_MS] = [2_000, 10_000, 15_000];
const TICKS_PER_S = 100; // USER_HZ of every Linux that Node runs on.
const FRAMES = 'frames';
const words = { en: 'Gears', 'zh-Hant': 'Gears', 'zh-Hans': 'Gears' };
const NEVERBALL = join(import.meta.dirname, '../src/render/manifests/neverball.json');

function manifestOf(value: unknown): Manifest {
  const read = readManifest(value);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

const gears = manifestOf({
  ...{ id: 'gears', title: words, summary: words, picture: PICTURE, resizable: true },
  input: { keyboard: false, mouse: 'none', touch: false },
  command: ['/bin/sh', '-c', `exec /usr/bin/glxgears -geometry {width}x{height} > {home}/${FRAMES}`],
  ...{ needs: ['/usr/bin/glxgears'], packages: ['mesa-utils'], files: {}, saves: [] },
});
const neverball = manifestOf(JSON.parse(readFileSync(NEVERBALL, 'utf8')));
const games = [gears, neverball].filter(({ needs }) => needs.every((path) => existsSync(path)));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), 'nearcade-card-'));
chmodSync(folder, 0o711);
const wall = findWall('auto');
const where = { random: systemRandom, tempFolder: folder, wall };

async function start(manifest: Manifest, drawnBy: DrawnBy, limits: Limits = {}) {
  const command = { game: manifest.game.id, tag: 0, settings: { codecs: ['h264' as const], picture: PICTURE } };
  const cardUse = findCardUse();
  const run = await startX11Game(manifest, command, {
    ...{ clock: systemClock, log: silentLog, ...where, drawnBy, limits, cardUse },
  });
  if (run.video.kind !== 'x11') throw new Error('no X11 game');
  const { display, authority } = run.video;
  const session = dirname(dirname(authority));
  const pids = () => pidsOf({ mark: basename(session) });
  return { run, session, pids, display, cookie: readFileSync(authority).subarray(-16) };
}

/** Seconds of processor time that these have used. */
function usedS(pids: readonly number[]): number {
  const ticks = (pid: number): number => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
      return Number(fields[11]) + Number(fields[12]);
    } catch {
      return 0;
    }
  };
  return pids.reduce((sum, pid) => sum + ticks(pid), 0) / TICKS_PER_S;
}

/** A picture as a PPM, from the display's bytes. */
function ppm(pixels: Uint8Array): Uint8Array {
  const out = Buffer.alloc(PICTURE.width * PICTURE.height * 3);
  for (let at = 0; at < out.length / 3; at++) {
    for (let part = 0; part < 3; part++) out[3 * at + part] = pixels[4 * at + 2 - part] ?? 0;
  }
  return Buffer.concat([Buffer.from(`P6 ${PICTURE.width} ${PICTURE.height} 255\n`), out]);
}

async function watch(manifest: Manifest, drawnBy: DrawnBy): Promise<void> {
  const { run, session, pids, display, cookie } = await start(manifest, drawnBy);
  const eyes = await Display.open({ display, cookie });
  await sleep(SETTLE_MS);
  const [beforeS, beforeMs] = [usedS(pids()), performance.now()];
  const seen = new Set<string>();
  let last: Uint8Array = new Uint8Array(0);
  while (performance.now() - beforeMs < WATCH_MS) {
    last = await eyes.grab(0, 0, PICTURE.width, PICTURE.height);
    seen.add(Buffer.from(last.subarray(1_000_000, 2_000_000)).toString('base64').slice(0, 40_000));
    await sleep(100);
  }
  const share = (usedS(pids()) - beforeS) / ((performance.now() - beforeMs) / 1_000);
  const cardMb = await findCardUse()?.(pids());
  const frames = join(session, 'home', FRAMES);
  const told = existsSync(frames) ? readFileSync(frames, 'utf8').split('\n') : [];
  const rate = told.findLast((line) => line.includes('FPS'))?.trim() ?? 'as many pictures as it likes';
  say(
    `${manifest.game.id} by ${drawnBy}: ${rate}; ${share.toFixed(2)} processors for game and display; ${cardMb ?? 0} MB of a card;`,
  );
  say(`  ${seen.size} of ${Math.round(WATCH_MS / 100)} looks differed`);
  if (values.pictures !== undefined)
    writeFileSync(join(values.pictures, `${manifest.game.id}-${drawnBy}.ppm`), ppm(last));
  eyes.close();
  await run.close();
}

/** What becomes of a game on the card that may hold so much. */
async function limited(cardMemoryMb: number): Promise<string> {
  const { run } = await start(gears, 'card', { cardMemoryMb });
  const { promise, resolve } = Promise.withResolvers<string>();
  run.onExit(({ detail }) => resolve(`ended: ${detail}`));
  const fate = await Promise.race([promise, sleep(OVER_MS, `plays on after ${OVER_MS / 1_000} s`)]);
  await run.close();
  return fate;
}

try {
  const cards = (await findGpus()).map((gpu) => `${gpu.name}, ${gpu.memoryMb} MB, driver ${gpu.driver ?? 'unknown'}`);
  say(`${availableParallelism()} x ${cpus()[0]?.model}; ${cards.join('; ') || 'no card'}; wall by ${wall.by}`);
  for (const by of ['processor', 'card'] as const)
    say(`a window drawn by ${by}: ${JSON.stringify(await tryDrawing(by, where))}`);
  const drawing = await findDrawing(where);
  say(`a node would say: ${JSON.stringify(drawing)}`);
  const ways: DrawnBy[] = drawing.by === 'card' ? ['processor', 'card'] : ['processor'];
  for (const game of games) for (const way of ways) await watch(game, way);
  if (drawing.by === 'card') {
    say(
      execFileSync('nvidia-smi', ['--query-gpu=utilization.gpu,memory.used', '--format=csv'], {
        encoding: 'utf8',
      }).trim(),
    );
    for (const mb of [5, 1_000]) say(`a game that may hold ${mb} MB of the card: ${await limited(mb)}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
