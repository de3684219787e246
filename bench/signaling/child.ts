// bench/signaling/child.ts - a server under measurement, in a process of its own: says its port, and on request its CPU time
// and its memory after a full collection.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What the bench asks a server. */
export type Ask =
  | { readonly ask: 'usage' }
  | { readonly ask: 'cpu' }
  | { readonly ask: 'routes' }
  | { readonly ask: 'end' };
/** What it answers. CPU in microseconds, memory in bytes. */
export type Answer =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'usage'; readonly cpuUs: number; readonly rssBytes: number; readonly heapBytes: number }
  | { readonly kind: 'routes'; readonly peers: readonly string[] };

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as (how: object) => void;

/** Answers `usage` for this process; `weigh`: after a full collection. */
export function usage(weigh: boolean): Answer {
  for (let i = 0; i < (weigh ? 3 : 0); i++) collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { kind: 'usage', cpuUs: user + system, rssBytes: rss, heapBytes: heapUsed + external };
}

/** Serves the questions of the parent; `others` answers all but these about usage, and `end`. */
export function serveParent(others: (ask: Ask) => Answer | undefined): void {
  process.on('message', (ask: Ask) => {
    if (ask.ask === 'end') process.exit(0);
    const answer = ask.ask === 'usage' || ask.ask === 'cpu' ? usage(ask.ask === 'usage') : others(ask);
    if (answer !== undefined) process.send?.(answer);
  });
  process.on('disconnect', () => process.exit(0));
}

/** Tells the parent where the server listens. */
export function ready(port: number): void {
  process.send?.({ kind: 'ready', port } satisfies Answer);
}
