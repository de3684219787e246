// test/support/evm/calls.ts - the long run of random calls as a program: node test/support/evm/calls.ts CALLS SEED. Prints
// what happened how often; exits with 1 where a law broke.
import { spawnSync } from 'node:child_process';
import { worldsOf } from './laws/law.ts';
import { randomCalls } from './laws/random.ts';

const [calls = 100_000, seed = 1] = process.argv.slice(2).map(Number);
const commit = spawnSync('git', ['log', '-1', '--format=%h', '--', 'contracts/src'], {
  encoding: 'utf8',
}).stdout.trim();
const startedMs = performance.now();
const happened = await randomCalls(worldsOf(), calls, seed);
process.stdout.write(
  `contracts of commit ${commit}, seed ${seed}: ${calls} random calls, every law held after each of them\n`,
);
process.stdout.write(`${((performance.now() - startedMs) / 1_000).toFixed(0)} s on a shared machine\n`);
for (const [name, count] of [...happened].toSorted()) process.stdout.write(`${String(count).padStart(8)}  ${name}\n`);
