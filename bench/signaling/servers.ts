// bench/signaling/servers.ts - both servers behind one face: start, connect pages and one sender, hand over the bytes of an
// offer and of a candidate for each page.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { PeerId } from '../../src/base/ids.ts';
import { messageCodec } from '../../src/protocol/codec.ts';
import type { NodeToHub } from '../../src/protocol/node-messages.ts';
import { type HubToPlayer, hubToPlayer, type PlayerToHub } from '../../src/protocol/player-messages.ts';
import { PROTOCOL_VERSION } from '../../src/protocol/version.ts';
import { toWire } from '../../src/protocol/voucher.ts';
import { FakeNode } from '../../test/support/hub/fake-node.ts';
import type { Answer, Ask } from './child.ts';
import { loginTokenOf, NODE_TOKEN, playerOf } from './names.ts';

/** CPU and memory of a server. */
export type Usage = Extract<Answer, { kind: 'usage' }>;
/** A server with its clients. */
export type Bed = {
  readonly name: 'floor' | 'hub';
  /** Before any page had come. */
  readonly idle: Usage;
  readonly pages: readonly WebSocket[];
  /** Sends a message for page `i`. */
  send(i: number, kind: 'offer' | 'candidate'): void;
  usage(): Promise<Usage>;
  /** CPU time so far, in microseconds. */
  cpuUs(): Promise<number>;
  close(): Promise<void>;
};

/** 3 KB, as a browser's offer has with sound, video and channels. */
const OFFER = `v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\n${'a=rtpmap:96 H264/90000\r\n'.repeat(122)}`;
const CANDIDATE = {
  candidate:
    'candidate:842163049 1 udp 1677729535 203.0.113.77 46154 typ srflx raddr 10.0.0.17 rport 46154 generation 0',
  sdpMid: '0',
  sdpMLineIndex: 0,
};

type Child = { ask(what: Ask['ask']): Promise<Answer>; readonly port: number; end(): Promise<void> };

async function child(file: string): Promise<Child> {
  const process = fork(join(import.meta.dirname, file), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [first] = (await once(process, 'message')) as [Answer];
  if (first.kind !== 'ready') throw new Error(`${file} did not start`);
  return {
    port: first.port,
    ask: async (ask) => {
      const answered = once(process, 'message');
      process.send({ ask } satisfies Ask);
      return (await answered)[0] as Answer;
    },
    end: async () => {
      const gone = once(process, 'exit');
      process.send({ ask: 'end' } satisfies Ask);
      await gone;
    },
  };
}

async function usageOf(server: Child, ask: 'usage' | 'cpu' = 'usage'): Promise<Usage> {
  const answer = await server.ask(ask);
  if (answer.kind !== 'usage') throw new Error('the server did not tell its usage');
  return answer;
}

/** Sockets of one address are bounded: the pages come from many, as behind a proxy. */
const addressOf = (i: number): string => `198.51.${Math.floor(i / 200)}.7`;

/** The floor with `players` pages. */
export async function floorBed(players: number): Promise<Bed> {
  const server = await child('floor.ts');
  const idle = await usageOf(server);
  const open = async (name: string): Promise<WebSocket> => {
    const ws = new WebSocket(`ws://127.0.0.1:${server.port}/${name}`, { perMessageDeflate: false });
    await once(ws, 'open');
    return ws;
  };
  const pages: WebSocket[] = [];
  for (let i = 0; i < players; i++) pages.push(await open(`page-${i}`));
  const sender = await open('sender');
  const bytes = (i: number) => ({
    offer: Buffer.from(JSON.stringify({ to: `page-${i}`, t: 'sdp', peer: `page-${i}`, kind: 'offer', sdp: OFFER })),
    candidate: Buffer.from(
      JSON.stringify({ to: `page-${i}`, t: 'candidate', peer: `page-${i}`, candidate: CANDIDATE }),
    ),
  });
  const ready = pages.map((_, i) => bytes(i));
  return bed('floor', server, idle, sender, pages, (i, kind) => ready[i]?.[kind]);
}

const pageCodec = messageCodec<HubToPlayer, PlayerToHub>(hubToPlayer);

async function openPage(port: number, i: number): Promise<WebSocket> {
  const origin = `http://127.0.0.1:${port}`;
  const headers = { origin, cookie: `nearcade=${loginTokenOf(i)}`, 'x-forwarded-for': addressOf(i) };
  const answer = await fetch(`${origin}/api/socket-ticket`, { method: 'POST', headers });
  const { ticket } = (await answer.json()) as { ticket: string };
  const ws = new WebSocket(`ws://127.0.0.1:${port}/ws/play`, { perMessageDeflate: false, origin, headers });
  await once(ws, 'open');
  ws.send(pageCodec.encode({ t: 'hello', v: PROTOCOL_VERSION, ticket }));
  await next(ws, 'welcome');
  return ws;
}

async function next(ws: WebSocket, t: HubToPlayer['t']): Promise<HubToPlayer> {
  for (;;) {
    const [data] = (await once(ws, 'message')) as [Buffer];
    const message = pageCodec.decode(data);
    if (message.ok && message.value.t === t) return message.value;
    if (message.ok && message.value.t === 'refused') throw new Error(`the hub refused: ${message.value.code}`);
  }
}

/** A page takes its place in the line: plan, quote and play lie in the hub. */
async function wait(ws: WebSocket, i: number): Promise<void> {
  const key = (what: string) => `${what}-of-bench-${i}` as Extract<PlayerToHub, { t: 'plan' }>['re'];
  ws.send(pageCodec.encode({ t: 'plan', re: key('plan'), game: 'arcade' as never }));
  const plan = await next(ws, 'plan');
  if (plan.t !== 'plan') throw new Error('a plan');
  const consent = {
    payer: playerOf(i),
    sessionKey: playerOf(i),
    maxAmount: 10n ** 21n,
    maxRate: 10n ** 21n,
    validFrom: 0n,
    validUntil: 2n ** 40n,
    nonce: 1n,
  };
  ws.send(
    pageCodec.encode({
      t: 'play',
      re: key('play'),
      plan: plan.plan,
      path: 'auto',
      settings: { codecs: ['h264'] },
      measurements: [],
      consent: toWire(consent),
      consentSignature: `0x${'1'.repeat(130)}`,
      queue: true,
    }),
  );
  await next(ws, 'queued');
}

/** The hub with `players` pages that wait in the line for a node without a free seat. */
export async function hubBed(players: number): Promise<Bed> {
  const server = await child('hub.ts');
  const node = await new FakeNode(`http://127.0.0.1:${server.port}`, {
    token: NODE_TOKEN,
    slots: 1,
    beating: false,
    firstBeat: false,
  }).joined();
  const full = () => node.talk.send({ t: 'status', freeSlots: 0, probes: 0, draining: false, load: 0 });
  full();
  const beat = setInterval(full, 500);
  const idle = await usageOf(server);
  const pages: WebSocket[] = [];
  for (let i = 0; i < players; i++) {
    const page = await openPage(server.port, i);
    await wait(page, i);
    pages.push(page);
  }
  const answer = await server.ask('routes');
  const peers = answer.kind === 'routes' ? answer.peers : [];
  if (peers.length !== pages.length) throw new Error(`${peers.length} routes for ${pages.length} pages`);
  const codec = messageCodec<never, NodeToHub>({});
  const ready = peers.map((peer) => ({
    offer: codec.encode({ t: 'sdp', peer: peer as PeerId, kind: 'offer', sdp: OFFER }),
    candidate: codec.encode({ t: 'candidate', peer: peer as PeerId, candidate: CANDIDATE }),
  }));
  const made = bed('hub', server, idle, node.talk.ws, pages, (i, kind) => ready[i]?.[kind]);
  const close = async (): Promise<void> => {
    clearInterval(beat);
    node.stop();
    await made.close();
  };
  return { ...made, close };
}

function bed(
  name: Bed['name'],
  server: Child,
  idle: Usage,
  sender: WebSocket,
  pages: readonly WebSocket[],
  bytesFor: (i: number, kind: 'offer' | 'candidate') => Uint8Array | undefined,
): Bed {
  return {
    name,
    idle,
    pages,
    send: (i, kind) => {
      const bytes = bytesFor(i, kind);
      // A client masks in place: what is sent must be a copy.
      if (bytes !== undefined) sender.send(bytes.slice(), { binary: true });
    },
    usage: () => usageOf(server),
    cpuUs: async () => (await usageOf(server, 'cpu')).cpuUs,
    close: async () => {
      for (const page of pages) page.terminate();
      sender.terminate();
      await server.end();
    },
  };
}
