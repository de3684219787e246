// src/relay/turn/authenticate.ts - the long-term credential mechanism, server side. RFC 8489 section 9.2.4: its checks, in
// its order. Keeps nothing between two requests: whoever has proved nothing costs no memory.
import { err, ok, type Result } from '../../base/result.ts';
import type { TransportAddress } from '../address.ts';
import { candidateKeys, type Identity, type PasswordAlgorithm, readUsername } from '../credentials.ts';
import { addMessageIntegrity, messageIntegrityHolds } from '../stun/attributes/message-integrity.ts';
import { addMessageIntegritySha256, messageIntegritySha256Holds } from '../stun/attributes/message-integrity-sha256.ts';
import { decodeNonce } from '../stun/attributes/nonce.ts';
import { decodePasswordAlgorithm } from '../stun/attributes/password-algorithm.ts';
import { isOfferedList } from '../stun/attributes/password-algorithms.ts';
import { decodeUserhash } from '../stun/attributes/userhash.ts';
import { decodeUsername } from '../stun/attributes/username.ts';
import { firstValue, type MessageWriter, type StunMessage } from '../stun/message.ts';
import { attributeTypes } from '../stun/registry.ts';
import type { UserDirectory } from '../user-directory.ts';
import type { KnownKey } from './allocation.ts';
import { featuresOf, nonceHolds, securityFeatures } from './nonce.ts';

/** What a request is checked against. */
export type AuthFacts = {
  readonly realm: string;
  readonly secrets: readonly string[];
  readonly nonceKeys: readonly Uint8Array[];
  readonly scopeRequired: boolean;
  readonly users: UserDirectory;
  readonly nowS: number;
  /** Until when a session's credential counts, given what its name says. */
  expiryS(session: string, namedS: number): number;
};

/** A request whose sender is known. */
export type Granted = {
  readonly identity: Identity;
  readonly knownKey: KnownKey;
  /** Signs the response as section 9.2.4 wants it. */
  readonly sign: (writer: MessageWriter) => MessageWriter;
};

/** What to answer instead; 401 and 438 come with realm, nonce and algorithms. `anonymity`: may USERHASH be offered. */
export type Challenge = { readonly code: 400 | 401 | 438; readonly anonymity: boolean };

/**
 * Checks who sent a request.
 * @param client where it came from; nonces are bound to it
 * @param known key of the allocation on this 5-tuple, which saves three hashes when its user asks again
 */
export function authenticate(
  message: StunMessage,
  client: TransportAddress,
  facts: AuthFacts,
  known: KnownKey | undefined,
): Result<Granted, Challenge> {
  const anonymity = facts.users.offers;
  const sha1 = message.attributes.find(({ type }) => type === attributeTypes.MESSAGE_INTEGRITY);
  const sha256 = message.attributes.find(({ type }) => type === attributeTypes.MESSAGE_INTEGRITY_SHA256);
  if (sha1 === undefined && sha256 === undefined) return err({ code: 401, anonymity });

  const name = firstValue(message, attributeTypes.USERNAME);
  const hash = firstValue(message, attributeTypes.USERHASH);
  const nonceValue = firstValue(message, attributeTypes.NONCE);
  const complete = (name ?? hash) !== undefined && firstValue(message, attributeTypes.REALM) !== undefined;
  const nonce = nonceValue === undefined ? undefined : decodeNonce(nonceValue);
  if (!complete || nonce === undefined || !nonce.ok) return err({ code: 400, anonymity });

  const algorithm = agreedAlgorithm(message, nonce.value);
  if (!algorithm.ok) return err({ code: 400, anonymity });

  const username = usernameOf(name, hash, facts.users);
  // A name that hides behind an unknown hash must be said openly: the next nonce does not offer anonymity.
  if (username === undefined) return err({ code: 401, anonymity: anonymity && name !== undefined });
  const identity = readUsername(username, facts);
  if (!identity.ok) return err({ code: 401, anonymity });
  if (facts.expiryS(identity.value.session, identity.value.expiresAtS) <= facts.nowS)
    return err({ code: 401, anonymity });

  const used = algorithm.value ?? 'md5';
  const same = known?.username === username && known.algorithm === used;
  const keys = same ? [known.key] : candidateKeys(facts.secrets, { username, realm: facts.realm, algorithm: used });
  const key = keys.find((candidate) =>
    sha256 === undefined
      ? sha1 !== undefined && messageIntegrityHolds(message, sha1, candidate)
      : messageIntegritySha256Holds(message, sha256, candidate),
  );
  if (key === undefined) return err({ code: 401, anonymity });

  if (!nonceHolds(facts.nonceKeys, nonce.value, client, facts.nowS)) return err({ code: 438, anonymity });

  const add = algorithm.value === undefined ? addMessageIntegrity : addMessageIntegritySha256;
  return ok({
    identity: identity.value,
    knownKey: { username, algorithm: used, key },
    sign: (writer) => add(writer, key),
  });
}

/** The algorithm that was negotiated, `undefined` when the client does not know of any: then MD5, signed with SHA-1. */
function agreedAlgorithm(message: StunMessage, nonce: string): Result<PasswordAlgorithm | undefined, 'bad-request'> {
  const features = featuresOf(nonce) ?? 0;
  const list = firstValue(message, attributeTypes.PASSWORD_ALGORITHMS);
  const choice = firstValue(message, attributeTypes.PASSWORD_ALGORITHM);
  if ((features & securityFeatures.PASSWORD_ALGORITHMS) === 0) return ok(undefined);
  if (list === undefined && choice === undefined) return ok(undefined);
  if (list === undefined || choice === undefined || !isOfferedList(list)) return err('bad-request');
  const algorithm = decodePasswordAlgorithm(choice);
  return algorithm.ok ? algorithm : err('bad-request');
}

function usernameOf(
  name: Uint8Array | undefined,
  hash: Uint8Array | undefined,
  users: UserDirectory,
): string | undefined {
  if (name !== undefined) {
    const text = decodeUsername(name);
    return text.ok ? text.value : undefined;
  }
  const key = hash === undefined ? undefined : decodeUserhash(hash);
  return key?.ok ? users.nameOf(key.value) : undefined;
}
