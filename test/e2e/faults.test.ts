// Goal: what breaks heals, and nobody pays for it. Method: the real product and a real browser; one process is killed or
// one path cut at a time, from outside; picture, time and money are compared with a clock of the test's own.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startRelay } from '../contract/relay-harness.ts';
import { freePort } from '../support/free-port.ts';
import { launch, type PlayerStats, stats, until } from './support/browser.ts';
import { openDelayForwarder } from './support/delay-forwarder.ts';
import { arcadeState, see, seeUntil } from './support/picture.ts';
import { type Product, startProduct } from './support/product.ts';
import { stakeFor, startHub, startNode } from './support/roles.ts';

const TICK_MS = 5_000;

let product: Product;
let browser: Browser;
const closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  product = await startProduct(['--slots', '1']);
  browser = await launch('chromium');
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** Opens the page, and begins to play there. */
async function openPlay(url: string, path: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 900, height: 640 } });
  closing.push(() => context.close());
  const page = await context.newPage();
  await page.goto(`${url}/play?game=arcade&auto=1&path=${path}&size=640x360&fps=30`);
  return page;
}

async function play(url = product.url): Promise<{ page: Page; began: PlayerStats }> {
  const page = await openPlay(url, 'direct');
  const began = await until(page, ({ phase, goodMs }) => phase === 'playing' && Number(goodMs) > 0, 130_000);
  return { page, began };
}

async function leave(page: Page): Promise<PlayerStats> {
  await page.evaluate(() => window.nearcade?.leave());
  return until(page, ({ phase, receipt }) => phase === 'ended' && receipt !== null);
}

const savedFiles = (): string[] =>
  readdirSync(join(product.data, 'saves'), { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  );
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));
const receiptOf = (seen: PlayerStats) =>
  seen.receipt as unknown as {
    billedMs: number;
    playerGoodMs: number;
    nodeGoodMs: number;
    costWei: string;
    quote: { rateWeiPerHour: string };
  };

test('the hub is killed: the picture goes on, the hub comes back, time and money are right to one tick', async () => {
  const { page } = await play();
  await wait(6_000);
  const hub = product.pid('hub');
  process.kill(hub, 'SIGKILL');
  const atKill = await seeUntil(page, () => true);
  await seeUntil(page, ({ frameSeq }) => ((frameSeq - atKill.code.frameSeq) & 0xffff) > 20, 3_000);
  await until(page, ({ link }) => link === 'open', 30_000);
  expect(product.pid('hub')).not.toBe(hub);
  await wait(11_000); // Two ticks of both sides, so that the hub knows what happened while it was away.
  const { goodMs } = await until(page, () => true);
  const receipt = receiptOf(await leave(page));
  expect(receipt.billedMs).toBeGreaterThan(Number(goodMs) - TICK_MS - 1_000);
  expect(receipt.billedMs).toBeLessThanOrEqual(Math.min(receipt.playerGoodMs, receipt.nodeGoodMs));
  const exact = (BigInt(receipt.quote.rateWeiPerHour) * BigInt(receipt.billedMs)) / 3_600_000n;
  expect(receipt.costWei).toBe((exact - (exact % 1_000n)).toString());
});

test('the page is reloaded: the same session and the same game within 3 s', async () => {
  const { page, began } = await play();
  await page.keyboard.press('Space');
  const before = await seeUntil(page, (code) => arcadeState(code).scene === 1);
  const startedMs = performance.now();
  await page.reload();
  const back = await seeUntil(page, (code) => arcadeState(code).tag === arcadeState(before.code).tag, 10_000);
  const tookMs = performance.now() - startedMs;
  expect(arcadeState(back.code).inputs).toBeGreaterThanOrEqual(arcadeState(before.code).inputs);
  expect((await stats(page))?.session).toBe(began.session);
  process.stdout.write(`reload to picture: ${Math.round(tookMs)} ms\n`);
  expect(tookMs).toBeLessThan(3_000);
  await leave(page);
});

test('the node is killed: told within 3 s, back in a game on another within 5 s, the outage is free, the save is there', async () => {
  const { page, began } = await play();
  await page.keyboard.press('KeyM'); // Turns the music off, which the record remembers: something to save.
  await until(page, () => savedFiles().length > 0, 40_000);
  const other = await startNode(product.url, ['--slots', '1', '--name', 'Other']);
  closing.push(() => other.stop());
  await other.event('hub.joined');
  await stakeFor(product.url, other);
  const startedMs = performance.now();
  process.kill(product.pid('node'), 'SIGKILL');
  await until(page, (seen) => seen.nodeLost === true || seen.session !== began.session, 5_000);
  const toldMs = performance.now() - startedMs;
  const moved = await until(
    page,
    ({ phase, session, goodMs }) => phase === 'playing' && session !== began.session && Number(goodMs) >= 0,
    20_000,
  );
  const backMs = performance.now() - startedMs;
  process.stdout.write(
    `node killed: told after ${Math.round(toldMs)} ms, playing again after ${Math.round(backMs)} ms\n`,
  );
  expect(moved).toMatchObject({ nodeName: 'Other', continues: began.session });
  expect(toldMs).toBeLessThan(3_000);
  expect(backMs - toldMs).toBeLessThan(5_000);
  expect(await other.event('game.started')).toMatchObject({
    game: 'arcade',
    savedBytes: expect.toSatisfy((bytes) => Number(bytes) > 0),
  });
  await leave(page);
});

test('Postgres is killed again and again for 10 s: play goes on and every good second is charged once', async () => {
  const { page } = await play();
  const until10s = performance.now() + 10_000;
  const kills: number[] = [];
  while (performance.now() < until10s) {
    const pid = product.pidNow('postgres');
    if (pid !== undefined && !kills.includes(pid)) {
      kills.push(pid);
      process.kill(pid, 'SIGKILL');
    }
    await wait(50);
  }
  expect(kills.length).toBeGreaterThan(0);
  const after = await seeUntil(page, () => true);
  await seeUntil(page, ({ frameSeq }) => frameSeq !== after.code.frameSeq);
  await wait(11_000);
  const { goodMs } = await until(page, () => true);
  const receipt = receiptOf(await leave(page));
  expect(receipt.billedMs).toBeGreaterThan(Number(goodMs) - TICK_MS - 1_000);
  expect(receipt.billedMs).toBeLessThanOrEqual(Math.min(receipt.playerGoodMs, receipt.nodeGoodMs));
});

test('the network is cut for 5 s: an ICE restart, and the same game goes on', async () => {
  const base = await freePort(200);
  const ports = { local: base, seen: base + 100, count: 24 };
  const path = await openDelayForwarder(
    [
      {
        ranges: [{ listen: ports.seen, target: ports.local, count: ports.count }],
        delayMs: 5,
        jitterMs: 0,
        lossShare: 0,
      },
    ],
    1,
  );
  closing.push(() => path.close());
  const local = `${ports.local}-${ports.local + ports.count - 1}`;
  const hub = await startHub();
  closing.push(() => hub.stop());
  const node = await startNode(hub.url, [
    '--slots',
    '1',
    '--name',
    'Cut',
    '--ice-ports',
    local,
    '--advertise',
    `127.0.0.1:${ports.seen}-${ports.seen + ports.count - 1}=${local}`,
    '--advertise-only',
  ]);
  closing.push(() => node.stop());
  await node.event('hub.joined');
  const { page } = await play(hub.url);
  await page.keyboard.press('Space');
  const before = await seeUntil(page, (code) => arcadeState(code).scene === 1);
  path.change(0, { lossShare: 1 });
  await wait(1_000);
  const cut = await see(page);
  await wait(4_000);
  expect((await see(page))?.code?.frameSeq).toBe(cut?.code?.frameSeq); // Control: nothing came through.
  path.change(0, { lossShare: 0 });
  const back = await seeUntil(page, ({ frameSeq }) => frameSeq !== cut?.code?.frameSeq, 10_000);
  expect(arcadeState(back.code).tag).toBe(arcadeState(before.code).tag);
  await leave(page);
});

// Goal: a relay that dies costs its players less than the three seconds after which a page would help itself. Method: a
// second relay beside the product's own; the one that carries the session is killed, and the hub, which lost its line, acts.
test('the relay is killed: the picture goes on over another one, before the page had to ask', async () => {
  const secret = readFileSync(join(product.data, 'secrets', 'relay'), 'utf8').trim();
  const relay = await startRelay(`--secret=${secret}`, `--hub=${product.url}`, '--name=second');
  closing.push(() => relay.stop());
  await relay.event('hub.joined');
  const page = await openPlay(product.url, 'relay'); // Frames count here, however few a busy machine makes of them.
  await until(page, ({ path, framesDecoded }) => path === 'relay' && Number(framesDecoded) > 10, 60_000);
  const carried = await relay.metric('packets_total', 'to_player');
  await wait(1_500); // The relay that carries it has told the hub so; it does once a second.
  const bySecond = (await relay.metric('packets_total', 'to_player')) > carried + 10;
  const shown = () => page.evaluate(() => document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames);
  const before = Number(await shown());
  if (bySecond) relay.signal('SIGKILL');
  else process.kill(product.pid('relay'), 'SIGKILL');
  const killedMs = performance.now();
  let frames = before;
  let lastMs = killedMs;
  let longestMs = 0;
  while (performance.now() - killedMs < 4_000) {
    const now = Number(await shown());
    if (now > frames) {
      longestMs = Math.max(longestMs, performance.now() - lastMs);
      lastMs = performance.now();
      frames = now;
    }
    await wait(20);
  }
  process.stdout.write(`a relay killed: ${Math.round(longestMs)} ms without a frame\n`);
  expect(frames).toBeGreaterThan(before + 10);
  expect(longestMs).toBeGreaterThan(100); // It was felt: the media did run over that relay.
  expect(longestMs).toBeLessThan(3_000);
  expect((await until(page, ({ path }) => path === 'relay')).session).toBeDefined();
  const receipt = (await leave(page)).receipt as unknown as { relay: { toPlayerBytes: number } };
  expect(receipt.relay.toPlayerBytes).toBeGreaterThan(100_000);
});
