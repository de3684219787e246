// test/e2e/operator-hour/world.ts - a town with the hub and everybody's browsers, and at the other end of a cable a machine
// that knows nothing of it. To be imported by a program that is root of namespaces of its own (operator-hour.test.ts): all
// of it ends with that.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../../src/main/build-web.ts';

/** Where the hub is, as both ends of the cable reach it. */
const TOWN = '10.78.0.1';
const MACHINE = '10.78.0.2';
/** Host name of the machine: what the page calls it. */
export const NAME = 'second-machine';

const ip = (...words: string[]): void => void execFileSync('ip', words, { stdio: ['ignore', 'inherit', 'inherit'] });

/** Lays the cable. */
export function makeTown(): void {
  ip('link', 'set', 'lo', 'up');
  ip('netns', 'add', 'machine');
  ip('link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', 'machine');
  ip('addr', 'add', `${TOWN}/24`, 'dev', 'cable');
  ip('link', 'set', 'cable', 'up');
  ip('-n', 'machine', 'addr', 'add', `${MACHINE}/24`, 'dev', 'eth0');
  ip('-n', 'machine', 'link', 'set', 'eth0', 'up');
  ip('-n', 'machine', 'link', 'set', 'lo', 'up');
}

/** What somebody typed on the machine. */
export type Typed = {
  /** Exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** What it said so far. */
  said(): string;
};

/**
 * Types a command into a shell of the machine. It has this checkout under a folder of its own, and no variable of ours
 * but one: a bench would take the processors from the game that is counted.
 * @param folder where the checkout lies; made when it is not there
 */
export function typeOnMachine(command: string, folder: string): Typed {
  if (mkdirSync(folder, { recursive: true }) !== undefined) {
    symlinkSync(join(repositoryRoot, 'nearcade'), join(folder, 'nearcade'));
  }
  const shell = ['netns', 'exec', 'machine', 'unshare', '--uts', 'sh', '-c', `hostname ${NAME} && exec ${command}`];
  const child = spawn('ip', shell, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, NEARCADE_BENCH: 'off' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk;
    });
  }
  return { ended: new Promise((done) => child.once('close', done)), said: () => text };
}
