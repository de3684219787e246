// test/support/told-process.ts - a process that says a line for each thing it acknowledged, and may be killed at any moment.
import { type ChildProcess, spawn } from 'node:child_process';

/** What a test does with it. */
export type ToldProcess = {
  readonly child: ChildProcess;
  kill(signal?: NodeJS.Signals): void;
  /** Waits until it has said so many lines more. Throws when it ended by itself. */
  hear(more: number): Promise<void>;
  /** Waits until it is gone and everything it said was heard. */
  gone(): Promise<void>;
};

/** Starts a script of this folder's. `note` gets each whole line: one that the kill cut short was not said. */
export function toldProcess(script: string, args: readonly string[], note: (line: string) => void): ToldProcess {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let [rest, told] = ['', 0];
  let wake = (): void => {};
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) note(line);
    told += lines.length;
    wake();
  });
  child.once('close', () => wake());
  return {
    child,
    kill: (signal = 'SIGKILL') => {
      child.kill(signal);
    },
    hear: async (more) => {
      const wanted = told + more;
      while (told < wanted) {
        if (child.exitCode !== null) throw new Error(`the process ended by itself with ${child.exitCode}`);
        await new Promise<void>((done) => {
          wake = done;
        });
      }
    },
    gone: async () => {
      if (!child.stdout.readableEnded) await new Promise((done) => child.once('close', done));
    },
  };
}
