// test/contract/render-sandbox/driver.ts - runs as root of network and mount namespaces of its own (see
// render-sandbox.test.ts): a node's machine, and beyond a cable its LAN, a metadata service and the internet, all of
// them one listener. The guest plays without a network, with one, and unconfined; prints what it reached each time.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { SandboxWish } from '../../../src/render/x11/wall.ts';
import { playGuest } from './guest.ts';

const ip = (...words: string[]): void => void execFileSync('ip', words, { stdio: ['ignore', 'inherit', 'inherit'] });
const PLACES = {
  internet: '9.9.9.9',
  lan: '192.168.77.1',
  'another private network': '10.9.9.9',
  "carrier's network": '100.64.0.9',
  metadata: '169.254.169.254',
};
/** IPv6: what a game has none of, wherever it leads. */
const SIX = { internet: '2620:fe::9', lan: 'fd00:77::1', metadata: 'fd00:ec2::254' };
const PORT = 8080;
const LISTEN = `use IO::Socket::INET; my $s = IO::Socket::INET->new(Listen => 9, LocalPort => ${PORT}) or die;
use IO::Socket::IP; my $six = IO::Socket::IP->new(Listen => 9, LocalHost => '::', LocalPort => ${PORT}, V6Only => 1) or die;
my $names = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '${PLACES.internet}:53') or die; my $servant = fork();
my $text; unless ($servant) { while (defined($names->recv($text, 512))) { $names->send($text) } exit }
$SIG{TERM} = sub { kill 'TERM', $servant; exit };
$| = 1; print "ready\\n"; while (my $c = $s->accept) { close $c }`;

ip('link', 'set', 'lo', 'up');
ip('netns', 'add', 'beyond');
ip('link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', 'beyond');
ip('addr', 'add', '192.168.77.2/24', 'dev', 'cable');
ip('link', 'set', 'cable', 'up');
for (const address of Object.values(PLACES)) ip('-n', 'beyond', 'addr', 'add', `${address}/24`, 'dev', 'eth0');
for (const address of Object.values(SIX)) ip('-n', 'beyond', 'addr', 'add', `${address}/64`, 'dev', 'eth0', 'nodad');
ip('-n', 'beyond', 'link', 'set', 'eth0', 'up');
ip('addr', 'add', 'fd00:77::2/64', 'dev', 'cable', 'nodad');
ip('route', 'add', 'default', 'via', SIX.lan);
ip('route', 'add', 'default', 'via', PLACES.lan);
const beyond = spawn('ip', ['netns', 'exec', 'beyond', 'perl', '-e', LISTEN], { stdio: ['ignore', 'pipe', 'inherit'] });
await once(beyond.stdout, 'data');
const own = createServer().listen(PORT, '0.0.0.0');
await once(own, 'listening');

const places = { ...PLACES, 'the machine by its address': '192.168.77.2', loopback: '127.0.0.1' };

/** Past routes: a socket bound to a device takes what no route leads to for a neighbour. */
const BOUND = ['internet', 'lan', 'metadata', 'the machine by its address'] as const;

async function reached(sandbox: SandboxWish, network: boolean): Promise<string[]> {
  const acts = [
    ...Object.entries(places).map(([name, address]) => [name, `tcp=${address}:${PORT}`] as const),
    ...BOUND.map((name) => [`${name}, bound`, `bound=${places[name]}:${PORT}`] as const),
    ...Object.entries(SIX).map(([name, address]) => [`${name} by IPv6`, `six=${address}.${PORT}`] as const),
    ['names', `ask=${sandbox === 'off' ? PLACES.internet : '192.0.2.1'}`] as const,
  ];
  const guest = await playGuest(
    sandbox,
    acts.map(([, act]) => act),
    { network },
  );
  await guest.run.close();
  return acts.flatMap(([name, act]) => (guest.got.get(act) ? [name] : []));
}

const seen = {
  none: await reached('require', false),
  asked: await reached('require', true),
  off: await reached('off', false),
};
beyond.kill();
own.close();
process.stdout.write(`${JSON.stringify(seen)}\n`);
process.exit(0);
