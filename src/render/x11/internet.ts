// src/render/x11/internet.ts - the network of a game that asks for one: pasta (Debian: passt) carries its connections as
// an ordinary program of this machine would, and a router before it has routes that lead nowhere for all that is private.
// The router is a network namespace that the game is not in.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

const PASTA = '/usr/bin/pasta';
const TUN = '/dev/net/tun';
const IP_TOOLS = ['/usr/sbin/ip', '/usr/bin/ip', '/sbin/ip'];
/** The router's address towards pasta, and where games ask for names. Of a range that belongs to nobody (RFC 5737). */
const [OWN, DOOR] = ['192.0.2.2', '192.0.2.1'];
/** Between router and game, of the same range. */
const CABLE = {
  ...{ router: 'nearcade-out', routerAddress: '192.0.2.5' },
  ...{ game: 'nearcade-in', gameAddress: '192.0.2.6' },
} as const;

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

/**
 * Makes a router of the namespace that pasta serves, then a namespace behind it for the game. The routes must not lie
 * where the game is: a socket that is bound to a device (SO_BINDTODEVICE, IP_PKTINFO, IP_MULTICAST_IF) goes past them,
 * for Linux takes what no route leads to as a neighbour on that device. A router looks at its own routes alone,
 * and says no at once (icmp_ratelimit).
 */
const ROUTER = `
set -e
ip=$1 ranges=$2 inner=$3
shift 3
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 0 > /proc/sys/net/ipv4/icmp_ratelimit
for range in $ranges; do "$ip" route replace unreachable "$range"; done
"$ip" link add ${CABLE.game} type veth peer name ${CABLE.router}
"$ip" addr add ${CABLE.routerAddress}/30 dev ${CABLE.router}
"$ip" link set ${CABLE.router} up
exec 9< /proc/self/ns/net
exec /usr/bin/unshare --net /bin/sh -c "$inner" sh "$ip" "$@"`;

/** The game's side of it; then becomes bubblewrap. */
const GAME_SIDE = `
set -e
ip=$1
shift
/usr/bin/nsenter --net=/proc/self/fd/9 "$ip" link set ${CABLE.game} netns $$
exec 9<&-
"$ip" link set lo up
"$ip" addr add ${CABLE.gameAddress}/30 dev ${CABLE.game}
"$ip" link set ${CABLE.game} up
"$ip" route add default via ${CABLE.routerAddress}
exec "$@"`;

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
  // A /proc of its own: numbers of processes are of the namespace that pasta made.
  const script = ['/usr/bin/unshare', '--mount-proc', '/bin/sh', '-c', ROUTER, 'sh', ip, ranges.join(' '), GAME_SIDE];
  return [PASTA, ...quiet, ...address, ...nobodyComesIn, '--', ...script, ...box];
}
