// src/main/node-bench.ts - `./nearcade node bench`: what this machine can do for players, measured, judged and kept. The page
// /node shows the same once the node has told the hub.

import { join, resolve } from 'node:path';
import { keepBench } from '../agent/kept-bench.ts';
import { markedProcess } from '../agent/process-mark.ts';
import { LOCK_FILE } from '../agent/start-agent.ts';
import type { Values } from '../config/load.ts';
import type { nodeBenchSettings } from '../config/settings.ts';
import { judgeBench } from '../pool/bench-verdicts.ts';
import type { BenchLine } from '../protocol/http-api.ts';
import { slotsFor, version } from './node.ts';
import { measureNode } from './node-measure.ts';

const SIGNS = { ok: 'ok  ', less: 'less', bad: 'BAD ' } as const;
const MENDS: Readonly<Record<BenchLine['check'], string>> = {
  encode: 'a graphics card whose encoder opens, or nothing else running; ./nearcade doctor says why one does not open',
  sessions: 'start the node with --slots of what it carries',
  upload: 'fewer slots, or a faster line; cable instead of radio',
  nat: 'forward UDP ports and name them with --ice-ports and --advertise, or players come through the relay',
  rtt: 'players far from the relay are far from this machine, too; cable instead of radio',
  loss: 'let UDP out to the relay; cable instead of radio',
};

const amount = (check: BenchLine['check'], value: number): string =>
  ({
    encode: `${value.toFixed(0)} pictures a second`,
    sessions: `${value}`,
    upload: `${value.toFixed(1)} Mbit/s`,
    nat: '',
    rtt: `${value.toFixed(1)} ms`,
    loss: `${(value * 100).toFixed(1)} %`,
  })[check];

const most: ReadonlySet<BenchLine['check']> = new Set(['rtt', 'loss']);

/** One line of the table, and how to mend it where it falls short. */
export function benchText({ check, of, height, ms, value, limit, verdict }: BenchLine): string {
  const what = [check, of, height === undefined ? undefined : `${height}p`].filter((word) => word !== undefined);
  const seen = value === undefined ? '' : `: ${amount(check, value)}`;
  const slow = ms === undefined ? '' : `, ${ms.toFixed(1)} ms a picture`;
  const wanted = limit === undefined ? '' : ` (at ${most.has(check) ? 'most' : 'least'} ${amount(check, limit)})`;
  const mend = verdict === 'ok' ? '' : `\n        ${MENDS[check]}`;
  return `  ${SIGNS[verdict]}  ${what.join(' ')}${seen}${slow}${wanted}${mend}`;
}

/** Measures, prints, keeps. Ends with 1 when something is BAD. */
export async function runNodeBench(
  { data, hub, slots }: Values<typeof nodeBenchSettings>,
  say: (line: string) => void,
): Promise<number> {
  const folder = resolve(data ?? '.nearcade');
  const busy = markedProcess(join(folder, LOCK_FILE)) !== undefined;
  if (busy) say('A node runs here: the figures are of what it leaves. It tells the hub by itself.');
  const bench = await measureNode({ hub, version: version(), say: (what) => say(`measuring ${what}`) });
  keepBench(folder, bench);
  const lines = judgeBench(bench, slotsFor(slots, bench));
  for (const line of lines) say(benchText(line));
  if (hub === undefined) say('  less  the line was not measured: name a hub with --hub');
  say(`\nKept in ${join(folder, 'bench.json')}.`);
  return lines.some(({ verdict }) => verdict === 'bad') ? 1 : 0;
}
