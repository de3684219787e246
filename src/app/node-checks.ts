// src/app/node-checks.ts - the checks of a machine that is here, from what the hub holds of it now: the operator's page and the
// alerts read the same.
import { checkNode, type NodeCheck } from '../pool/node-life.ts';
import type { NodeRecord } from '../pool/node-record.ts';
import { twinOf } from '../pool/node-twin.ts';

/** Looks at a machine that is here. */
export function checksOf<Link>(record: NodeRecord<Link>, nowMs: number): readonly NodeCheck[] {
  const { machine, games, scope, places, clockOffMs } = record;
  const twinFrom = twinOf(places, nowMs);
  return checkNode({ machine, games: games.size, addresses: scope.length, twinFrom, clockOffMs });
}
