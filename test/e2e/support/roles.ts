// test/e2e/support/roles.ts - hub, relays and nodes started one by one, as on machines of their own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stakeCalls } from '../../../clients/web/src/wallet/contract-calls.ts';
import { bindNonce, type Rpc } from '../../../clients/web/src/wallet/contract-reads.ts';
import { sendByKey } from '../../../clients/web/src/wallet/sending.ts';
import { toHex } from '../../../src/base/bytes.ts';
import { WEI_PER_DBC } from '../../../src/base/units.ts';
import { repositoryRoot } from '../../../src/main/build-web.ts';
import type { ChainFacts, OperatorNodes } from '../../../src/protocol/http-api.ts';

import type { Address } from '../../../src/protocol/typed-data.ts';
import { freePort } from '../../support/free-port.ts';
import { FakePlayer } from '../../support/hub/fake-player.ts';

/** One role process. */
export type RoleProcess = {
  readonly process: ChildProcess;
  readonly pid: number;
  /** Waits for an event of its log from now or before; fails when the process ends first. */
  event(name: string, limitMs?: number): Promise<Readonly<Record<string, unknown>>>;
  log(): string;
  /** Ends it (SIGTERM, or the signal given) and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
};

/** Starts `./nearcade ROLE ...`. */
export function startRole(
  role: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RoleProcess {
  const child = spawn(join(repositoryRoot, 'nearcade'), [role, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let text = '';
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk;
      wake();
    });
  }
  child.on('exit', wake);
  const find = (name: string): Readonly<Record<string, unknown>> | undefined => {
    const line = text.split('\n').find((row) => row.includes(`"event":"${name}"`));
    return line === undefined ? undefined : JSON.parse(line);
  };
  return {
    process: child,
    pid: child.pid ?? 0,
    log: () => text,
    event: (name, limitMs = 60_000) =>
      new Promise((done, fail) => {
        const stop = (): void => {
          waiting.delete(look);
          clearTimeout(timer);
        };
        const give = (why: string): void => {
          stop();
          fail(new Error(`${role}: no ${name} (${why}):\n${text.slice(-2_000)}`));
        };
        const timer = setTimeout(() => give(`within ${limitMs} ms`), limitMs);
        const look = (): void => {
          const found = find(name);
          if (found !== undefined) {
            stop();
            done(found);
          } else if (child.exitCode !== null || child.signalCode !== null) give('it ended');
        };
        waiting.add(look);
        look();
      }),
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((done) => child.once('exit', done));
      child.kill(signal);
      await gone;
    },
  };
}

/** A hub with its database, and what the others need to join it. */
export type Hub = {
  readonly url: string;
  readonly role: RoleProcess;
  readonly data: string;
  readonly relaySecret: string;
  readonly token: string;
  stop(): Promise<void>;
};

/** Starts a hub on a free port. Nodes join with `token` (it may be used by several machines of the house). */
export async function startHub(flags: readonly string[] = []): Promise<Hub> {
  const data = mkdtempSync(join(tmpdir(), 'nearcade-hub-'));
  const http = `127.0.0.1:${await freePort()}`;
  const [relaySecret, token] = ['relay-secret-of-the-tests', 'bootstrap-token-of-the-tests'];
  const role = startRole('hub', ['--http', http, '--data', data, ...flags], {
    NEARCADE_RELAY_SECRET: relaySecret,
    NEARCADE_BOOTSTRAP_NODE_TOKEN: token,
  });
  await role.event('hub.ready');
  return {
    url: `http://${http}`,
    role,
    data,
    relaySecret,
    token,
    stop: async () => {
      await role.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function freshOperator(hubUrl: string): Promise<FakePlayer> {
  const config = (await (await fetch(`${hubUrl}/api/config`)).json()) as { domain: { chainId: string } };
  return new FakePlayer(hubUrl).login(BigInt(config.domain.chainId));
}

async function tokenOf(operator: FakePlayer): Promise<string> {
  const response = await operator.post('/api/operator/node-tokens');
  return ((await response.json()) as { token: string }).token;
}

/** A one-time token for a machine of a fresh operator, as the operator's page gives it. */
export async function nodeToken(hubUrl: string): Promise<string> {
  return tokenOf(await freshOperator(hubUrl));
}

/** A node on a machine of its own, as far as this machine allows: its own key, ports and folder. */
export async function startNode(
  hubUrl: string,
  flags: readonly string[] = [],
): Promise<RoleProcess & { readonly folder: string; readonly operator: FakePlayer }> {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-node-'));
  const operator = await freshOperator(hubUrl);
  const role = startRole('node', ['--hub', hubUrl, '--data', folder, ...flags], {
    NEARCADE_TOKEN: await tokenOf(operator),
  });
  return {
    ...role,
    folder,
    operator,
    stop: async (signal) => {
      await role.stop(signal);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Stakes for a node that has joined a hub on a development chain, as the operator's page does, and waits until the hub counts it. */
export async function stakeFor(
  hubUrl: string,
  { event, operator }: Awaited<ReturnType<typeof startNode>>,
): Promise<void> {
  const node = (await event('node.ready')).node as Address;
  const rpc: Rpc = async (method, params) => {
    const answer = await operator.post('/api/chain/rpc', { jsonrpc: '2.0', id: 1, method, params });
    return ((await answer.json()) as { result: unknown }).result;
  };
  const { registry, chainId } = (await (await fetch(`${hubUrl}/api/chain`)).json()) as ChainFacts;
  const nonce = await bindNonce(rpc, registry, node);
  const answer = await operator.fetch(`/api/operator/nodes/${node}/binding?nonce=${nonce}`);
  const { signature: binding } = (await answer.json()) as { signature: `0x${string}` };
  const call = stakeCalls.stake(registry, { node, gpus: 1, binding, amountWei: 1_000n * WEI_PER_DBC });
  const gasPriceWei = BigInt(String(await rpc('eth_gasPrice', [])));
  await sendByKey(toHex(operator.key), call, { chainId: BigInt(chainId), rpcUrls: [], gasPriceWei, rpc });
  const limitMs = performance.now() + 30_000;
  while (!(await isStaked(operator, node))) {
    if (performance.now() > limitMs) throw new Error('the hub does not count the stake');
    await new Promise((done) => setTimeout(done, 200));
  }
}

async function isStaked(operator: FakePlayer, node: Address): Promise<boolean> {
  const { nodes } = (await (await operator.fetch('/api/operator/nodes')).json()) as OperatorNodes;
  return nodes.some((each) => String(each.node) === node && each.staked);
}
