// bench/relay/main.ts - `./nearcade bench relay`: our relay beside Debian's coturn in one run, on one core, loaded from
// another. Claims: packets a second and core >= 3x coturn's for frame bursts node to player, >= 2.5x player to node, >= 1.1x
// for single packets; added latency in frame bursts below coturn's; at most 8 KiB of its own memory an allocation.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { OutageError } from '../../src/base/assert.ts';
import { ownMemoryBytes } from './process-figures.ts';
import { coturnVersion, pinned, SECRET, type ServerUnderTest, startCoturn, startOurs } from './servers.ts';

/** One kind of traffic. `target`: our packets per core-second over coturn's. */
type Cell = { readonly name: string; readonly target: number; readonly flags: readonly string[] };
type Rate = { readonly packetsPerS: number; readonly packetsPerCpuS: number; readonly busy: number };
type Delay = { readonly p50Us: number; readonly p99Us: number; readonly packets: number; readonly lost: number };

const frames = ['--bytes=1200', '--flows=8', '--burst=16'];
const singles = ['--bytes=172', '--flows=64', '--burst=1'];
const cells: readonly Cell[] = [
  { name: 'frame bursts, node to player, 1,200 B', target: 3, flags: ['--direction=down', ...frames] },
  { name: 'frame bursts, player to node, 1,200 B', target: 2.5, flags: ['--direction=up', ...frames] },
  { name: 'single packets, node to player, 172 B', target: 1.1, flags: ['--direction=down', ...singles] },
  { name: 'single packets, player to node, 172 B', target: 1.1, flags: ['--direction=up', ...singles] },
];

const MEMORY_TARGET_BYTES = 8_192;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const sorted = (list: readonly number[]): number[] => list.toSorted((a, b) => a - b);
const median = (list: readonly number[]): number => sorted(list)[list.length >> 1] ?? Number.NaN;
const spread = (list: readonly number[], digits: number): string => {
  const [low = Number.NaN, high = Number.NaN] = [sorted(list)[0], sorted(list).at(-1)];
  return `${median(list).toFixed(digits)} (${low.toFixed(digits)}-${high.toFixed(digits)})`;
};
const verdict = (good: boolean): string => (good ? 'met' : 'MISSED');

/** Runs one of this folder's programs on the generator's core; what it printed. A wrong payload ends it with an error. */
async function program<T>(core: number | undefined, file: string, flags: readonly string[]): Promise<T> {
  const words = [join(import.meta.dirname, file), `--secret=${SECRET}`, ...flags];
  const child = spawn(...pinned(core, process.execPath, words), { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new OutageError(`${file} ${flags.join(' ')} ended with ${code}: ${text}`);
  return JSON.parse(text);
}

/** Own memory of a server per allocation: between `few` and `many` of them, each with a channel. */
async function memoryPerAllocation(server: ServerUnderTest, core: number | undefined, few: number, many: number) {
  const words = [join(import.meta.dirname, 'hold.ts'), `--secret=${SECRET}`, `--counts=${few},${many}`];
  const target = `--server=${server.address}`;
  const child = spawn(...pinned(core, process.execPath, [...words, target]), { stdio: ['pipe', 'pipe', 'inherit'] });
  const bytes: number[] = [];
  for await (const _ of createInterface({ input: child.stdout })) {
    bytes.push(ownMemoryBytes(server.pid));
    child.stdin.write('\n');
  }
  const [before = Number.NaN, after = Number.NaN] = bytes;
  return (after - before) / (many - few);
}

/** Figures of one server over all rounds, by cell. */
class Series {
  readonly rates = new Map<Cell, Rate[]>(cells.map((cell) => [cell, []]));
  readonly delays: Delay[] = [];
  readonly memory: number[] = [];

  of(cell: Cell, field: keyof Rate): number[] {
    return (this.rates.get(cell) ?? []).map((rate) => rate[field]);
  }
}

type Run = { readonly servers: readonly ServerUnderTest[]; readonly core: number | undefined; readonly long: boolean };

/** Measures every cell and delay once for the generator alone and for each server, one right after the other. */
async function round({ servers, core, long }: Run, series: readonly Series[], alone: Series): Promise<void> {
  const span = long ? ['--seconds=1', '--warm-seconds=0.4'] : ['--seconds=0.2', '--warm-seconds=0.1'];
  const sides = [
    { into: alone, flags: ['--direct'] },
    ...servers.map((server, i) => ({
      into: series[i] ?? alone,
      flags: [`--server=${server.address}`, `--server-pid=${server.pid}`],
    })),
  ];
  for (const cell of cells) {
    for (const { into, flags } of sides) {
      into.rates.get(cell)?.push(await program<Rate>(core, 'generator.ts', [...cell.flags, ...span, ...flags]));
    }
  }
  for (const { into, flags } of sides) {
    const where = flags.filter((flag) => !flag.startsWith('--server-pid'));
    into.delays.push(await program<Delay>(core, 'latency.ts', [`--seconds=${long ? 2 : 0.2}`, ...where]));
  }
}

function printRates([ours, theirs]: readonly Series[], alone: Series): void {
  say(
    '| traffic | packets per core-second: nearcade | coturn | ratio | target | | a second: nearcade | generator alone |',
  );
  say('|---|---|---|---|---|---|---|---|');
  for (const cell of cells) {
    const own = ours?.of(cell, 'packetsPerCpuS') ?? [];
    const wall = ours?.of(cell, 'packetsPerS') ?? [];
    const other = theirs?.of(cell, 'packetsPerCpuS') ?? [];
    const ratios = own.map((rate, i) => rate / (other[i] ?? Number.NaN));
    const thousands = (list: readonly number[]) =>
      `${spread(
        list.map((rate) => rate / 1_000),
        0,
      )} k`;
    const enough = `>= ${cell.target}x | ${verdict(median(ratios) >= cell.target)}`;
    const columns = [cell.name, thousands(own), thousands(other), `${spread(ratios, 2)}x`, enough, thousands(wall)];
    say(`| ${columns.join(' | ')} | ${thousands(alone.of(cell, 'packetsPerS'))} |`);
  }
}

function printDelays(names: readonly string[], all: readonly Series[]): void {
  say('\n| one way, 8 streams of 60 frames a second, 40 packets of 1,200 B a frame | p50 us | p99 us | lost |');
  say('|---|---|---|---|');
  for (const [i, { delays }] of all.entries()) {
    const [p50, p99] = [delays.map(({ p50Us }) => p50Us), delays.map(({ p99Us }) => p99Us)];
    const lost = delays.reduce((sum, delay) => sum + delay.lost, 0);
    say(`| ${names[i]} | ${spread(p50, 0)} | ${spread(p99, 0)} | ${lost} |`);
  }
}

/** Prints the tables. `long`: 9 rounds of 1 s a cell; else one short round, to see that it runs. */
export async function bench({ long }: { readonly long: boolean }): Promise<void> {
  const version = coturnVersion();
  const two = cpus().length >= 2;
  const [serverCore, core] = two ? [0, 1] : [undefined, undefined];
  const rounds = long ? 9 : 1;
  say(
    `relay: ${cpus()[0]?.model.trim()}, ${cpus().length} cores, Linux ${release().split('-')[0]}, Node ${process.version}`,
  );
  say(two ? 'servers on core 0, generator on core 1' : 'one core only: nothing is pinned, ratios mean little');
  say(version === undefined ? 'coturn is not installed: nothing to compare with' : `peer: coturn ${version}`);
  say(`load before: ${loadavg().map((load) => load.toFixed(1))}; ${rounds} rounds, median (lowest-highest)\n`);
  const servers = [await startOurs(serverCore)];
  try {
    if (version !== undefined) servers.push(await startCoturn(serverCore, 12_999 + 5_000));
    const [alone, series] = [new Series(), servers.map(() => new Series())];
    for (let i = 0; i < rounds; i++) await round({ servers, core, long }, series, alone);
    printRates(series, alone);
    printDelays(['generator alone', ...servers.map(({ name }) => name)], [alone, ...series]);
    say('\n| own memory of an allocation with a channel | bytes | target |\n|---|---|---|');
    for (const { name, pid, address, stop } of servers) {
      const bytes = await memoryPerAllocation({ name, pid, address, stop }, core, long ? 500 : 100, long ? 4_000 : 300);
      const target =
        name === 'nearcade' && long ? `<= ${MEMORY_TARGET_BYTES} | ${verdict(bytes <= MEMORY_TARGET_BYTES)}` : '';
      say(`| ${name} | ${Math.round(bytes)} | ${target} |`);
    }
  } finally {
    for (const server of servers) await server.stop();
  }
  say(`\nevery payload compared: 0 wrong; load after: ${loadavg().map((load) => load.toFixed(1))}`);
}

if (import.meta.main) await bench({ long: process.argv.includes('--long') });
