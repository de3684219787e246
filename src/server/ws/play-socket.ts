// src/server/ws/play-socket.ts - the conversation with a page: a ticket first, then everything of player-messages.ts.

import { spendTicket, type TicketHolder } from '../../app/log-in.ts';
import { messageCost, playerActs } from '../../app/player-acts.ts';
import { playerCame, playerWent } from '../../app/player-here.ts';
import type { PlayerLink } from '../../app/ports.ts';
import type { IdempotencyKey, PlayerId, SessionId } from '../../base/ids.ts';
import { messageCodec } from '../../protocol/codec.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import { bounds } from '../../protocol/limits.ts';
import { type HubToPlayer, type PlayerToHub, playerToHub } from '../../protocol/player-messages.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { Reception } from './reception.ts';
import type { About, Conversation, Socket } from './socket.ts';

const codec = messageCodec<PlayerToHub, HubToPlayer>(playerToHub);
const rate = { perSecond: bounds.playerMessagesPerSecond, burst: bounds.playerMessageBurst };

/** A socket whose player is known. */
class PlayLink implements PlayerLink {
  readonly player: PlayerId;
  readonly place: string | undefined;
  readonly device: string | undefined;
  readonly #socket: Socket<PlayerToHub, HubToPlayer>;

  constructor({ player, place, device }: TicketHolder, socket: Socket<PlayerToHub, HubToPlayer>) {
    this.player = player;
    this.place = place;
    this.device = device;
    this.#socket = socket;
  }

  get address(): string {
    return this.#socket.address;
  }

  send(message: HubToPlayer): void {
    this.#socket.send(message);
  }

  refuse(refused: Refusal, about?: { readonly re?: IdempotencyKey; readonly session?: SessionId }): void {
    this.#socket.refuse(refused, about);
  }

  close(reason: string): void {
    this.#socket.close(reason);
  }
}

const refused = ({ code, facts }: Refusal, { re, session }: About): HubToPlayer => ({
  t: 'refused',
  code,
  ...(facts === undefined ? {} : { facts }),
  ...(re === undefined ? {} : { re }),
  ...(session === undefined ? {} : { session }),
});

/** Makes the conversation of one page. */
export function playConversation(reception: Reception): Conversation<PlayerToHub, HubToPlayer> {
  const { hub, logIns } = reception;
  let link: PlayLink | undefined;

  const greet = (socket: Socket<PlayerToHub, HubToPlayer>, message: PlayerToHub): void => {
    const now = reception.now();
    if (message.t !== 'hello') {
      socket.refuse(refusal('LOGIN_REQUIRED'));
      return;
    }
    if (message.v !== PROTOCOL_VERSION) {
      socket.refuse(refusal('VERSION_UNKNOWN', { hub: PROTOCOL_VERSION, page: message.v }));
      socket.close('another version');
      return;
    }
    const holder = spendTicket(logIns, message.ticket, now);
    if (!holder.ok) {
      socket.refuse(holder.error);
      socket.close('no such ticket');
      return;
    }
    const stands = hub.tabRefusal(holder.value);
    if (stands !== undefined) {
      socket.refuse(stands);
      socket.close('nobody plays there now');
      return;
    }
    socket.greeted();
    link = new PlayLink(holder.value, socket);
    playerCame(hub, link, now);
  };

  return {
    kind: 'play',
    codec,
    rate,
    refused,
    onMessage: (socket, message) => {
      if (link === undefined || message.t === 'hello') {
        if (link === undefined) greet(socket, message);
        return;
      }
      const re = 're' in message ? message.re : undefined;
      if (!socket.charge(messageCost[message.t] ?? 0)) {
        socket.refuse(refusal('RATE_TOO_HIGH'), re === undefined ? {} : { re });
        return;
      }
      reception.follow(playerActs(hub, link, message, reception.now()), link, re);
    },
    onClose: () => {
      if (link !== undefined) reception.follow(playerWent(hub, link, reception.now()), link);
    },
  };
}
