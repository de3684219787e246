// src/main/node-measure.ts - one bench of this machine, from encoders to relays.
import { join } from 'node:path';
import { relaysOf, uploadMbps } from '../agent/bench-hub.ts';
import { benchSessions } from '../agent/bench-sessions.ts';
import { askRelays } from '../agent/bench-stun.ts';
import type { NodeBench } from '../protocol/node-bench.ts';
import { benchEncoders } from '../stream/bench-encoders.ts';

const SESSION_MODULE = join(import.meta.dirname, 'bench-session.ts');
/** As many as a node offers by itself at most (node.ts). */
export const SESSIONS_MOST = 8;

/** What to measure. */
export type Measure = {
  /** Without a hub the line is not measured. */
  readonly hub: string | undefined;
  readonly version: string;
  /** Told what is looked at next. */
  readonly say?: (what: string) => void;
};

/** Measures one after another, so that nothing measures something else. Some twenty seconds; never throws. */
export async function measureNode({ hub, version, say = () => {} }: Measure): Promise<NodeBench> {
  say('encoders, one after another');
  const encodes = await benchEncoders();
  say('sessions side by side, one more at a time');
  const sessions = await benchSessions({ module: SESSION_MODULE, most: SESSIONS_MOST });
  const bench = { atMs: Date.now(), version, encodes, sessions };
  if (hub === undefined) return { ...bench, relays: [] };
  say('the line to hub and relays');
  const relays = await relaysOf(hub);
  const stun = await askRelays(relays ?? []);
  const mbps = await uploadMbps(hub);
  return { ...bench, ...stun, ...(mbps !== undefined && { uploadMbps: mbps }) };
}
