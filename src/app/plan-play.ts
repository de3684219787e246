// src/app/plan-play.ts - 'where could I play this?': a shortlist with a quote and a probe ticket each. Takes nothing.
import { type IdempotencyKey, newId } from '../base/ids.ts';
import { makeProbeTicket } from '../pool/probe-ticket.ts';
import { shortlist } from '../pool/shortlist.ts';
import { refusal } from '../protocol/error-codes.ts';
import { timings } from '../protocol/limits.ts';
import type { PlanCandidate } from '../protocol/player-messages.ts';
import type { PlayPromise, Quote } from '../protocol/shapes.ts';
import { type NodeOption, nodeOptions } from './free-nodes.ts';
import type { Hub, PlayerMessage } from './hub.ts';
import { moneyPause } from './money-pause.ts';
import type { Now, PlayerLink } from './ports.ts';
import type { AccountView } from './session-book.ts';

/** What a node promises for a game: the picture it draws and the hub's round trip. */
function promiseOf(hub: Hub, { record }: NodeOption, game: PlayerMessage<'plan'>['game']): PlayPromise {
  const picture = record.games.get(game)?.picture;
  return { fps: picture?.fps ?? 1, height: picture?.height ?? 1, rttCapMs: hub.config.rttCapMs };
}

/** Price and promise of a game on a node, as they hold now. */
export function quoteFor(hub: Hub, option: NodeOption, game: PlayerMessage<'plan'>['game'], now: Now): Quote {
  const { machine, terms } = option.record;
  const promise = promiseOf(hub, option, game);
  return hub.ports.quotes.quote({ gpuClass: machine.gpuClass, premiumBps: terms.premiumBps, promise }, now.wallMs);
}

function candidate(
  hub: Hub,
  link: PlayerLink,
  game: PlayerMessage<'plan'>['game'],
  option: NodeOption,
  now: Now,
): PlanCandidate {
  const { node, record } = option;
  const { seals, random } = hub.ports;
  const reliability = hub.record.reliability(node);
  const unique = newId<IdempotencyKey>('t', random);
  return {
    node,
    name: record.machine.name,
    region: record.machine.region,
    ticket: makeProbeTicket({ node, game, player: link.player }, unique, now.wallMs, seals.seal),
    quote: quoteFor(hub, option, game, now),
    freeSlots: option.left,
    ...(reliability === undefined ? {} : { reliability }),
  };
}

function capLeft({ capWei, spentTodayWei }: AccountView): { capLeftWei?: string } {
  if (capWei === undefined) return {};
  return { capLeftWei: (capWei > spentTodayWei ? capWei - spentTodayWei : 0n).toString() };
}

/** Answers `plan`. Refuses GAME_UNKNOWN, NO_NODE, SHUTTING_DOWN, MONEY_PAUSED, RATE_TOO_HIGH. */
export async function planPlay(hub: Hub, link: PlayerLink, message: PlayerMessage<'plan'>, now: Now): Promise<void> {
  const { re, game, only } = message;
  if (hub.stopping) return link.refuse(refusal('SHUTTING_DOWN'), { re });
  const paused = moneyPause(hub, now);
  if (paused !== undefined) return link.refuse(paused, { re });
  const known = [...hub.nodes.values()].some(({ games }) => games.has(game));
  if (!known) return link.refuse(refusal(hub.nodes.size === 0 ? 'NO_NODE' : 'GAME_UNKNOWN'), { re });
  const account = await hub.ports.book.account(link.player, now.wallMs);
  const all = nodeOptions(hub, link, game, now, message.avoid);
  const options = shortlist(only === undefined ? all : all.filter(({ node }) => node === only));
  if (options.length === 0) return link.refuse(refusal('NO_NODE'), { re });
  const candidates = options.map((option) => candidate(hub, link, game, option, now));
  const quotes = new Map(candidates.map(({ node, quote }) => [node, quote]));
  const plan = newId<IdempotencyKey>('p', hub.ports.random);
  if (!hub.plans.add(plan, { player: link.player, game, quotes, untilMs: now.nowMs + timings.planMs }, now.nowMs)) {
    return link.refuse(refusal('RATE_TOO_HIGH'), { re });
  }
  link.send({
    t: 'plan',
    re,
    plan,
    game,
    expiresAtMs: now.wallMs + timings.planMs,
    candidates,
    holdMs: timings.holdMs,
    balanceWei: account.balanceWei.toString(),
    ...capLeft(account),
    relays: [...hub.relays.values()].some(({ draining }) => !draining),
    lineWarning: hub.record.lineSuspect(link.player),
  });
}
