// src/pool/node-life.ts - how far a machine is on its way to paying players, and what of it falls short. What is wrong is said
// as a check with the value seen and its limit; the words, and how to mend it, are the page's.
import type { OperatorNodes } from '../protocol/http-api.ts';
import type { Machine } from '../protocol/node-messages.ts';

type Listed = OperatorNodes['nodes'][number];
/** Where a machine stands. A bound machine that the hub does not hear is `offline`, whatever else it lacks. */
export type NodeStage = Listed['stage'];
/**
 * With a `bad` one no game can run, or two machines take each other's; `less` can be done without. Values are in the unit of the
 * check: ms, or a count.
 */
export type NodeCheck = Readonly<Listed['checks'][number]>;

/** What the hub knows of a machine that has joined. */
export type JoinedFacts = {
  readonly machine: Pick<Machine, 'encoders' | 'gpus' | 'gpuClass' | 'virtualPads' | 'driver' | 'drawnBy' | 'sandbox'>;
  readonly games: number;
  /** Addresses that it proved for its sessions. */
  readonly addresses: number;
  /** Where a second machine with the same key came from, when there is one. */
  readonly twinFrom: string | undefined;
  /** Between its clock and ours, in ms. */
  readonly clockOffMs: number | undefined;
};

/** A frame's time at 60 pictures a second: an encoder that needs longer at 720p cannot keep the promise. */
export const FRAME_BUDGET_MS = 1_000 / 60;
/** Signed times may differ by minutes; a clock so far off is not kept right by anybody, and drifts on. */
export const CLOCK_OFF_MS = 2_000;
/** More is not told (`DurationShape`): a clock that was set back to 1970 is off, whatever by. */
const CLOCK_TOLD_MS = 3_600_000;
const SAYS_CHARS = 80;

const named = (words: readonly string[]): { says?: string } =>
  words.length === 0 ? {} : { says: words.join(', ').slice(0, SAYS_CHARS) };

/** What older agents do not tell is not judged. */
function toldChecks({ machine: { sandbox }, clockOffMs }: JoinedFacts): readonly NodeCheck[] {
  const checks: NodeCheck[] = [];
  if (sandbox !== undefined) {
    const walled = sandbox !== 'none';
    checks.push({ check: 'sandbox', verdict: walled ? 'ok' : 'less', value: walled ? 1 : 0, limit: 1 });
  }
  if (clockOffMs !== undefined) {
    const verdict = clockOffMs <= CLOCK_OFF_MS ? 'ok' : 'less';
    checks.push({ check: 'clock', verdict, value: Math.min(clockOffMs, CLOCK_TOLD_MS), limit: CLOCK_OFF_MS });
  }
  return checks;
}

/** Looks at what a machine said of itself when it joined; always the same checks in the same order. */
export function checkNode(facts: JoinedFacts): readonly NodeCheck[] {
  const { machine, games, addresses, twinFrom } = facts;
  const { encoders, gpus, gpuClass, virtualPads, driver, drawnBy } = machine;
  const fastestMs = encoders.length === 0 ? 0 : Math.min(...encoders.map(({ msPerFrame }) => msPerFrame));
  const slow = fastestMs > FRAME_BUDGET_MS ? 'less' : 'ok';
  return [
    {
      check: 'identity',
      ...named(twinFrom === undefined ? [] : [twinFrom]),
      verdict: twinFrom === undefined ? 'ok' : 'bad',
      value: twinFrom === undefined ? 1 : 2,
      limit: 1,
    },
    {
      check: 'encoder',
      ...named(encoders.map(({ name }) => name)),
      verdict: encoders.length === 0 ? 'bad' : slow,
      value: fastestMs,
      limit: FRAME_BUDGET_MS,
    },
    { check: 'games', verdict: games === 0 ? 'bad' : 'ok', value: games, limit: 1 },
    { check: 'address', verdict: addresses === 0 ? 'less' : 'ok', value: addresses, limit: 1 },
    // A card whose encoder does not open is no card to a player.
    {
      check: 'gpu',
      ...named([...gpus, ...(driver === undefined ? [] : [driver])]),
      verdict: gpuClass === 'cpu' ? 'less' : 'ok',
      value: gpus.length,
      limit: 1,
    },
    {
      check: 'display',
      ...named(drawnBy === undefined ? [] : [drawnBy]),
      verdict: drawnBy === undefined ? 'less' : 'ok',
      value: drawnBy === undefined ? 0 : 1,
      limit: 1,
    },
    { check: 'pads', verdict: virtualPads ? 'ok' : 'less', value: virtualPads ? 1 : 0, limit: 1 },
    ...toldChecks(facts),
  ];
}

/** What decides a machine's stage, besides its checks. */
export type StageFacts = {
  readonly suspended: boolean;
  /** Away by plan, or about to be. */
  readonly maintained: boolean;
  readonly here: boolean;
  readonly draining: boolean;
  /** Its stake is enough for players, or no stake is asked for on this hub. */
  readonly staked: boolean;
  readonly checks: readonly NodeCheck[];
};

/** The one stage of a machine: the first thing that stands between it and a game, in the order in which it can be mended. */
export function nodeStage({ suspended, maintained, here, draining, staked, checks }: StageFacts): NodeStage {
  if (suspended) return 'suspended';
  if (maintained) return 'maintenance';
  if (!here) return 'offline';
  if (draining) return 'draining';
  if (checks.some(({ verdict }) => verdict === 'bad')) return 'checking';
  return staked ? 'active' : 'awaiting-stake';
}
