// bench/signaling/hub.ts - the hub as it is, over memory: login, tickets, schema checks, rate limits and metering all on.
// Players are logged in beforehand (a signature takes a millisecond and is not what is measured); routes between the node
// and each page are opened as a session's would be.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, type OperatorId, type PeerId, type PlayerId, type SessionId } from '../../src/base/ids.ts';
import { startHub } from '../../src/main/hub-service.ts';
import { memoryStores } from '../../src/main/hub-stores.ts';
import { sealsBy } from '../../src/main/seals.ts';
import { systemClock, systemRandom } from '../../src/observe/clock.ts';
import { silentLog } from '../../src/observe/log.ts';
import { ready, serveParent } from './child.ts';
import { loginTokenOf, NODE_TOKEN, playerOf } from './names.ts';

const PLAYERS_MAX = 1_000;
const SEAL_KEY = 'the seal key of the signaling bench';
const folder = join(tmpdir(), `nearcade-bench-${process.pid}`);
const stores = memoryStores(folder);
const seals = sealsBy(SEAL_KEY);
const service = await startHub({
  http: { host: '127.0.0.1', port: 0 },
  publicUrl: undefined,
  trustProxy: true,
  allowedMedia: [],
  domain: { chainId: 0n, verifyingContract: `0x${'0'.repeat(40)}` },
  chainMode: 'off',
  priceMicroUsd: 2_000,
  burnPolicy: 'seed-2024',
  platformBps: 500,
  sealKey: SEAL_KEY,
  relaySecrets: ['bench'],
  mint: () => ({ username: 'bench', credential: 'bench' }),
  stores,
  clock: systemClock,
  random: systemRandom,
  log: silentLog,
  version: '0.0.0',
  pageFolder: undefined,
  fatal: (cause) => {
    throw cause;
  },
});
for (let i = 0; i < PLAYERS_MAX; i++) {
  await stores.logins.add(seals.digest(loginTokenOf(i)), playerOf(i) as string as PlayerId, 2 ** 52);
}
await stores.nodes.addToken(seals.digest(NODE_TOKEN), playerOf(0) as string as OperatorId, 2 ** 52);

serveParent(() => {
  const { hub } = service;
  const [node] = hub.nodes.keys();
  if (node === undefined) return { kind: 'routes', peers: [] };
  const peers: string[] = [];
  for (let i = 0; hub.links.has(playerOf(i) as string as PlayerId); i++) {
    const [link] = hub.links.get(playerOf(i) as string as PlayerId) ?? [];
    if (link === undefined) break;
    const peer = newId<PeerId>('c', systemRandom);
    const session = newId<SessionId>('s', systemRandom);
    hub.routes.open({ peer, link, node, path: 'direct', purpose: { kind: 'session', session } });
    peers.push(peer);
  }
  return { kind: 'routes', peers };
});
ready(service.port);
