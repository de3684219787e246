// src/render/x11/internet.ts - the network of a game that asks for one: pasta (Debian: passt) carries its connections as
// an ordinary program of this machine would, and routes that lead nowhere stand before all that is private. The routes
// lie in a network namespace over which the game has no right.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

const PASTA = '/usr/bin/pasta';
const TUN = '/dev/net/tun';
const IP_TOOLS = ['/usr/sbin/ip', '/usr/bin/ip', '/sbin/ip'];
/** The game's own address and where it asks for names. Of a range that belongs to nobody (RFC 5737). */
const [OWN, DOOR] = ['192.0.2.2', '192.0.2.1'];

/** What is nobody's business on this machine. IPv6 is left out altogether, and with it all of its private ranges. */
const PRIVATE = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24'],
  ...['192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4'],
  '240.0.0.0/4',
];

/** The network that an interface's address lies in: '203.0.113.77/26' is in '203.0.113.64/26'. */
export function networkOf(cidr: string): string {
  const [address = '', length = '32'] = cidr.split('/');
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  const first = value - (value % size);
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${parts.join('.')}/${length}`;
}

/** The networks that this machine is in, public ones too: its own services and its neighbours are no game's business. */
function ownNetworks(): string[] {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.flatMap(({ cidr, family }) => (family === 'IPv4' && cidr !== null ? [networkOf(cidr)] : []));
}

/** Puts the routes, then becomes bubblewrap; its numbers of processes are of the namespace that pasta made. */
const ROUTES = `
for range in $1; do "$2" route replace unreachable "$range" || exit 70; done
shift 2
exec /usr/bin/unshare --mount-proc "$@"`;

/** What resolves names in there: a line of /etc/resolv.conf. */
export const RESOLVER = `nameserver ${DOOR}\n`;

/** Why games that ask for a network cannot have one here; undefined when they can. Without a wall they have all of it. */
export function internetFault(wallBy: 'user' | 'root' | 'none'): string | undefined {
  if (wallBy === 'none') return undefined;
  if (wallBy === 'root') return 'its network needs user namespaces, which this kernel gives to nobody';
  if (!existsSync(PASTA)) return 'its network needs pasta (Debian: passt)';
  if (!IP_TOOLS.some((path) => existsSync(path))) return 'its network needs ip (Debian: iproute2)';
  const open = 'its network needs /dev/net/tun open to all (chmod 666)';
  try {
    accessSync(TUN, constants.R_OK | constants.W_OK);
    return (statSync(TUN).mode & 0o006) === 0o006 || process.getuid?.() !== 0 ? undefined : open;
  } catch {
    return open;
  }
}

/** What stands before bubblewrap, so that its program has the internet and nothing else. */
export function behindPasta(box: readonly string[]): string[] {
  const ip = IP_TOOLS.find((path) => existsSync(path)) ?? '';
  const quiet = ['--foreground', '--quiet', '--ipv4-only', '--no-map-gw'];
  const address = ['--config-net', '-a', OWN, '-n', '255.255.255.252', '-g', DOOR, '--dns-forward', DOOR];
  const nobodyComesIn = ['-t', 'none', '-u', 'none', '-T', 'none', '-U', 'none'];
  const ranges = [...new Set([...PRIVATE, ...ownNetworks().filter((range) => !range.startsWith('127.'))])];
  const script = ['/bin/sh', '-c', ROUTES, 'sh', ranges.join(' '), ip];
  return [PASTA, ...quiet, ...address, ...nobodyComesIn, '--', ...script, ...box];
}
