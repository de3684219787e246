// test/e2e/stream-video.test.ts - goal: picture and sound of a game are seen and heard in real browsers, inputs are
// answered, and loss, cuts, restarts and reloads are survived. Method: a fake game, our peers and stream in this process,
// a page that reads the strip from decoded pictures.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/observe/clock.ts';
import { silentLog } from '../../src/observe/log.ts';
import { openSessionPeer } from '../../src/stream/open-peer.ts';
import { openSessionStream } from '../../src/stream/session-stream.ts';
import { type FakeGame, openFakeGame } from './stream/fake-game.ts';
import { openStreamPage, type PageApi, reached, type StreamPage } from './stream/harness.ts';

declare const harness: PageApi;
const network = { ice: [], addresses: ['127.0.0.1'], portRange: { first: 22000, last: 22999 } };

const newPeer = (kind: string) =>
  openSessionPeer({ ...network, codecs: kind === 'chromium' ? ['h264', 'vp8'] : ['vp8'] });
const newStream = (run: FakeGame, peer: ReturnType<typeof newPeer>) =>
  openSessionStream({ run, peer, clock: systemClock, log: silentLog });

/** Within what 4:2:0 and quantization change; a first picture may be coarse and get finer. */
async function expectColour(stage: StreamPage, colour: readonly number[]): Promise<void> {
  const error = async () => {
    const { pixel } = await stage.page.evaluate(() => harness.picture());
    return Math.max(...colour.map((value, i) => Math.abs((pixel[i] ?? 0) - value)));
  };
  await expect.poll(error, { timeout: 5_000 }).toBeLessThan(12);
}

describe.each(['chromium', 'firefox'] as const)('%s', (kind) => {
  let stage: StreamPage;
  beforeAll(async () => {
    stage = await openStreamPage(kind);
  });
  beforeEach(() => stage.reload());
  afterAll(() => stage?.close());

  test('colours, strip, answers with their stages, and sound', async () => {
    const run = openFakeGame(1280, 720, 30, 0.3);
    const peer = newPeer(kind);
    const stream = newStream(run, peer);
    await stage.connect(peer);
    const first = await stage.page.evaluate(() => harness.picture());
    expect([first.width, first.height]).toEqual([1280, 736]);
    await expectColour(stage, [200, 40, 40]);
    expect(stream.encoder?.codec).toBe(kind === 'chromium' ? 'h264' : 'vp8');

    await stage.page.evaluate(() => harness.key({ kind: 'key', hid: 4, down: true }));
    for (let i = 0; i < 5; i++) await stage.page.evaluate(() => harness.marker());
    await expectColour(stage, [40, 200, 40]);
    const code = await stage.page.evaluate(() => harness.lastCode());
    expect([code?.inputSeq, code?.state]).toEqual([6, 6]);
    expect(await stage.page.evaluate(() => harness.unreadable())).toBe(0);

    const controls = await stage.page.evaluate(() => harness.controls());
    expect(controls).toContainEqual(expect.objectContaining({ t: 'ready', width: 1280, height: 720, fps: 30 }));
    const stages = controls.filter(({ t, inputSeq }) => t === 'stages' && Number(inputSeq) >= 2);
    expect(stages.map(({ inputSeq }) => inputSeq)).toEqual([2, 3, 4, 5, 6]);
    const times = await stage.page.evaluate(() => harness.codes().map(({ rtpTimestamp }) => rtpTimestamp));
    // Firefox tells no RTP timestamp of a shown picture.
    // A browser that is busy shows not every picture, but more than none.
    if (kind === 'chromium') expect(stages.some(({ rtpTimestamp }) => times.includes(Number(rtpTimestamp)))).toBe(true);

    // The peak as played where the page may listen to itself, else the decoder's own level.
    const level = () =>
      kind === 'chromium'
        ? stage.page.evaluate(() => harness.soundPeak())
        : stage.page.evaluate(() => harness.inbound('audio').then(({ audioLevel }) => audioLevel ?? 0));
    await expect.poll(level, { timeout: 10_000 }).toBeGreaterThan(0.25);
    expect(await level()).toBeLessThan(0.35);
    await stream.close();
    await peer.close();
    await run.close();
  });

  test('a restart does not stop the picture, a reloaded page gets the same game', async () => {
    const run = openFakeGame(640, 352, 30);
    const peer = newPeer(kind);
    const stream = newStream(run, peer);
    await stage.connect(peer);
    await stage.page.evaluate(() => harness.marker());
    const fromMs = await stage.page.evaluate(() => harness.now());
    await stage.connect(peer, { iceRestart: true });
    await expect.poll(() => peer.link.search, { timeout: 15_000 }).toEqual({ generation: 1, found: true });
    await stage.page.evaluate(() => harness.marker());
    // Firefox decodes in software beside our encoder here: a busy machine makes pauses of its own.
    const gapMs = await stage.page.evaluate((from) => harness.longestGapMs(from), fromMs);
    expect(gapMs).toBeLessThan(kind === 'chromium' ? 500 : 1_500);

    const draws = run.draws;
    await stage.reload();
    const second = newPeer(kind);
    stream.attach(second);
    await stage.connect(second);
    await peer.close();
    await stage.page.evaluate(() => harness.marker());
    expect(run.draws).toBeGreaterThan(draws);
    expect(run.keys.map(({ seq }) => seq)).toEqual([1, 2, 1]);
    expect(stream.counters.inputSeq).toBe(1);
    await stream.close();
    await second.close();
    await run.close();
  });
});

describe('a bad path (chromium)', () => {
  let stage: StreamPage;
  beforeAll(async () => {
    stage = await openStreamPage('chromium');
  });
  beforeEach(() => stage.reload());
  afterAll(() => stage?.close());

  test('2 % loss is repaired by retransmission, of ten losses not one by a key frame', async () => {
    const run = openFakeGame(640, 352, 30);
    const peer = newPeer('chromium');
    const stream = newStream(run, peer);
    const path = await stage.connectThrough(peer);
    await stage.page.evaluate(() => harness.marker());
    const keyFrames = stream.counters.keyFrames;
    path.delayMs = 5;
    path.mediaLoss = 0.02;
    await stage.page.waitForTimeout(5_000);
    path.mediaLoss = 0;
    await stage.page.waitForTimeout(300);
    const video = await stage.page.evaluate(() => harness.inbound('video'));
    expect(path.lost).toBeGreaterThan(15);
    expect(stream.counters.packetsResent).toBeGreaterThan(0.5 * path.lost);
    expect(video.retransmittedPacketsReceived).toBeGreaterThan(0.5 * path.lost);
    // A browser that gets no processor for long may give up one of them.
    expect(video.pliCount).toBeLessThan(0.1 * path.lost);
    expect(stream.counters.keyFrames - keyFrames).toBeLessThan(0.1 * path.lost);
    expect(stream.counters.rttMs).toBeGreaterThan(8);
    await stream.close();
    await peer.close();
    await run.close();
  });

  test('a picture that cannot be repaired brings a key frame, and play goes on', async () => {
    const run = openFakeGame(640, 352, 30);
    const peer = newPeer('chromium');
    const stream = newStream(run, peer);
    const path = await stage.connectThrough(peer);
    await stage.page.evaluate(() => harness.marker());
    const keyFrames = stream.counters.keyFrames;
    path.mediaLoss = 1;
    await stage.page.waitForTimeout(1_500);
    path.mediaLoss = 0;
    await stage.page.evaluate(() => harness.marker());
    expect(stream.counters.keyFrames).toBeGreaterThan(keyFrames);
    expect((await stage.page.evaluate(() => harness.inbound('video'))).pliCount).toBeGreaterThan(0);
    await stream.close();
    await peer.close();
    await run.close();
  });

  test('a network cut for 5 s: lost within 3 s, keys released, back after a restart', async () => {
    const run = openFakeGame(640, 352, 30);
    const peer = newPeer('chromium');
    const stream = newStream(run, peer);
    const path = await stage.connectThrough(peer);
    await stage.page.evaluate(() => harness.key({ kind: 'key', hid: 4, down: true }));
    await stage.page.evaluate(() => harness.marker());
    const released = run.released;
    const lost = reached(peer, 'lost');
    const cutMs = performance.now();
    path.cut = true;
    await lost;
    expect(performance.now() - cutMs).toBeLessThan(3_000);
    expect(run.released).toBe(released + 1);
    const sent = stream.counters.framesSent;
    await stage.page.waitForTimeout(5_000 - (performance.now() - cutMs));
    expect(stream.counters.framesSent).toBe(sent); // What nobody can get is not counted as sent.
    path.cut = false;
    await stage.connectThrough(peer, { iceRestart: true });
    await reached(peer, 'connected');
    await stage.page.evaluate(() => harness.marker());
    expect(stream.counters.framesSent).toBeGreaterThan(sent);
    await stream.close();
    await peer.close();
    await run.close();
  });
});
