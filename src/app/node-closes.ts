// src/app/node-closes.ts - a node's signatures for the contracts, and the questions that bring them.
import type { NodeId } from '../base/ids.ts';
import { refusal } from '../protocol/error-codes.ts';
import type { NodeToHub } from '../protocol/node-messages.ts';
import type { Address } from '../protocol/typed-data.ts';
import type { AskClose } from './chain/settle-sessions.ts';
import type { Hub } from './hub.ts';
import type { NodeLink } from './ports.ts';

/** Takes a node's word that a voucher was the last of its lease. Refuses FORBIDDEN when it did not sign that. */
export async function nodeCloses(
  hub: Hub,
  node: NodeId,
  link: NodeLink,
  message: Extract<NodeToHub, { t: 'close.signed' }>,
): Promise<void> {
  const { chain } = hub.ports;
  const kept = chain === undefined ? undefined : await chain.closeSigned(node, message);
  if (kept === undefined) link.refuse(refusal('FORBIDDEN'), { session: message.session });
  else if (!kept.ok) link.refuse(kept.error, { session: message.session });
}

/** Asks the node of a session for its word; a node that is away is asked in a later round. */
export function askClose(hub: Hub, { node, session, lease, seq, amountWei }: Parameters<AskClose>[0]): void {
  hub.nodes.get(node)?.link?.send({
    t: 'close.ask',
    session,
    lease: lease as string as Extract<NodeToHub, { t: 'close.signed' }>['lease'],
    seq: seq.toString(),
    amount: amountWei.toString(),
  });
}

/** Asks a machine to sign for the operator who stakes for it; the answer lies in `hub.bindings`. False when it is away. */
export function askBinding(hub: Hub, node: NodeId, operator: Address, nonce: bigint): boolean {
  const link = hub.nodes.get(node)?.link;
  link?.send({ t: 'bind.ask', operator, nonce: nonce.toString() });
  return link !== undefined;
}
