// src/agent/kept-bench.ts - the machine's last bench, in its data folder: it is measured once and said in every hello.
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bodyDecoder } from '../protocol/body-decoder.ts';
import { type NodeBench, NodeBenchShape } from '../protocol/node-bench.ts';

const FILE = 'bench.json';
const read = bodyDecoder(NodeBenchShape);

/** The bench in a data folder; undefined when there is none that this version can read. */
export function keptBench(folder: string): NodeBench | undefined {
  try {
    const bench = read(JSON.parse(readFileSync(join(folder, FILE), 'utf8')));
    return bench.ok ? bench.value : undefined;
  } catch {
    return undefined;
  }
}

/** When the bench in a data folder was written; 0 without one. */
export function keptBenchAtMs(folder: string): number {
  return statSync(join(folder, FILE), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Writes it down whole or not at all; readable by all, for who measures by hand may be another user than the node's. */
export function keepBench(folder: string, bench: NodeBench): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, FILE);
  writeFileSync(`${path}.new`, JSON.stringify(bench), { mode: 0o644 });
  renameSync(`${path}.new`, path);
}
