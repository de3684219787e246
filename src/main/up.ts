// src/main/up.ts - `./nearcade up`: everything on one machine as supervised processes, and one URL.

import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Loaded } from '../config/load.ts';
import { type HostPort, hostPortText } from '../config/setting.ts';
import type { upSettings } from '../config/settings.ts';
import type { Log } from '../observe/log.ts';
import { buildWeb } from './build-web.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { type Role, StartError } from './role.ts';
import { type RoleCommand, type Supervised, type SupervisorHooks, supervise } from './supervisor.ts';

const CLI = join(import.meta.dirname, 'cli.ts');
const PORT_TRIES = 20; // Taken default ports give way to the next free one, so that a second instance just starts.

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => done(true)));
  });
}

/** The address to use: the one asked for or a refusal; a default that is taken moves up to the next free port. */
async function settleAddress(flag: string, wish: HostPort, given: boolean): Promise<HostPort> {
  for (let port = wish.port; port < wish.port + PORT_TRIES; port++) {
    if (port === 0 || (await canListen(wish.host, port))) return { host: wish.host, port };
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

function commands({ values }: Loaded<typeof upSettings>, plan: Plan): readonly RoleCommand[] {
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
      argv: [
        'hub',
        '--http',
        hostPortText(plan.http),
        '--data',
        data,
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
      ],
      env: { ...level, NEARCADE_TOKEN: token },
      logFile: logFile('node'),
    },
  ];
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
  const stop = async (): Promise<void> => {
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
    const [postgres, ...others] = commands(loaded, { http, relay, folder, logFolder });
    const page = buildWeb();
    page.catch(() => {});
    for (const command of [postgres, ...others]) {
      if (command === undefined) continue;
      const child = supervise(CLI, command, hooks, log);
      started.push(child);
      // The hub needs the database; relay and node find the hub by themselves as soon as it is there.
      if (command.name === 'postgres') await child.ready;
      if (command.name === 'hub') await Promise.all([child.ready, page]);
    }
    await Promise.all(started.map((child) => child.ready));
    process.stdout.write(`Nearcade is ready: http://${hostPortText(http)}\n`);
    return { stop };
  } catch (cause) {
    await stop();
    throw cause instanceof StartError ? cause : new StartError(cause instanceof Error ? cause.message : String(cause));
  }
}
