// src/app/start-play.ts - 'start': choose node and path, lease the seat, hold the money, open the session, tell both
// sides. The same key starts one session however often it is sent; two players never get one slot.
import { type IdempotencyKey, type NodeId, newId, type PeerId, type SessionId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { chooseNode } from '../pool/choose-node.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import { timings } from '../protocol/limits.ts';
import type { Choice } from '../protocol/player-messages.ts';
import type { Path, PathWish, Quote } from '../protocol/shapes.ts';
import { type Consent, consentType, fromWire } from '../protocol/voucher.ts';
import { gateRefusal } from './admin/gate.ts';
import { type NodeOption, nodeOptions } from './free-nodes.ts';
import { giveIce } from './give-ice.ts';
import type { Hub, Plan, PlayerMessage } from './hub.ts';
import { joinLine, lineIsFor } from './join-line.ts';
import { moneyPause } from './money-pause.ts';
import { leaveEarlier, mayContinue } from './move-play.ts';
import { openSession } from './open-session.ts';
import { placeOf } from './place.ts';
import type { Now, PlayerLink } from './ports.ts';
import { resumePlay } from './resume-play.ts';
import { standingQuote } from './shown-quote.ts';
import { resumeToken, tellStarted } from './tell-started.ts';

/** A start under way. `turn`: its turn in the line came, so any free node of the plan will do and nothing need be measured. */
export type Start = {
  readonly link: PlayerLink;
  readonly message: PlayerMessage<'play'>;
  readonly plan: Plan;
  readonly turn: boolean;
};
type Picked = { readonly choice: Choice; readonly option: NodeOption; readonly quote: Quote };

/** Path tried where nothing was measured. */
const unmeasuredPath = (wish: PathWish): Path => (wish === 'auto' ? 'direct' : wish);

/** The promise never exceeds the picture that the player asked for: whoever wants 30 fps gets no free play at 30. */
function frozenQuote(quote: Quote, { message }: Start): Quote {
  const { picture } = message.settings;
  if (picture === undefined) return quote;
  const { fps, height, rttCapMs } = quote.promise;
  return {
    ...quote,
    promise: { fps: Math.min(fps, picture.fps), height: Math.min(height, picture.height), rttCapMs },
  };
}

/** Nodes to choose among, each with its quote: those of the plan, with a seat when the turn came. */
function optionsFor(
  hub: Hub,
  { link, plan, turn }: Start,
  now: Now,
): Result<Map<NodeId, { option: NodeOption; quote: Quote }>, Refusal> {
  const all = nodeOptions(hub, link, plan.game, now);
  const wanted = turn ? all.filter(({ free }) => free) : all.filter(({ node }) => plan.quotes.has(node));
  if (wanted.length === 0) return err(refusal('NO_NODE'));
  const shown = wanted.flatMap((option) => {
    const quote = standingQuote(hub, plan, option, now);
    return quote === undefined ? [] : [{ option, quote }];
  });
  if (shown.length === 0) return err(refusal('PLAN_EXPIRED'));
  return ok(new Map(shown.map((each) => [each.option.node, each])));
}

function pick(hub: Hub, start: Start, now: Now): Result<Picked, Refusal> {
  const { message, turn } = start;
  const found = optionsFor(hub, start, now);
  if (!found.ok) return found;
  const options = found.value;
  const chosen = chooseNode({
    candidates: [...options.values()].map(({ option: { node, record, free, load }, quote }) => ({
      node,
      name: record.machine.name,
      free,
      load,
      rateWeiPerHour: BigInt(quote.rateWeiPerHour),
    })),
    measurements: message.measurements,
    wish: message.path,
    picked: turn ? undefined : message.node,
    unmeasuredPath: unmeasuredPath(message.path),
    unmeasuredOk: turn,
  });
  if (!chosen.ok && chosen.error === 'busy') return err(refusal('NODES_BUSY'));
  if (!chosen.ok) return err(refusal('MEASUREMENT_MISSING', { candidates: options.size }));
  const choice = chosen.value;
  const chosenOne = options.get(choice.node);
  if (chosenOne === undefined) return err(refusal('NO_NODE'));
  const measured = choice.ranked.find(({ node, path }) => node === choice.node && path === choice.path);
  const { rttCapMs } = chosenOne.quote.promise;
  if (measured !== undefined && measured.rttMinMs > rttCapMs) {
    return err(refusal('NO_NODE_NEAR', { bestRttMs: Math.round(measured.rttMinMs), limitRttMs: rttCapMs }));
  }
  return ok({ choice, option: chosenOne.option, quote: frozenQuote(chosenOne.quote, start) });
}

/** The consent of a play, when it is well formed and the player's own. */
function consentOf({ message, link }: Start): Result<Consent, Refusal> {
  const read = fromWire<Consent>(consentType, message.consent);
  if (!read.ok) return err(refusal('CONSENT_BAD', { field: read.error.field }));
  const own = read.value.payer === String(link.player);
  return own ? ok(read.value) : err(refusal('CONSENT_BAD', { field: 'payer' }));
}

/** What stands in the way before anything is chosen. */
function hindrance(hub: Hub, link: PlayerLink, message: PlayerMessage<'play'>): Refusal | undefined {
  if (hub.stopping) return refusal('SHUTTING_DOWN');
  const closed = gateRefusal(hub.gate, link.player);
  if (closed !== undefined) return closed;
  const stands = hub.tabRefusal(link);
  if (stands !== undefined) return stands;
  const place = placeOf(link);
  if (hub.starting.has(place)) return refusal('ALREADY_PLAYING');
  const session = hub.playing.get(place);
  return session === undefined || session === message.continues ? undefined : refusal('ALREADY_PLAYING', { session });
}

/** True when this very play has started already: the page is given its session again. */
async function isRepeat(hub: Hub, link: PlayerLink, re: IdempotencyKey, now: Now): Promise<boolean> {
  const { book, seals } = hub.ports;
  const session = hub.playing.get(placeOf(link));
  const live = session === undefined ? undefined : hub.sessions.get(session);
  if (live === undefined) return false;
  const token = resumeToken(hub, link.player, re);
  if (book.find(live.session)?.resumeTokenHash !== seals.digest(token)) return false;
  if (live.link === link) tellStarted(hub, live, link, { re, token, resumed: false }, now);
  else await resumePlay(hub, link, { t: 'resume', re, session: live.session, token }, now);
  return true;
}

/** Answers `play`. A repeat of one that is under way is answered by its answer, of one that has started by `started`. */
export async function startPlay(hub: Hub, link: PlayerLink, message: PlayerMessage<'play'>, now: Now): Promise<void> {
  const { re } = message;
  if (hub.starting.get(placeOf(link)) === re) return;
  if (await isRepeat(hub, link, re, now)) return;
  const hindered = hindrance(hub, link, message);
  if (hindered !== undefined) return link.refuse(hindered, { re });
  const plan = hub.plans.get(message.plan, now.nowMs);
  if (plan?.player !== link.player) return link.refuse(refusal('PLAN_EXPIRED'), { re });
  for (const { node, rttMinMs } of message.measurements) {
    if (plan.quotes.has(node)) hub.rtts.measured(link.player, node, rttMinMs, now.wallMs);
  }
  const start: Start = { link, message, plan, turn: false };
  if (lineIsFor(hub, plan.game)) return waitOrRefuse(hub, start, now);
  await startFromPlan(hub, start, now);
}

function waitOrRefuse(hub: Hub, { link, message, plan }: Start, now: Now): void {
  // The line has one place an account: a seat waits at its desk.
  if (message.queue === true && link.place === undefined) joinLine(hub, { link, message, plan }, now);
  else link.refuse(refusal('NODES_BUSY'), { re: message.re });
}

/** Chooses, leases and starts, or refuses; with `queue` a full house means a place in the line. */
export async function startFromPlan(hub: Hub, start: Start, now: Now): Promise<void> {
  const { link, message, turn } = start;
  const { re } = message;
  const paused = moneyPause(hub, now);
  if (paused !== undefined) return link.refuse(paused, { re });
  const closed = gateRefusal(hub.gate, link.player); // It may have been closed while this player waited.
  if (closed !== undefined) return link.refuse(closed, { re });
  const consent = consentOf(start);
  if (!consent.ok) return link.refuse(consent.error, { re });
  const picked = pick(hub, start, now);
  if (!picked.ok && picked.error.code === 'NODES_BUSY') return waitOrRefuse(hub, start, now);
  if (!picked.ok) {
    // The page plans anew, and has its place until then; the turn passes over it meanwhile.
    if (turn && picked.error.code === 'PLAN_EXPIRED') hub.line.away(link.player, now.nowMs);
    return link.refuse(picked.error, { re });
  }
  const { choice, option } = picked.value;
  const session = newId<SessionId>('s', hub.ports.random);
  const way = { node: choice.node, region: option.region, wish: message.path, path: choice.path, rental: session };
  if (giveIce(hub, way, now) === undefined) return link.refuse(refusal('RELAY_UNAVAILABLE'), { re });
  // Since the seat was seen free nothing else has run: it is ours.
  const lease = `${placeOf(link)} ${re}`;
  if (link.place === undefined) hub.line.leave(link.player);
  hub.seats.lease(lease, choice.node, now.nowMs + timings.leaseMs);
  hub.due.leases.set(lease, now.nowMs + timings.leaseMs);
  hub.starting.set(placeOf(link), re);
  try {
    const { continues } = message;
    const may = continues === undefined ? ok(undefined) : await mayContinue(hub, link, continues, now);
    if (!may.ok) return link.refuse(may.error, { re });
    const then = continues === undefined ? now : await leaveEarlier(hub, continues, now);
    const peer = newId<PeerId>('c', hub.ports.random);
    await openSession(hub, { ...start, ...picked.value, session, peer, lease, consent: consent.value }, then);
  } finally {
    hub.starting.delete(placeOf(link));
    hub.due.leases.clear(lease);
    hub.seats.release(lease);
  }
}
