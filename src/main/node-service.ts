// src/main/node-service.ts - `./nearcade node install-service`: a unit for systemd that runs a node as a user without
// rights, starts it after a reboot, and changes to another version when the last session has ended.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Values } from '../config/load.ts';
import type { nodeServiceSettings } from '../config/settings.ts';
import { makeFolder } from '../observe/make-folder.ts';
import { EXIT_AGAIN, EXIT_REFUSED } from './node.ts';
import { StartError, UsageError } from './role.ts';

const UNIT = '/etc/systemd/system/nearcade-node.service';
const ENVIRONMENT = '/etc/nearcade/node.env';
const END_S = 20; // What a kind end takes after the drain.
/** A version that cannot start is not started for ever: so many times in so long, then systemd leaves it and says so. */
const [STARTS_MOST, STARTS_S] = [10, 300];
/** Folders that ProtectHome hides, and those that PrivateTmp replaces (systemd.exec(5)). */
const [HOMES, SHARED] = [/^\/(home|root|run\/user)\//, /^(\/var)?\/tmp\//];
const ROOT = resolve(import.meta.dirname, '../..');

/** What a unit is made of. */
export type Service = {
  /** Folder with `nearcade` in it. */
  readonly root: string;
  readonly hub: string;
  readonly user: string;
  readonly data: string;
  /** Folder of further manifests. */
  readonly games?: string | undefined;
  readonly drainSeconds: number;
  /** Further flags of the node, such as ['--slots', '4']. */
  readonly flags: readonly string[];
};

/** A word of a command line as systemd reads it (systemd.service(5), 'Command lines'). */
const quoted = (text: string): string =>
  `"${text.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;

/**
 * The unit's text. What is not here is left out on purpose: bubblewrap needs namespaces, a new /proc and a host name of
 * its own, and is refused them under RestrictNamespaces, ProtectKernelTunables, ProtectProc or ProtectHostname.
 */
export function unitText({ root, hub, user, data, games, drainSeconds, flags }: Service): string {
  const words = [
    join(root, 'nearcade'),
    'node',
    '--hub',
    hub,
    '--data',
    data,
    '--drain-seconds',
    String(drainSeconds),
    ...(games === undefined ? [] : ['--games', games]),
    ...flags,
  ];
  const inHome = [root, data, ...(games === undefined ? [] : [games])].some((path) => HOMES.test(`${path}/`));
  return `# Written by './nearcade node install-service'. Settings of your own: systemctl edit nearcade-node
[Unit]
Description=Nearcade rendering node
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=${STARTS_S}
StartLimitBurst=${STARTS_MOST}

[Service]
ExecStart=${words.map(quoted).join(' ')}
# Another version, when it answers at all: no new sessions, the last one plays on, then it ends with ${EXIT_AGAIN} and starts from the unit as it is then.
ExecReload=${[join(root, 'nearcade'), '--version'].map(quoted).join(' ')}
ExecReload=/bin/kill -USR2 $MAINPID
# A one-time token may stand here as NEARCADE_TOKEN=...; after the first start it is not needed. So may
# NEARCADE_CHAIN_KEY=0x..., which pays the gas where the node must settle alone.
EnvironmentFile=-${ENVIRONMENT}
User=${user}
WorkingDirectory=${data}
Restart=on-failure
RestartSec=2
RestartForceExitStatus=${EXIT_AGAIN}
RestartPreventExitStatus=${EXIT_REFUSED}
KillMode=mixed
TimeoutStopSec=${drainSeconds + END_S}

# Memory and processors of each session are limited in groups below this one. A game that eats too much ends alone.
Delegate=memory pids cpu
OOMPolicy=continue
LimitCORE=0

NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ReadWritePaths=${data}
ProtectHome=${inHome ? 'read-only' : 'yes'}
PrivateTmp=yes
ProtectKernelModules=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
LockPersonality=yes
SystemCallArchitectures=native
KeyringMode=private
RemoveIPC=yes
UMask=0077

[Install]
WantedBy=multi-user.target
`;
}

/** The first folder on the way to `path`, as far as that is there, that another user cannot enter. */
function shut(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() && (stat.mode & 0o001) === 0) return path;
  return path === '/' ? undefined : shut(dirname(path));
}

/**
 * Writes the unit and says what is left to do.
 * @param say takes a line for the operator
 * @throws StartError when a setting is missing or the file cannot be written
 */
export function installService(values: Values<typeof nodeServiceSettings>, say: (line: string) => void): void {
  const { hub, user = 'nearcade' } = values;
  if (hub === undefined) throw new UsageError('a node needs a hub: --hub http://HOST:PORT');
  if (user === 'root' || user === '0') throw new UsageError('a node needs no root: name another user with --user');
  const data = resolve(values.data ?? '/var/lib/nearcade');
  const games = values.games === undefined ? undefined : resolve(values.games);
  for (const [name, path] of [['data', data] as const, ['games', games] as const]) {
    if (path !== undefined && SHARED.test(`${path}/`))
      throw new StartError(
        `a service has a /tmp of its own and would not find ${path}; name another folder with --${name}`,
      );
  }
  if (games !== undefined && !existsSync(games))
    throw new StartError(`there is no folder ${games}; name the one with your game manifests with --games`);
  const unit = resolve(values.unit ?? UNIT);
  const flag = (name: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [name, String(value)];
  const flags = [
    ...[...flag('--slots', values.slots), ...flag('--name', values.name), ...flag('--region', values.region)],
    ...[...flag('--sandbox', values.sandbox), ...flag('--session-memory-mb', values.sessionMemoryMb)],
    ...flag('--session-cpus', values.sessionCpus),
    ...flag('--session-card-memory-mb', values.sessionCardMemoryMb),
    ...flag('--session-disk-mb', values.sessionDiskMb),
    ...[...flag('--chain-rpc', values.chainRpc?.join(',')), ...flag('--chain-escrow', values.chainEscrow)],
  ];
  const again = existsSync(unit);
  const service = { root: ROOT, hub, user, data, games, drainSeconds: values.drainSeconds ?? 600, flags };
  try {
    makeFolder(dirname(unit), 0o755);
    writeFileSync(unit, unitText(service), { mode: 0o644 });
  } catch (cause) {
    throw new StartError(
      `cannot write ${unit} (${cause instanceof Error ? cause.message : cause}); as root, or elsewhere with --unit`,
    );
  }
  say(`Written: ${unit}`);
  const closed = shut(ROOT);
  if (closed !== undefined)
    say(`Mind: ${closed} is shut to ${user}; move this folder to such as /opt/nearcade-VERSION.`);
  const [gamesShut, dataShut] = [games === undefined ? undefined : shut(games), shut(dirname(data))];
  if (gamesShut !== undefined) say(`Mind: ${gamesShut} is shut to ${user}; open it (chmod o+x), or move the games.`);
  if (dataShut !== undefined) say(`Mind: ${dataShut} is shut to ${user}; open it (chmod o+x), or name another --data.`);
  const steps = again
    ? ['systemctl daemon-reload', 'systemctl reload nearcade-node    # changes over when the last session has ended']
    : [
        `id ${user} || useradd --system --home-dir ${data} --shell /usr/sbin/nologin ${user}`,
        `usermod --append --groups video,render ${user}    # where there is a graphics card`,
        `install -d -o ${user} -m 700 ${data}`,
        `echo NEARCADE_TOKEN=TOKEN | install -D -m 600 /dev/stdin ${ENVIRONMENT}    # TOKEN: from ${hub}/node, once`,
        'systemctl daemon-reload',
        'systemctl enable --now nearcade-node',
      ];
  say('Next, as root:');
  for (const step of steps) say(`  ${step}`);
}
