// test/contract/relay-namespaces/driver.ts - runs as root of a namespace of its own (see relay-namespaces.test.ts): three
// relays, each in a network namespace with an address of its own behind one bridge; 50 sessions through them while one is
// killed and another drains. Prints one line of JSON with what it saw.
import { once } from 'node:events';
import { newId, type SessionId } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { formatIp } from '../../../src/relay/address.ts';
import { mintCredential } from '../../../src/relay/credentials.ts';
import { SECRET } from '../relay-harness.ts';
import { echoPeer, TurnSocket } from '../turn-socket.ts';
import { carried, type Host, PLAYER, sleep, startHosts } from './hosts.ts';

const SESSIONS = 50;
const EVERY_MS = 20;
const SILENCE_MS = 400; // Then a session takes its next relay, as a page does when its path went silent.
const PAYLOAD_BYTES = 400;
const CHANNEL = 0x4000;
const random = seededRandom(77);

const [a, b, c] = await startHosts();
const peer = await echoPeer(PLAYER);
const scope = [{ address: formatIp(peer.address.ip), portFirst: peer.address.port, portLast: peer.address.port }];

/** A player's way through one relay after another. Every payload is a number; the peer sends it back. */
class Session {
  readonly #username = mintCredential(SECRET, {
    expiresAtS: Math.floor(Date.now() / 1_000) + 3_600,
    session: newId<SessionId>('s', random),
    scope,
  }).username;
  /** The ways it has had, the newest last, and how much of each was read. */
  readonly #paths: { readonly turn: TurnSocket; seen: number }[] = [];
  readonly came = new Set<number>();
  sent = 0;
  bytesUp = 0;
  bytesDown = 0;
  lastMs = 0;
  longestGapMs = 0;

  async path(to: Host): Promise<TurnSocket> {
    const turn = await TurnSocket.open({
      host: to.address,
      port: to.relay.port,
      from: PLAYER,
      username: this.#username,
    });
    await turn.relayed();
    const code = await turn.bind(CHANNEL, peer.address);
    if (code !== 0) throw new Error(`bind refused: ${code}`);
    return turn;
  }

  async start(to: Host): Promise<void> {
    await this.moveTo(to);
    this.lastMs = performance.now();
  }

  /** Goes over to another relay; what still comes over the old one counts as well. Returns the old way. */
  async moveTo(to: Host): Promise<TurnSocket | undefined> {
    const old = this.#paths.at(-1)?.turn;
    this.#paths.push({ turn: await this.path(to), seen: 0 });
    return old;
  }

  send(): void {
    const payload = new Uint8Array(PAYLOAD_BYTES);
    new DataView(payload.buffer).setUint32(0, this.sent++);
    this.#paths.at(-1)?.turn.send(CHANNEL, payload);
    this.bytesUp += PAYLOAD_BYTES;
  }

  read(): void {
    for (const path of this.#paths) {
      for (const payload of path.turn.payloads.slice(path.seen)) {
        path.seen++;
        this.came.add(new DataView(payload.buffer, payload.byteOffset).getUint32(0));
        this.bytesDown += payload.length;
        const nowMs = performance.now();
        this.longestGapMs = Math.max(this.longestGapMs, nowMs - this.lastMs);
        this.lastMs = nowMs;
      }
    }
  }

  get silent(): boolean {
    return performance.now() - this.lastMs > SILENCE_MS;
  }
}

const sessions = Array.from({ length: SESSIONS }, () => new Session());
let sending = true;
async function pump(): Promise<void> {
  while (true) {
    for (const session of sessions) {
      session.read();
      if (sending) session.send();
    }
    await sleep(EVERY_MS);
  }
}
const total = (field: 'sent' | 'bytesUp' | 'bytesDown'): number =>
  sessions.reduce((sum, session) => sum + session[field], 0);
const missing = (): number => sessions.reduce((sum, { sent, came }) => sum + sent - came.size, 0);

// One credential and one nonce, from one socket, on all three: the nonce that `a` gave is good for `b` and `c` at once.
const roamer = await TurnSocket.open({ host: a.address, port: a.relay.port, from: PLAYER });
await roamer.relayed();
const asked = async ({ relay }: Host): Promise<number> => relay.metric('refusals_total', 'unauthorized');
const refusedBefore = [await asked(a), await asked(b), await asked(c)];
for (const next of [b, c]) {
  roamer.turnTo(next.address, next.relay.port);
  await roamer.relayed();
}
const challenges = [await asked(a), await asked(b), await asked(c)].map((now, i) => now - (refusedBefore[i] ?? 0));

for (const session of sessions) await session.start(a);
void pump();
await sleep(500);

// `kill -9` under 50 sessions: each finds its next relay when its path has been silent for a moment.
for (const session of sessions) session.longestGapMs = 0;
const underA = await a.relay.metric('allocations');
a.relay.signal('SIGKILL');
await once(a.relay.process, 'exit');
await Promise.all(
  sessions.map(async (session) => {
    while (!session.silent) await sleep(10);
    await session.moveTo(b);
    while (session.silent) await sleep(10);
  }),
);
await sleep(300);
const gapsMs = sessions.map(({ longestGapMs }) => Math.round(longestGapMs));

// Figures from here on, without the break: nothing is under way, counters are read, everything starts at zero.
const settle = async (): Promise<void> => {
  sending = false;
  for (let before = -1; before !== missing(); ) {
    before = missing();
    await sleep(300);
  }
};
await settle();
const lostByKill = missing();
const start = { up: total('bytesUp'), down: total('bytesDown'), missing: missing() };
const upBefore = (await carried(b, 'to_node')) + (await carried(c, 'to_node'));
const downBefore = (await carried(b, 'to_player')) + (await carried(c, 'to_player'));
sending = true;
await sleep(500);

// `b` drains: nobody new, and whoever is there moves to `c` without missing a packet.
b.relay.signal('SIGTERM');
await b.relay.event('relay.draining');
const late = await TurnSocket.open({ host: b.address, port: b.relay.port, from: PLAYER });
const lateCode = await late.allocate();
const old: (TurnSocket | undefined)[] = [];
for (const session of sessions) old.push(await session.moveTo(c));
await settle();
const lostByDrain = missing() - start.missing;
const bytes = {
  clientsUp: total('bytesUp') - start.up,
  clientsDown: total('bytesDown') - start.down,
  relaysUp: (await carried(b, 'to_node')) + (await carried(c, 'to_node')) - upBefore,
  relaysDown: (await carried(b, 'to_player')) + (await carried(c, 'to_player')) - downBefore,
};
roamer.turnTo(b.address, b.relay.port);
await roamer.refresh(0);
for (const turn of old) await turn?.refresh(0);
const drained = await b.relay.exited;
await c.relay.stop();
process.stdout.write(
  `${JSON.stringify({ challenges, underA, gapsMs, lostByKill, lateCode, lostByDrain, sent: total('sent'), bytes, drained })}\n`,
);
process.exit(0);
