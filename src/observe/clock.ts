// src/observe/clock.ts - the machine's clocks and chance, behind the ports of src/base. Only edges and main use them.
import { getRandomValues, randomInt } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';

/** The machine's monotonic and wall clocks. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
};

const LARGEST_DRAW = 2 ** 32;

/** The system's cryptographic generator. */
export const systemRandom: Random = {
  bytes: (count) => getRandomValues(new Uint8Array(count)),
  below: (limit) => randomInt(Math.min(limit, LARGEST_DRAW)),
};
