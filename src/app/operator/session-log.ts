// src/app/operator/session-log.ts - what a machine wrote down about one session. The hub keeps none of it: it asks the
// machine, which knows only what it served, and hands the answer to the machine's operator.
import type { NodeId, SessionId } from '../../base/ids.ts';
import type { NodeToHub } from '../../protocol/node-messages.ts';
import type { Hub } from '../hub.ts';

type LogMessage = Extract<NodeToHub, { t: 'log' }>;
const nameOf = (node: NodeId, session: SessionId): string => `${node} ${session}`;

/**
 * Asks a machine; who asks while the first question is open shares its answer. It is sent again all the same: the first may
 * have gone to a socket that is gone.
 * @returns the lines, or undefined when the machine is away. Never resolves for one that does not answer: bound it
 */
export function askLog(hub: Hub, node: NodeId, session: SessionId): Promise<readonly string[]> | undefined {
  const link = hub.nodes.get(node)?.link;
  if (link === undefined) return undefined;
  const name = nameOf(node, session);
  const open = hub.logs.get(name) ?? Promise.withResolvers<readonly string[]>();
  hub.logs.set(name, open);
  link.send({ t: 'log.ask', session });
  return open.promise;
}

/** The machine's answer. */
export function nodeLogs(hub: Hub, node: NodeId, { session, lines }: LogMessage): void {
  hub.logs.get(nameOf(node, session))?.resolve(lines);
  forgetLog(hub, node, session);
}

/** The question is over. */
export function forgetLog(hub: Hub, node: NodeId, session: SessionId): void {
  hub.logs.delete(nameOf(node, session));
}
