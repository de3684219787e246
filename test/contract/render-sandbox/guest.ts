// test/contract/render-sandbox/guest.ts - a 'game' that tries what it must not, writes down what it got, and then shows
// Freedoom, so that it counts as started. Its acts are lines of Perl, which every Debian has.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadCardUse } from '../../../src/render/x11/card-use.ts';
import type { Limits } from '../../../src/render/x11/fence.ts';
import type { SandboxWish } from '../../../src/render/x11/wall.ts';
import { command, library, type Played, play } from '../render-rig.ts';

const PERL = `
use strict; use IO::Socket::INET; use IO::Socket::UNIX; use POSIX 'setsid'; use Socket;
my ($home, @acts) = @ARGV;
sub reads { my ($path) = @_; open(my $in, '<', $path) or return 0; return defined(<$in>); }
sub same { my ($text) = @_; return grep { my $in; open($in, '<', $_) && index(<$in>, $text) == 0 } '/etc/machine-id', '/var/lib/dbus/machine-id'; }
sub writes { my ($path) = @_; open(my $out, '>', $path) or return 0; print $out 'left'; return close($out); }
$SIG{XFSZ} = 'IGNORE';
sub fills { my ($path, $mb) = @_; open(my $out, '>', $path) or return 0; for (1 .. $mb) { print $out 'x' x 1048576 or return 0; } return close($out); }
sub unix { my ($path) = @_; return defined(IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $path)); }
sub tcp { my ($to) = @_; return defined(IO::Socket::INET->new(PeerAddr => $to, Timeout => 3)); }
sub six { my ($host, $port) = split(/\\./, $_[0]); socket(my $socket, AF_INET6, SOCK_STREAM, 0) or return 0;
  return connect($socket, Socket::pack_sockaddr_in6($port, Socket::inet_pton(AF_INET6, $host))) ? 1 : 0; }
sub device { open(my $in, '<', '/proc/net/dev'); return (grep { $_ ne 'lo' } map { /^\\s*(\\S+?):/ ? $1 : () } <$in>)[0]; }
sub bound { my ($host, $port) = split(/:/, $_[0]); my $socket = IO::Socket::INET->new(Proto => 'tcp', Timeout => 0.5);
  return setsockopt($socket, SOL_SOCKET, 25, device() // '') && $socket->connect($port, inet_aton($host)); }
sub asks { my $socket = IO::Socket::INET->new(PeerAddr => "$_[0]:53", Proto => 'udp') or return 0; $socket->send('name'); my ($in, $text) = ('', '');
  vec($in, fileno($socket), 1) = 1; return select($in, undef, undef, 3) > 0 && defined($socket->recv($text, 9)) && $text eq 'name'; }
sub shared { my ($id) = @_; my $text; return shmread($id, $text, 0, 4) && $text eq 'text'; }
sub stays { my ($seconds) = @_; return 1 if fork(); setsid(); %ENV = (); exec '/bin/sleep', $seconds; }
# add_key, and keyctl to search, in the session's keyring. Perl hands over numbers as numbers and texts as pointers.
my $arm = (POSIX::uname())[4] eq 'aarch64';
sub keeps { my ($type, $name, $text) = ('user', $_[0], 'left'); return syscall($arm ? 217 : 248, $type, $name, $text, 4, -3) > 0; }
sub finds { my ($type, $name) = ('user', $_[0]); return syscall($arm ? 219 : 250, 10, -3, $type, $name, 0) > 0; }
sub family { return socket(my $socket, $_[0], SOCK_STREAM, 0) ? 1 : 0; }
sub users { return syscall($arm ? 97 : 272, 0x10000000) == 0; }
# The display's own protocol, so that a request can be made that no library makes.
my ($x, $root, $id);
sub answer { read($x, my $head, 32) == 32 or die; my ($kind, $more) = unpack('C x3 V', $head); # Errors and events are 32 bytes.
  read($x, my $rest, 4 * $more) if $kind == 1; return $kind == 1 ? substr($head, 8) . ($rest // '') : $kind ? answer() : undef; }
sub says { my ($opcode, $detail, $body) = @_; $x->print(pack('CCv', $opcode, $detail, 1 + length($body) / 4), $body); $x->flush; }
sub done { says(43, 0, ''); return defined(answer()); } # GetInputFocus: its answer comes first unless the request before was refused.
sub opens_display {
  my ($number) = $ENV{DISPLAY} =~ /(\\d+)/;
  open(my $in, '<', $ENV{XAUTHORITY}) or die; my $cookie = do { local $/; substr(<$in>, -16) };
  $x = IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => "/tmp/.X11-unix/X$number") or die;
  $x->print(pack('A1xvvvvxxa20a16', 'l', 11, 0, 18, 16, 'MIT-MAGIC-COOKIE-1', $cookie)); $x->flush;
  read($x, my $head, 8); my ($ok, $length) = unpack('C x5 v', $head); read($x, my $setup, 4 * $length); $ok == 1 or die;
  ($id, my $vendor, my $formats) = unpack('x4 V x8 v x3 C', $setup);
  ($root) = unpack('V', substr($setup, 32 + 4 * int(($vendor + 3) / 4) + 8 * $formats));
}
# Shared memory of somebody else that the display takes for a picture of ours; what lies in it is looked at on the screen.
sub picture { my ($memory) = @_; opens_display();
  says(98, 0, pack('vxxa8', 7, 'MIT-SHM')); my ($present, $shm) = unpack('CC', answer()); return 0 unless $present;
  says($shm, 1, pack('VVCxxx', $id, $memory, 1)); done() or return 0;
  says(55, 0, pack('VVV', $id + 1, $root, 0)); done() or return 0;
  says($shm, 3, pack('VVv8C4VV', $root, $id + 1, 1, 1, 0, 0, 1, 1, 0, 0, 24, 2, 0, 0, $id, 0)); done() or return 0;
  says(73, 2, pack('Vv4V', $root, 0, 0, 1, 1, 0xffffffff)); return substr(answer(), 24, 3) eq 'tex'; }
my %can = (
  machine => \\&same, file => sub { fills("$home/large", $_[0]) },
  full => sub { my ($place, $mb) = split(/:/, $_[0]); my $fits = fills("$place/full-$$", $mb); my $why = $!; unlink("$place/full-$$"); return !$fits && $why == POSIX::ENOSPC(); },
  files => sub { return !grep { !fills("$home/$_", 1) } 1 .. $_[0]; },
  keep => \\&keeps, find => \\&finds, family => \\&family, users => \\&users, picture => \\&picture,
  ask => \\&asks, bound => \\&bound, read => \\&reads, write => \\&writes, socket => \\&unix, tcp => \\&tcp, six => \\&six, memory => \\&shared, stay => \\&stays, eat => sub { 1 },
  process => sub { -e "/proc/$_[0]/stat" }, abstract => sub { unix("\\0$_[0]") },
);
open(my $report, '>', "$home/report") or die;
for (@acts) { my ($act, $what) = split(/=/, $_, 2); print $report "$_ ", ($can{$act}->($what) ? 'yes' : 'no'), "\\n"; }
close($report);
my @doom = ('/usr/games/crispy-doom', '-iwad', '/usr/share/games/doom/freedoom1.wad', '-warp', '1', '1', '-nogui');
exec @doom unless grep { /^eat=/ } @acts;
exec @doom unless fork();
select(undef, undef, undef, 0.05) until -e "$home/hungry";
my ($mb) = map { /^eat=(.*)/ } @acts;
my @eaten = map { 'x' x 1048576 . $_ } 1 .. $mb;
writes("$home/full");
sleep 1 while 1;
`;

/** A started guest and what each of its acts came to. */
export type Guest = Played & { readonly got: ReadonlyMap<string, boolean> };

/**
 * Plays the guest.
 * @param acts such as 'read=/etc/passwd'; see `can` above
 * @param change fields of its manifest
 */
export async function playGuest(
  sandbox: SandboxWish,
  acts: readonly string[],
  change: object = {},
  limits: Limits = {},
  cardUse?: ReadCardUse,
): Promise<Guest> {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-guest-'));
  chmodSync(folder, 0o755);
  const own = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../src/render/manifests/freedoom.json'), 'utf8'),
  ) as { files: object };
  const argv = ['/usr/bin/perl', '{home}/guest.pl', '{home}', ...acts];
  const files = { ...own.files, 'guest.pl': PERL };
  writeFileSync(join(folder, 'guest.json'), JSON.stringify({ ...own, id: 'guest', command: argv, files, ...change }));
  const games = await library({ gamesFolder: folder, sandbox, limits, ...(cardUse && { cardUse }) });
  rmSync(folder, { recursive: true }); // It has been read.
  const played = await play(games, command('guest'));
  const lines = readFileSync(join(played.folder, 'home/report'), 'utf8').trim().split('\n');
  return { ...played, got: new Map(lines.map((line) => [line.replace(/ \w+$/, ''), line.endsWith(' yes')])) };
}
