// clients/web/src/player/api.ts - the hub's HTTP interface as functions (protocol/http-api.ts). A refusal comes back as
// a value; a network or a hub that fails is an OutageError; an answer of another shape is a bug of one of us.
import { assert, OutageError } from '../../../../src/base/assert.ts';
import type { NodeId, SessionId } from '../../../../src/base/ids.ts';
import { err, ok, type Result } from '../../../../src/base/result.ts';
import { type BodyDecoder, bodyDecoder } from '../../../../src/protocol/body-decoder.ts';
import {
  ConfigShape,
  LoginNonceShape,
  type LoginRequest,
  MeShape,
  NodeTokenShape,
  OperatorNodesShape,
  type Problem,
  ProblemShape,
  SessionListShape,
  SocketTicketShape,
  TimelineShape,
} from '../../../../src/protocol/http-api.ts';
import { ReceiptShape } from '../../../../src/protocol/receipt.ts';
import type { Address } from '../../../../src/protocol/typed-data.ts';

const ANSWER_MS = 8_000;
const decodeProblem = bodyDecoder(ProblemShape);

/** Method and JSON body of a request. */
export type Ask = { readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'; readonly body?: unknown };

async function answer(path: string, { method = 'GET', body }: Ask): Promise<{ response: Response; value: unknown }> {
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    return { response, value: text === '' ? undefined : JSON.parse(text) };
  } catch (error) {
    throw new OutageError(`no answer from the hub to ${method} ${path}`, { cause: error });
  }
}

/** A refusal as the hub sent it, or an outage when even that could not be read (a proxy's own page). */
function problemOf(path: string, status: number, value: unknown): Problem {
  const problem = decodeProblem(value);
  if (!problem.ok) throw new OutageError(`status ${status} without a code from ${path}`);
  return problem.value;
}

/** One request whose answer `decode` reads. @throws OutageError without an answer, or with one of another shape */
export async function ask<T>(path: string, decode: BodyDecoder<T>, options: Ask = {}): Promise<Result<T, Problem>> {
  const { response, value } = await answer(path, options);
  if (!response.ok) return err(problemOf(path, response.status, value));
  const body = decode(value);
  if (!body.ok) throw new OutageError(`the hub answered ${path} in another shape (${body.error.field})`);
  return ok(body.value);
}

/** One request whose answer says nothing but yes. @throws OutageError without an answer */
export async function tell(path: string, options: Ask): Promise<Result<undefined, Problem>> {
  const { response, value } = await answer(path, options);
  return response.ok ? ok(undefined) : err(problemOf(path, response.status, value));
}

/** Posts JSON and takes any JSON back. @throws OutageError without an answer, or when it was refused */
export async function postJson(path: string, body: unknown): Promise<unknown> {
  const { response, value } = await answer(path, { method: 'POST', body });
  if (!response.ok) throw new OutageError(problemOf(path, response.status, value).code);
  return value;
}

const decoders = {
  config: bodyDecoder(ConfigShape),
  nonce: bodyDecoder(LoginNonceShape),
  ticket: bodyDecoder(SocketTicketShape),
  me: bodyDecoder(MeShape),
  sessions: bodyDecoder(SessionListShape),
  timeline: bodyDecoder(TimelineShape),
  receipt: bodyDecoder(ReceiptShape),
  nodeToken: bodyDecoder(NodeTokenShape),
  operatorNodes: bodyDecoder(OperatorNodesShape),
};

/** Every call of the page; each is one request. All but `config` and the login calls need a login. */
export const api = {
  config: () => ask('/api/config', decoders.config),
  loginNonce: (address: Address) => ask('/api/login/nonce', decoders.nonce, { method: 'POST', body: { address } }),
  login: (body: LoginRequest) => tell('/api/login', { method: 'POST', body }),
  logout: () => tell('/api/logout', { method: 'POST' }),
  socketTicket: () => ask('/api/socket-ticket', decoders.ticket, { method: 'POST' }),
  me: () => ask('/api/me', decoders.me),
  setCap: (capWei: string | null) => tell('/api/me/cap', { method: 'PUT', body: { capWei } }),
  sessions: () => ask('/api/sessions', decoders.sessions),
  timeline: (session: SessionId) => ask(`/api/sessions/${encodeURIComponent(session)}/timeline`, decoders.timeline),
  receipt: (session: SessionId) => ask(`/api/sessions/${encodeURIComponent(session)}/receipt`, decoders.receipt),
  nodeToken: () => ask('/api/operator/node-tokens', decoders.nodeToken, { method: 'POST' }),
  operatorNodes: () => ask('/api/operator/nodes', decoders.operatorNodes),
  setPremium: (node: NodeId, premiumBps: number) =>
    tell(`/api/operator/nodes/${node}/premium`, { method: 'PUT', body: { premiumBps } }),
  drainNode: (node: NodeId) => tell(`/api/operator/nodes/${node}/drain`, { method: 'POST' }),
  takeOutNode: (node: NodeId) => tell(`/api/operator/nodes/${node}`, { method: 'DELETE' }),
};

/** The value of an answer that the page cannot go on without. @throws OutageError naming the code when it was refused */
export async function need<T>(answering: Promise<Result<T, Problem>>): Promise<T> {
  const result = await answering;
  if (!result.ok) throw new OutageError(result.error.code);
  assert(result.ok, 'a refusal was handled above');
  return result.value;
}
