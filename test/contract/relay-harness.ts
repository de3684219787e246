// test/contract/relay-harness.ts - a relay as a person starts it, in a process of its own, for tests over real sockets.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
export const SECRET = 'a secret of sixteen or more characters';
/** Ports that relays of the tests allocate from; files that run at once share them, since a taken port is passed over. */
export const RELAY_PORTS = '21200-21999';

/** A relay process. */
export type RelayUnderTest = {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly port: number;
  readonly metricsPort: number;
  /** Everything it logged, one object a line. */
  readonly log: readonly Record<string, unknown>[];
  /** Resolves with the first line of this event, past or to come. */
  event(name: string): Promise<Record<string, unknown>>;
  /** Resolves when this event was logged so many times. */
  logged(name: string, count: number): Promise<void>;
  /** Value of a metric, summed over labels that contain `labels`. */
  metric(name: string, labels?: string): Promise<number>;
  metricsPage(): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Resident memory without what is shared with files, in bytes. */
  memoryBytes(): number;
  descriptors(): number;
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
};

/** Starts `src/main/relay.ts` with loopback allowed and waits until it listens. */
export function startRelay(...flags: readonly string[]): Promise<RelayUnderTest> {
  return startRelayUnder([process.execPath], ...flags);
}

/** The same by other words: Node with flags of its own, or inside a network namespace. */
export async function startRelayUnder(words: readonly string[], ...flags: readonly string[]): Promise<RelayUnderTest> {
  const [program = process.execPath, ...args] = words;
  // A default is taken out by giving it empty.
  const given = (flag: string) => flags.some((word) => word === flag || word.startsWith(`${flag}=`));
  const defaults = Object.entries({
    '--listen': '127.0.0.1:0',
    '--secret': SECRET,
    '--relay-ports': RELAY_PORTS,
    '--allow-peer': '127.0.0.0/8,::1/128',
    '--relay-ip': '127.0.0.1,::1',
    '--metrics': '127.0.0.1:0',
    '--drain-seconds': '0',
    '--log-level': 'debug',
  }).flatMap(([flag, value]) => (given(flag) ? [] : [`${flag}=${value}`]));
  const child = spawn(
    program,
    [
      ...args,
      join(ROOT, 'src/main/relay.ts'),
      ...defaults,
      ...flags.filter((word) => word !== '' && !word.endsWith('=')),
    ],
    {
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '' },
    },
  );
  const log: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('{')) log.push(JSON.parse(line));
      else if (line !== '') log.push({ event: 'text', line });
    }
    for (const check of [...waiting]) check();
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const said = child.stderr === null ? undefined : once(child.stderr, 'close');
  const logged = (name: string, count: number) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (log.filter((line) => line.event === name).length < count) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
      void Promise.all([exited, said]).then(() => {
        check();
        reject(new Error(`the relay ended without ${name}: ${JSON.stringify(log.slice(-5))}`));
      });
    });
  const event = async (name: string) => {
    await logged(name, 1);
    return log.find((line) => line.event === name) ?? {};
  };
  const ready = await event('relay.ready');
  const shards = ready.shards as { udp: string }[];
  const [, host = '', port = ''] = /turn:(.+):(\d+)\?/.exec(shards[0]?.udp ?? '') ?? [];
  const metricsPort = Number(ready.metricsPort);
  const metricsPage = async () => (await fetch(`http://${host}:${metricsPort}/metrics`)).text();
  const pid = child.pid ?? 0;
  return {
    process: child,
    pid,
    port: Number(port),
    metricsPort,
    log,
    event,
    logged,
    metricsPage,
    async metric(name, labels = '') {
      const lines = (await metricsPage()).split('\n');
      const rows = lines.filter(
        (line) => new RegExp(`^nearcade_relay_${name}[{ ]`).test(line) && line.includes(labels),
      );
      return rows.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    signal: (name) => child.kill(name),
    memoryBytes: () => 1_024 * Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]),
    descriptors: () => readdirSync(`/proc/${pid}/fd`).length,
    exited,
    async stop() {
      child.kill('SIGINT');
      const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(late);
    },
  };
}
