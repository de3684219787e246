// bench/cafe/main.ts - a town of cafés on one hub: how long until a floor page and a seat see what was done at the desk, and
// what the hub's process takes for it. Claim: floor p95 at most 250 ms with 1,000 seats on 10 floors, below one core and 500 MB.
// The same presses go through a bare broadcaster with the same lines afterwards: what is above it is the hub's.
import { type Random, seededRandom } from '../../src/base/random.ts';
import { openMachines } from './games.ts';
import { type Server, startBroadcaster, startHubProcess } from './hub-process.ts';
import { atTheirTimes, pressOnce, type Timing, type Usage, watchOwnDelay, watchProcess } from './measure.ts';
import { printTable, printUsage } from './table.ts';
import { buildTown, mirrorTown, ownerOf, type Site, type SiteLines, type TownSize } from './town.ts';
import { type Deed, type Due, type Phase, scheduleOf, wishOf } from './traffic.ts';

/** How much is measured. */
export type CafeWish = TownSize & {
  readonly phases: readonly Phase[];
  readonly seed: number;
  readonly profile?: string;
};

/** What one server showed. */
export type CafeFigures = {
  readonly timings: readonly Timing[];
  /** Refused presses by code. A page that was told too late is one. */
  readonly refused: ReadonlyMap<string, number>;
  /** Presses that found no fit seat. */
  readonly idle: number;
  /** Seats that a line showed wrongly at the end. */
  readonly wrong: number;
  /** Most games at once, and why others did not start. */
  readonly games: { readonly most: number; readonly refused: ReadonlyMap<string, number> };
  readonly usage: Usage;
  readonly residentEmptyBytes: number;
  /** Messages on the seats' lines, and the longest time in which one said nothing. */
  readonly seatMessages: number;
  readonly seatSilenceMs: number;
  /** The delay of the bench's own loop, p99. */
  readonly ownDelayMs: number;
};

/** A press as the broadcaster repeats it. */
type Repeat = {
  readonly atMs: number;
  readonly site: number;
  readonly phase: string;
  readonly deed: Deed;
  readonly seats: readonly string[];
  readonly floorBytes: number;
  readonly seatBytes: number;
};
/** What is counted while the town lives. */
type Count = {
  readonly timings: Timing[];
  readonly refused: Map<string, number>;
  idle: number;
  readonly done: Repeat[];
};

function countUp(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

async function pressAtSite(site: Site, due: Due & { phase: string; offsetMs: number }, random: Random, count: Count) {
  const wish = wishOf(site, due.deed, random);
  if (wish === undefined) {
    count.idle += 1;
    return;
  }
  for (const seat of wish.seats) seat.busy = true;
  const timing = await pressOnce({ ...due, lines: site }, async () => {
    const { status, body } = await site.act(due.deed, wish.body);
    for (const seat of wish.seats) seat.busy = false;
    if (status !== 200) {
      countUp(count.refused, body.code ?? String(status));
      return undefined;
    }
    for (const { seat, version, state } of body.seats) {
      const known = site.plan[Number(seat) - 1];
      if (known !== undefined && known.version < version) Object.assign(known, { version, state });
    }
    const atMs = due.offsetMs + due.atMs;
    const seats = body.seats.map(({ seat }) => seat);
    count.done.push({ ...due, atMs, seats, ...site.told });
    return body;
  });
  if (timing !== undefined) count.timings.push(timing);
}

function figuresOf(lines: readonly SiteLines[], count: Pick<Count, 'timings' | 'refused' | 'idle'>) {
  const seats = lines.flatMap((site) => [...site.seats.values()]);
  return {
    ...{ timings: count.timings, refused: count.refused, idle: count.idle },
    seatMessages: seats.reduce((sum, { messages }) => sum + messages, 0),
    seatSilenceMs: seats.reduce((most, { silenceMs }) => Math.max(most, silenceMs), 0),
  };
}

/** The town on a hub. */
async function measureHub(server: Server, { phases, seed, ...size }: CafeWish) {
  const empty = watchProcess(server.pid, server.databasePid)();
  const random = seededRandom(seed);
  const count: Count = { timings: [], refused: new Map(), idle: 0, done: [] };
  const games = { refused: new Map<string, number>(), most: 0 };
  const machines = await openMachines(server.origin, size.sites * size.seats);
  const town = await buildTown(server.origin, size, (code) => countUp(games.refused, code));
  const look = setInterval(() => {
    games.most = Math.max(games.most, machines.running());
  }, 500);
  const [usage, delay] = [watchProcess(server.pid, server.databasePid), watchOwnDelay()];
  let offsetMs = 0;
  for (const phase of phases) {
    const due = scheduleOf(phase, size.sites, random).map((one) => ({ ...one, phase: phase.name, offsetMs }));
    await atTheirTimes(due, async (one) => {
      const site = town[one.site];
      if (site !== undefined) await pressAtSite(site, one, random, count);
    });
    offsetMs += phase.seconds * 1_000;
  }
  const taken = { usage: usage(), ownDelayMs: delay(), residentEmptyBytes: empty.residentMaxBytes };
  clearInterval(look);
  const wrong = (await Promise.all(town.map((site) => site.wrong()))).flat().length;
  const figures: CafeFigures = { ...figuresOf(town, count), ...taken, wrong, games };
  for (const site of town) site.close();
  machines.stop();
  return { figures, done: count.done };
}

/** The same presses on the broadcaster. */
async function measureBroadcaster(server: Server, size: TownSize, presses: readonly Repeat[]): Promise<CafeFigures> {
  const empty = watchProcess(server.pid, undefined)();
  const town = await mirrorTown(server.origin, size);
  const timings: Timing[] = [];
  const [usage, delay] = [watchProcess(server.pid, undefined), watchOwnDelay()];
  const inOrder = presses.toSorted((a, b) => a.atMs - b.atMs);
  await atTheirTimes(inOrder, async (one) => {
    const site = town[one.site];
    if (site === undefined) return;
    const timing = await pressOnce({ ...one, lines: site }, () => site.broadcast(one));
    if (timing !== undefined) timings.push(timing);
  });
  const figures = figuresOf(town, { timings, refused: new Map(), idle: 0 });
  const end = { usage: usage(), ownDelayMs: delay(), residentEmptyBytes: empty.residentMaxBytes };
  for (const site of town) site.close();
  return { ...figures, ...end, wrong: 0, games: { refused: new Map(), most: 0 } };
}

/** Measures the hub, then the broadcaster with the same presses. */
export async function measureCafe(wish: CafeWish): Promise<{ hub: CafeFigures; bare: CafeFigures }> {
  const owners = Array.from({ length: wish.sites }, (_, n) => ownerOf(n).player);
  const hub = await startHubProcess(owners, wish.profile);
  const { figures, done } = await measureHub(hub, wish).finally(() => hub.stop());
  const broadcaster = await startBroadcaster();
  const bare = await measureBroadcaster(broadcaster, wish, done).finally(() => broadcaster.stop());
  return { hub: figures, bare };
}

/** A café's day in three parts: 100 customers come in a minute, they play, they leave. */
export function dayOf({ rush, hour, evening }: { rush: number; hour: number; evening: number }): readonly Phase[] {
  const often = { extend: 12, pause: 10, resume: 10, move: 6, message: 8, break: 1, mend: 1 };
  return [
    {
      name: 'rush hour',
      seconds: rush,
      perMinute: { start: 100, extend: 4, pause: 4, resume: 4, move: 4, message: 4 },
    },
    { name: 'ordinary', seconds: hour, perMinute: { start: 12, stop: 12, ...often } },
    { name: 'evening', seconds: evening, perMinute: { stop: 100, extend: 4, message: 4 } },
  ];
}

const SEED = Number(process.env.SEED ?? 5);

/** Prints the table. */
export async function bench({ long }: { readonly long: boolean }): Promise<void> {
  const phases = dayOf(long ? { rush: 60, hour: 180, evening: 60 } : { rush: 60, hour: 30, evening: 15 });
  const size = { sites: 10, seats: 100 };
  const profile = process.env.PROFILE;
  const { hub, bare } = await measureCafe({ ...size, phases, seed: SEED, ...(profile && { profile }) });
  process.stdout.write(`${size.sites} cafés of ${size.seats} seats, each seat a device, SEED=${SEED}\n`);
  process.stdout.write(`${phases.map(({ name, seconds }) => `${name} ${seconds} s`).join(', ')}\n`);
  printTable(hub, bare);
  printUsage('hub', hub);
  printUsage('bare broadcaster', bare);
}

if (import.meta.main) await bench({ long: process.argv.includes('--long') });
