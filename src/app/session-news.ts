// src/app/session-news.ts - ticks, vouchers and signatures of running sessions on their way to the book, and what the book
// wants done about them.
import type { NodeId, SessionId } from '../base/ids.ts';
import { refusal } from '../protocol/error-codes.ts';
import type { NodeToHub } from '../protocol/node-messages.ts';
import { fromWire, type Voucher, voucherType } from '../protocol/voucher.ts';
import { endPlay, refuseUnknown } from './end-play.ts';
import type { Hub, LiveSession, PlayerMessage } from './hub.ts';
import type { NodeLink, Now, PlayerLink } from './ports.ts';
import type { BookEffect } from './session-book.ts';

type FromNode<T extends NodeToHub['t']> = Extract<NodeToHub, { t: T }>;

/** The session when `link` is the page that plays it; else refused. */
function own(hub: Hub, link: PlayerLink, session: SessionId, now: Now): LiveSession | undefined {
  const live = hub.sessions.get(session);
  if (live?.link === link) return live;
  refuseUnknown(hub, link, session, now);
  return undefined;
}

/** The session when it runs on `node`; else refused. */
function on(hub: Hub, node: NodeId, link: NodeLink, session: SessionId): LiveSession | undefined {
  const live = hub.sessions.get(session);
  if (live?.node === node) return live;
  link.refuse(refusal('SESSION_UNKNOWN'), { session });
  return undefined;
}

/** Does what the book wants done. */
export function applyEffects(hub: Hub, effects: readonly BookEffect[], now: Now): void {
  for (const effect of effects) {
    const live = hub.sessions.get(effect.session);
    if (live === undefined) continue;
    if (effect.kind === 'end') endPlay(hub, live, effect.reason, now);
    else if (effect.kind === 'state') live.link?.send({ t: 'state', state: effect.state });
    else tellState(hub, live, now); // The page warns by `timeLeftMs` and `limit`.
  }
}

/** Tells the page how its session stands. */
export function tellState(hub: Hub, live: LiveSession, now: Now): void {
  const state = live.link === undefined ? undefined : hub.ports.book.state(live.session, now.nowMs);
  if (state !== undefined) live.link?.send({ t: 'state', state });
}

/** Player's `tick`. */
export async function playerTicks(hub: Hub, link: PlayerLink, tick: PlayerMessage<'tick'>, now: Now): Promise<void> {
  const live = own(hub, link, tick.session, now);
  if (live === undefined) return;
  live.heardAtMs = now.wallMs;
  if (tick.sample !== undefined) live.seen = { ...tick.sample, atMs: now.wallMs };
  const effects = await hub.ports.book.playerTick(tick, now.nowMs, now.wallMs);
  if (effects.ok) applyEffects(hub, effects.value, now);
  else link.refuse(effects.error, { session: tick.session });
}

/** Node's `tick`. */
export async function nodeTicks(
  hub: Hub,
  node: NodeId,
  link: NodeLink,
  tick: FromNode<'tick'>,
  now: Now,
): Promise<void> {
  const live = on(hub, node, link, tick.session);
  if (live === undefined) return;
  live.encodeMs = tick.encodeMs;
  const effects = await hub.ports.book.nodeTick(node, tick, now.nowMs, now.wallMs);
  if (effects.ok) applyEffects(hub, effects.value, now);
  else link.refuse(effects.error, { session: tick.session });
}

/** Player's copy of a voucher: kept, and passed on, because the channel to the node may be what failed. */
export async function playerVouches(
  hub: Hub,
  link: PlayerLink,
  message: PlayerMessage<'voucher'>,
  now: Now,
): Promise<void> {
  const { session, signature } = message;
  const live = own(hub, link, session, now);
  if (live === undefined) return;
  const voucher = fromWire<Voucher>(voucherType, message.voucher);
  if (!voucher.ok) return link.refuse(refusal('VOUCHER_BAD_SIGNATURE', { field: voucher.error.field }), { session });
  const kept = await hub.ports.book.acceptVoucher(session, voucher.value, signature, now.nowMs);
  if (!kept.ok) return link.refuse(kept.error, { session });
  hub.nodes.get(live.node)?.link?.send({ t: 'voucher', session, voucher: message.voucher, signature });
}

/** The highest voucher a node holds. */
export async function nodeVouches(
  hub: Hub,
  node: NodeId,
  link: NodeLink,
  { session, voucher, signature }: FromNode<'voucher'>,
  now: Now,
): Promise<void> {
  if (on(hub, node, link, session) === undefined) return;
  const read = fromWire<Voucher>(voucherType, voucher);
  if (!read.ok) return link.refuse(refusal('VOUCHER_BAD_SIGNATURE', { field: read.error.field }), { session });
  const kept = await hub.ports.book.acceptVoucher(session, read.value, signature, now.nowMs);
  if (!kept.ok && kept.error.code !== 'VOUCHER_TOO_LOW') link.refuse(kept.error, { session });
}

/** A node's record of a session: kept, and acknowledged, so that the node stops saying it. */
export async function nodeRecords(
  hub: Hub,
  node: NodeId,
  link: NodeLink,
  { session, record, nodeSignature, playerSignature }: FromNode<'record'>,
): Promise<void> {
  const signed = { record, nodeSignature, ...(playerSignature === undefined ? {} : { playerSignature }) };
  const kept = await hub.ports.book.acceptRecord(node, session, signed);
  if (kept.ok) link.send({ t: 'record.kept', session, seq: kept.value });
  else link.refuse(kept.error, { session });
}

/** Player's `open`: the signature over the Open goes to the book, and to the node when it is good. */
export async function signOpen(hub: Hub, link: PlayerLink, message: PlayerMessage<'open'>, now: Now): Promise<void> {
  const { session, signature } = message;
  const live = own(hub, link, session, now);
  if (live === undefined) return;
  const accepted = await hub.ports.book.acceptOpen(session, signature);
  if (!accepted.ok) return link.refuse(accepted.error, { session });
  hub.nodes.get(live.node)?.link?.send({ t: 'open', session, signature });
}

/** Player's `awake`: the node counts idle time, so it is told. */
export function stillAwake(hub: Hub, link: PlayerLink, { session }: PlayerMessage<'awake'>, now: Now): void {
  const live = own(hub, link, session, now);
  if (live !== undefined) hub.nodes.get(live.node)?.link?.send({ t: 'awake', session });
}
