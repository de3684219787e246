// src/server/http/routes-operator.ts - tokens that bind machines to the caller's wallet, the list of machines, what is
// asked for one, asking it to leave, and taking it out.
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { DRAIN_MS, drainNode } from '../../app/drain-node.ts';
import { evictNode } from '../../app/evict-node.ts';
import { marketFor } from '../../app/market.ts';
import { giveNodeToken, listNodes, setPremium } from '../../app/operate-nodes.ts';
import type { NodeId, OperatorId, PlayerId } from '../../base/ids.ts';
import { ipKind, readIp } from '../../base/ip.ts';
import { refusal } from '../../protocol/error-codes.ts';
import {
  MarketShape,
  NodeTokenShape,
  OperatorNodesShape,
  PremiumRequestShape,
  ProblemShape,
} from '../../protocol/http-api.ts';
import { exact, NodeIdShape } from '../../protocol/shapes.ts';
import { type Guard, nowOf } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { refuse } from './problems.ts';

/** An operator is a wallet, like a player. */
const asOperator = (player: PlayerId): OperatorId => player as string as OperatorId;
const tags = ['operator'];

/** Where a machine finds this hub: under the name it shows, or where it shows only loopback, as the operator's browser did. */
function hubFor(shown: string, asked: string): string {
  const ip = readIp(new URL(shown).hostname.replace(/^\[|\]$/g, ''));
  return ip !== undefined && ipKind(ip) === 'loopback' ? asked : shown;
}

/** Serves what a wallet may do with the machines bound to it. */
export function addOperatorRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { hub } = parts;

  app.post(
    '/api/operator/node-tokens',
    {
      schema: {
        tags,
        summary: 'A one-time token that binds one machine to your wallet, and the command that uses it',
        response: { 200: NodeTokenShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const origin = guard.ownOrigin(request, reply);
      if (origin === undefined) return reply;
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const { token, expiresAtMs } = await giveNodeToken(hub, asOperator(player), nowOf(parts));
      return {
        token,
        expiresAtMs,
        command: `./nearcade node --hub ${hubFor(parts.shownOrigin(), origin)} --token ${token}`,
      };
    },
  );

  app.get(
    '/api/operator/nodes',
    { schema: { tags, summary: 'Your machines', response: { 200: OperatorNodesShape, '4xx': ProblemShape } } },
    async (request, reply) => {
      const player = await guard.player(request, reply);
      return player === undefined ? reply : listNodes(hub, asOperator(player), nowOf(parts));
    },
  );

  app.get(
    '/api/operator/market',
    {
      schema: {
        tags,
        summary: 'What machines of the pool ask by class, and where yours stand',
        response: { 200: MarketShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const player = await guard.player(request, reply);
      return player === undefined ? reply : marketFor(hub, asOperator(player), nowOf(parts));
    },
  );

  app.put<{ Params: { node: NodeId }; Body: Type.Static<typeof PremiumRequestShape> }>(
    '/api/operator/nodes/:node/premium',
    {
      schema: {
        tags,
        summary: 'What you ask for a machine on top of the base price; for games planned from now on',
        params: exact({ node: NodeIdShape }),
        body: PremiumRequestShape,
        response: { 204: Type.Null({ description: 'no body' }), '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const set = await setPremium(hub, request.params.node, asOperator(player), request.body.premiumBps);
      return set ? reply.code(204).send() : refuse(parts, request, reply, refusal('NOT_FOUND'));
    },
  );

  app.delete<{ Params: { node: NodeId } }>(
    '/api/operator/nodes/:node',
    {
      schema: {
        tags,
        summary: 'Take a machine out at once: its key is bound to nobody any more',
        params: exact({ node: NodeIdShape }),
        response: { 204: Type.Null({ description: 'no body' }), '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const gone = await evictNode(hub, request.params.node, asOperator(player), nowOf(parts));
      return gone ? reply.code(204).send() : refuse(parts, request, reply, refusal('NOT_FOUND'));
    },
  );

  app.post<{ Params: { node: NodeId } }>(
    '/api/operator/nodes/:node/drain',
    {
      schema: {
        tags,
        summary: 'Let a machine finish its sessions within 10 minutes and take no new ones',
        params: exact({ node: NodeIdShape }),
        response: { 204: Type.Null({ description: 'no body' }), '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const now = nowOf(parts);
      const { node } = request.params;
      const owner = (await hub.ports.nodes.find(node))?.operator;
      const drained = owner === asOperator(player) && drainNode(hub, node, now.wallMs + DRAIN_MS, now);
      return drained ? reply.code(204).send() : refuse(parts, request, reply, refusal('NOT_FOUND'));
    },
  );
}
