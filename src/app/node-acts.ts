// src/app/node-acts.ts - from a node's message to the use case that answers it. Any message says that the node is there.
import { unreachable } from '../base/assert.ts';
import type { NodeId } from '../base/ids.ts';
import type { NodeToHub } from '../protocol/node-messages.ts';
import { forwardToPlayer, peerClosed } from './forward-signal.ts';
import type { Hub } from './hub.ts';
import { nodeCloses } from './node-closes.ts';
import { stepNode } from './node-here.ts';
import { nodeEnds, nodeReady, nodeRefuses, nodeStatus } from './node-tick.ts';
import { nodeLogs } from './operator/session-log.ts';
import type { NodeLink, Now } from './ports.ts';
import { nodeRecords, nodeTicks, nodeVouches } from './session-news.ts';

/** Answers a message of a node that has joined on `link`. */
export function nodeActs(
  hub: Hub,
  node: NodeId,
  link: NodeLink,
  message: Exclude<NodeToHub, { t: 'hello' }>,
  now: Now,
): void | Promise<void> {
  const record = hub.nodes.get(node);
  if (record?.link !== link) return; // A newer socket of the same machine has taken its place.
  stepNode(hub, record, 'heard', now);
  switch (message.t) {
    case 'status':
      return nodeStatus(hub, node, message, now);
    case 'sdp':
    case 'candidate':
      return forwardToPlayer(hub, node, link, message);
    case 'peer.closed':
      return peerClosed(hub, node, message);
    case 'refused':
      return nodeRefuses(hub, node, message, now);
    case 'ready':
      return nodeReady(hub, node, message);
    case 'tick':
      return nodeTicks(hub, node, link, message, now);
    case 'voucher':
      return nodeVouches(hub, node, link, message, now);
    case 'record':
      return nodeRecords(hub, node, link, message);
    case 'saved':
      return; // Nothing to do: the save is where it belongs, and `ended` follows.
    case 'ended':
      return nodeEnds(hub, node, link, message, now);
    case 'close.signed':
      return nodeCloses(hub, node, link, message);
    case 'log':
      return nodeLogs(hub, node, message);
    case 'bind.signed':
      hub.bindings.set(node, message);
      return;
    default:
      return unreachable(message);
  }
}
