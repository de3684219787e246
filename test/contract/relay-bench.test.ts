// test/contract/relay-bench.test.ts - goal: the relay's bench cannot rot. Method: its short form, beside Debian's coturn; that
// it measures is asserted, how fast is not.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const BENCH = join(import.meta.dirname, '../../bench/relay/main.ts');

test('the bench runs through, with figures for both servers and no wrong payload', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [BENCH]);
  const rows = stdout.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const figure = (cell: string | undefined) => Number.parseFloat(cell ?? '');
  const traffic = rows.filter(([, name = '']) => /^(frame bursts|single packets)/.test(name));
  expect(traffic).toHaveLength(4);
  for (const [, , ours, theirs, ratio] of traffic) {
    for (const cell of [ours, theirs, ratio]) expect(figure(cell)).toBeGreaterThan(0);
  }
  const named = (name: string) => rows.filter((row) => row[1] === name);
  for (const name of ['nearcade', 'coturn']) {
    const [delay, memory] = named(name);
    expect(figure(delay?.[2])).toBeGreaterThan(1); // Microseconds at the median.
    expect(figure(memory?.[2])).toBeGreaterThan(100); // Bytes of an allocation.
  }
  expect(stdout).toContain('every payload compared: 0 wrong');
});
