// src/server/ws/relay-socket.ts - the hub's side of the conversation with a relay: our challenge, its proof of the shared
// secret, then everything of relay-messages.ts.
import { relayCame, relayStatus, relayUsage, relayWent } from '../../app/relay-links.ts';
import { newId, type RelayId } from '../../base/ids.ts';
import { messageCodec } from '../../protocol/codec.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import { bounds } from '../../protocol/limits.ts';
import { type HubToRelay, type RelayToHub, relayHelloText, relayToHub } from '../../protocol/relay-messages.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { Reception } from './reception.ts';
import type { Conversation, Socket } from './socket.ts';

const codec = messageCodec<RelayToHub, HubToRelay>(relayToHub);
const rate = { perSecond: bounds.playerMessagesPerSecond, burst: bounds.playerMessageBurst };
const refused = ({ code }: Refusal): HubToRelay => ({ t: 'refused', code });

/** Makes the conversation of one relay, lets `admit` open the socket, and sends the challenge. */
export function relayConversation(
  reception: Reception,
  admit: (talk: Conversation<RelayToHub, HubToRelay>) => Socket<RelayToHub, HubToRelay>,
): void {
  const { hub, provesRelay } = reception;
  const nonce = newId<RelayId>('n', hub.ports.random);
  let known = false;

  const greet = (socket: Socket<RelayToHub, HubToRelay>, hello: Extract<RelayToHub, { t: 'hello' }>): void => {
    const versions = hello.v === PROTOCOL_VERSION;
    if (!versions || !provesRelay(relayHelloText(hello.name, nonce), hello.proof)) {
      socket.refuse(refusal(versions ? 'TOKEN_UNKNOWN' : 'VERSION_UNKNOWN'));
      socket.close('refused');
      return;
    }
    known = true;
    socket.greeted();
    relayCame(hub, socket, hello);
  };

  const socket = admit({
    kind: 'relay',
    codec,
    rate,
    refused,
    onMessage: (from, message) => {
      if (message.t === 'hello') {
        if (!known) greet(from, message);
      } else if (!known) from.refuse(refusal('LOGIN_REQUIRED'));
      else if (message.t === 'status') relayStatus(hub, from, message, reception.now());
      else reception.follow(relayUsage(hub, from, message), from);
    },
    onClose: (from) => relayWent(hub, from, reception.now()),
  });
  socket.send({ t: 'challenge', nonce });
}
