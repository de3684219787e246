// src/main/up.ts - `./nearcade up`: everything on one machine as supervised processes, and one URL.

import { mkdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { anvilBinary } from '../chain/anvil.ts';
import type { Loaded } from '../config/load.ts';
import { type HostPort, hostPortText } from '../config/setting.ts';
import type { upSettings } from '../config/settings.ts';
import type { Log } from '../observe/log.ts';
import { buildWeb } from './build-web.ts';
import { listenFault } from './can-listen.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { type Role, StartError } from './role.ts';
import { ROLE_STOP_MS, type RoleCommand, type Supervised, type SupervisorHooks, supervise } from './supervisor.ts';

const CLI = join(import.meta.dirname, 'cli.ts');
const RELAY_SEEN_MS = 5_000;
const LOOK_MS = 40;
const PORT_TRIES = 20; // Taken default ports give way to the next free one, so that a second instance just starts.

/** The address to use: the one asked for or a refusal; a default that is taken moves up to the next free port. */
async function settleAddress(flag: 'http' | 'relay' | 'chain', wish: HostPort, given: boolean): Promise<HostPort> {
  for (let port = wish.port; port < wish.port + PORT_TRIES; port++) {
    const fault = port === 0 ? undefined : await listenFault({ host: wish.host, port }, flag === 'relay');
    if (fault === undefined) return { host: wish.host, port };
    if (given)
      throw new StartError(
        `${hostPortText(wish)} is taken or not an address of this machine; choose another with --${flag}`,
      );
  }
  throw new StartError(`ports ${wish.port}..${wish.port + PORT_TRIES - 1} are taken; choose one with --${flag}`);
}

/** Whether an address can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

/** Loopback and this machine's own addresses: the node beside the relay answers there, and its scope names the ports. */
function ownRanges(): string {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const ranges = own
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address, family }) => `${address}/${family === 'IPv4' ? 32 : 128}`);
  return ['127.0.0.0/8', '::1/128', ...ranges].join(',');
}

type Plan = {
  readonly http: HostPort;
  readonly relay: HostPort;
  readonly folder: DataFolder;
  readonly logFolder: string;
};

/** The development chain, where one is wished for and can run here. */
function chainCommand({ values }: Loaded<typeof upSettings>, { folder, logFolder }: Plan, port: number): RoleCommand {
  return {
    name: 'chain',
    argv: ['chain', '--data', folder.path, '--port', String(port)],
    env: { NEARCADE_LOG_LEVEL: values.logLevel ?? 'info' },
    logFile: join(logFolder, 'chain.log'),
  };
}

function commands(
  { values }: Loaded<typeof upSettings>,
  plan: Plan,
  chainUrl: () => string | undefined,
): readonly RoleCommand[] {
  const secret = plan.folder.secret('relay');
  const token = plan.folder.secret('bootstrap-node-token');
  const url = `http://${hostPortText(plan.http)}`;
  const level = { NEARCADE_LOG_LEVEL: values.logLevel ?? 'info' };
  const logFile = (name: string) => join(plan.logFolder, `${name}.log`);
  const data = plan.folder.path;
  return [
    { name: 'postgres', argv: ['postgres', '--data', data], env: level, logFile: logFile('postgres') },
    {
      name: 'hub',
      // Asked for when the hub starts: by then it is known whether the chain did.
      argv: () => [
        'hub',
        '--http',
        hostPortText(plan.http),
        '--data',
        data,
        ...(chainUrl() === undefined ? ['--chain', 'off'] : ['--chain', 'dev', '--chain-rpc', chainUrl() ?? '']),
        ...(values.publicPlayMoney ? ['--public-play-money'] : []),
        ...(values.admin === undefined ? [] : ['--admin', values.admin.join(',')]),
      ],
      env: { ...level, NEARCADE_RELAY_SECRET: secret, NEARCADE_BOOTSTRAP_NODE_TOKEN: token, NEARCADE_UP: '1' },
      logFile: logFile('hub'),
    },
    {
      name: 'relay',
      argv: ['relay', '--listen', hostPortText(plan.relay), '--hub', url, '--allow-peer', ownRanges()],
      env: { ...level, NEARCADE_SECRET: secret },
      logFile: logFile('relay'),
    },
    {
      name: 'node',
      argv: [
        'node',
        '--hub',
        url,
        '--data',
        join(data, 'node'),
        ...(values.slots === undefined ? [] : ['--slots', String(values.slots)]),
        ...(values.games === undefined ? [] : ['--games', values.games]),
        ...(values.sandbox === undefined ? [] : ['--sandbox', values.sandbox]),
      ],
      env: { ...level, NEARCADE_TOKEN: token },
      logFile: logFile('node'),
    },
  ];
}

/** Starts the development chain. Where it cannot run, that is said, and play goes on without it. */
async function startChain(
  loaded: Loaded<typeof upSettings>,
  plan: Plan,
  hooks: SupervisorHooks,
  log: Log,
): Promise<{ readonly child: Supervised; readonly url: string } | undefined> {
  const without = (why: string): undefined => {
    process.stderr.write(`nearcade: no development chain (${why}); play money is kept in the ledger only\n`);
  };
  if (anvilBinary() === undefined) return without('anvil is not installed for this machine');
  let child: Supervised | undefined;
  try {
    const { port } = await settleAddress('chain', { host: '127.0.0.1', port: 8545 }, false);
    child = supervise(CLI, chainCommand(loaded, plan, port), hooks, log);
    const { url, renewed } = await child.ready;
    if (renewed !== undefined) {
      process.stderr.write(`nearcade: the development chain was begun anew (${renewed}), and the play money with it\n`);
    }
    return { child, url: String(url) };
  } catch (cause) {
    await child?.stop();
    return without(cause instanceof Error ? cause.message : String(cause));
  }
}

/** A relay is ready when it listens; waits until the hub has heard of it. Without it play still goes directly. */
async function hubSeesRelay(url: string): Promise<void> {
  const untilMs = performance.now() + RELAY_SEEN_MS;
  while (performance.now() < untilMs) {
    const told: unknown = await fetch(`${url}/readyz`).then(
      (answer) => answer.json(),
      () => undefined,
    );
    if (typeof told === 'object' && told !== null && 'relay' in told && told.relay === true) return;
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
}

/**
 * Starts everything and prints the URL on standard output.
 * @throws StartError with the sentence to show when something cannot start
 */
export async function up(loaded: Loaded<typeof upSettings>, log: Log): Promise<Role> {
  const { values, given } = loaded;
  const wishHttp = values.http ?? { host: '127.0.0.1', port: 8080 };
  if (!isLoopback(wishHttp.host) && values.publicPlayMoney !== true) {
    throw new StartError(
      `--http ${hostPortText(wishHttp)} can be reached by others, and this hub gives out play money; add --public-play-money if that is meant`,
    );
  }
  const folder = await openDataFolder(values.data ?? '.nearcade');
  const started: Supervised[] = [];
  let chain: ReturnType<typeof startChain> | undefined;
  const stop = async (): Promise<void> => {
    const begun = await chain;
    if (begun !== undefined && !started.includes(begun.child)) started.unshift(begun.child);
    for (const child of started) child.expectEnd();
    for (const child of started.toReversed()) await child.stop();
    folder.release();
  };
  try {
    const http = await settleAddress('http', wishHttp, given.has('http'));
    const relay = await settleAddress('relay', values.relay ?? { host: '127.0.0.1', port: 3478 }, given.has('relay'));
    const logFolder = join(folder.path, 'log');
    mkdirSync(logFolder, { recursive: true, mode: 0o700 });
    const hooks: SupervisorHooks = {
      onSpawn: (name, pid) => folder.markChild(name, pid),
      onGone: (name) => folder.unmarkChild(name),
      onRestart: (name, exit) =>
        process.stderr.write(
          `nearcade: ${name} ended (${exit}) and is started again; see ${join(logFolder, `${name}.log`)}\n`,
        ),
    };
    const plan = { http, relay, folder, logFolder };
    const page = buildWeb();
    page.catch(() => {});
    let chainUrl: string | undefined;
    chain = (values.chain ?? 'dev') === 'dev' ? startChain(loaded, plan, hooks, log) : undefined;
    for (const command of commands(loaded, plan, () => chainUrl)) {
      const child = supervise(CLI, command, hooks, log);
      started.push(child);
      // The hub needs database, chain and page; relay and node warm up beside it and find it by themselves.
      if (command.name === 'postgres') {
        await Promise.all([page, child.ready]);
        const begun = await chain;
        if (begun !== undefined) started.unshift(begun.child);
        chainUrl = begun?.url;
      }
    }
    await Promise.all(started.map((child) => child.ready));
    await hubSeesRelay(`http://${hostPortText(http)}`);
    process.stdout.write(`Nearcade is ready: http://${hostPortText(http)}\n`);
    // One after another, each with its own patience: a slow machine is no reason to leave the database behind.
    return { stop, stopLimitMs: (started.length + 1) * ROLE_STOP_MS };
  } catch (cause) {
    await stop();
    throw cause instanceof StartError ? cause : new StartError(cause instanceof Error ? cause.message : String(cause));
  }
}
