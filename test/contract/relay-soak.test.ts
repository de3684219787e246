// test/contract/relay-soak.test.ts - goal: no byte is lost or changed, and nothing grows, while garbage is collected all the
// time. Method: a relay that collects every 10 ms in each of its threads, 20,000 packets a second both ways, each with its
// number and checksum. 10 minutes with --long, else one.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { SECRET, startRelayUnder } from './relay-harness.ts';

const LONG = process.env.NEARCADE_LONG === '1';
const SECONDS = LONG ? 600 : 60;
const BENCH = join(import.meta.dirname, '../../bench/relay');
const MEGABYTE = 1024 * 1024;

type Line = {
  readonly sent: number;
  readonly came: number;
  readonly lost: number;
  readonly changed: number;
  readonly second?: number;
  readonly done?: true;
  readonly packetsPerS?: number;
};

test(
  '20,000 packets a second under forced garbage collection: 0 lost, 0 changed, memory and descriptors flat',
  async () => {
    const node = [process.execPath, '--expose-gc', '--import', join(BENCH, 'force-gc.ts')];
    const relay = await startRelayUnder(node, '--allocation-mbps=1000', '--backend=ffi');
    const words = [join(BENCH, 'soak.ts'), `--server=127.0.0.1:${relay.port}`, `--secret=${SECRET}`];
    const load = spawn(process.execPath, [...words, `--seconds=${SECONDS}`], { stdio: ['pipe', 'pipe', 'inherit'] });
    const seen: { memoryBytes: number; descriptors: number }[] = [];
    let last: Line | undefined;
    for await (const text of createInterface({ input: load.stdout })) {
      last = JSON.parse(text);
      if (last?.done) load.stdin.end();
      if (last?.second !== undefined) {
        seen.push({ memoryBytes: relay.memoryBytes(), descriptors: relay.descriptors() });
      }
    }
    const carried = await relay.metric('payload_bytes_total');
    await relay.stop();
    const forced = relay.log.filter(({ event }) => event === 'gc.forced').map((line) => Number(line.forced));
    const warm = seen.slice(Math.floor(seen.length / 5));
    const [memory, descriptors] = [warm.map((at) => at.memoryBytes), warm.map((at) => at.descriptors)];
    const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
    const half = warm.length >> 1;
    const grownBytes = mean(memory.slice(half)) - mean(memory.slice(0, half));
    if (LONG) console.log(JSON.stringify({ ...last, carried, forced, grownBytes, highestBytes: Math.max(...memory) }));
    expect(last).toMatchObject({ done: true, lost: 0, changed: 0 });
    expect(last?.came).toBe(last?.sent);
    expect(last?.sent).toBeGreaterThan(SECONDS * 1_000); // A busy machine may be slower than asked for, not idle.
    expect(forced).toHaveLength(2); // Main thread and worker.
    for (const times of forced) expect(times).toBeGreaterThan(SECONDS);
    expect(grownBytes).toBeLessThan(2 * MEGABYTE);
    // One may be open for a moment: twice a minute the relay asks for the machine's addresses.
    expect(Math.min(...descriptors.slice(half))).toBe(Math.min(...descriptors.slice(0, half)));
    expect(Math.max(...descriptors) - Math.min(...descriptors)).toBeLessThanOrEqual(1);
  },
  (SECONDS + 120) * 1_000,
);
