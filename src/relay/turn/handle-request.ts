// src/relay/turn/handle-request.ts - a STUN request and what is answered, if anything. RFC 8489 sections 6.3 and 9.2.4, RFC
// 8656 section 5: known method, authentication, unknown attributes, 5-tuple, same user; then the method's own handler.
import { err, type Result } from '../../base/result.ts';
import type { ClientPath } from '../ports.ts';
import { encodeErrorCode } from '../stun/attributes/error-code.ts';
import { addFingerprint, fingerprintState } from '../stun/attributes/fingerprint.ts';
import { encodeNonce } from '../stun/attributes/nonce.ts';
import { OFFERED_ALGORITHMS } from '../stun/attributes/password-algorithms.ts';
import { encodeRealm } from '../stun/attributes/realm.ts';
import { SOFTWARE_VALUE } from '../stun/attributes/software.ts';
import { encodeUnknownAttributes } from '../stun/attributes/unknown-attributes.ts';
import { addXorMappedAddress } from '../stun/attributes/xor-mapped-address.ts';
import { classes, MessageWriter, type StunMessage } from '../stun/message.ts';
import { attributeTypes, type ErrorNumber, errorReasons, methods, mustRefuse } from '../stun/registry.ts';
import { allocate } from './allocate.ts';
import type { Allocation } from './allocation.ts';
import { type AuthFacts, authenticate, type Challenge } from './authenticate.ts';
import { channelBind } from './channel-bind.ts';
import { createPermission } from './create-permission.ts';
import { makeNonce, securityFeatures } from './nonce.ts';
import { refresh } from './refresh.ts';
import type { RelayState } from './relay-state.ts';
import type { FillReply, TurnError, TurnHandler, TurnRequest } from './request.ts';

/** A reply, and whether its receiver has proved who it is: replies to strangers are few and small. */
export type Reply = { readonly bytes: Uint8Array; readonly stranger: boolean };

const HANDLERS: ReadonlyMap<number, TurnHandler> = new Map([
  [methods.REFRESH, refresh],
  [methods.CREATE_PERMISSION, createPermission],
  [methods.CHANNEL_BIND, channelBind],
]);
const NAMED: ReadonlySet<number> = new Set([methods.ALLOCATE, methods.REFRESH]); // These responses carry SOFTWARE.

/**
 * Answers one request.
 * @returns the reply, or `undefined` when the message is dropped in silence: wrong fingerprint, unknown method, no request
 */
export function handleRequest(
  message: StunMessage,
  client: ClientPath,
  existing: Allocation | undefined,
  state: RelayState,
): Reply | undefined {
  const fingerprint = fingerprintState(message);
  if (message.klass !== classes.REQUEST || fingerprint === 'wrong') return undefined;
  const end = (writer: MessageWriter, stranger: boolean): Reply => {
    if (fingerprint === 'right') addFingerprint(writer);
    return { bytes: writer.bytes(), stranger };
  };
  state.count('requests');
  const unknown = message.attributes.map(({ type }) => type).filter(mustRefuse);
  if (message.method === methods.BINDING) return end(bindingReply(message, client, unknown), true);
  if (message.method !== methods.ALLOCATE && !HANDLERS.has(message.method)) return undefined;

  const granted = authenticate(message, client.address, authFacts(state), existing?.knownKey);
  if (!granted.ok) return end(challengeReply(message, client, granted.error, state), true);
  const { identity, knownKey, sign } = granted.value;
  const request: TurnRequest = { message, client, identity, knownKey };
  const result = unknown.length > 0 ? err({ code: 420 as const, unknown }) : answer(request, existing, state);
  if (!result.ok) {
    state.count(message.method === methods.ALLOCATE ? 'allocationsRefused' : 'repliesOtherError');
    state.tell({ kind: 'refused', session: identity.session, method: message.method, code: result.error.code });
  }
  const writer = result.ok ? successReply(message, result.value) : errorReply(message, result.error, true);
  if (NAMED.has(message.method)) writer.add(attributeTypes.SOFTWARE, SOFTWARE_VALUE);
  return end(sign(writer), false);
}

function answer(
  request: TurnRequest,
  existing: Allocation | undefined,
  state: RelayState,
): Result<FillReply, TurnError> {
  if (request.message.method === methods.ALLOCATE) return allocate(request, existing, state);
  const handler = HANDLERS.get(request.message.method);
  // RFC 8656 section 5: no allocation on this 5-tuple; then, not the user who made it. A newer credential of the same
  // session is the same user (ADR-0012).
  if (existing === undefined || handler === undefined) return err({ code: 437 });
  if (existing.session !== request.identity.session) return err({ code: 441 });
  const result = handler(request, existing, state);
  if (result.ok) existing.knownKey = request.knownKey;
  return result;
}

function authFacts(state: RelayState): AuthFacts {
  return {
    realm: state.config.realm,
    secrets: state.secrets,
    nonceKeys: state.nonceKeys,
    scopeRequired: state.config.scopeRequired,
    users: state.users,
    nowS: state.nowS,
    expiryS: (session, namedS) => state.sessions.expiryS(session, namedS),
  };
}

/** RFC 8489 section 2.7 and 6.3.1: Binding needs no credentials. */
function bindingReply(message: StunMessage, client: ClientPath, unknown: readonly number[]): MessageWriter {
  if (unknown.length > 0) return errorReply(message, { code: 420, unknown }, false);
  return addXorMappedAddress(new MessageWriter(classes.SUCCESS, message.method, message.transactionId), client.address);
}

function challengeReply(
  message: StunMessage,
  client: ClientPath,
  { code, anonymity }: Challenge,
  state: RelayState,
): MessageWriter {
  state.count(code === 401 ? 'repliesUnauthorized' : code === 438 ? 'repliesStaleNonce' : 'repliesOtherError');
  const writer = errorReply(message, { code }, false);
  const [key] = state.nonceKeys;
  if (code === 400 || key === undefined) return writer;
  const features = securityFeatures.PASSWORD_ALGORITHMS + (anonymity ? securityFeatures.USERNAME_ANONYMITY : 0);
  return writer
    .add(attributeTypes.REALM, encodeRealm(state.config.realm))
    .add(attributeTypes.NONCE, encodeNonce(makeNonce(key, client.address, features, state.nowS)))
    .add(attributeTypes.PASSWORD_ALGORITHMS, OFFERED_ALGORITHMS);
}

function successReply(message: StunMessage, fill: FillReply): MessageWriter {
  const writer = new MessageWriter(classes.SUCCESS, message.method, message.transactionId);
  fill(writer);
  return writer;
}

/** An error response; its words only for those who proved who they are, so that replies to strangers stay small. */
function errorReply(message: StunMessage, { code, unknown }: TurnError, words: boolean): MessageWriter {
  const writer = new MessageWriter(classes.ERROR, message.method, message.transactionId);
  writer.add(attributeTypes.ERROR_CODE, encodeErrorCode(code, words ? reasonOf(code) : ''));
  if (unknown !== undefined) writer.add(attributeTypes.UNKNOWN_ATTRIBUTES, encodeUnknownAttributes(unknown));
  return writer;
}

const reasonOf = (code: ErrorNumber): string => errorReasons[code];
