// src/server/http/routes-chain.ts - how the chain stands, for everybody; a machine's word that its operator stakes for it; and
// on a development chain the way of a page's wallet to it.
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { askBinding } from '../../app/node-closes.ts';
import type { NodeId, OperatorId } from '../../base/ids.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { BindingShape, ChainShape, ProblemShape, type RpcRequest, RpcRequestShape } from '../../protocol/http-api.ts';
import { exact, NodeIdShape, UintShape } from '../../protocol/shapes.ts';
import type { Address } from '../../protocol/typed-data.ts';
import { type Guard, nowOf } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { refuse } from './problems.ts';

/** What a wallet needs; nothing that steers the development chain itself. */
const METHODS = new Set([
  'eth_blockNumber',
  'eth_call',
  'eth_chainId',
  'eth_estimateGas',
  'eth_gasPrice',
  'eth_getBalance',
  'eth_getBlockByNumber',
  'eth_getCode',
  'eth_getLogs',
  'eth_getTransactionByHash',
  'eth_getTransactionCount',
  'eth_getTransactionReceipt',
  'eth_sendRawTransaction',
  'net_version',
]);
const METHOD_UNKNOWN = -32_601;
const ANSWER_WAIT_MS = 100;
const ANSWER_WAITS = 30; // A node answers within a second, or it is away.

/** Serves what concerns the chain. */
export function addChainRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { hub, chain } = parts;
  const tags = ['chain'];

  app.get(
    '/api/chain',
    { schema: { tags, summary: 'How the chain stands', response: { 200: ChainShape, '4xx': ProblemShape } } },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return chain?.facts(nowOf(parts)) ?? refuse(parts, request, reply, refusal('NOT_FOUND'));
    },
  );

  app.get<{ Params: { node: NodeId }; Querystring: { nonce: string } }>(
    '/api/operator/nodes/:node/binding',
    {
      schema: {
        tags,
        summary: "The machine key's word that you stake for it; `nonce`: the registry's bindNonce(node)",
        params: exact({ node: NodeIdShape }),
        querystring: exact({ nonce: UintShape }),
        response: { 200: BindingShape, '4xx': ProblemShape, '5xx': ProblemShape },
      },
    },
    async (request, reply) => {
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const { node } = request.params;
      const { nonce } = request.query;
      const operator = player as string as OperatorId;
      if ((await hub.ports.nodes.find(node))?.operator !== operator) {
        return refuse(parts, request, reply, refusal('NOT_FOUND'));
      }
      const own = operator as string as Address;
      if (!askBinding(hub, node, own, BigInt(nonce))) return refuse(parts, request, reply, refusal('NODE_LOST'));
      for (let wait = 0; wait < ANSWER_WAITS; wait++) {
        const word = hub.bindings.get(node);
        if (word?.operator === own && word.nonce === nonce) return { node, operator, nonce, signature: word.signature };
        await pause(ANSWER_WAIT_MS);
      }
      return refuse(parts, request, reply, refusal('NODE_LOST'));
    },
  );

  const rpc = chain?.rpc;
  if (rpc === undefined) return;
  app.post<{ Body: RpcRequest }>(
    '/api/chain/rpc',
    {
      schema: {
        tags,
        summary: "A wallet's JSON-RPC call to the development chain",
        body: RpcRequestShape,
        response: { 200: Type.Unknown(), '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const { id, method, params = [] } = request.body;
      const answer = METHODS.has(method)
        ? await rpc(method, params)
        : { ok: false as const, error: { code: METHOD_UNKNOWN, message: `no method ${method}` } };
      return answer.ok ? { jsonrpc: '2.0', id, result: answer.value } : { jsonrpc: '2.0', id, error: answer.error };
    },
  );
}
