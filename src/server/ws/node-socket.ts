// src/server/ws/node-socket.ts - the conversation with a machine: our challenge, its signed hello, then everything of
// node-messages.ts.
import { joinPool } from '../../app/join-pool.ts';
import { nodeActs } from '../../app/node-acts.ts';
import { nodeWent } from '../../app/node-here.ts';
import { type NodeId, newId } from '../../base/ids.ts';
import { messageCodec } from '../../protocol/codec.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import { bounds } from '../../protocol/limits.ts';
import { type HubToNode, type NodeToHub, nodeToHub } from '../../protocol/node-messages.ts';
import type { Reception, Visit } from './reception.ts';
import type { Conversation, Socket } from './socket.ts';

const codec = messageCodec<NodeToHub, HubToNode>(nodeToHub);
const rate = { perSecond: bounds.nodeMessagesPerSecond, burst: bounds.nodeMessageBurst };
type NodeSocket = Socket<NodeToHub, HubToNode>;

const refused = ({ code, facts }: Refusal): HubToNode => ({
  t: 'refused',
  code,
  ...(facts === undefined ? {} : { facts }),
});

/** Makes the conversation of one machine, lets `admit` open the socket, and sends the challenge. */
export function nodeConversation(
  reception: Reception,
  { viaProxy }: Visit,
  admit: (talk: Conversation<NodeToHub, HubToNode>) => NodeSocket,
): void {
  const { hub } = reception;
  const nonce = newId<NodeId>('n', hub.ports.random);
  let node: NodeId | undefined;
  let joining = false;
  let closed = false;

  const join = async (socket: NodeSocket, hello: Extract<NodeToHub, { t: 'hello' }>): Promise<void> => {
    joining = true;
    const joined = await joinPool(hub, { link: socket, nonce, viaProxy }, hello, reception.now());
    if (!joined.ok) {
      socket.refuse(joined.error);
      socket.close(joined.error.code);
      return;
    }
    node = hello.node;
    socket.greeted();
    if (closed) nodeWent(hub, node, socket, reception.now());
  };

  const socket = admit({
    kind: 'node',
    codec,
    rate,
    refused,
    onMessage: (from, message) => {
      if (message.t === 'hello') {
        if (!joining) reception.follow(join(from, message), from);
      } else if (node === undefined) from.refuse(refusal('LOGIN_REQUIRED'));
      else reception.follow(nodeActs(hub, node, from, message, reception.now()), from);
    },
    onClose: (from) => {
      closed = true;
      if (node !== undefined) nodeWent(hub, node, from, reception.now());
    },
  });
  socket.send({ t: 'challenge', nonce });
}
