// bench/signaling/main.ts - how long an offer takes through the hub, what a message costs it, and what a waiting player weighs;
// beside a bare `ws` forwarder in the same run, in turns. Claim: within 1.5x of it in time and CPU, at most 35 kB a player.
import { setTimeout as wait } from 'node:timers/promises';
import { bounds } from '../../src/protocol/limits.ts';
import { type Bed, floorBed, hubBed, type Usage } from './servers.ts';

/** How much is measured. */
export type SignalingWish = {
  readonly players: number;
  readonly rounds: number;
  readonly messages: number;
};
/** What one server showed; medians over the rounds. */
export type SignalingFigures = {
  readonly offerUs: number;
  readonly candidateUs: number;
  readonly cpuUsPerMessage: number;
  readonly rssBytesPerPlayer: number;
  readonly heapBytesPerPlayer: number;
  readonly idleRssBytes: number;
};

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
}

/** Lets a node's rate at the hub recover from so many messages: what is above it would be dropped, and waited for. */
const recover = (messages: number): Promise<void> => wait((messages / bounds.nodeMessagesPerSecond) * 1_000);

/** One message at a time, round the pages; the median time from sending to arrival. */
async function latencyUs(bed: Bed, kind: 'offer' | 'candidate', messages: number): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < messages; n++) {
    const i = n % bed.pages.length;
    const sentMs = performance.now();
    await new Promise<void>((resolve) => {
      bed.pages[i]?.once('message', () => resolve());
      bed.send(i, kind);
    });
    times.push((performance.now() - sentMs) * 1_000);
  }
  await recover(messages);
  return median(times);
}

/** Messages in bursts, and the server's own CPU time for each. */
async function cpuUs(bed: Bed, messages: number): Promise<number> {
  const BURST = 100;
  let arrived = 0;
  let wake: () => void = () => {};
  const count = () => {
    arrived += 1;
    if (arrived % BURST === 0) wake();
  };
  for (const page of bed.pages) page.on('message', count);
  const beforeUs = await bed.cpuUs();
  for (let n = 0; n < messages; n += BURST) {
    const done = new Promise<void>((resolve) => {
      wake = resolve;
    });
    for (let k = 0; k < BURST; k++) bed.send((n + k) % bed.pages.length, k % 10 === 0 ? 'offer' : 'candidate');
    await done;
  }
  const afterUs = await bed.cpuUs();
  for (const page of bed.pages) page.off('message', count);
  await recover(messages);
  return (afterUs - beforeUs) / messages;
}

/** Measures both servers, round about. */
export async function measureSignaling(wish: SignalingWish): Promise<Record<Bed['name'], SignalingFigures>> {
  const { players, rounds, messages } = wish;
  const beds = [await floorBed(players), await hubBed(players)];
  try {
    const seen = new Map(
      beds.map((bed) => [bed.name, { offer: [] as number[], candidate: [] as number[], cpu: [] as number[] }]),
    );
    const full = new Map<Bed['name'], Usage>();
    for (const bed of beds) full.set(bed.name, await bed.usage());
    for (const bed of beds) await latencyUs(bed, 'offer', messages); // Warm.
    for (let round = 0; round < rounds; round++) {
      for (const bed of round % 2 === 0 ? beds : beds.toReversed()) {
        const figures = seen.get(bed.name);
        figures?.offer.push(await latencyUs(bed, 'offer', messages));
        figures?.candidate.push(await latencyUs(bed, 'candidate', messages));
        figures?.cpu.push(await cpuUs(bed, messages));
      }
    }
    const of = ({ name, idle }: Bed): SignalingFigures => {
      const [figures, after] = [seen.get(name), full.get(name)];
      const per = (what: 'rssBytes' | 'heapBytes') => ((after?.[what] ?? 0) - idle[what]) / players;
      return {
        offerUs: median(figures?.offer ?? []),
        candidateUs: median(figures?.candidate ?? []),
        cpuUsPerMessage: median(figures?.cpu ?? []),
        rssBytesPerPlayer: per('rssBytes'),
        heapBytesPerPlayer: per('heapBytes'),
        idleRssBytes: idle.rssBytes,
      };
    };
    const [floor, hub] = beds;
    if (floor === undefined || hub === undefined) throw new Error('two servers are measured');
    return { floor: of(floor), hub: of(hub) };
  } finally {
    for (const bed of beds) await bed.close();
  }
}

const rows: readonly (readonly [string, keyof SignalingFigures, number, string])[] = [
  ['offer of 3 KB, p50', 'offerUs', 1, 'us'],
  ['candidate, p50', 'candidateUs', 1, 'us'],
  ['CPU of the server a message', 'cpuUsPerMessage', 1, 'us'],
  ['memory a waiting player (RSS)', 'rssBytesPerPlayer', 1_000, 'kB'],
  ['memory a waiting player (heap)', 'heapBytesPerPlayer', 1_000, 'kB'],
  ['memory idle (RSS)', 'idleRssBytes', 1_000_000, 'MB'],
];

/** Prints the table. */
export async function bench({ long }: { readonly long: boolean }): Promise<void> {
  const wish = long ? { players: 600, rounds: 9, messages: 2_000 } : { players: 200, rounds: 5, messages: 1_000 };
  const { floor, hub } = await measureSignaling(wish);
  process.stdout.write(`${wish.players} players, ${wish.rounds} rounds of ${wish.messages} messages, medians\n\n`);
  process.stdout.write('| | bare ws | hub | ratio |\n|---|---|---|---|\n');
  for (const [label, key, unit, name] of rows) {
    const [a, b] = [floor[key] / unit, hub[key] / unit];
    process.stdout.write(`| ${label} | ${a.toFixed(1)} ${name} | ${b.toFixed(1)} ${name} | ${(b / a).toFixed(2)} |\n`);
  }
}

if (import.meta.main) await bench({ long: process.argv.includes('--long') });
