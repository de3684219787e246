// src/app/operator/live-play.ts - games that run on an operator's machines, as its console shows them. It says how they
// run and what they bring, not who plays.
import type { NodeId, OperatorId } from '../../base/ids.ts';
import type { LivePlay } from '../../protocol/operator-api.ts';
import type { Hub, LiveSession } from '../hub.ts';
import type { KeptNode } from '../ports.ts';

type Row = LivePlay['sessions'][number];

function rowOf(hub: Hub, live: LiveSession, nowMs: number): Row[] {
  const { session, node, game, path, seen, encodeMs } = live;
  const [booked, state] = [hub.ports.book.find(session), hub.ports.book.state(session, nowMs)];
  if (booked === undefined || state === undefined) return []; // Its books are being closed.
  return [
    {
      ...{ session, node, nodeName: booked.nodeName, game, path },
      startedAtMs: Number(booked.open.startedAtMs),
      rateWeiPerHour: booked.quote.rateWeiPerHour,
      billedMs: state.billedMs,
      pageHere: live.link !== undefined,
      nodeHere: !live.nodeLost && hub.nodes.get(node)?.link !== undefined,
      ...(seen && {
        seen: {
          atMs: Math.floor(seen.atMs),
          ...{ fps: seen.fps, rttMs: seen.rttMs, lossShare: seen.lossShare, kbps: seen.kbps },
        },
      }),
      ...(encodeMs !== undefined && { encodeMs }),
      timeLeftMs: state.timeLeftMs,
    },
  ];
}

/** The machines of an operator, by id. Throws OutageError. */
export async function ownNodes(hub: Hub, operator: OperatorId): Promise<ReadonlyMap<NodeId, KeptNode>> {
  return new Map((await hub.ports.nodes.ofOperator(operator)).map((kept) => [kept.node, kept]));
}

/** Games on the machines of `operator`, oldest first. Throws OutageError. */
export async function livePlay(hub: Hub, operator: OperatorId, nowMs: number): Promise<LivePlay> {
  const own = await ownNodes(hub, operator);
  const sessions = [...hub.sessions.values()]
    .filter(({ node, ending }) => own.has(node) && ending === undefined)
    .flatMap((live) => rowOf(hub, live, nowMs))
    .toSorted((a, b) => a.startedAtMs - b.startedAtMs);
  return { sessions };
}
