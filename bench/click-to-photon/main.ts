// bench/click-to-photon/main.ts - from a click to the picture that answers it, in a real browser at 720p60, beside a
// browser's own WebRTC sender with the same scene in the same run. Claims: our total is at most 0.7 of its total; our own
// stages take at most 15 ms; the stages add up to the total within 10 %. All p50; ratios matter, milliseconds are the
// machine's.
import type { GameRun, MediaPeer } from '../../src/media/ports.ts';
import { systemClock } from '../../src/observe/clock.ts';
import { silentLog } from '../../src/observe/log.ts';
import { openSessionPeer } from '../../src/stream/open-peer.ts';
import { openSessionStream } from '../../src/stream/session-stream.ts';
import { openStreamPage, type PageApi, type StreamPage } from '../../test/e2e/stream/harness.ts';
import { drawScene } from './scene.ts';

declare const harness: PageApi;
declare const sender: {
  offer(): Promise<string>;
  answer(sdp: string): Promise<void>;
  candidate(candidate: object): Promise<void>;
};

const [WIDTH, HEIGHT, FPS] = [1280, 720, 60];
/** The comparison's sender and receiver must find each other without the mDNS names that browsers hide behind. */
const FLAGS = ['--disable-features=WebRtcHideLocalIpsWithMdns'];
const SETTLE_MS = 6_000;

type Click = Awaited<ReturnType<PageApi['click']>>;
type Stages = Record<'waitMs' | 'renderMs' | 'convertMs' | 'encodeMs' | 'sendMs' | 'inputAtMs' | 'inputSeq', number>;

function share(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN;
}
const row = (name: string, values: readonly number[]) =>
  `| ${name.padEnd(34)} | ${share(values, 0.5).toFixed(1).padStart(6)} | ${share(values, 0.95).toFixed(1).padStart(6)} |\n`;

function openScene(): GameRun {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 4);
  const words = new Uint32Array(pixels.buffer);
  return {
    picture: { width: WIDTH, height: HEIGHT, fps: FPS },
    virtualPads: false,
    video: {
      kind: 'drawn',
      draw(nowMs) {
        drawScene(words, WIDTH, HEIGHT, nowMs);
        return { pixels, format: 'rgba', width: WIDTH, height: HEIGHT, stride: WIDTH * 4 };
      },
    },
    key() {},
    motion() {},
    releaseAll() {},
    state: () => 0,
    onPcm() {},
    onRumble() {},
    onExit() {},
    onSaveWorthy() {},
    packSave: async () => undefined,
    close: async () => {},
  };
}

async function clicks(stage: StreamPage, count: number): Promise<Click[]> {
  await stage.page.waitForTimeout(SETTLE_MS);
  const made: Click[] = [];
  for (let i = 0; i < count; i++) {
    made.push(await stage.page.evaluate(() => harness.click()));
    await stage.page.waitForTimeout(30 + Math.random() * 100);
  }
  return made;
}

/** Clicks on our stream; each with the node's stages, all on the page's clock. */
async function measureOurs(
  count: number,
): Promise<{ click: Click; stages: Stages; inputMs: number; pathMs: number }[]> {
  const stage = await openStreamPage('chromium', { flags: FLAGS });
  const run = openScene();
  const peer = openSessionPeer({ ice: [], addresses: ['127.0.0.1'], codecs: ['h264'] });
  const stream = openSessionStream({ run, peer, clock: systemClock, log: silentLog });
  await stage.connect(peer);
  const made = await clicks(stage, count);
  const offsetMs = await stage.page.evaluate(() => harness.clockOffsetMs());
  const said = await stage.page.evaluate(() => harness.controls());
  await stream.close();
  await peer.close();
  await stage.close();
  return made.flatMap((click) => {
    const found = said.find(({ t, inputSeq }) => t === 'stages' && inputSeq === click.seq);
    if (found === undefined) return [];
    const stages = found as unknown as Stages;
    const atMs = stages.inputAtMs - offsetMs;
    const sentMs = atMs + stages.waitMs + stages.renderMs + stages.convertMs + stages.encodeMs + stages.sendMs;
    return [{ click, stages, inputMs: atMs - click.sentMs, pathMs: click.receivedMs - sentMs }];
  });
}

async function measureTheirs(count: number): Promise<Click[]> {
  const stage = await openStreamPage('chromium', { flags: FLAGS });
  const source = await openStreamPage('chromium', { flags: FLAGS, path: '/bench/click-to-photon/sender.html' });
  const peer: MediaPeer = {
    offer: () => source.page.evaluate(() => sender.offer()),
    answer: (sdp) => source.page.evaluate((text) => sender.answer(text), sdp),
    addCandidate: async (candidate) => {
      if (candidate !== null) await source.page.evaluate((each) => sender.candidate(each), candidate);
    },
    onCandidate() {},
    onState() {},
    close: async () => {},
  };
  await stage.connect(peer);
  const made = await clicks(stage, count);
  await source.close();
  await stage.close();
  return made;
}

/** Prints the two totals, our stages and whether they add up. `long` takes five times the clicks. */
export async function bench({ long }: { long: boolean }): Promise<void> {
  const [rounds, count] = long ? [4, 75] : [2, 30];
  const ours: Awaited<ReturnType<typeof measureOurs>> = [];
  const theirs: Click[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(...(await measureOurs(count)));
    theirs.push(...(await measureTheirs(count)));
  }
  const total = ({ sentMs, shownMs }: Click) => shownMs - sentMs;
  const own = ({ stages }: { stages: Stages }) =>
    stages.waitMs + stages.renderMs + stages.convertMs + stages.encodeMs + stages.sendMs;
  const shown = ({ click }: { click: Click }) => click.shownMs - click.receivedMs;
  const sum = (each: (typeof ours)[number]) => each.inputMs + own(each) + each.pathMs + shown(each);
  const out = process.stdout;
  out.write(`| ms, ${ours.length} and ${theirs.length} clicks, 720p60 |    p50 |    p95 |\n| --- | --- | --- |\n`);
  out.write(
    row(
      'click to picture, ours',
      ours.map(({ click }) => total(click)),
    ),
  );
  out.write(row("click to picture, a browser's sender", theirs.map(total)));
  out.write(
    row(
      'input on its way',
      ours.map(({ inputMs }) => inputMs),
    ),
  );
  for (const name of ['waitMs', 'renderMs', 'convertMs', 'encodeMs', 'sendMs'] as const) {
    out.write(
      row(
        `  ${name.slice(0, -2)}`,
        ours.map(({ stages }) => stages[name]),
      ),
    );
  }
  out.write(row('our own stages', ours.map(own)));
  out.write(
    row(
      'picture on its way',
      ours.map(({ pathMs }) => pathMs),
    ),
  );
  out.write(row('received to shown', ours.map(shown)));
  const totals = ours.map(({ click }) => total(click));
  const ratio = share(totals, 0.5) / share(theirs.map(total), 0.5);
  const off = Math.abs(share(ours.map(sum), 0.5) / share(totals, 0.5) - 1);
  out.write(`\nours / theirs, p50: ${ratio.toFixed(2)} (claim: at most 0.70)\n`);
  out.write(`our own stages, p50: ${share(ours.map(own), 0.5).toFixed(1)} ms (claim: at most 15)\n`);
  out.write(`stages against total, p50: ${(off * 100).toFixed(1)} % off (claim: at most 10 %)\n`);
}
