// src/app/join-pool.ts - a machine joins: it proves its key over our challenge and its operator's binding, says what it is
// and which sessions it still serves. A stranger cannot register.
import { err, ok, type Result } from '../base/result.ts';
import { seenOf } from '../base/unseen.ts';
import { cardsOf, gpuClassOf } from '../pool/gpu-class.ts';
import { provenMedia } from '../pool/media-scope.ts';
import { type Places, takePlace } from '../pool/node-twin.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import { bounds } from '../protocol/limits.ts';
import { type Machine, type NodeToHub, nodeHelloText, type Running } from '../protocol/node-messages.ts';
import { recoverSigner, textDigest } from '../protocol/typed-data.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { toWire } from '../protocol/voucher.ts';
import { isNodeSuspended } from './admin/gate.ts';
import { leaveNode, saidLeave } from './drain-node.ts';
import { freeSeat } from './end-play.ts';
import type { Hub } from './hub.ts';
import { loseSession, sessionsOn, stepNode } from './node-here.ts';
import { unlessOut } from './player-here.ts';
import type { KeptNode, NodeLink, Now } from './ports.ts';
import { attachPeer } from './resume-play.ts';
import { tellState } from './session-news.ts';

type Hello = Extract<NodeToHub, { t: 'hello' }>;

/** What the edge knows of the socket. */
export type NodeSocket = {
  readonly link: NodeLink;
  /** The nonce that this socket was given. */
  readonly nonce: string;
  /** It came through a proxy that names the real address in a header we do not trust. */
  readonly viaProxy: boolean;
};

function proves(hub: Hub, { node, signature }: Hello, nonce: string): boolean {
  return hub.config.origins.some(
    (origin) => recoverSigner(textDigest(nodeHelloText(node, origin, nonce)), signature) === String(node),
  );
}

/** The operator's binding of this key: known, or made now with a one-time token. */
async function binding(hub: Hub, { node, token }: Hello, now: Now): Promise<Result<KeptNode, Refusal>> {
  const kept = await hub.ports.nodes.find(node);
  if (kept !== undefined) return ok(kept);
  if (token === undefined) return err(refusal('NODE_NOT_BOUND'));
  return hub.ports.nodes.bind(hub.ports.seals.digest(token), node, now.wallMs);
}

/**
 * What the machine says of itself, with the price row that follows from it: its own word for that does not count. Its name and
 * region stand in what players read.
 */
function known(machine: Machine): Machine {
  const names = machine.encoders.map(({ name }) => name);
  const [name, region] = [seenOf(machine.name) || '-', seenOf(machine.region) || '-'];
  return { ...machine, name, region, gpuClass: gpuClassOf(machine.gpuMemoryMb ?? [], names) };
}

function record(
  hub: Hub,
  hello: Hello,
  { link, viaProxy }: NodeSocket,
  { kept, places }: { readonly kept: KeptNode; readonly places: Places },
  now: Now,
): void {
  const { node, slots, games, draining, bench } = hello;
  const before = hub.nodes.get(node);
  if (before?.link !== undefined && before.link !== link) before.link.close('the same machine joined again');
  const { machineAddresses, allowedMedia } = hub.config;
  const proof = { remote: link.address, viaProxy, machineAddresses, allowed: allowedMedia };
  const next = {
    node,
    terms: { operator: kept.operator, premiumBps: kept.premiumBps, suspended: kept.suspended },
    machine: hello.machine,
    games: new Map(games.map((game) => [game.id, game])),
    scope: provenMedia(hello.media, proof),
    link,
    presence: before?.presence ?? { state: 'here' as const, untilMs: now.nowMs },
    places,
    clockOffMs: hello.atMs === undefined ? undefined : Math.abs(now.wallMs - hello.atMs),
    slots,
    freeSlots: 0, // Until its first heartbeat: slots may still be wiped.
    load: 0,
    draining,
    bench,
  };
  hub.nodes.set(node, next);
  stepNode(hub, next, 'joined', now);
}

/** One session that the node says it still serves. */
async function takeBack(hub: Hub, hello: Hello, link: NodeLink, running: Running, now: Now): Promise<void> {
  const { session } = running;
  const live = hub.sessions.get(session);
  if (live === undefined || live.node !== hello.node) return link.send({ t: 'end', session, reason: 'node-lost' });
  const back = await hub.ports.book.nodeBack(hello.node, running, now.nowMs);
  if (!back.ok) return link.send({ t: 'end', session, reason: live.ending?.reason ?? 'node-lost' });
  live.nodeLost = false;
  hub.seats.seat(session, hello.node);
  const openSignature = hub.ports.book.find(session)?.openSignature;
  if (openSignature !== undefined) link.send({ t: 'open', session, signature: openSignature });
  if (live.attachWanted) attachPeer(hub, live);
  if (live.ending !== undefined) link.send({ t: 'end', session, reason: live.ending.reason });
  tellState(hub, live, now);
}

/**
 * Answers `hello`. Refuses VERSION_UNKNOWN, NODE_BAD_SIGNATURE, NODE_NOT_BOUND, TOKEN_UNKNOWN, NODE_TOKEN_USED,
 * NODE_SUSPENDED, NODE_TWIN, RATE_TOO_HIGH (the pool is full).
 */
export async function joinPool(hub: Hub, socket: NodeSocket, said: Hello, now: Now): Promise<Result<void, Refusal>> {
  const hello = { ...said, machine: known(said.machine) };
  const { node, running } = hello;
  if (hello.v !== PROTOCOL_VERSION) return err(refusal('VERSION_UNKNOWN', { hub: PROTOCOL_VERSION, node: hello.v }));
  if (!proves(hub, hello, socket.nonce)) return err(refusal('NODE_BAD_SIGNATURE'));
  const kept = await binding(hub, hello, now);
  if (!kept.ok) return kept;
  if (isNodeSuspended(hub.gate, node, kept.value.operator)) {
    return err(refusal('NODE_SUSPENDED'));
  }
  if (!hub.nodes.has(node) && hub.nodes.size >= bounds.nodesMax) return err(refusal('RATE_TOO_HIGH'));
  const held = hub.nodes.get(node);
  const here = held?.link !== undefined && held.presence.state === 'here';
  const voice = { boot: hello.boot, address: socket.link.address };
  const { twin, places } = takePlace(held && { places: held.places, here }, voice, now.nowMs);
  if (twin && held !== undefined) {
    held.places = places;
    return err(refusal('NODE_TWIN'));
  }
  const { nodes, operators } = hub.ports;
  await Promise.all([
    nodes.seen(node, hello.machine, hello.slots, now.wallMs),
    unlessOut(operators.cameBack(node, kept.value.operator, now.wallMs)),
  ]);
  record(hub, hello, socket, { kept: kept.value, places }, now);
  hub.ports.chain?.mayServe(node, kept.value.operator, cardsOf(hello.machine)); // Its stake is looked up before the first player asks.
  socket.link.send({ t: 'welcome', v: PROTOCOL_VERSION, name: hello.machine.name, domain: toWire(hub.config.domain) });
  const served = new Set(running.map(({ session }) => session));
  const gone = sessionsOn(hub, node).filter(({ session }) => !served.has(session));
  for (const session of hub.seats.on(node)) if (!served.has(session)) freeSeat(hub, session); // They cannot come back.
  await Promise.all(gone.map((live) => loseSession(hub, live, now)));
  for (const session of running) await takeBack(hub, hello, socket.link, session, now);
  if (hello.draining) leaveNode(hub, node, saidLeave(hello, now), now);
  return ok(undefined);
}
