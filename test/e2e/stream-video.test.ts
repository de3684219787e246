// test/e2e/stream-video.test.ts - pictures, strip and sound in real browsers.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/observe/clock.ts';
import { silentLog } from '../../src/observe/log.ts';
import { openSessionPeer } from '../../src/stream/open-peer.ts';
import { openSessionStream } from '../../src/stream/session-stream.ts';
import { openFakeGame } from './stream/fake-game.ts';
import { openStreamPage, type StreamPage } from './stream/harness.ts';

declare const harness: any;
const network = { ice: [], addresses: ['127.0.0.1'], portRange: { first: 22000, last: 22999 } };

describe.each(['chromium', 'firefox'] as const)('%s', (kind) => {
  let stage: StreamPage;
  beforeAll(async () => {
    stage = await openStreamPage(kind);
  });
  afterAll(() => stage.close());

  test('shows the picture, answers markers, sounds', async () => {
    const run = openFakeGame(1280, 720, 30, 0.3);
    const peer = openSessionPeer({ ...network, codecs: kind === 'chromium' ? ['h264', 'vp8'] : ['vp8'] });
    const stream = openSessionStream({
      run,
      peer,
      clock: systemClock,
      log: { ...silentLog, info: console.log, error: console.log, warn: console.log },
    });
    await stage.connect(peer);
    const picture = await stage.page.evaluate(() => harness.picture());
    console.log(kind, picture);
    expect([picture.width, picture.height]).toEqual([1280, 736]);
    const totals: number[] = [];
    for (let i = 0; i < 30; i++) {
      totals.push(await stage.page.evaluate(() => harness.marker()));
      await stage.page.waitForTimeout(37);
    }
    totals.sort((a, b) => a - b);
    console.log(kind, 'click to frame p50', totals[15], 'min', totals[0], 'max', totals[29]);
    console.log(kind, await stage.page.evaluate(() => harness.inbound('video')));
    console.log(kind, await stage.page.evaluate(() => harness.inbound('audio')));
    console.log(kind, stream.counters, 'unreadable', await stage.page.evaluate(() => harness.unreadable()));
    await stream.close();
    await peer.close();
    await run.close();
  });
});
