// test/contract/relay-fleet.test.ts - the workers of a relay as one: slices of ports, a broken worker, figures that survive it.
import { afterEach, expect, test } from 'vitest';
import { newId, type SessionId } from '../../src/base/ids.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { Log } from '../../src/observe/log.ts';
import { parseCidr } from '../../src/relay/cidr.ts';
import { mintCredential } from '../../src/relay/credentials.ts';
import { type FleetSetup, portSlice, RelayFleet } from '../../src/server/udp/relay-fleet.ts';
import { freePort } from '../support/free-port.ts';
import { SECRET } from './relay-harness.ts';
import { echoPeer, local, TurnSocket } from './turn-socket.ts';

const running: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const thing of running.splice(0).reverse()) await thing.stop();
});

/** A log that can be waited for. */
function listeningLog() {
  const events: string[] = [];
  const note = (facts: object, event: string) => {
    events.push('why' in facts ? `${event} (${facts.why})` : event);
  };
  const log: Log = { error: note, warn: note, info: note, debug: note, trace: note, child: () => log };
  const until = (event: string) =>
    expect.poll(() => events, { timeout: 30_000 }).toContainEqual(expect.stringContaining(event));
  return { log, until };
}

const setup = async (workers: number): Promise<FleetSetup> => ({
  workers,
  backend: 'auto',
  listen: [local(await freePort(workers))],
  config: {
    realm: 'nearcade',
    secrets: [SECRET],
    scopeRequired: false,
    relayAddresses: [{ bind: local(0).ip, told: local(0).ip }],
    relayPorts: { first: 21_200, last: 21_999 },
    quota: { perUser: 16, perAddress: 100, total: 200 },
    bytesPerS: 1e9,
    dontFragment: false,
  },
  filter: {
    allow: [parseCidr('127.0.0.0/8') ?? { ip: new Uint8Array(4), bits: 32 }],
    ownAddresses: [],
    relayPorts: { first: 21_200, last: 21_999 },
    servicePorts: [],
  },
  certificate: undefined,
  connectionsMax: 100,
  connectionsPerAddress: 100,
});

test('slices are equal, begin at even ports, do not overlap and end with the range', () => {
  for (const [first, last, count] of [
    [49_152, 65_535, 3],
    [21_001, 21_100, 4],
    [50_000, 50_001, 1],
  ] as const) {
    const slices = Array.from({ length: count }, (_, i) => portSlice({ first, last }, i, count));
    expect(slices.at(-1)?.last).toBe(last);
    slices.forEach((slice, i) => {
      expect(slice.first).toBeLessThan(slice.last);
      expect(count === 1 || slice.first % 2 === 0).toBe(true);
      if (i > 0) expect(slice.first).toBe((slices[i - 1]?.last ?? 0) + 1);
    });
  }
});

test('a worker that breaks is started again on its port; the other one and the figures do not notice', async () => {
  const { log, until } = listeningLog();
  const fleet = await RelayFleet.start(await setup(2), log);
  running.push(fleet);
  const ports = fleet.listening.map((addresses) => addresses[0]?.port ?? 0);
  const peer = await echoPeer();
  running.push({ stop: () => peer.close() });
  const session = newId<SessionId>('s', seededRandom(2));
  const scope = [{ address: '127.0.0.1', portFirst: peer.address.port, portLast: peer.address.port }];
  const { username } = mintCredential(SECRET, { expiresAtS: 1_900_000_000, session, scope });
  const open = async (port: number, name: string) => {
    const turn = await TurnSocket.open({ port, username: name });
    running.push({ stop: () => turn.close() });
    await turn.relayed();
    expect(await turn.bind(0x4000, peer.address)).toBe(0);
    return turn;
  };
  const victim = await open(ports[0] ?? 0, username);
  const other = await open(ports[1] ?? 0, '1900000000:other');
  victim.send(0x4000, new Uint8Array(1_000));
  await victim.until(1);
  const carried = () => {
    fleet.readUsage(performance.now());
    return fleet.usage.all().find((row) => row.session === session)?.usage;
  };
  expect(carried()).toMatchObject({ toNodeBytes: 1_000, toPlayerBytes: 1_000 });

  // A bug of ours: a number that is none, which breaks the worker when the session asks next.
  fleet.tell({ kind: 'extend', session, untilS: 1n as unknown as number });
  // It may ask before the number is there, and is answered: so it asks until the worker breaks.
  let lost: Promise<string> = Promise.resolve('');
  const ask = () => {
    lost = victim.refresh(600).then(
      () => 'answered',
      () => 'lost',
    );
  };
  const asking = setInterval(ask, 200);
  ask();
  await until('worker.crashed');
  clearInterval(asking);
  other.send(0x4000, Uint8Array.of(7));
  await other.until(1);
  await until('worker.restarted');
  expect(carried()).toMatchObject({ toNodeBytes: 1_000, toPlayerBytes: 1_000 });
  const back = await open(ports[0] ?? 0, username);
  back.send(0x4000, new Uint8Array(500));
  await back.until(1);
  expect(carried()).toMatchObject({ toNodeBytes: 1_500, toPlayerBytes: 1_500 });
  expect(await other.refresh(600)).toBe(0);
  expect(await lost).toBe('answered'); // By the new worker: 437, the allocation is gone.
});
