// test/support/hub/service.ts - a whole hub in this process, on a free port, over memory: real sockets, real HTTP.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../src/base/clock.ts';
import type { OperatorId } from '../../../src/base/ids.ts';
import { type HubParts, type HubService, startHub } from '../../../src/main/hub-service.ts';
import { memoryStores } from '../../../src/main/hub-stores.ts';
import { sealsBy } from '../../../src/main/seals.ts';
import { systemClock, systemRandom } from '../../../src/observe/clock.ts';
import { silentLog } from '../../../src/observe/log.ts';
import { mintCredential } from '../../../src/relay/credentials.ts';

/** Secrets of test hubs. */
export const SEAL_KEY = 'seal-key-of-tests-0123456789abcdef';
export const RELAY_SECRET = 'relay-secret-of-tests';
/** Operator of the nodes that tests start, and the token that binds the first of them. */
export const HOUSE = `0x${'0'.repeat(38)}01` as OperatorId;

/** A hub for a test, and how to stop it and forget its folder. */
export type TestHub = HubService & {
  readonly parts: HubParts;
  readonly folder: string;
  readonly faults: unknown[];
  remove(): Promise<void>;
};

/** The parts of a test hub; stores may be handed on from a hub that was killed. */
export function hubParts(change: Partial<HubParts> = {}): HubParts & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-hub-'));
  return {
    folder,
    http: { host: '127.0.0.1', port: 0 },
    publicUrl: undefined,
    trustProxy: false,
    allowedMedia: [],
    domain: { chainId: 0n, verifyingContract: `0x${'0'.repeat(40)}` },
    chainMode: 'off',
    priceMicroUsd: 2_000,
    burnPolicy: 'seed-2024',
    platformBps: 500,
    sealKey: SEAL_KEY,
    relaySecrets: [RELAY_SECRET],
    mint: (grant) => mintCredential(RELAY_SECRET, grant),
    stores: memoryStores(folder),
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    version: '0.0.0',
    pageFolder: undefined,
    fatal: () => {},
    ...change,
  };
}

/** A wall clock that a test may put ahead, for what only time brings about. */
export function aheadClock(): Clock & { aheadMs: number } {
  const clock = { ...systemClock, aheadMs: 0, wallMs: () => systemClock.wallMs() + clock.aheadMs };
  return clock;
}

/** Starts a hub. `faults` collects what would have ended the process: a test that ends with one there has found a bug. */
export async function testHub(change: Partial<HubParts> = {}): Promise<TestHub> {
  const faults: unknown[] = [];
  const parts = hubParts({ fatal: (cause) => faults.push(cause), ...change });
  const service = await startHub(parts);
  return {
    ...service,
    parts,
    folder: parts.folder,
    faults,
    remove: async () => {
      await service.stop('test is over');
      rmSync(parts.folder, { recursive: true, force: true });
    },
  };
}

/** A token that binds one more node of the house. */
export async function nodeToken(hub: TestHub, name = 'bootstrap-token-of-the-tests'): Promise<string> {
  await hub.parts.stores.nodes.addToken(sealsBy(hub.parts.sealKey).digest(name), HOUSE, 2 ** 52);
  return name;
}
