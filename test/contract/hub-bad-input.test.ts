// test/contract/hub-bad-input.test.ts - nonsense over real sockets, before and after login, from pages, nodes and relays: no
// crash, no growth, a typed refusal or silence; and somebody else's game goes on as if nothing happened.
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { seededRandom } from '../../src/base/random.ts';
import type { Log } from '../../src/observe/log.ts';
import { messageCodec } from '../../src/protocol/codec.ts';
import { errorCodes } from '../../src/protocol/error-codes.ts';
import { bounds } from '../../src/protocol/limits.ts';
import { hubToNode } from '../../src/protocol/node-messages.ts';
import { hubToPlayer } from '../../src/protocol/player-messages.ts';
import { hubToRelay, relayHelloText } from '../../src/protocol/relay-messages.ts';
import { PROTOCOL_VERSION } from '../../src/protocol/version.ts';
import { toWire } from '../../src/protocol/voucher.ts';
import { ARCADE, FakeNode, MACHINE, noBadMs } from '../support/hub/fake-node.ts';
import { FakePlayer, freshKey, type PageSocket, type Started } from '../support/hub/fake-player.ts';
import { brokenFields, type HostileFrame, hostileFrame, type Plain } from '../support/hub/mutate.ts';
import { nodeToken, RELAY_SECRET, type TestHub, testHub } from '../support/hub/service.ts';
import { until } from '../support/hub/talker.ts';

const LONG = process.env.NEARCADE_LONG === '1';
const FRAMES = LONG ? 100_000 : 5_000;
const SEED = Number(process.env.SEED ?? 20_260_101);

let hub: TestHub;
let node: FakeNode;
let bystander: PageSocket;
let started: Started;
/** Good time and ticks of the bystander so far. */
let played: { goodMs: number; ticks: number };
let lines: { event: string; atMs: number }[];
const recorder: Log = {
  error: (_facts, event) => lines.push({ event, atMs: performance.now() }),
  warn: (_facts, event) => lines.push({ event, atMs: performance.now() }),
  info: () => {},
  debug: () => {},
  trace: () => {},
  child: () => recorder,
};

beforeEach(async () => {
  lines = [];
  hub = await testHub({ log: recorder });
  node = await new FakeNode(hub.url, { token: await nodeToken(hub), slots: 2 }).joined();
  bystander = await new FakePlayer(hub.url).connect();
  started = await bystander.play();
  played = { goodMs: 0, ticks: 0 };
  await playOn(5_000);
});
afterEach(async () => {
  node.stop();
  bystander.close();
  expect(hub.faults).toEqual([]);
  await hub.remove();
});

/** The bystander plays: without good time its game would end by itself. */
async function playOn(ms: number): Promise<void> {
  played = { goodMs: played.goodMs + ms, ticks: played.ticks + 1 };
  node.tick(started.session, played.goodMs);
  bystander.tick(started.session, played.ticks, played.goodMs);
  await bystander.next('state', ({ state }) => state.billedMs === played.goodMs);
}

/** The bystander's game: nothing was charged or ended, and the hub still answers in no time. */
async function unharmed(): Promise<void> {
  const askedMs = performance.now();
  bystander.send({ t: 'ping', n: 7 });
  await bystander.next('pong');
  expect(performance.now() - askedMs).toBeLessThan(1_000);
  const state = hub.hub.ports.book.state(started.session, performance.now());
  expect(state).toMatchObject({ billedMs: played.goodMs });
  expect(hub.hub.sessions.get(started.session)?.ending).toBeUndefined();
  expect(hub.hub.sessions.size).toBe(1);
  expect(hub.hub.seats.size).toBe(1);
  expect(bystander.all('refused')).toEqual([]);
}

/** Log lines of one kind are at least a second apart. */
function loggedOncePerSecond(): void {
  const last = new Map<string, number>();
  for (const { event, atMs } of lines) {
    expect(atMs - (last.get(event) ?? Number.NEGATIVE_INFINITY), event).toBeGreaterThan(990);
    last.set(event, atMs);
  }
}

const wireOf = {
  play: messageCodec<{ t: string; re?: string; code?: string }, never>(hubToPlayer),
  node: messageCodec<{ t: string; re?: string; code?: string }, never>(hubToNode),
  relay: messageCodec<{ t: string; re?: string; code?: string }, never>(hubToRelay),
};

/** One right message of each type, about things that belong to somebody else or to nobody. */
async function samples(): Promise<{ play: Plain[]; node: Plain[]; relay: Plain[] }> {
  const { consent, signature } = new FakePlayer(hub.url).consent();
  const [session, peer, lease] = [started.session, started.peer, started.lease];
  const plan = await bystander.plan();
  const voucher = { lease, seq: '1', servedMs: '5000', amount: '1000' };
  const sdp = { t: 'sdp', peer, kind: 'offer', sdp: 'v=0\r\n'.repeat(100) };
  const candidate = {
    t: 'candidate',
    peer,
    candidate: { candidate: 'candidate:1 1 udp 1 10.0.0.1 9 typ host', sdpMid: '0' },
  };
  const play: Plain[] = [
    { t: 'hello', v: PROTOCOL_VERSION, ticket: 'x'.repeat(28) },
    { t: 'plan', re: 'key-00000001', game: 'arcade', avoid: [node.node] },
    { t: 'probe', re: 'key-00000002', ticket: plan.candidates[0]?.ticket ?? 'x'.repeat(30), path: 'direct' },
    { t: 'peer.close', peer },
    sdp,
    candidate,
    {
      t: 'play',
      re: 'key-00000003',
      plan: plan.plan,
      path: 'auto',
      settings: { codecs: ['h264'], picture: { width: 1280, height: 720, fps: 30 } },
      measurements: [{ node: node.node, path: 'direct', rttMinMs: 5, rttMedianMs: 6, jitterMs: 1, loss: 0 }],
      consent: toWire(consent),
      consentSignature: signature,
      queue: true,
    },
    { t: 'queue.leave' },
    { t: 'open', session, signature },
    { t: 'resume', re: 'key-00000004', session, token: 'y'.repeat(43) },
    { t: 'restart', session },
    { t: 'tick', session, seq: 9, goodMs: 9_999_999, badMs: noBadMs },
    { t: 'voucher', session, voucher, signature },
    { t: 'awake', session },
    { t: 'end', session },
    { t: 'ping', n: 1 },
  ];
  const nodes: Plain[] = [
    {
      t: 'hello',
      v: PROTOCOL_VERSION,
      node: node.node,
      signature,
      token: 'z'.repeat(30),
      machine: MACHINE,
      slots: 2,
      games: [ARCADE],
      media: [{ address: '127.0.0.1', portFirst: 1, portLast: 65_535 }],
      running: [{ session, lease, epoch: 1, seq: 1, servedMs: 1, goodMs: 1, voucherSeq: 1 }],
      draining: false,
      bench: {
        ...{ atMs: 1, version: '1', uploadMbps: 1, nat: 'none' },
        encodes: [{ encoder: 'x264', codec: 'h264', height: 720, fps: 1, msPerFrame: 1 }],
        sessions: { count: 1, most: 8 },
        relays: [{ name: 'r', rttMs: 1, loss: 0 }],
      },
    },
    { t: 'status', freeSlots: 9, probes: 0, draining: false, load: 0.5 },
    sdp,
    candidate,
    { t: 'peer.closed', peer },
    { t: 'refused', session, peer, code: 'NO' },
    { t: 'ready', session, codec: 'h264', encoder: 'x264', startMs: 1 },
    {
      t: 'tick',
      session,
      epoch: 1,
      seq: 99,
      goodMs: 9_999_999,
      badMs: noBadMs,
      framesSent: 1,
      bytesSent: 1,
      encodeMs: 1,
    },
    { t: 'voucher', session, voucher, signature },
    { t: 'saved', session, bytes: 1 },
    { t: 'ended', session, reason: 'game-crashed', goodMs: 9_999_999 },
  ];
  const relay: Plain[] = [
    {
      t: 'hello',
      v: PROTOCOL_VERSION,
      proof: 'p'.repeat(43),
      name: 'r',
      region: 'tw',
      realm: 'n',
      shards: [{ udp: 'turn:x' }],
      relayAddress: '1.2.3.4',
      portFirst: 1,
      portLast: 2,
    },
    { t: 'status', allocations: 1, load: 0.1, draining: false },
    { t: 'usage', sessions: [{ session: `s_${'0'.repeat(26)}`, toPlayerBytes: 1, toNodeBytes: 1 }] },
  ];
  return { play, node: nodes, relay };
}

type Kind = 'play' | 'node' | 'relay';
/** Opens a raw socket of a kind; `known`: past login. */
async function rawSocket(kind: Kind, known: boolean, who: FakePlayer): Promise<WebSocket> {
  if (kind === 'play') return known ? (await who.connect()).ws : (await who.knock()).ws;
  if (kind === 'node' && known) {
    const name = freshKey();
    const stranger = new FakeNode(hub.url, {
      name,
      token: await nodeToken(hub, `token-of-${name}`),
      obliging: false,
      beating: false,
      slots: 1,
      hello: { games: [] },
    });
    return (await stranger.joined()).talk.ws;
  }
  const ws = new WebSocket(`${hub.url.replace('http', 'ws')}/ws/${kind}`);
  const challenge = await new Promise<Uint8Array>((resolve, reject) => {
    ws.once('message', resolve);
    ws.once('error', reject);
  });
  if (kind === 'relay' && known) {
    const message = wireOf.relay.decode(challenge);
    const nonce = message.ok ? String((message.value as Plain).nonce) : '';
    const proof = createHmac('sha256', RELAY_SECRET).update(relayHelloText('r', nonce)).digest('base64url');
    const { relay } = await samples();
    ws.send(Buffer.from(packed({ ...relay[0], proof })));
  }
  return ws;
}
function packed(message: Plain): Uint8Array {
  return wireOf.play.encode(message as never);
}

/**
 * Sends frames over one socket, for as long as the hub keeps it, and watches what comes back until the hub has taken all.
 * @returns how many were sent, and how many of these were well framed
 */
async function assault(
  kind: Kind,
  known: boolean,
  frames: readonly HostileFrame[],
  who: FakePlayer,
): Promise<{ sent: number; framed: number }> {
  const ws = await rawSocket(kind, known, who);
  const openedMs = performance.now();
  let unasked = 0;
  ws.on('message', (data: Buffer) => {
    const message = wireOf[kind].decode(data);
    expect(message.ok, 'the hub sends well-formed messages').toBe(true);
    if (!message.ok || message.value.t !== 'refused') return;
    expect(Object.keys(errorCodes)).toContain(message.value.code);
    if (message.value.re === undefined) unasked += 1;
  });
  let [sent, framed] = [0, 0];
  for (const frame of frames) {
    if (ws.readyState !== WebSocket.OPEN) break;
    if (frame.framed) framed += 1;
    ws.send(frame.bytes);
    sent += 1;
    if (sent % 32 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  if (ws.readyState !== WebSocket.CLOSED) {
    const gone = new Promise((resolve) => ws.once('close', resolve));
    ws.close();
    await gone;
  }
  // One a second and no more; counted, because what a stalled machine sent in time may arrive together.
  expect(unasked).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - openedMs) / 1_000));
  return { sent, framed };
}

/** Messages that passed the codec so far, by the hub's own count. */
async function messagesTaken(): Promise<number> {
  const text = await (await fetch(`${hub.url}/metrics`)).text();
  return [...text.matchAll(/^nearcade_messages_total\{[^}]*\} (\d+)$/gm)].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  );
}

const heapMb = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1_048_576;
};

test(`${FRAMES} mutated frames, most of them well framed, before and after login`, {
  timeout: LONG ? 900_000 : 120_000,
}, async () => {
  const pools = await samples();
  const PER_SOCKET = 150; // Below a page's burst, so that they pass the door.
  let framed = 0;
  let sent = 0;
  let who = new FakePlayer(hub.url);
  const beforeMb = heapMb();
  const takenBefore = await messagesTaken();
  const random = seededRandom(SEED);
  /** Each field of each message first, in pieces; then whatever chance makes of them. */
  const swept = Object.fromEntries(
    (['play', 'node', 'relay'] as const).map((kind) => [kind, brokenFields(pools[kind], random, LONG ? 99 : 2)]),
  );
  const sweeping = { left: Object.values(swept).reduce((sum, frames) => sum + 2 * frames.length, 0) };
  const doneOf = new Map<string, number>();
  const nextFrames = (kind: Kind, known: boolean): readonly HostileFrame[] => {
    const at = doneOf.get(`${kind} ${known}`) ?? 0;
    const piece = (swept[kind] ?? []).slice(at, at + PER_SOCKET);
    return [...piece, ...Array.from({ length: PER_SOCKET - piece.length }, () => hostileFrame(pools[kind], random))];
  };
  for (let round = 0; sent < FRAMES || sweeping.left > 0; round++) {
    if (round % 20 === 0) who = await new FakePlayer(hub.url).login();
    for (const kind of ['play', 'node', 'relay'] as const) {
      for (const known of [false, true]) {
        const done = await assault(kind, known, nextFrames(kind, known), who).catch((cause) => {
          throw new Error(`SEED=${SEED} round ${round} ${kind} ${known ? 'known' : 'unknown'}`, { cause });
        });
        framed += done.framed;
        sent += done.sent;
        // A socket that the hub closed half-way leaves the rest of its piece to the next one.
        const before = doneOf.get(`${kind} ${known}`) ?? 0;
        const swept1 = Math.min(done.sent, (swept[kind]?.length ?? 0) - before);
        doneOf.set(`${kind} ${known}`, before + swept1);
        sweeping.left -= swept1;
      }
    }
    if (round % 10 === 0) {
      await unharmed();
      await playOn(1_000);
    }
    if (LONG) await new Promise((resolve) => setTimeout(resolve, 400)); // Logins of one address have their rate.
  }
  process.stdout.write(`bad input, SEED=${SEED}: ${sent} frames sent, ${framed} of them well framed\n`);
  expect(sent).toBeGreaterThanOrEqual(FRAMES);
  expect(sweeping.left).toBe(0);
  expect(framed).toBeGreaterThan(sent / 2);
  // A fifth and more were whole messages: they reached the use cases, not only the codec.
  expect((await messagesTaken()) - takenBefore).toBeGreaterThan(sent / 5);
  await unharmed();
  await until(() => hub.hub.links.size === 1, 'the attackers to be gone');
  expect(hub.hub.routes.size).toBe(1);
  expect(hub.hub.line.length).toBe(0);
  expect(hub.hub.starting.size).toBe(0);
  expect(hub.hub.relays.size).toBe(0);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(heapMb() - beforeMb).toBeLessThan(60);
  loggedOncePerSecond();
});

test('a message of 1 MB ends its socket, and only it; one of 60 KB does not', async () => {
  const page = await new FakePlayer(hub.url).connect();
  page.sendBytes(packed({ t: 'sdp', peer: started.peer, kind: 'offer', sdp: 'x'.repeat(bounds.sdpChars) }));
  expect((await page.next('refused')).code).toBe('PEER_UNKNOWN');
  page.sendBytes(new Uint8Array(1_048_576));
  expect((await page.gone()).code).toBe(1009);
  await unharmed();
});

test('text is no message', async () => {
  const page = await new FakePlayer(hub.url).connect();
  page.ws.send(JSON.stringify({ t: 'ping', n: 1 }));
  expect(await page.next('refused')).toMatchObject({ code: 'MESSAGE_MALFORMED', facts: { field: 'text' } });
  page.close();
});

test('10,000 messages in a second: told once, then cut; logged once; a player within the rate is not', async () => {
  const [flooder, busy] = [await new FakePlayer(hub.url).connect(), await new FakePlayer(hub.url).connect()];
  const ping = packed({ t: 'ping', n: 1 });
  const startedMs = performance.now();
  for (let i = 0; i < 10_000; i++) flooder.sendBytes(ping);
  for (let i = 0; i < 150; i++) busy.send({ t: 'ping', n: i });
  await busy.next('pong', ({ n }) => n === 149);
  await flooder.gone();
  // A slow machine takes more than a second for the flood: then it is told once in each, and its rate goes on meanwhile.
  const tookS = (performance.now() - startedMs) / 1_000;
  const told = flooder.all('refused').map(({ code }) => code);
  expect([...new Set(told)]).toEqual(['RATE_TOO_HIGH']);
  expect(told.length).toBeLessThanOrEqual(1 + Math.floor(tookS));
  expect(flooder.all('pong').length).toBeLessThanOrEqual(
    bounds.playerMessageBurst + bounds.playerMessagesPerSecond * (1 + tookS),
  );
  expect(busy.all('refused')).toEqual([]);
  await unharmed();
  loggedOncePerSecond();
  expect(lines.map(({ event }) => event)).toContain('socket.flood');
  busy.close();
});

test('who keeps silent is cut after five seconds', async () => {
  const page = await (await new FakePlayer(hub.url).login()).knock();
  const startedMs = performance.now();
  expect((await page.gone()).reason).toBe('no greeting');
  expect(performance.now() - startedMs).toBeGreaterThan(4_900);
});

test('who never reads is cut, when enough waits for it', async () => {
  const page = await new FakePlayer(hub.url).connect();
  const candidate = (await page.plan()).candidates[0];
  page.send({ t: 'probe', re: freshKey(), ticket: candidate?.ticket ?? '', path: 'direct' });
  const { peer } = await page.next('peer');
  page.ws.pause();
  const sdp = 'x'.repeat(bounds.sdpChars);
  const links = () => hub.hub.links.size;
  expect(links()).toBe(2);
  for (let i = 0; i < 1_500 && links() === 2; i++) {
    node.talk.send({ t: 'sdp', peer, kind: 'offer', sdp });
    if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => links() === 1, 'the deaf page to be cut');
  page.cut();
  await unharmed();
});

test('one address holds only so many sockets; the next fits when one closes', async () => {
  const who = await new FakePlayer(hub.url).login();
  const held = 2; // The node's and the bystander's.
  const pages = await Promise.all(Array.from({ length: bounds.socketsPerAddress - held }, () => who.knock()));
  await expect(who.knock()).rejects.toThrow('429');
  pages[0]?.close();
  await pages[0]?.gone();
  const next = await who.knock();
  for (const page of [...pages.slice(1), next]) page.cut();
});

test("someone else's session, peer, plan and ticket are of no use", async () => {
  const page = await new FakePlayer(hub.url).connect();
  const { session, peer } = started;
  const plan = await bystander.plan();
  const ask = async (message: Plain & { re: string }) => {
    page.sendBytes(packed(message));
    return (await page.next('refused', ({ re }) => re === message.re)).code;
  };
  const told = async (message: Plain) => {
    page.sendBytes(packed(message));
    page.send({ t: 'ping', n: 5 });
    await page.next('pong');
    return page.all('refused').length <= 2;
  };
  const ticket = plan.candidates[0]?.ticket;
  expect(await ask({ t: 'probe', re: 'steal-ticket', ticket, path: 'direct' })).toBe('PROBE_TICKET_BAD');
  expect(await ask({ t: 'resume', re: 'steal-session', session, token: 'x'.repeat(43) })).toBe('SESSION_UNKNOWN');
  for (const t of ['restart', 'awake', 'end']) expect(await told({ t, session })).toBe(true);
  expect(await told({ t: 'tick', session, seq: 2, goodMs: 999_999, badMs: noBadMs })).toBe(true);
  expect(await told({ t: 'peer.close', peer })).toBe(true);
  expect(node.talk.all('end')).toEqual([]);
  expect(node.talk.all('restart')).toEqual([]);
  expect(node.talk.all('peer.close')).toEqual([]);
  await unharmed();
  // The control: the same acts by the one they belong to.
  bystander.send({ t: 'restart', session });
  await node.talk.next('restart');
  bystander.send({ t: 'probe', re: freshKey(), ticket: ticket ?? '', path: 'direct' });
  await bystander.next('peer');
  page.close();
});

test('a probe ticket measures each path once, and eight probes are the most a node takes', async () => {
  const page = await new FakePlayer(hub.url).connect();
  const ticket = (await page.plan()).candidates[0]?.ticket ?? '';
  const probe = async (of: string, who = page) => {
    const re = freshKey();
    who.send({ t: 'probe', re, ticket: of, path: 'direct' });
    const answer = await who.answer('peer', re);
    return typeof answer === 'string' ? answer : 'ok';
  };
  expect(await probe(ticket)).toBe('ok');
  expect(await probe(ticket)).toBe('PROBE_TICKET_BAD');
  for (let i = 0; i < 7; i++) expect(await probe((await page.plan()).candidates[0]?.ticket ?? '')).toBe('ok');
  const other = await new FakePlayer(hub.url).connect();
  const late = (await other.plan()).candidates[0]?.ticket ?? '';
  expect(await probe(late, other)).toBe('PROBES_FULL');
  page.close();
  await until(() => hub.hub.routes.size === 1, 'the probes of the page that left to end');
  expect(await probe((await other.plan()).candidates[0]?.ticket ?? '', other)).toBe('ok');
  other.close();
});
