// src/main/supervisor.ts - keeps role processes running: starts each with an IPC channel (whose end tells the child that
// we are gone), restarts one that ends, gives up on one that cannot start, stops all in reverse order.
import { type ChildProcess, fork } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Log } from '../observe/log.ts';
import { nodeFlags } from './node-flags.ts';
import type { RoleReport } from './role.ts';

/** How a role is started: `argv` as after `./nearcade`. */
export type RoleCommand = {
  readonly name: string;
  readonly argv: readonly string[] | (() => readonly string[]);
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
};

/** One supervised role. */
export type Supervised = {
  readonly name: string;
  /** Resolves with the role's facts when it is first ready; rejects with its sentence when it cannot start. */
  readonly ready: Promise<Readonly<Record<string, string | number>>>;
  /** Its end is expected from now on: it is not started again. For all roles before the first is stopped. */
  expectEnd(): void;
  /** Stops it and does not start it again. */
  stop(): Promise<void>;
};

/** What the supervisor tells its owner. */
export type SupervisorHooks = {
  readonly onSpawn: (name: string, pid: number) => void;
  readonly onGone: (name: string) => void;
  /** A role that was ready ended and is started again. */
  readonly onRestart: (name: string, exit: string) => void;
};

const RESTART_MS = [100, 250, 500, 1_000, 2_000, 5_000]; // The last one repeats.
const HEALTHY_MS = 10_000; // After this long a role counts as healthy and the ladder starts anew.
const STARTS_MAX = 5; // A role that never became ready is given up after so many starts.
/** A role that is told to stop is killed after this: above the 15 s that a role gives itself. */
export const ROLE_STOP_MS = 20_000;

/** Starts `command` with `cli` (path of src/main/cli.ts) and keeps it running. */
export function supervise(cli: string, command: RoleCommand, hooks: SupervisorHooks, log: Log): Supervised {
  const output: WriteStream = createWriteStream(command.logFile, { flags: 'a', mode: 0o600 });
  let child: ChildProcess | undefined;
  let stopping = false;
  let everReady = false;
  let starts = 0;
  let step = 0;
  let timer: NodeJS.Timeout | undefined;
  let settle: { resolve: (facts: Readonly<Record<string, string | number>>) => void; reject: (error: Error) => void };
  const ready = new Promise<Readonly<Record<string, string | number>>>((resolve, reject) => {
    settle = { resolve, reject };
  });
  ready.catch(() => {}); // The owner may look later; a rejection before that is no crash.

  const start = (): void => {
    starts++;
    let failure: Extract<RoleReport, { kind: 'failed' }> | undefined;
    const startedMs = performance.now();
    const argv = typeof command.argv === 'function' ? command.argv() : command.argv;
    const own = fork(cli, [...argv], {
      detached: true, // A terminal's Ctrl-C is for us: told twice, a role would leave at once instead of in order.
      env: { ...process.env, ...command.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [...nodeFlags(argv[0])],
    });
    child = own;
    own.stdout?.pipe(output, { end: false });
    own.stderr?.pipe(output, { end: false });
    if (own.pid !== undefined) hooks.onSpawn(command.name, own.pid);
    own.on('message', (message: RoleReport) => {
      if (message.kind === 'failed') failure = message;
      if (message.kind !== 'ready') return;
      everReady = true;
      settle.resolve(message.facts);
    });
    own.on('exit', (code, signal) => {
      hooks.onGone(command.name);
      if (stopping) return;
      const exit = signal ?? `code ${code}`;
      log.warn({ child: command.name, exit }, 'child.ended');
      if (!everReady && (failure?.again === false || starts >= STARTS_MAX)) {
        settle.reject(
          new Error(
            failure?.sentence ??
              `${command.name} ended ${starts} times while starting (${exit}); see ${command.logFile}`,
          ),
        );
        return;
      }
      step = performance.now() - startedMs > HEALTHY_MS ? 0 : Math.min(step + 1, RESTART_MS.length - 1);
      if (everReady) hooks.onRestart(command.name, exit);
      timer = setTimeout(start, RESTART_MS[step]);
    });
  };
  start();
  const expectEnd = (): void => {
    stopping = true;
    clearTimeout(timer);
  };

  return {
    name: command.name,
    ready,
    expectEnd,
    stop: async () => {
      expectEnd();
      const own = child;
      if (own !== undefined && own.exitCode === null && own.signalCode === null) {
        const gone = new Promise((done) => own.once('exit', done));
        own.kill('SIGTERM');
        const cut = setTimeout(() => own.kill('SIGKILL'), ROLE_STOP_MS);
        await gone;
        clearTimeout(cut);
      }
      await new Promise((done) => output.end(done));
    },
  };
}
