// tools/prove-fresh-machine.ts - shows that `./nearcade up` works on a fresh Debian 12 with only Node and npm: no Debian
// package, display, graphics card or font; as root and as a plain user whose home is closed to others. Makes such a
// machine, clones the last commit into it, starts, plays in a real browser, breaks things, removes the machine. Needs root,
// debootstrap and Chromium. Run: node tools/prove-fresh-machine.ts [--base ROOT] [> docs/evidence/fresh-machine.txt]
import { type ChildProcess, execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { finished, type Machine, makeMachine } from './fresh/machine.ts';
import { visit } from './fresh/visitor.ts';

const repository = join(import.meta.dirname, '..');
const FIRST_READY_S = 90;
const NEXT_READY_S = 6;
const { values } = parseArgs({ options: { base: { type: 'string' } } });
let faults = 0;

/** Shell: what the new machine is and what it lacks. */
const TELL = `. /etc/os-release
echo "$PRETTY_NAME, Node $(node --version), npm $(npm --version), $(dpkg-query -W | wc -l) Debian packages"
echo "fonts: $(find / -xdev -name '*.[to]tf' 2>/dev/null | wc -l), display: $(printenv DISPLAY || echo none), graphics: $(ls /dev/dri 2>/dev/null || echo none)"`;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints a line with its verdict. */
function check(what: string, holds: boolean, seen: string): void {
  if (!holds) faults++;
  say(`${holds ? 'ok  ' : 'FAIL'} ${what}: ${seen}`);
}

type Up = {
  readonly url: string;
  readonly seconds: number;
  readonly process: ChildProcess;
  readonly end: Promise<unknown>;
};

async function start(machine: Machine, user: string, folder: string, flags = '', env = {}): Promise<Up> {
  const startMs = performance.now();
  const child = machine.spawn(user, folder, `exec ./nearcade up ${flags}`, env);
  const end = finished(child);
  const url = await new Promise<string>((done, fail) => {
    child.stdout?.on('data', (text) => {
      const found = /ready: (http\S+)/.exec(String(text))?.[1];
      if (found !== undefined) done(found);
    });
    void end.then(({ code, output }) => fail(new Error(`up ended with ${code}: ${output}`)));
  });
  return { url, seconds: (performance.now() - startMs) / 1_000, process: child, end };
}

/** What a terminal does at Ctrl-C: the whole process group gets the signal. */
async function ctrlC({ process: child, end }: Up): Promise<void> {
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
  await end;
}

const status = async (url: string) => (await fetch(url)).status;
const portFree = (url: string): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer().once('error', () => done(false));
    server.listen(Number(new URL(url).port), '127.0.0.1', () => server.close(() => done(true)));
  });
const commandsOf = (machine: Machine) => machine.processes().map(({ command }) => command.slice(0, 60));

async function prove(machine: Machine, user: string): Promise<void> {
  const home = user === 'root' ? '/root' : `/home/${user}`;
  const folder = `${home}/nearcade`;
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', `file://${repository}`, join(machine.root, folder)]);
  execFileSync('chroot', [machine.root, 'chown', '-R', `${user}:${user}`, folder]);
  say(`\n== as ${user === 'root' ? 'root' : 'a plain user, home 0700'}`);

  const first = await start(machine, user, folder);
  check(`first start ready within ${FIRST_READY_S} s`, first.seconds <= FIRST_READY_S, `${first.seconds.toFixed(1)} s`);
  for (const path of ['/', '/healthz', '/readyz', '/metrics', '/openapi.json', '/docs']) {
    const code = await status(`${first.url}${path}`);
    check(`GET ${path}`, code === 200, String(code));
  }
  const seen = await visit(first.url);
  check(
    'the game answers a key',
    seen.answered,
    `${seen.codec}, ${seen.fps.toFixed(0)} fps, sound ${seen.soundLevel.toFixed(3)}`,
  );
  say(`     start of the session, ms: ${JSON.stringify(seen.startMs)}`);
  check('a receipt at the end', seen.receiptReason === 'player-left', seen.receiptReason);

  const beside = await start(machine, user, folder, `--data ${home}/second`);
  check('a second instance beside it', beside.url !== first.url, `${beside.seconds.toFixed(1)} s, other ports`);
  await visit(beside.url);
  await ctrlC(beside);
  check('the first one is still ready', (await status(`${first.url}/readyz`)) === 200, 'readyz 200');
  const held = await machine.finish(user, folder, './nearcade up');
  check('a second start on the same folder is refused', held.code === 1, held.output.trim());
  const busy = await machine.finish(
    user,
    folder,
    `./nearcade up --data ${home}/third --http ${new URL(first.url).host}`,
  );
  check(
    'a busy port is refused, naming the flag',
    busy.code === 1 && busy.output.includes('--http'),
    busy.output.trim(),
  );

  await ctrlC(first);
  check('Ctrl-C leaves no process', machine.processes().length === 0, JSON.stringify(commandsOf(machine)));
  check('Ctrl-C leaves no port', await portFree(first.url), 'free');
  const next = await start(machine, user, folder);
  check(`a later start ready within ${NEXT_READY_S} s`, next.seconds <= NEXT_READY_S, `${next.seconds.toFixed(1)} s`);

  const supervisor = machine.processes().find(({ command }) => /cli\.ts up/.test(command));
  if (supervisor !== undefined) process.kill(supervisor.pid, 'SIGKILL');
  await next.end;
  const again = await start(machine, user, folder);
  const uncles = machine.processes().filter(({ command }) => /cli\.ts (hub|relay|node|postgres)/.test(command)).length;
  check(
    'after kill -9 of the supervisor the next start is whole',
    uncles === 4,
    `${again.seconds.toFixed(1)} s, ${uncles} role processes`,
  );
  await visit(again.url);
  await ctrlC(again);
  check('and Ctrl-C leaves no process', machine.processes().length === 0, JSON.stringify(commandsOf(machine)));
}

/** Places that cannot be written: the checkout, the data folder, the home. */
async function proveReadOnly(machine: Machine, user: string): Promise<void> {
  const folder = `/home/${user}/nearcade`;
  say('\n== what cannot be written');
  execFileSync('chroot', [machine.root, 'chown', '-R', 'root:root', folder]);
  const refused = await machine.finish(user, folder, './nearcade up --data .nearcade');
  check(
    'a data folder that is not ours',
    refused.code === 1 && refused.output.includes('--data'),
    refused.output.trim(),
  );
  const elsewhere = await start(machine, user, folder, `--data /home/${user}/data`);
  check('a checkout that is not ours, data elsewhere', true, `${elsewhere.seconds.toFixed(1)} s`);
  await visit(elsewhere.url);
  await ctrlC(elsewhere);
  execFileSync('rm', [
    '-rf',
    ...['.runtime', 'node_modules', '.nearcade'].map((name) => join(machine.root, folder, name)),
  ]);
  const bare = await machine.finish(user, folder, './nearcade up');
  check('a fresh checkout that is not ours', bare.code === 1, bare.output.trim());
  execFileSync('chroot', [machine.root, 'chown', '-R', `${user}:${user}`, folder]);
  execFileSync('chroot', [machine.root, 'sh', '-c', 'mkdir -p /srv/home && chmod 0555 /srv/home']);
  const homeless = await start(machine, user, folder, '', { HOME: '/srv/home' });
  check(
    'a home that cannot be written',
    homeless.seconds <= FIRST_READY_S,
    `${homeless.seconds.toFixed(1)} s, packages anew`,
  );
  await ctrlC(homeless);
}

const git = (...args: string[]) => execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' }).trim();
say(
  `commit ${git('rev-parse', '--short', 'HEAD')}, ${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB, load ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]} at the start`,
);
const folder = mkdtempSync(join(tmpdir(), 'nearcade-fresh-'));
chmodSync(folder, 0o755); // The plain user passes through.
const machine = await makeMachine(join(folder, 'root'), values.base, ['root', 'player']);
try {
  const tell = await machine.finish('player', '/', TELL);
  say(tell.output.trim());
  await prove(machine, 'root');
  await prove(machine, 'player');
  await proveReadOnly(machine, 'player');
} catch (cause) {
  faults++;
  say(`FAIL ${cause instanceof Error ? cause.message : String(cause)}`);
} finally {
  await machine.remove();
  rmSync(folder, { recursive: true });
}
say(`\n${faults === 0 ? 'all of it holds' : `${faults} faults`}`);
process.exitCode = faults === 0 ? 0 : 1;
