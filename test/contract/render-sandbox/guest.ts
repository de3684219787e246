// test/contract/render-sandbox/guest.ts - a 'game' that tries what it must not, writes down what it got, and then shows
// Freedoom, so that it counts as started. Its acts are lines of Perl, which every Debian has.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Limits } from '../../../src/render/x11/fence.ts';
import type { SandboxWish } from '../../../src/render/x11/wall.ts';
import { command, library, type Played, play } from '../render-rig.ts';

const PERL = `
use strict; use IO::Socket::INET; use IO::Socket::UNIX; use POSIX 'setsid';
my ($home, @acts) = @ARGV;
sub reads { my ($path) = @_; open(my $in, '<', $path) or return 0; return defined(<$in>); }
sub writes { my ($path) = @_; open(my $out, '>', $path) or return 0; print $out 'left'; return close($out); }
sub unix { my ($path) = @_; return defined(IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $path)); }
sub tcp { my ($to) = @_; return defined(IO::Socket::INET->new(PeerAddr => $to, Timeout => 3)); }
sub shared { my ($id) = @_; my $text; return shmread($id, $text, 0, 4) && $text eq 'text'; }
sub stays { my ($seconds) = @_; return 1 if fork(); setsid(); %ENV = (); exec '/bin/sleep', $seconds; }
my %can = (
  read => \\&reads, write => \\&writes, socket => \\&unix, tcp => \\&tcp, memory => \\&shared, stay => \\&stays, eat => sub { 1 },
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
): Promise<Guest> {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-guest-'));
  chmodSync(folder, 0o755);
  const own = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../src/render/manifests/freedoom.json'), 'utf8'),
  ) as { files: object };
  const argv = ['/usr/bin/perl', '{home}/guest.pl', '{home}', ...acts];
  const files = { ...own.files, 'guest.pl': PERL };
  writeFileSync(join(folder, 'guest.json'), JSON.stringify({ ...own, id: 'guest', command: argv, files, ...change }));
  const games = await library({ gamesFolder: folder, sandbox, limits });
  rmSync(folder, { recursive: true }); // It has been read.
  const played = await play(games, command('guest'));
  const lines = readFileSync(join(played.folder, 'home/report'), 'utf8').trim().split('\n');
  return { ...played, got: new Map(lines.map((line) => [line.replace(/ \w+$/, ''), line.endsWith(' yes')])) };
}
