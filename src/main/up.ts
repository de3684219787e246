// src/main/up.ts - `./nearcade up`: everything on one machine as supervised processes, and one URL.

import { mkdirSync, readFileSync } from 'node:fs';
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { anvilBinary } from '../chain/anvil.ts';
import type { Loaded } from '../config/load.ts';
import { type HostPort, hostPortText } from '../config/setting.ts';
import { upNodeSettings, type upSettings } from '../config/settings.ts';
import type { Log } from '../observe/log.ts';
import { buildWeb } from './build-web.ts';
import { listenFault } from './can-listen.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { authorityFile } from './hub-tls.ts';
import { type Role, StartError, UsageError } from './role.ts';
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

const EVERYWHERE: readonly string[] = ['0.0.0.0', '::'];

/** The pages' address on this machine, where `http` may mean every address of it. */
function ownUrl({ http: { host, port }, ca }: Pick<Plan, 'http' | 'ca'>): string {
  const at = hostPortText({ host: EVERYWHERE.includes(host) ? '127.0.0.1' : host, port });
  return `${schemeOf(ca)}://${at}`;
}
const schemeOf = (ca: string | undefined): string => (ca === undefined ? 'http' : 'https');

/** The same from elsewhere: one line for each address of this machine. */
function otherUrls({ http: { host, port }, ca }: Pick<Plan, 'http' | 'ca'>): string {
  if (!EVERYWHERE.includes(host)) return '';
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outer = own.filter(({ internal, family }) => !internal && family === 'IPv4');
  return outer
    .map(({ address }) => {
      const at = hostPortText({ host: address, port });
      const first = ca === undefined ? '' : `; each of them first: http://${at}/install`;
      return `  from other machines: ${schemeOf(ca)}://${at}${first}\n`;
    })
    .join('');
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
  /** File of the authority that the pages' certificate is of; absent in the clear. */
  readonly ca: string | undefined;
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

/** What a person set for the node, as its own flags. */
export function nodeWishes({ given }: Pick<Loaded<typeof upSettings>, 'given'>): readonly string[] {
  const names = Object.keys(upNodeSettings) as (keyof typeof upNodeSettings)[];
  return names.flatMap((name) => {
    const text = given.get(name);
    return text === undefined ? [] : [`--${upNodeSettings[name].key}=${text}`];
  });
}

function commands(
  loaded: Loaded<typeof upSettings>,
  plan: Plan,
  chainUrl: () => string | undefined,
): readonly RoleCommand[] {
  const { values } = loaded;
  const secret = plan.folder.secret('relay');
  const token = plan.folder.secret('bootstrap-node-token');
  const url = ownUrl(plan);
  const trust = plan.ca === undefined ? {} : { NODE_EXTRA_CA_CERTS: plan.ca };
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
        '--tls',
        plan.ca === undefined ? 'off' : 'auto',
        ...(values.admin === undefined ? [] : ['--admin', values.admin.join(',')]),
      ],
      env: { ...level, NEARCADE_RELAY_SECRET: secret, NEARCADE_BOOTSTRAP_NODE_TOKEN: token, NEARCADE_UP: '1' },
      logFile: logFile('hub'),
    },
    {
      name: 'relay',
      argv: ['relay', '--listen', hostPortText(plan.relay), '--hub', url, '--allow-peer', ownRanges()],
      env: { ...level, ...trust, NEARCADE_SECRET: secret },
      logFile: logFile('relay'),
    },
    {
      name: 'node',
      argv: () => [
        ...['node', '--hub', url, '--data', join(data, 'node'), ...nodeWishes(loaded)],
        ...(chainUrl() === undefined ? [] : ['--chain-rpc', chainUrl() ?? '']),
      ],
      env: { ...level, ...trust, NEARCADE_TOKEN: token },
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
      process.stderr.write(`nearcade: the development chain was begun anew (${renewed}); the coins on it are gone\n`);
    }
    return { child, url: String(url) };
  } catch (cause) {
    await child?.stop();
    return without(cause instanceof Error ? cause.message : String(cause));
  }
}

/** What an address answers; undefined for none. Node's `fetch` learns of an authority only as the process starts. */
function readJson(url: string, ca: string | undefined): Promise<unknown> {
  return new Promise((done) => {
    const ask = ca === undefined ? () => getPlain(url) : () => getSecure(url, { ca: readFileSync(ca) });
    const request = ask().once('error', () => done(undefined));
    request.once('response', (answer) => json(answer).then(done, () => done(undefined)));
  });
}

/** A relay is ready when it listens; waits until the hub has heard of it. Without it play still goes directly. */
async function hubSeesRelay(plan: Plan): Promise<void> {
  const untilMs = performance.now() + RELAY_SEEN_MS;
  while (performance.now() < untilMs) {
    const told = await readJson(`${ownUrl(plan)}/readyz`, plan.ca);
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
    throw new UsageError(
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
    const named = EVERYWHERE.includes(http.host) ? [] : [http.host];
    const authority = { data: folder.path, hostName: hostname(), given: named };
    const ca = values.tls === 'auto' ? await authorityFile(authority, Date.now()) : undefined;
    const plan = { http, relay, folder, logFolder, ca };
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
    await hubSeesRelay(plan);
    process.stdout.write(`Nearcade is ready: ${ownUrl(plan)}\n${otherUrls(plan)}`);
    // One after another, each with its own patience: a slow machine is no reason to leave the database behind.
    return { stop, stopLimitMs: (started.length + 1) * ROLE_STOP_MS };
  } catch (cause) {
    await stop();
    throw cause instanceof StartError ? cause : new StartError(cause instanceof Error ? cause.message : String(cause));
  }
}
