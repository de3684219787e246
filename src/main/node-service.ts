// src/main/node-service.ts - `./nearcade node install-service`: a unit for systemd that runs a node as a user without
// rights, starts it after a reboot, and changes to another version when the last session has ended.
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Values } from '../config/load.ts';
import type { nodeServiceSettings } from '../config/settings.ts';
import { EXIT_AGAIN, EXIT_REFUSED } from './node.ts';
import { StartError } from './role.ts';

const UNIT = '/etc/systemd/system/nearcade-node.service';
const END_S = 20; // What a kind end takes after the drain.
const ROOT = resolve(import.meta.dirname, '../..');

/** What a unit is made of. */
export type Service = {
  /** Folder with `nearcade` in it. */
  readonly root: string;
  readonly hub: string;
  readonly user: string;
  readonly data: string;
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
export function unitText({ root, hub, user, data, drainSeconds, flags }: Service): string {
  const words = [
    join(root, 'nearcade'),
    'node',
    '--hub',
    hub,
    '--data',
    data,
    '--drain-seconds',
    String(drainSeconds),
    ...flags,
  ];
  const inHome = /^\/(home|root)\//.test(`${root}/`);
  return `# Written by './nearcade node install-service'. Settings of your own: systemctl edit nearcade-node
[Unit]
Description=Nearcade rendering node
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=${words.map(quoted).join(' ')}
# Another version: no new sessions, the last one plays on, then it ends with ${EXIT_AGAIN} and starts from the unit as it is then.
ExecReload=/bin/kill -USR2 $MAINPID
# A one-time token may stand here as NEARCADE_TOKEN=...; after the first start it is not needed.
EnvironmentFile=-/etc/nearcade/node.env
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
UMask=0077

[Install]
WantedBy=multi-user.target
`;
}

/** The first folder on the way to `path` that another user cannot enter. */
function shut(path: string): string | undefined {
  if ((statSync(path).mode & 0o001) === 0) return path;
  return path === '/' ? undefined : shut(dirname(path));
}

/**
 * Writes the unit and says what is left to do.
 * @param say takes a line for the operator
 * @throws StartError when a setting is missing or the file cannot be written
 */
export function installService(values: Values<typeof nodeServiceSettings>, say: (line: string) => void): void {
  const { hub, user = 'nearcade' } = values;
  if (hub === undefined) throw new StartError('a node needs a hub: --hub http://HOST:PORT');
  if (user === 'root' || user === '0') throw new StartError('a node needs no root: name another user with --user');
  const data = resolve(values.data ?? '/var/lib/nearcade');
  const unit = resolve(values.unit ?? UNIT);
  const flag = (name: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [name, String(value)];
  const flags = [
    ...[...flag('--slots', values.slots), ...flag('--name', values.name), ...flag('--region', values.region)],
    ...[...flag('--games', values.games === undefined ? undefined : resolve(values.games))],
    ...[...flag('--sandbox', values.sandbox)],
  ];
  const again = existsSync(unit);
  const service = { root: ROOT, hub, user, data, drainSeconds: values.drainSeconds ?? 600, flags };
  try {
    mkdirSync(dirname(unit), { recursive: true });
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
  const steps = again
    ? ['systemctl daemon-reload', 'systemctl reload nearcade-node    # changes over when the last session has ended']
    : [
        `id ${user} || useradd --system --home-dir ${data} --shell /usr/sbin/nologin ${user}`,
        `usermod --append --groups video,render ${user}    # where there is a graphics card`,
        `install -d -o ${user} -m 700 ${data}`,
        'systemctl daemon-reload',
        'systemctl enable --now nearcade-node',
      ];
  say('Next, as root:');
  for (const step of steps) say(`  ${step}`);
}
