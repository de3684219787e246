// Goal: the built-in game is really played through a real agent: a key pressed in a browser changes the picture that the
// browser decodes. Method: scripted hub, real agent and slot process, Chromium on the stream's test page.

import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { hidByCode } from '../../src/protocol/key-codes.ts';
import { Stage } from '../support/agent/node.ts';
import { Player, peerId } from '../support/agent/player.ts';
import { RemotePeer } from '../support/agent/remote-peer.ts';
import { openStreamPage, type StreamPage } from './stream/harness.ts';

declare const harness: any;
let stage: Stage;
let browser: StreamPage;
beforeAll(async () => {
  stage = new Stage();
  await stage.open({ slotModule: join(import.meta.dirname, '../../src/main/slot.ts') });
  browser = await openStreamPage('chromium');
});
afterAll(async () => {
  await browser?.close();
  await stage?.dispose();
});

test('play', async () => {
  const t0 = performance.now();
  const player = new Player(stage.node?.node ?? '');
  stage.hub.send(player.start({ game: 'arcade' as never, settings: { codecs: ['h264'], seed: 7 } }));
  stage.hub.send(player.signedOpen());
  await browser.connect(new RemotePeer(stage.hub, player.peer) as never);
  console.log('offered', performance.now() - t0);
  await browser.page.evaluate(() => harness.picture());
  console.log('first picture', performance.now() - t0);
  console.log(await stage.hub.next('ready'));
  const before = await browser.page.evaluate(() => harness.lastCode());
  for (let i = 0; i < 5; i++) console.log('marker ms', await browser.page.evaluate(() => harness.marker()));
  await browser.page.screenshot({ path: '/tmp/agent-shot.png' });
  const hid = hidByCode.get('Enter') ?? 0;
  await browser.page.evaluate((h) => harness.key({ kind: 'key', hid: h, down: true }), hid);
  await browser.page.waitForTimeout(1500);
  console.log(
    before,
    await browser.page.evaluate(() => harness.lastCode()),
    await browser.page.evaluate(() => harness.controls().slice(-6)),
  );
  await browser.page.screenshot({ path: '/tmp/agent-shot2.png' });
  console.log(await stage.hub.next('tick', ({ seq }) => seq >= 2));
  stage.hub.send({ t: 'end', session: player.session, reason: 'player-left' });
  console.log(await stage.hub.next('ended'));
});
