// src/app/player-acts.ts - from a player's message to the use case that answers it.
import type { PlayerToHub } from '../protocol/player-messages.ts';
import { leavePlay } from './end-play.ts';
import { closePeer, forwardToNode } from './forward-signal.ts';
import type { Hub, PlayerMessage } from './hub.ts';
import { leaveLine } from './join-line.ts';
import { openProbe } from './open-probe.ts';
import { planPlay } from './plan-play.ts';
import type { Now, PlayerLink } from './ports.ts';
import { restartMedia, resumePlay } from './resume-play.ts';
import { playerTicks, playerVouches, signOpen, stillAwake } from './session-news.ts';
import { startPlay } from './start-play.ts';

type Acts = {
  readonly [T in Exclude<PlayerToHub['t'], 'hello'>]: (
    hub: Hub,
    link: PlayerLink,
    message: PlayerMessage<T>,
    now: Now,
  ) => void | Promise<void>;
};

const acts: Acts = {
  plan: planPlay,
  probe: openProbe,
  'peer.close': closePeer,
  sdp: forwardToNode,
  candidate: forwardToNode,
  play: startPlay,
  'queue.leave': (hub, link) => leaveLine(hub, link),
  open: signOpen,
  resume: resumePlay,
  restart: restartMedia,
  tick: playerTicks,
  voucher: playerVouches,
  awake: stillAwake,
  end: leavePlay,
  ping: (_hub, link, { n }) => link.send({ t: 'pong', n }),
};

/** Frames that a message counts for beyond itself, where it makes the hub work or remember more than a frame's worth. */
export const messageCost: Readonly<Partial<Record<PlayerToHub['t'], number>>> = {
  plan: 10,
  play: 10,
  resume: 10,
  probe: 3,
};

/** Answers a message of a player who has said hello. */
export function playerActs(
  hub: Hub,
  link: PlayerLink,
  message: Exclude<PlayerToHub, { t: 'hello' }>,
  now: Now,
): void | Promise<void> {
  const act = acts[message.t] as (hub: Hub, link: PlayerLink, message: PlayerToHub, now: Now) => void | Promise<void>;
  return act(hub, link, message, now); // The table pairs each name with its own message; the compiler cannot see that.
}
