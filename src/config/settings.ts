// src/config/settings.ts - every setting of every command: the one schema behind flags, variables and nearcade.toml.

import type { Address } from '../protocol/typed-data.ts';
import { parseIp } from '../relay/address.ts';
import { parseCidr } from '../relay/cidr.ts';
import { choice, hostPort, integer, list, listOf, make, nameText, origin, portRange, text, toggle } from './setting.ts';

const data = text('data', 'folder for the database, keys and saves', { fallback: '.nearcade', word: 'DIR' });
const http = hostPort('http', 'where the page and the API are served', { fallback: '127.0.0.1:8080' });
const logLevel = choice('log-level', 'least important event to log', ['error', 'warn', 'info', 'debug', 'trace'], {
  fallback: 'info',
});
const publicPlayMoney = toggle('public-play-money', 'serve play money on an address others can reach');
const databaseUrl = make(
  'database-url',
  'a Postgres server instead of the embedded one',
  'postgres://[USER:PASSWORD@]HOST[:PORT]/DATABASE',
  (value) => (/^postgres(ql)?:\/\/./.test(value) ? value : undefined),
  { secret: true, word: 'URL' },
);
const admin = listOf('admin', 'wallets that may use the admin page', 'ADDRESS[,ADDRESS...]', (part) =>
  /^0x[0-9a-fA-F]{40}$/.test(part),
);
const slots = integer('slots', 'sessions at once on the node (default: by processor)', [1, 64]);
const games = text('games', 'folder with further game manifests', { word: 'DIR' });
const sandbox = choice(
  'sandbox',
  'shut X11 games in: where it works, always (else they are not offered), or never',
  ['auto', 'require', 'off'],
  { fallback: 'auto' },
);
const nodeName = nameText('name', 'what players see (default: the host name)');
const region = nameText('region', 'where the machine is, as players read it', { fallback: 'local' });
const icePorts = portRange('ice-ports', 'UDP ports for sessions (default: any free ones)');
const advertise = list(
  'advertise',
  'further addresses players can reach this machine at, with forwarded ports where they differ',
  'ADDRESS[:PORTS=LOCAL-PORTS][,...]',
);
const advertiseOnly = toggle('advertise-only', 'show players the addresses of --advertise and no others');
const sessionMemoryMb = integer(
  'session-memory-mb',
  'memory of one X11 session (default: by machine and slots)',
  [256, 1_048_576],
);
const sessionCpus = integer('session-cpus', 'processors of one X11 session (default: all)', [1, 1_024]);
const sessionCardMemoryMb = integer(
  'session-card-memory-mb',
  'memory of graphics cards of one X11 session (default: by card and slots)',
  [64, 1_048_576],
);
const sessionDiskMb = integer('session-disk-mb', 'disk of one X11 session (default: 4096)', [64, 1_048_576]);
const encoder = choice('encoder', 'use this encoder only', ['auto', 'nvenc', 'vaapi', 'x264', 'vp8'], {
  fallback: 'auto',
});
const bench = choice('bench', 'measure this machine once, when it is idle', ['auto', 'off'], { fallback: 'auto' });
const priceMicroUsd = integer(
  'price-micro-usd',
  'fixed price of one DBC in millionths of a US dollar',
  [1, 1_000_000_000],
  { fallback: '2000' },
);
const platformBps = integer('platform-bps', 'platform fee on what is not burned, in basis points', [0, 5_000], {
  fallback: '500',
});
const burnPolicy = choice('burn-policy', 'burn policy of new sessions', ['seed-2024', 'chain-2023', 'chain-2026'], {
  fallback: 'seed-2024',
});

/** How a hub speaks HTTPS: not, by an authority of its own, or by files that a person named. */
export type TlsWish =
  | { readonly mode: 'off' | 'auto' }
  | { readonly mode: 'files'; readonly cert: string; readonly key: string };

const tls = make(
  'tls',
  'HTTPS: none, by an authority of its own that devices install from /install, or by your files',
  'off | auto | CERT,KEY',
  (value): TlsWish | undefined => {
    if (value === 'off' || value === 'auto') return { mode: value };
    const [cert = '', key = '', ...rest] = value.split(',').map((part) => part.trim());
    return cert === '' || key === '' || rest.length > 0 ? undefined : { mode: 'files', cert, key };
  },
  { fallback: 'off', word: 'off|auto|CERT,KEY' },
);

const address = (key: string, help: string) =>
  make(
    key,
    help,
    '0x and 40 hex digits',
    (value): Address | undefined =>
      /^0x[0-9a-fA-F]{40}$/.test(value) ? `0x${value.slice(2).toLowerCase()}` : undefined,
    { word: 'ADDRESS' },
  );

const rpcAddresses = listOf(
  'chain-rpc',
  'addresses of nodes of the chain, two or more for a chain of coins',
  'URL[,URL...]',
  (part) => URL.canParse(part) && /^https?:$/.test(new URL(part).protocol),
);

/** How an operator reaches the chain without the hub. */
const ownChain = {
  chainRpc: rpcAddresses,
  chainEscrow: address('chain-escrow', 'the SessionEscrow that must pay (default: the one that the hub names)'),
} as const;
const gasKey = text('chain-key', 'private key that pays the gas, 0x and 64 hex digits; any will do', { secret: true });

const isSmtpUrl = (value: string): boolean =>
  URL.canParse(value) && /^smtps?:$/.test(new URL(value).protocol) && new URL(value).hostname !== '';

/** Settings of a node that `up` hands on to its own. */
export const upNodeSettings = {
  ...{ name: nodeName, region, slots, games, sandbox },
  ...{ sessionMemoryMb, sessionCpus, sessionCardMemoryMb, sessionDiskMb },
  ...{ icePorts, advertise, advertiseOnly, encoder, bench },
} as const;

/** `./nearcade up` */
export const upSettings = {
  http,
  relay: hostPort('relay', 'where the TURN relay listens, UDP and TCP', { fallback: '127.0.0.1:3478' }),
  data,
  tls: choice('tls', 'HTTPS: none, or by an authority of its own that devices install from /install', ['off', 'auto'], {
    fallback: 'off',
  }),
  ...upNodeSettings,
  chain: choice('chain', 'a development chain on this machine, or none', ['off', 'dev'], { fallback: 'dev' }),
  admin,
  publicPlayMoney,
  logLevel,
} as const;

/** `./nearcade chain`: started by `up`. */
export const chainSettings = {
  data,
  port: integer('port', 'port of the development chain on 127.0.0.1', [0, 65_535], { fallback: '8545' }),
  logLevel,
} as const;

/** `./nearcade hub` */
export const hubSettings = {
  http,
  data,
  databaseUrl,
  admin,
  tls,
  publicUrl: origin('public-url', 'address that browsers use, when it differs from --http'),
  relaySecret: text('relay-secret', 'secret shared with the relays (default: made and kept in the data folder)', {
    secret: true,
  }),
  chain: choice('chain', 'which chain settles', ['off', 'dev', 'dbc-testnet', 'dbc-mainnet'], { fallback: 'off' }),
  chainRpc: rpcAddresses,
  chainEscrow: address('chain-escrow', 'address of SessionEscrow'),
  chainRegistry: address('chain-registry', 'address of StakeRegistry'),
  chainFirstBlock: integer('chain-first-block', 'block in which SessionEscrow was deployed', [0, 1_000_000_000]),
  chainKey: text(
    'chain-key',
    'private key that sends, 0x and 64 hex digits (default: made and kept in the data folder)',
    {
      secret: true,
    },
  ),
  confirmations: integer('confirmations', 'blocks until a deposit counts (default: by chain)', [1, 1_000]),
  priceSource: choice('price-source', 'where the price of DBC comes from (default: chain for coins, else fixed)', [
    'fixed',
    'file',
    'chain',
  ]),
  priceFile: text('price-file', 'file with the price of one DBC in US dollars, such as 0.002', { word: 'FILE' }),
  priceMicroUsd,
  platformBps,
  burnPolicy,
  smtp: make(
    'smtp',
    'mail server for alerts to operators, with user and password where it asks for them',
    'smtp://[USER:PASSWORD@]HOST[:PORT] or smtps://...',
    (value) => (isSmtpUrl(value) ? value : undefined),
    { secret: true, word: 'URL' },
  ),
  smtpFrom: make(
    'smtp-from',
    'address that this mail comes from',
    'an address such as alerts@example.net',
    (value) => (/^[^\s@<>]+@[^\s@<>]+$/.test(value) ? value : undefined),
    { word: 'ADDRESS' },
  ),
  trustProxy: toggle('trust-proxy', 'take the player address from X-Forwarded-For of a reverse proxy'),
  allowPeer: list('allow-peer', 'ranges of private media addresses that nodes may name', 'CIDR[,CIDR...]'),
  publicPlayMoney,
  logLevel,
} as const;

/** `./nearcade node` */
export const nodeSettings = {
  hub: origin('hub', 'hub to join'),
  token: make(
    'token',
    'one-time token of the operator page; needed once',
    'the token as the page /node shows it, t_ and 26 letters and digits; copy it whole',
    (value) => (/^[A-Za-z0-9_.~-]{16,400}$/.test(value) ? value : undefined), // That of `up` is longer.
    { secret: true, word: 'TOKEN' },
  ),
  data,
  name: nodeName,
  region,
  slots,
  icePorts,
  advertise,
  advertiseOnly,
  drainSeconds: integer(
    'drain-seconds',
    'how long running sessions may go on when the node is told to stop',
    [0, 86_400],
    {
      fallback: '0',
    },
  ),
  games,
  sandbox,
  sessionMemoryMb,
  sessionCpus,
  sessionCardMemoryMb,
  sessionDiskMb,
  encoder,
  bench,
  ...ownChain,
  chainKey: gasKey,
  logLevel,
} as const;

/** `PUBLIC` or `PUBLIC/BOUND`: the second is the address of the machine where a 1:1 NAT stands before it. */
const isRelayIp = (part: string): boolean => {
  const [told, bound = told, ...rest] = part.split('/').map((address) => parseIp(address));
  return rest.length === 0 && told !== undefined && bound !== undefined && told.length === bound.length;
};

/** `./nearcade relay` */
export const relaySettings = {
  listen: hostPort('listen', 'where clients connect, UDP and TCP', { fallback: '127.0.0.1:3478' }),
  secret: listOf(
    'secret',
    'secret for credentials; two live ones as NEW,OLD',
    '1 or 2 secrets of 16..200 characters',
    (part) => part.length >= 16 && part.length <= 200,
    { secret: true, word: 'SECRET[,OLD]' },
  ),
  secretFile: text('secret-file', 'file with the secrets instead, one a line, newest first; read again on SIGHUP', {
    word: 'FILE',
  }),
  realm: make(
    'realm',
    'STUN realm',
    '1..32 bytes, no quotes or control characters',
    (value) => (/^[\x20-\x21\x23-\x7e]{1,32}$/.test(value) ? value : undefined),
    { fallback: 'nearcade' },
  ),
  tlsCert: text('tls-cert', 'certificate chain in PEM; turns on TURN over TLS on the same port', { word: 'FILE' }),
  tlsKey: text('tls-key', 'its private key in PEM', { word: 'FILE' }),
  relayIp: listOf(
    'relay-ip',
    'address allocations speak from, one of each family (default: the listen address)',
    'ADDRESS[/BOUND][,ADDRESS6[/BOUND6]]',
    isRelayIp,
  ),
  relayPorts: portRange('relay-ports', 'ports for allocations', { fallback: '49152-65535' }),
  allowPeer: listOf(
    'allow-peer',
    'ranges of private peers to allow',
    'CIDR[,CIDR...]',
    (part) => parseCidr(part) !== undefined,
  ),
  publicHost: text('public-host', 'name or address in the URLs that players get (default: the address)'),
  workers: integer('workers', 'worker threads, each with its own port from --listen upwards', [1, 64], {
    fallback: '1',
  }),
  userQuota: integer('user-quota', 'allocations at once of one session or user', [1, 10_000], { fallback: '16' }),
  addressQuota: integer('address-quota', 'allocations at once of one client address', [1, 1_000_000], {
    fallback: '1024',
  }),
  allocationMbps: integer('allocation-mbps', 'Mbit/s of one allocation, each way', [1, 100_000], { fallback: '100' }),
  drainSeconds: integer('drain-seconds', 'how long SIGTERM waits for sessions to move or end', [0, 86_400], {
    fallback: '300',
  }),
  metrics: hostPort('metrics', 'where /metrics and /healthz are served'),
  backend: choice('backend', 'how datagrams are moved', ['auto', 'ffi', 'dgram'], { fallback: 'auto' }),
  hub: origin('hub', 'hub to register with; without it plain REST credentials are taken'),
  name: nodeName,
  region,
  logLevel,
} as const;

/** `./nearcade doctor`: the settings of `up` and of a node that it looks into. */
export const doctorSettings = { http, relay: upSettings.relay, data, games, sandbox, logLevel } as const;
/** `./nearcade backup`, `restore` and `audit`: beside a hub, on its data folder. */
export const storeSettings = { data, databaseUrl } as const;

/** `./nearcade admin` */
export const adminSettings = {
  data,
  databaseUrl,
  reason: make('reason', 'why; it is kept for ever', '3..300 characters', (value) =>
    value.length >= 3 && value.length <= 300 ? value : undefined,
  ),
  key: make(
    'key',
    'name of the act: the same one acts once (default: a new one)',
    '8..64 of A-Z a-z 0-9 _ -',
    (value) => (/^[A-Za-z0-9_-]{8,64}$/.test(value) ? value : undefined),
    { word: 'NAME' },
  ),
  hours: integer('hours', 'how long an announcement stands', [1, 8_760], { fallback: '24' }),
  days: integer('days', 'how many days of revenue', [1, 366], { fallback: '30' }),
  currency: choice('currency', 'whose books (default: those of the last start)', ['PLAY', 'DBC']),
  chainRpc: rpcAddresses,
} as const;

/** `./nearcade economics`: the example's own numbers unless given. */
export const economicsSettings = {
  cafes: integer('cafes', 'net cafés', [0, 10_000_000], { fallback: '1000' }),
  machines: integer('machines', 'machines of each', [0, 100_000], { fallback: '100' }),
  hours: integer('hours', 'hours a day that a machine is played on', [0, 24], { fallback: '10' }),
  days: integer('days', 'days of a month', [1, 31], { fallback: '30' }),
  hourMicroUsd: integer('hour-micro-usd', 'price of an hour in millionths of a US dollar', [0, 100_000_000], {
    fallback: '100000',
  }),
  premiumBps: integer('premium-bps', "the operator's own, in basis points of that price", [0, 10_000], {
    fallback: '0',
  }),
  gpus: integer('gpus', 'active GPUs of the network, which choose the tier', [0, 100_000_000], { fallback: '70000' }),
  priceMicroUsd,
  platformBps,
  burnPolicy,
} as const;

/** `./nearcade test` */
export const testSettings = {
  long: toggle('long', 'run the full figures of the issues and write docs/evidence'),
  noInstall: toggle('no-install', 'do not install Debian packages; fail when one is missing'),
} as const;

/** `./nearcade node stop` */
export const nodeStopSettings = {
  data,
  now: toggle('now', 'end running sessions at once, kindly, without their drain time'),
} as const;

/** `./nearcade node install-service`: the node's own settings, and where the unit goes. */
export const nodeServiceSettings = {
  hub: nodeSettings.hub,
  data: text('data', 'folder for keys, vouchers and saves', { fallback: '/var/lib/nearcade', word: 'DIR' }),
  user: make(
    'user',
    'who the node runs as',
    'name of a user',
    (value) => (/^[a-z_][a-z0-9_-]{0,31}$/.test(value) ? value : undefined),
    { fallback: 'nearcade' },
  ),
  unit: text('unit', 'file to write', { fallback: '/etc/systemd/system/nearcade-node.service', word: 'FILE' }),
  drainSeconds: integer(
    'drain-seconds',
    'how long running sessions may go on when the service is stopped',
    [0, 86_400],
    {
      fallback: '600',
    },
  ),
  name: nodeName,
  region: nameText('region', 'where the machine is, as players read it'),
  slots,
  games,
  sandbox,
  sessionMemoryMb,
  sessionCpus,
  sessionCardMemoryMb,
  sessionDiskMb,
  ...ownChain,
} as const;

/** `./nearcade node bench` */
export const nodeBenchSettings = { data, hub: nodeSettings.hub, slots } as const;

/** `./nearcade node settle` */
export const nodeSettleSettings = {
  data,
  chain: choice('chain', 'which chain', ['dev', 'dbc-testnet', 'dbc-mainnet'], { fallback: 'dbc-mainnet' }),
  chainRpc: rpcAddresses,
  chainKey: gasKey,
} as const;

/** `./nearcade postgres`: started by `up`. */
export const postgresSettings = { data, logLevel } as const;

/** `./nearcade bench NAME` */
export const benchSettings = {
  long: toggle('long', 'the full number of rounds'),
} as const;
