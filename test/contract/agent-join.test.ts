// Goal: a machine joins its hub by its own key, says what it is, is told no in plain words, and comes back by itself.
// Method: a scripted hub over real sockets, a real agent, slots with fake games.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startNode } from '../../src/agent/start-agent.ts';
import { messageCodec } from '../../src/protocol/codec.ts';
import { type HubToNode, hubToNode } from '../../src/protocol/node-messages.ts';
import { nodeOptions, Stage } from '../support/agent/node.ts';
import { Player, peerId } from '../support/agent/player.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.dispose());

test('the hello carries key, token, machine, games and media addresses; the status the free slot', async () => {
  await stage.hub.start();
  const joined = Promise.withResolvers<string>();
  stage.node = await startNode(nodeOptions(stage.hub.origin, stage.data, { onJoined: joined.resolve }));
  const hello = await stage.hub.next('hello');
  expect(hello).toMatchObject({
    node: stage.node.node,
    token: 'one-time-token-0123456789',
    slots: 1,
    draining: false,
    running: [],
    boot: expect.stringMatching(/^b_/),
    atMs: expect.any(Number),
    machine: { name: 'test node', gpuClass: 'cpu', sandbox: 'none', encoders: [{ name: 'fake264', codec: 'h264' }] },
  });
  expect(hello.games.map(({ id }) => id)).toContain('fake');
  // The hub is on this machine, so loopback counts; a slot has 15 ports and one is held for other nodes to see.
  const loopback = hello.media.find(({ address }) => address === '127.0.0.1');
  expect((loopback?.portLast ?? 0) - (loopback?.portFirst ?? 0)).toBe(14);
  expect(await joined.promise).toBe(stage.node.node);
  expect(await stage.hub.next('status')).toMatchObject({ freeSlots: 1, probes: 0, draining: false });
  const key = join(stage.data, 'machine.key');
  expect(statSync(key).mode & 0o777).toBe(0o600);
});

test('a machine keeps its key over a restart, and refuses a second agent on its folder', async () => {
  const { node } = await stage.open();
  const key = readFileSync(join(stage.data, 'machine.key'), 'utf8');
  await expect(startNode(nodeOptions(stage.hub.origin, stage.data))).rejects.toThrow('a node already runs on');
  await stage.node?.stop(0);
  stage.node = await startNode(nodeOptions(stage.hub.origin, stage.data));
  expect((await stage.hub.next('hello')).node).toBe(node);
  expect(readFileSync(join(stage.data, 'machine.key'), 'utf8')).toBe(key);
});

test.each([
  ['NODE_NOT_BOUND', 'belongs to no operator yet'],
  ['NODE_TOKEN_USED', 'token was used already'],
  ['NODE_TWIN', 'another machine uses the same key'],
  ['TOKEN_UNKNOWN', 'does not know the token'],
  ['VERSION_UNKNOWN', 'another version'],
])('a hub that says %s is believed: one sentence, no second knock', async (code, words) => {
  await stage.hub.start();
  stage.hub.refuseWith = code;
  const refused = Promise.withResolvers<string>();
  const options = nodeOptions(stage.hub.origin, stage.data, { onRefused: refused.resolve });
  stage.node = await startNode(options);
  expect(await refused.promise).toContain(words);
  await stage.node.stop(0);
  expect(stage.hub.hellos).toBe(1);
});

test('a hub that is only busy is asked again', async () => {
  await stage.hub.start();
  stage.hub.refuseWith = 'STORE_UNAVAILABLE';
  stage.node = await startNode(nodeOptions(stage.hub.origin, stage.data));
  await stage.hub.next('hello');
  stage.hub.refuseWith = undefined;
  await stage.hub.next('hello');
  await stage.hub.next('status');
});

test('a node that started before its hub joins when the hub is there', async () => {
  await stage.hub.start();
  const { origin } = stage.hub;
  await stage.hub.stop();
  stage.node = await startNode(nodeOptions(origin, stage.data));
  await stage.hub.start();
  expect((await stage.hub.next('hello')).node).toBe(stage.node.node);
});

test('a cut socket is made anew', async () => {
  await stage.open();
  stage.hub.cut();
  await stage.hub.next('hello');
  await stage.hub.next('status');
});

test('an address that comes or goes is told in a new hello', async () => {
  const addresses = [{ address: '192.0.2.7', family: 'IPv4', internal: false }];
  await stage.open({ interfaces: () => addresses });
  addresses.push({ address: '192.0.2.8', family: 'IPv4', internal: false });
  const { media } = await stage.hub.next('hello');
  expect(media.map(({ address }) => address)).toEqual(['127.0.0.1', '192.0.2.7', '192.0.2.8']);
});

// Goal: nonsense from the hub harms nothing. Control: the same act in the right form is done.
test('a message that is none is refused by name, once a second, and the next right one is served', async () => {
  await stage.open();
  const codec = messageCodec<never, HubToNode>(hubToNode);
  stage.hub.sendRaw('text');
  stage.hub.sendRaw(codec.encode({ t: 'end', session: 'nobody', reason: 'bored' } as never));
  stage.hub.sendRaw(new Uint8Array([0xc1]));
  expect(await stage.hub.next('refused')).toMatchObject({ code: 'MESSAGE_MALFORMED' });
  const { session } = new Player(stage.node?.node ?? '');
  stage.hub.send({ t: 'end', session, reason: 'player-left' });
  expect(await stage.hub.next('refused')).toMatchObject({ code: 'SESSION_UNKNOWN', session });
  expect(stage.hub.heard.filter(({ t }) => t === 'refused')).toEqual([]);
});

test('probes are offered by the free slot, eight at once, and no more', async () => {
  await stage.open();
  const peers = Array.from({ length: 9 }, peerId);
  for (const peer of peers) stage.hub.send({ t: 'probe.open', peer, path: 'direct', game: 'fake' as never });
  const refused = await stage.hub.next('refused');
  expect(refused).toMatchObject({ code: 'PROBES_FULL', peer: peers[8] });
  for (const peer of peers.slice(0, 8)) await stage.hub.next('sdp', (sdp) => sdp.peer === peer);
  await stage.hub.next('status', ({ probes }) => probes === 8);
  for (const peer of peers.slice(0, 1)) stage.hub.send({ t: 'peer.close', peer });
  await stage.hub.next('peer.closed', ({ peer }) => peer === peers[0]);
  const [first = peerId()] = peers;
  stage.hub.send({ t: 'probe.open', peer: first, path: 'direct', game: 'fake' as never });
  await stage.hub.next('sdp', (sdp) => sdp.peer === first);
});
