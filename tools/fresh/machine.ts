// tools/fresh/machine.ts - a bare Debian for one run: a root made by debootstrap with Node and npm copied in and nothing
// else, in mount and process namespaces of its own. It shares the network of this machine, so that npm finds its
// registry and a browser here finds the page there.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** A started machine. */
export type Machine = {
  readonly root: string;
  /** Starts a command as a user (name of the machine) without any environment but the given one; `cwd` is inside. */
  spawn(user: string, cwd: string, command: string, env?: Readonly<Record<string, string>>): ChildProcess;
  /** The same, to its end. */
  finish(user: string, cwd: string, command: string, env?: Readonly<Record<string, string>>): Promise<Finished>;
  /** Command lines of all processes of the machine, its first one apart. */
  processes(): readonly { readonly pid: number; readonly command: string }[];
  /** Ends every process and removes the root. */
  remove(): Promise<void>;
};

/** How a command ended. */
export type Finished = { readonly code: number | null; readonly output: string };

const run = (program: string, ...args: string[]): string => execFileSync(program, args, { encoding: 'utf8' }).trim();

/** What npm of this machine needs to reach its registry; told to the new machine by variables, written nowhere. */
function npmEnvironment(root: string): Record<string, string> {
  const env: Record<string, string> = { npm_config_registry: run('npm', 'config', 'get', 'registry') };
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  const authorities = run('npm', 'config', 'get', 'cafile');
  if (existsSync(authorities)) {
    copyFileSync(authorities, join(root, 'etc/npm-authorities.pem'));
    env.npm_config_cafile = '/etc/npm-authorities.pem';
  }
  return env;
}

function copyNode(root: string): void {
  const npm = join(run('npm', 'root', '--global'), 'npm');
  mkdirSync(join(root, 'usr/local/lib/node_modules'), { recursive: true });
  copyFileSync(run('sh', '-c', 'readlink -f "$(command -v node)"'), join(root, 'usr/local/bin/node'));
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true, verbatimSymlinks: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
}

/**
 * Makes a machine. Takes about two minutes, most of it debootstrap's; needs root.
 * @param root folder to make; must not exist
 * @param base a fresh minbase root to copy instead of making one
 */
export async function makeMachine(root: string, base: string | undefined, users: readonly string[]): Promise<Machine> {
  if (base !== undefined) execFileSync('cp', ['-a', base, root]);
  else {
    execFileSync('debootstrap', ['--variant=minbase', 'bookworm', root], { stdio: 'ignore' }); // Its own default mirror.
  }
  copyNode(root);
  copyFileSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'));
  copyFileSync('/etc/hosts', join(root, 'etc/hosts'));
  for (const user of users) {
    if (user === 'root') continue;
    execFileSync('chroot', [root, 'useradd', '--create-home', '--shell', '/bin/sh', user]);
    execFileSync('chroot', [root, 'chmod', '0700', `/home/${user}`]);
  }
  const npmEnv = npmEnvironment(root);
  // The first process only waits and buries orphans, as the init of a plain container does.
  const first = spawn(
    'unshare',
    [
      '--mount',
      '--pid',
      '--fork',
      '--kill-child',
      `--mount-proc=${join(root, 'proc')}`,
      'sh',
      '-c',
      'while :; do sleep 1; done',
    ],
    { stdio: 'ignore' },
  );
  const init = await childOf(first);
  const space = readlinkSync(`/proc/${init}/ns/pid`);
  const start = (user: string, cwd: string, command: string, env: Readonly<Record<string, string>> = {}) => {
    const home = user === 'root' ? '/root' : `/home/${user}`;
    const vars = Object.entries({
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: home,
      LANG: 'C.UTF-8',
      ...npmEnv,
      ...env,
    });
    return spawn(
      'nsenter',
      [
        ...['--target', String(init), '--mount', '--pid', 'chroot', `--userspec=${user}:${user}`, root, 'env', '-i'],
        ...vars.map(([name, value]) => `${name}=${value}`),
        ...['sh', '-c', `cd ${cwd} && ${command}`],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], detached: true }, // A process group of its own, as a terminal gives.
    );
  };
  return {
    root,
    spawn: start,
    finish: (user, cwd, command, env) => finished(start(user, cwd, command, env)),
    // A process without a command line has ended and waits for its burial.
    processes: () =>
      processesOf(space).filter(({ pid, command }) => pid !== init && command !== '' && command !== 'sleep 1'),
    async remove() {
      const gone = new Promise((done) => first.once('exit', done));
      first.kill('SIGKILL');
      await gone;
      for (const { pid } of processesOf(space)) process.kill(pid, 'SIGKILL');
      while (processesOf(space).length > 0) await new Promise((done) => setTimeout(done, 50));
      run('rm', '-rf', '--one-file-system', root);
    },
  };
}

async function childOf(parent: ChildProcess): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const text = readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, 'utf8').trim();
    if (text !== '' && readFileSync(`/proc/${text}/comm`, 'utf8').trim() === 'sh') return Number(text);
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error('the namespaces could not be made: is this root?');
}

function processesOf(space: string): { pid: number; command: string }[] {
  const pids = run('sh', '-c', 'ls /proc | grep -E "^[0-9]+$"').split('\n').map(Number);
  return pids.flatMap((pid) => {
    try {
      if (readlinkSync(`/proc/${pid}/ns/pid`) !== space) return [];
      return [{ pid, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() }];
    } catch {
      return []; // It ended while we looked.
    }
  });
}

/** Collects what a process says until it ends. */
export async function finished(child: ChildProcess): Promise<Finished> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, output };
}
