// Goal: the built-in game is really played through a real agent and its slot process: what a key does is seen in the
// pictures that a browser decodes. Method: a scripted hub that forwards offers and answers, Chromium on the stream's page.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findPortBlock } from '../../src/agent/port-block.ts';
import { hidByCode } from '../../src/protocol/key-codes.ts';
import { Stage } from '../support/agent/node.ts';
import { Player, peerId } from '../support/agent/player.ts';
import { RemotePeer } from '../support/agent/remote-peer.ts';
import { openStreamPage, type PageApi, type StreamPage } from './stream/harness.ts';
import { openDelayForwarder } from './support/delay-forwarder.ts';

/** Long enough for a machine with ten times its load. */
const soon = { timeout: 15_000 };

declare const harness: PageApi;
const slotModule = join(import.meta.dirname, '../../src/main/slot.ts');
const ENTER = hidByCode.get('Enter') ?? 0;
const [PLAY_SCENE, PAUSE_SCENE] = [1, 2];
const sceneOf = (state: number) => (state >> 12) & 15;

let browser: StreamPage;
beforeAll(async () => {
  browser = await openStreamPage('chromium');
});
beforeEach(() => browser.reload());
afterAll(() => browser?.close());

/** Presses a key and answers with the state in the picture that has it. */
async function press(hid: number): Promise<number> {
  const seq = await browser.page.evaluate((key) => harness.key({ kind: 'key', hid: key, down: true }), hid);
  await browser.page.evaluate((key) => harness.key({ kind: 'key', hid: key, down: false }), hid);
  await browser.page.evaluate(() => harness.marker());
  const code = await browser.page.evaluate(() => harness.lastCode());
  expect(code?.inputSeq).toBeGreaterThan(seq);
  return code?.state ?? -1;
}
const stateNow = async () => (await browser.page.evaluate(() => harness.lastCode()))?.state ?? -1;
const controls = async (t: string) =>
  (await browser.page.evaluate(() => harness.controls())).filter((one) => one.t === t);

describe('on one machine', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = new Stage();
    await stage.open({ slotModule });
  });
  beforeEach(() => stage.slotFree());
  afterAll(() => stage?.dispose());

  async function start(): Promise<Player> {
    const player = new Player(stage.node?.node ?? '');
    stage.hub.send(player.start({ game: 'arcade' as never, settings: { codecs: ['h264'], seed: 7 } }));
    stage.hub.send(player.signedOpen());
    await browser.connect(new RemotePeer(stage.hub, player.peer, player.session));
    await browser.page.evaluate(() => harness.picture());
    return player;
  }

  function end({ session }: Player) {
    stage.hub.send({ t: 'end', session, reason: 'player-left' });
    return stage.hub.next('ended', (ended) => ended.session === session);
  }

  test('a probe echoes; then the same process plays: a key changes the picture, no key changes nothing', async () => {
    const probe = peerId();
    stage.hub.send({ t: 'probe.open', peer: probe, path: 'direct', game: 'arcade' as never });
    await browser.connect(new RemotePeer(stage.hub, probe));
    expect(await browser.page.evaluate(() => harness.probe(16))).toHaveLength(16);
    const fingerprint = /a=fingerprint:(\S+ \S+)/;
    const probed = fingerprint.exec(await browser.page.evaluate(() => harness.remoteSdp()))?.[1];
    stage.hub.send({ t: 'peer.close', peer: probe });

    const player = await start();
    expect(fingerprint.exec(await browser.page.evaluate(() => harness.remoteSdp()))?.[1]).toBe(probed);
    expect(await stage.hub.next('ready')).toMatchObject({ session: player.session, codec: 'h264' });
    const before = await stateNow();
    for (let i = 0; i < 10; i++) await browser.page.evaluate(() => harness.marker());
    expect(await stateNow()).toBe(before);
    const after = await press(ENTER);
    expect(after).not.toBe(before);
    expect(sceneOf(after)).toBe(PLAY_SCENE);

    const paid = player.voucher(1);
    await browser.page.evaluate((message) => harness.say(message), paid);
    await expect.poll(() => controls('voucher.kept'), soon).toMatchObject([{ seq: 1 }]);
    expect(await stage.hub.next('tick', ({ framesSent }) => framesSent > 0)).toMatchObject({ session: player.session });
    const ended = end(player);
    await expect.poll(() => controls('ending'), soon).toMatchObject([{ reason: 'player-left' }]);
    expect(await ended).toMatchObject({ reason: 'player-left', voucher: { servedMs: '1' } });
  });

  test('a reloaded page is back in the same game within 3 s', async () => {
    const player = await start();
    await press(ENTER);
    await browser.reload();
    const fromMs = performance.now();
    const peer = peerId();
    stage.hub.send({ t: 'attach', session: player.session, peer, codecs: ['h264'] });
    await browser.connect(new RemotePeer(stage.hub, peer, player.session));
    await browser.page.evaluate(() => harness.marker());
    expect(performance.now() - fromMs).toBeLessThan(3_000);
    expect(sceneOf(await stateNow())).toBe(PAUSE_SCENE); // A fresh game would show its title; this one was let go of.
    await end(player);
  });

  test('an ICE restart keeps the picture', async () => {
    const player = new Player(stage.node?.node ?? '');
    stage.hub.send(player.start({ game: 'arcade' as never, settings: { codecs: ['h264'] } }));
    stage.hub.send(player.signedOpen());
    const peer = new RemotePeer(stage.hub, player.peer, player.session);
    await browser.connect(peer);
    await browser.page.evaluate(() => harness.marker());
    const ufrag = /a=ice-ufrag:(\S+)/;
    const before = ufrag.exec(await browser.page.evaluate(() => harness.remoteSdp()))?.[1];
    await browser.connect(peer, { iceRestart: true });
    await expect
      .poll(async () => ufrag.exec(await browser.page.evaluate(() => harness.remoteSdp()))?.[1], soon)
      .not.toBe(before);
    await browser.page.evaluate(() => harness.marker());
    await end(player);
  });

  test('killing the game freezes the picture, and the hub is told', async () => {
    const player = await start();
    await browser.page.evaluate(() => harness.marker());
    process.kill(Number(readFileSync(join(stage.data, 'slots/0.pid'), 'utf8').split(' ')[0]), 'SIGKILL');
    const ended = await stage.hub.next('ended', ({ session }) => session === player.session);
    expect(ended.reason).toBe('node-lost');
    const frozen = await browser.page.evaluate(() => harness.lastCode());
    await browser.page.waitForTimeout(1_000);
    expect(await browser.page.evaluate(() => harness.lastCode())).toEqual(frozen);
  });
});

// Goal: a machine behind a router that forwards ports is reached there and nowhere else, as a router would have it.
test('forwarded ports: probe and picture go through the forwarder alone', async () => {
  const stage = new Stage();
  const block = await findPortBlock(2, 300); // Two runs of free ports, for the node and for its router.
  block.close();
  const [own, router] = block.slots;
  const [inside, outside] = [own?.first ?? 0, router?.first ?? 0];
  const forwarder = await openDelayForwarder(
    [{ ranges: [{ listen: outside, target: inside, count: 15 }], delayMs: 20, jitterMs: 0, lossShare: 0 }],
    1,
  );
  try {
    const ports = { shown: { first: outside, last: outside + 14 }, local: { first: inside, last: inside + 14 } };
    await stage.open({
      slotModule,
      icePorts: { first: inside, last: inside + 14 },
      outside: { forwards: [{ address: '127.0.0.1', ports }], only: true },
    });
    await stage.slotFree();
    const probe = peerId();
    stage.hub.send({ t: 'probe.open', peer: probe, path: 'direct', game: 'arcade' as never });
    await browser.connect(new RemotePeer(stage.hub, probe));
    const rtts = await browser.page.evaluate(() => harness.probe(16));
    expect(Math.min(...rtts)).toBeGreaterThan(40);
    expect(Math.min(...rtts)).toBeLessThan(50);
    stage.hub.send({ t: 'peer.close', peer: probe });
    const player = new Player(stage.node?.node ?? '');
    stage.hub.send(player.start({ game: 'arcade' as never, settings: { codecs: ['h264'] } }));
    stage.hub.send(player.signedOpen());
    await browser.connect(new RemotePeer(stage.hub, player.peer, player.session));
    expect(await browser.page.evaluate(() => harness.marker())).toBeGreaterThan(40);
    const [path] = await forwarder.report();
    expect(path?.forwarded).toBeGreaterThan(50);
  } finally {
    await stage.dispose();
    await forwarder.close();
  }
});
