// test/contract/relay-namespaces/webrtc-driver.ts - runs as root of a namespace of its own (see relay-namespaces.test.ts):
// three relays, and sessions between the product's own peers and pages that may use a relay only: WebRTC with ICE, DTLS
// and SRTP. One relay is killed from outside, another drains; sessions move by ICE restart. Prints one line of JSON with what it saw.
// usage: webrtc-driver.ts SESSIONS
import { once } from 'node:events';
import { RTCPeerConnection, RTCRtpCodecParameters, TurnProtocol } from 'werift';
import { newId, type SessionId } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { payloadTypes } from '../../../src/media/session-sdp.ts';
import { mintCredential } from '../../../src/relay/credentials.ts';
import { openSessionPeer } from '../../../src/stream/open-peer.ts';
import {
  carryOverRestarts,
  dropBadChannelData,
  iceConnection,
  searchAgain,
} from '../../../src/stream/werift-quirks.ts';
import { SECRET } from '../relay-harness.ts';
import { carried, type Host, PLAYER, sleep, startHosts } from './hosts.ts';

const SESSIONS = Number(process.argv[2]);
const EVERY_MS = 50;
const RTP_HEADER_BYTES = 12;
const PAYLOAD_BYTES = 400;
const random = seededRandom(78);

// What pages sent into their allocations and got out of them, by relay, counted where werift hands it over.
const pages = new Map<string, { up: number; down: number }>();
function countOf({ server: [address] }: TurnProtocol): { up: number; down: number } {
  const count = pages.get(address) ?? { up: 0, down: 0 };
  pages.set(address, count);
  return count;
}
const [made, sendData] = [TurnProtocol.prototype.connectionMade, TurnProtocol.prototype.sendData];
TurnProtocol.prototype.connectionMade = function (this: TurnProtocol) {
  this.onData.subscribe((data) => {
    countOf(this).down += data.length;
  });
  return made.call(this);
};
TurnProtocol.prototype.sendData = async function (this: TurnProtocol, data, address) {
  await sendData.call(this, data, address);
  countOf(this).up += data.length;
};

const [a, b, c] = await startHosts();

const codecs = {
  video: [new RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90_000, payloadType: payloadTypes.vp8 })],
  // Refused sound would be an inactive section, beside which werift takes a restart for something else.
  audio: [
    new RTCRtpCodecParameters({
      mimeType: 'audio/opus',
      clockRate: 48_000,
      channels: 2,
      payloadType: payloadTypes.opus,
    }),
  ],
};

function openPage(iceServers: { urls: string; username: string; credential: string }[]): RTCPeerConnection {
  return new RTCPeerConnection({ iceTransportPolicy: 'relay', iceServers, codecs });
}

/** A node's peer and the page that plays on it. Every packet of the picture has a number. */
class Session {
  readonly #node = openSessionPeer({ ice: [], addresses: [PLAYER], codecs: ['vp8'] });
  #page = openPage([]);
  #credential = { username: '', credential: '' };
  #beforeRestart = (): void => {};
  readonly came = new Set<number>();
  sent = 0;
  lastMs = 0;
  longestGapMs = 0;

  #through({ address, relay }: Host): Parameters<typeof openPage>[0] {
    return [{ urls: `turn:${address}:${relay.port}?transport=udp`, ...this.#credential }];
  }

  async start(to: Host): Promise<void> {
    const offer = await this.#node.offer();
    const port = Number(/ (\d+) typ host/.exec(offer)?.[1]);
    const scope = [{ address: PLAYER, portFirst: port, portLast: port }];
    const session = newId<SessionId>('s', random);
    this.#credential = mintCredential(SECRET, { expiresAtS: Math.floor(Date.now() / 1_000) + 3_600, session, scope });
    this.#page = openPage(this.#through(to));
    this.#page.onTrack.subscribe((track) => track.onReceiveRtp.subscribe(({ header }) => this.#received(header)));
    const connected = new Promise<void>((resolve) => {
      this.#node.onState((state) => state === 'connected' && resolve());
    });
    await this.#answer(offer);
    dropBadChannelData(this.#page);
    this.#beforeRestart = carryOverRestarts(iceConnection(this.#page), () => performance.now());
    await connected;
    this.lastMs = performance.now();
  }

  async #answer(offer: string): Promise<void> {
    await this.#page.setRemoteDescription({ type: 'offer', sdp: offer });
    await this.#page.setLocalDescription(await this.#page.createAnswer());
    void searchAgain(this.#page); // Only after a restart; a first search begins by itself.
    await this.#node.answer(this.#page.localDescription?.sdp ?? '');
  }

  /** Moves to another relay by an ICE restart, as a node offers one and a browser answers it. */
  async moveTo(to: Host): Promise<void> {
    const connection = iceConnection(this.#page);
    this.#beforeRestart();
    const offer = await this.#node.offer({ iceRestart: true });
    // A browser asks for new relayed addresses and names no old ones; werift would name them for ever.
    Object.assign(connection, { protocols: [] });
    const [server] = this.#through(to);
    connection.setIceServers({
      turnServer: [to.address, to.relay.port],
      turnUsername: server?.username ?? '',
      turnPassword: server?.credential ?? '',
    });
    await this.#answer(offer);
  }

  send(): void {
    const { link } = this.#node;
    const packet = new Uint8Array(RTP_HEADER_BYTES + PAYLOAD_BYTES);
    const view = new DataView(packet.buffer);
    view.setUint8(0, 0x80);
    view.setUint8(1, payloadTypes.vp8);
    view.setUint16(2, this.sent++);
    view.setUint32(8, link.sources.video);
    link.sendRtp(packet, RTP_HEADER_BYTES);
  }

  #received({ sequenceNumber }: { sequenceNumber: number }): void {
    this.came.add(sequenceNumber);
    const nowMs = performance.now();
    this.longestGapMs = Math.max(this.longestGapMs, nowMs - this.lastMs);
    this.lastMs = nowMs;
  }

  /** The relay that the page has chosen. */
  get relayUsed(): string {
    return iceConnection(this.#page).nominated?.localCandidate.host ?? '';
  }
}

const sessions = Array.from({ length: SESSIONS }, () => new Session());
const missing = (): number => sessions.reduce((sum, { sent, came }) => sum + sent - came.size, 0);
let sending = true;
async function pump(): Promise<void> {
  while (true) {
    if (sending) for (const session of sessions) session.send();
    await sleep(EVERY_MS);
  }
}
/** Resolves when nothing is under way any more. */
async function settle(): Promise<void> {
  sending = false;
  for (let before = -1; before !== missing(); ) {
    before = missing();
    await sleep(300);
  }
}
const used = (): string[] => [...new Set(sessions.map(({ relayUsed }) => relayUsed))];

for (const session of sessions) await session.start(a);
void pump();
await sleep(500);
await settle();
const before = { relays: used(), missing: missing() };
sending = true;
await sleep(500);

// `kill -9` from outside. The hub, whose line to it breaks, has each session restart ICE over another relay at once.
for (const session of sessions) session.longestGapMs = 0;
process.kill(a.relay.pid, 'SIGKILL');
await once(a.relay.process, 'exit');
await Promise.all(
  sessions.map(async (session) => {
    const before = session.came.size;
    await session.moveTo(b);
    while (session.came.size === before) await sleep(10);
  }),
);
await sleep(500);
const gapsMs = sessions.map(({ longestGapMs }) => Math.round(longestGapMs));
const afterKill = used();
await settle();
const lostByKill = missing();

/** Bytes that pages and two relays counted, at one moment: read again while something moves. */
async function counted(): Promise<{ up: number; down: number; relaysUp: number; relaysDown: number }> {
  const both = (way: 'up' | 'down'): number => (pages.get(b.address)?.[way] ?? 0) + (pages.get(c.address)?.[way] ?? 0);
  const relays = async (way: string): Promise<number> => (await carried(b, way)) + (await carried(c, way));
  while (true) {
    const [up, down] = [both('up'), both('down')];
    const seen = { up, down, relaysUp: await relays('to_node'), relaysDown: await relays('to_player') };
    if (up === both('up') && down === both('down')) return seen;
  }
}

// From here on nothing may be lost, and every byte is counted. `b` drains; whoever is there moves to `c`.
const start = await counted();
sending = true;
await sleep(500);
b.relay.signal('SIGTERM');
await b.relay.event('relay.draining');
for (const session of sessions) await session.moveTo(c);
for (let waitedMs = 0; waitedMs < 5_000 && used().join() !== c.address; waitedMs += 20) await sleep(20);
await sleep(500);
const afterDrain = used();
await settle();
const lostByDrain = missing() - lostByKill;
const end = await counted();
const bytes = {
  up: end.up - start.up,
  down: end.down - start.down,
  relaysUp: end.relaysUp - start.relaysUp,
  relaysDown: end.relaysDown - start.relaysDown,
};
process.stdout.write(`${JSON.stringify({ before, gapsMs, afterKill, lostByKill, lostByDrain, afterDrain, bytes })}\n`);
process.exit(0); // The namespace ends with us, and every process in it.
