// src/stream/werift-quirks.ts - everything that reaches past werift 0.25.2's public surface, in one place, with the reason.
// When werift is renewed, read this file against its source first. (`x['name']` reads a member that TypeScript calls
// private; it is checked all the same.)
// biome-ignore-all lint/complexity/useLiteralKeys: a literal key is how TypeScript lets one read a private member.
import { createSecretKey } from 'node:crypto';
import {
  Candidate,
  Connection,
  candidateFoundation,
  candidatePriority,
  type RTCDtlsTransport,
  type RTCPeerConnection,
  StunProtocol,
  serverReflexiveCandidate,
} from 'werift';
import { assert, present } from '../base/assert.ts';
import type { GuardedSocket } from './guarded-socket.ts';

/** ICE passwords of this many restarts are kept: checks for older ones are refused. werift keeps all of them. */
const PASSWORDS_KEPT = 4;
/** A page may have sent this much when it learns that the window is closed. */
const OVERFILL_BYTES = 256 * 1024;
/** How long media goes on over the old path while a restart looks for a new one. */
const CARRY_MS = 10_000;

/** The one ICE connection of a bundled peer. */
export function iceConnection(pc: RTCPeerConnection): Connection {
  const connection = present(pc.iceTransports[0], 'a bundled peer has one transport').connection;
  assert(connection instanceof Connection, 'werift made its own ICE connection');
  return connection;
}

/** The one DTLS transport of a bundled peer. */
export function dtlsTransport(pc: RTCPeerConnection): RTCDtlsTransport {
  return present(pc.dtlsTransports[0], 'a bundled peer has one transport');
}

/**
 * Gives the connection our sockets as its host candidates. Why: werift binds its own to every address, and without
 * configured STUN server asks a public one; a connection that has its protocols does neither, and announces them again
 * after each restart.
 * @param host the address to announce; differs from the bound one behind a NAT
 */
export function addHostSocket(connection: Connection, socket: GuardedSocket, host: string): StunProtocol {
  const protocol = new StunProtocol();
  Object.assign(protocol, { transport: socket });
  socket.onData = (data, from) => protocol['datagramReceived'](data, from);
  socket.passwordOf = (ufrag) => connection.userHistory[ufrag];
  protocol.localIp = host;
  protocol.localCandidate = new Candidate(
    candidateFoundation('host', 'udp', host),
    1,
    'udp',
    candidatePriority('host', { transport: 'udp' }),
    host,
    socket.port,
    'host',
    undefined,
    undefined,
    undefined,
    connection.generation,
    connection.localUsername,
  );
  connection['ensureProtocol'](protocol);
  connection['protocols'].push(protocol);
  return protocol;
}

/** Asks a STUN server how `protocol` looks from outside and announces that too. Gives up quietly. */
export async function addReflexive(
  connection: Connection,
  protocol: StunProtocol,
  server: readonly [string, number],
): Promise<void> {
  const candidate = await serverReflexiveCandidate(protocol, server);
  if (candidate === undefined || connection.state === 'closed') return;
  candidate.generation = connection.generation;
  candidate.ufrag = connection.localUsername;
  connection['appendLocalCandidate'](candidate);
}

/**
 * Announces channels without retransmission as unordered. Why: werift overwrites the 'unordered' bit of the channel
 * type (RFC 8832 section 5.1) when a lifetime or retransmit limit is set, and the browser then waits for lost messages.
 * To be called before the association is up.
 */
export function announceUnordered(pc: RTCPeerConnection): void {
  const UNORDERED = 0x80;
  for (const [channel, , message] of pc.sctpTransport?.['dataChannelQueue'] ?? []) {
    if (!channel.ordered) message.writeUInt8(message.readUInt8(1) | UNORDERED, 1);
  }
}

/**
 * Drops what the page's channels should never have sent. Why: werift reads SCTP packets and channel messages in async
 * functions that nobody waits for, so that one malformed packet of a page would be an unhandled rejection, which ends
 * the process. To be called when the channels exist.
 */
export function dropBadChannelData(pc: RTCPeerConnection): void {
  const transport = present(pc.sctpTransport, 'the peer has channels');
  const { sctp } = transport;
  const nobody = () => {};
  dtlsTransport(pc).dataReceiver = (data) => void sctp['handleData'](data).catch(nobody);
  sctp.onReceive.allUnsubscribe();
  sctp.onReceive.subscribe((stream, protocol, data) => {
    void transport['datachannelReceive'](stream, protocol, data).catch(nobody);
  });
}

/**
 * Acknowledges what came on the channels after answering it, once for all that came together. Why: werift sends a packet
 * of its own for each acknowledgement before it hands the message on, so that every answer stands behind one on the wire.
 * To be called when the channels exist.
 */
export function acknowledgeAfterAnswers(pc: RTCPeerConnection): void {
  const { sctp } = present(pc.sctpTransport, 'the peer has channels');
  const acknowledge = sctp['scheduleSack'].bind(sctp);
  let due = false;
  sctp['scheduleSack'] = async () => {
    if (due) return;
    due = true;
    setImmediate(() => {
      due = false;
      void acknowledge().catch(() => {});
    });
  };
}

/**
 * True when the page has sent more on the channels than it was allowed to. Why: werift announces a receive window
 * (RFC 9260 section 3.3.2), counts it down, and takes everything all the same.
 */
export function overfillsChannels(pc: RTCPeerConnection): boolean {
  return (pc.sctpTransport?.sctp?.['advertisedRwnd'] ?? 0) < -OVERFILL_BYTES;
}

/**
 * Keeps media going over the old path from a restart until a new one is chosen. Why: werift forgets the chosen pair the
 * moment it makes the restarting offer, one signaling round trip before it can have another.
 * @returns to be called just before each restart
 */
export function carryOverRestarts(connection: Connection, nowMs: () => number): () => void {
  let carried = connection.nominated;
  let untilMs = 0;
  const names: string[] = [];
  const send = connection.send;
  connection.send = async (data) => {
    if (connection.nominated !== undefined || carried === undefined || nowMs() > untilMs) return send(data);
    if (connection.state !== 'closed') await carried.protocol.sendData(data, carried.remoteAddr);
  };
  return () => {
    // Without consent the old path may not be used any more (RFC 7675 section 5.1).
    carried = connection['canSendApplicationData']() ? connection.nominated : undefined;
    untilMs = nowMs() + CARRY_MS;
    names.push(connection.localUsername);
    if (names.length > PASSWORDS_KEPT) delete connection.userHistory[names.shift() ?? ''];
  };
}

/**
 * Looks for a new path after a restart was answered. Why: werift skips it when DTLS is up already.
 * Resolves when one is chosen or none was found; the state says which.
 */
export async function searchAgain(pc: RTCPeerConnection): Promise<void> {
  const transport = dtlsTransport(pc);
  if (transport.state === 'connected') await transport.iceTransport.start().catch(() => undefined);
}

/**
 * Hands over decrypted RTCP as it came and lets werift see none of it. Why: werift answers NACKs from a history that we
 * do not fill, and its parser drops a whole datagram for one packet it does not know.
 * To be called when DTLS is connected.
 * @param onRtcp gets one compound packet, valid only during the call
 */
export function tapRtcp(transport: RTCDtlsTransport, onRtcp: (compound: Uint8Array) => void): void {
  const decrypt = transport.srtcp.decrypt;
  const nothing = Buffer.alloc(0);
  transport.srtcp.decrypt = (data) => {
    onRtcp(decrypt(data));
    return nothing;
  };
}

/**
 * Gives the SRTP ciphers their keys as key objects. Why: Node 24 takes 24 us to set up AES-GCM from a Buffer and 7 us
 * from a key object, and werift does it for every packet. To be called when DTLS is connected.
 */
export function quickenSrtp({ srtp, srtcp }: RTCDtlsTransport): void {
  for (const { cipher } of [srtp.localContext, srtcp.localContext, srtcp.remoteContext]) {
    Object.assign(cipher, {
      srtpSessionKey: createSecretKey(cipher.srtpSessionKey),
      srtcpSessionKey: createSecretKey(cipher.srtcpSessionKey),
    });
  }
}

/** Encrypts and sends one compound RTCP packet of our own making. */
export function sendRtcpBytes(transport: RTCDtlsTransport, connection: Connection, compound: Uint8Array): void {
  void connection.send(transport.srtcp.encrypt(Buffer.from(compound)));
}
