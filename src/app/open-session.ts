// src/app/open-session.ts - the step of a start that binds: the book holds the money and writes the session, the lease
// becomes a seat, node and page are told.
import type { PeerId, SessionId } from '../base/ids.ts';
import { refusal } from '../protocol/error-codes.ts';
import { timings } from '../protocol/limits.ts';
import type { Choice } from '../protocol/player-messages.ts';
import type { Quote } from '../protocol/shapes.ts';
import { type Consent, toWire } from '../protocol/voucher.ts';
import { endPlay } from './end-play.ts';
import type { NodeOption } from './free-nodes.ts';
import type { Hub, LiveSession, Plan, PlayerMessage } from './hub.ts';
import { placeOf, saverOf } from './place.ts';
import type { Now, PlayerLink } from './ports.ts';
import { saveToken } from './save-access.ts';
import type { OpenedSession } from './session-book.ts';
import { resumeToken, tellStarted } from './tell-started.ts';

/** A start for which everything is chosen and a seat is leased. */
export type Opening = {
  readonly link: PlayerLink;
  readonly message: PlayerMessage<'play'>;
  readonly plan: Plan;
  readonly choice: Choice;
  readonly option: NodeOption;
  readonly quote: Quote;
  readonly session: SessionId;
  readonly peer: PeerId;
  /** Key of the leased seat. */
  readonly lease: string;
  readonly consent: Consent;
};

function liveSession({ link, message, plan, choice, option, session, peer }: Opening): LiveSession {
  return {
    session,
    player: link.player,
    place: placeOf(link),
    node: choice.node,
    game: plan.game,
    path: choice.path,
    wish: message.path,
    region: option.region,
    codecs: message.settings.codecs,
    link,
    peer,
    attachWanted: false,
    nodeLost: false,
    nodeDone: false,
    refreshAtMs: Number.POSITIVE_INFINITY,
    relay: undefined,
    carried: new Map(),
    ending: undefined,
    heardAtMs: undefined,
    seen: undefined,
    encodeMs: undefined,
  };
}

function tellNode(hub: Hub, opening: Opening, opened: OpenedSession, save: boolean): void {
  const { link, message, plan, choice, option, quote, session, peer, consent } = opening;
  const { seed: _seed, ...settings } = message.settings;
  option.record.link?.send({
    t: 'start',
    session,
    peer,
    epoch: opened.epoch,
    player: link.player,
    game: plan.game,
    settings: hub.config.playMoney ? message.settings : settings,
    promise: quote.promise,
    consent: toWire(consent),
    consentSignature: message.consentSignature,
    ...(message.keyProof && { keyProof: message.keyProof }),
    open: toWire(opened.open),
    lease: opened.lease,
    saveToken: saveToken(hub, {
      session,
      player: saverOf(hub.ports.seals, link),
      game: plan.game,
      startedAtMs: Number(opened.open.startedAtMs),
    }),
    save,
    path: choice.path,
  });
}

/** Opens the session. Refuses what the book refuses; ends it again when node or seat were lost meanwhile. */
export async function openSession(hub: Hub, opening: Opening, now: Now): Promise<void> {
  const { link, message, plan, choice, option, quote, session, peer, lease, consent } = opening;
  const { re, consentSignature, sessionKey, keyProof, continues } = message;
  const { book, seals, saves, counters } = hub.ports;
  const token = resumeToken(hub, link.player, re);
  const save = await saves.has(saverOf(seals, link), plan.game);
  const opened = await book.open(
    {
      key: re,
      session,
      player: link.player,
      node: choice.node,
      nodeName: option.record.machine.name,
      operator: option.record.terms.operator,
      region: option.region,
      game: plan.game,
      path: choice.path,
      choice,
      quote,
      consent,
      consentSignature,
      sessionKey: sessionKey ?? consent.sessionKey,
      ...(keyProof && { keyProof }),
      ...(continues === undefined ? {} : { continues }),
      ...(link.place === undefined ? {} : { place: link.place }),
    },
    seals.digest(token),
    now.nowMs,
    now.wallMs,
  );
  if (!opened.ok) return link.refuse(opened.error, { re });
  if (opened.value.session !== session) return link.refuse(refusal('IDEMPOTENCY_MISMATCH'), { re }); // An old key.
  const live = liveSession(opening);
  hub.sessions.set(session, live);
  hub.playing.set(placeOf(link), session);
  counters.started();
  hub.due.sessions.set(session, now.nowMs + timings.sessionStateMs);
  hub.routes.open({ peer, link, node: choice.node, path: choice.path, purpose: { kind: 'session', session } });
  const seated = hub.seats.sit(lease, session) && option.record.link !== undefined;
  if (seated) tellNode(hub, opening, opened.value, save);
  tellStarted(hub, live, link, { re, token, resumed: false }, now);
  if (!seated) endPlay(hub, live, 'node-lost', now);
  // The clock of its tab may have stopped while the books were written: who ends sessions then did not see this one.
  else if (hub.tabRefusal(link) !== undefined) endPlay(hub, live, 'stopped-by-operator', now);
}
