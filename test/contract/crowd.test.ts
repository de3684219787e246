// test/contract/crowd.test.ts - goal: twenty players behind one address play at once, and none ever sees another's picture
// or moves another's game. Method: a real hub, a real relay, real peers and encoders; every game is painted in a colour of
// its own and numbers its pictures; every player decodes all it gets and presses a key of its own. Half of them come
// over the relay, so that there, too, all are one address.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Clock } from '../../src/base/clock.ts';
import type { PeerId } from '../../src/base/ids.ts';
import { systemClock } from '../../src/observe/clock.ts';
import { silentLog } from '../../src/observe/log.ts';
import { encodeKeyFrame, encodeMotionFrame } from '../../src/protocol/input-frames.ts';
import type { HubToNode } from '../../src/protocol/node-messages.ts';
import { openSessionPeer } from '../../src/stream/open-peer.ts';
import { openSessionStream } from '../../src/stream/session-stream.ts';
import type { StreamPeer } from '../../src/stream/stream-peer.ts';
import { openPaintedGame, PAINTED, type PaintedGame, paintOf } from '../support/crowd/painted-game.ts';
import { Viewer } from '../support/crowd/viewer.ts';
import { FakeNode } from '../support/hub/fake-node.ts';
import { FakePlayer, measured, type PageSocket, type Started } from '../support/hub/fake-player.ts';
import { nodeToken, RELAY_SECRET, type TestHub, testHub } from '../support/hub/service.ts';
import { type RelayUnderTest, startRelay } from './relay-harness.ts';

const PLAYERS = 20;
const PORTS = { first: 22_200, last: 22_400 };
const KEYS = 30;
const PICTURES = 15;
/** Keyboard/Keypad page: letter A, and on to 1, 2, ...; each player holds another one. */
const keyOf = (number: number) => 4 + number;
const placeOf = (number: number) => (number + 1) * 3_000;

type Seat = { readonly game: PaintedGame; readonly peer: StreamPeer; close(): Promise<void> };
type Player = {
  readonly number: number;
  readonly page: PageSocket;
  readonly started: Started;
  readonly viewer: Viewer;
};

let hub: TestHub;
let relay: RelayUnderTest;
let node: FakeNode;
let served: Promise<void>;
const seats = new Map<PeerId, Seat>();
const players: Player[] = [];

/** The node's side of a session: a game of the next colour, offered. */
async function seat({ session, peer: id }: Extract<HubToNode, { t: 'start' }>): Promise<void> {
  const game = openPaintedGame(seats.size);
  const peer = openSessionPeer({ ice: [], addresses: ['127.0.0.1'], portRange: PORTS, codecs: ['vp8'] });
  const stream = openSessionStream({ run: game, peer, clock: systemClock, log: silentLog, kbpsMax: 400 });
  seats.set(id, {
    game,
    peer,
    close: async () => {
      await stream.close();
      await peer.close();
    },
  });
  node.talk.send({ t: 'ready', session, codec: 'vp8', encoder: 'libvpx', startMs: 1 });
  peer.onCandidate((candidate) => node.talk.send({ t: 'candidate', peer: id, candidate }));
  node.talk.send({ t: 'sdp', peer: id, kind: 'offer', sdp: await peer.offer() });
}

/** What the hub tells the node, carried out until the socket closes. */
async function serve(): Promise<void> {
  const wants = ({ t }: HubToNode) => t === 'start' || t === 'sdp' || t === 'candidate';
  while (node.talk.closed === undefined) {
    const message = await node.talk.any(wants, 'work').catch(() => undefined);
    if (message?.t === 'start') await seat(message);
    if (message?.t === 'sdp') await seats.get(message.peer)?.peer.answer(message.sdp);
    if (message?.t === 'candidate') await seats.get(message.peer)?.peer.addCandidate(message.candidate);
  }
}

async function join(number: number): Promise<Player> {
  const path = number % 2 === 0 ? 'direct' : 'relay';
  const page = await new FakePlayer(hub.url).connect();
  const started = await page.play({
    path,
    settings: { codecs: ['vp8'], picture: PAINTED },
    measurements: [measured(node.node, 5, path)],
  });
  const relays = started.ice.flatMap(({ urls, username, credential }) =>
    [urls].flat().map((url) => ({ urls: url, ...(username && { username }), ...(credential && { credential }) })),
  );
  const viewer = new Viewer({ relays: path === 'relay' ? relays : [], height: PAINTED.height });
  const { peer } = started;
  const { sdp } = await page.next('sdp', ({ kind }) => kind === 'offer');
  page.send({ t: 'sdp', peer, kind: 'answer', sdp: await viewer.answer(sdp) });
  return { number, page, started, viewer };
}

/** The number of the game whose colour is nearest. */
function nearestPaint(rgb: readonly number[]): number {
  const far = (number: number) => paintOf(number).reduce((sum, value, i) => sum + (value - (rgb[i] ?? 0)) ** 2, 0);
  return Array.from({ length: PLAYERS }, (_, number) => number).toSorted((a, b) => far(a) - far(b))[0] ?? -1;
}

/** The hub's time goes at a tenth: a machine too busy for a node's heartbeats loses no node here. */
const slowClock: Clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() / 10 };

beforeAll(async () => {
  hub = await testHub({ clock: slowClock });
  relay = await startRelay(`--hub=${hub.url}`, `--secret=${RELAY_SECRET}`);
  await relay.event('hub.joined');
  node = await new FakeNode(hub.url, {
    token: await nodeToken(hub),
    slots: PLAYERS,
    obliging: false,
    hello: { media: [{ address: '127.0.0.1', portFirst: PORTS.first, portLast: PORTS.last }] },
  }).joined();
  served = serve();
});
afterAll(async () => {
  for (const { viewer, page } of players) {
    await viewer.close();
    page.close();
  }
  node.stop();
  await served;
  for (const each of seats.values()) await each.close();
  await relay.stop();
  await hub.remove();
});

test('twenty players behind one address: own picture, own input, nobody else’s', async () => {
  for (let number = 0; number < PLAYERS; number++) players.push(await join(number));
  const patience = { timeout: 60_000, interval: 50 };
  const blind = () => players.filter(({ viewer }) => viewer.seen.length === 0);
  const asking = setInterval(() => blind().map(({ viewer }) => viewer.askKeyFrame()), 500);
  await expect.poll(() => blind().map(({ number, viewer }) => [number, viewer.state]), patience).toEqual([]);
  clearInterval(asking);

  for (let press = 1; press <= KEYS; press++) {
    for (const { number, viewer } of players) {
      const event = { kind: 'key', hid: keyOf(number), down: press % 2 === 1 } as const;
      viewer.channel('keys')?.send(Buffer.from(encodeKeyFrame({ seq: press, event })));
      const pointer = { totalX: press, totalY: 0, x: placeOf(number), y: 0 };
      viewer.channel('motion')?.send(Buffer.from(encodeMotionFrame({ seq: press, pointer, pads: [], touches: [] })));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  // Each sees its own presses answered, in enough pictures to say something.
  const pressesSeen = ({ viewer }: Player) => (viewer.seen.at(-1)?.code?.state ?? 0) & 0xffff;
  await expect.poll(() => players.map(pressesSeen), patience).toEqual(players.map(() => KEYS));
  await expect
    .poll(() => Math.min(...players.map(({ viewer }) => viewer.seen.length)), patience)
    .toBeGreaterThan(PICTURES);

  const paints = players.map(({ started, viewer }) => {
    const own = [...seats.keys()].indexOf(started.peer);
    expect(new Set(viewer.seen.map(({ rgb }) => nearestPaint(rgb)))).toEqual(new Set([own]));
    expect(new Set(viewer.seen.flatMap(({ code }) => (code === undefined ? [] : [code.state >> 16])))).toEqual(
      new Set([own + 1]),
    );
    return own;
  });
  expect(new Set(paints).size).toBe(PLAYERS); // The control: there were twenty different pictures to mix up.
  for (const { number, started } of players) {
    const game = seats.get(started.peer)?.game;
    expect(game?.keys.map(({ event }) => (event.kind === 'key' ? event.hid : -1))).toEqual(
      Array.from({ length: KEYS }, () => keyOf(number)),
    );
    expect(game?.motions.length).toBeGreaterThan(0);
    expect(new Set(game?.motions.map(({ pointer }) => pointer.x))).toEqual(new Set([placeOf(number)]));
  }
  expect(players.map(({ viewer }) => viewer.pair)).toEqual(
    players.map(({ number }) => (number % 2 === 0 ? expect.stringMatching(/host|prflx/) : 'relay')),
  );
  expect(await relay.metric('allocations')).toBe(PLAYERS / 2);
});
