// src/relay/credentials.ts - credentials that a relay checks without a database: the user name says until when, for which
// session and towards whom; the password is an HMAC of it. The REST convention that browsers, coturn's tools and others
// share: user name `expiry:...`, password base64(HMAC-SHA1(secret, user name)). Minted by the hub, checked by any relay.
import { createHash, createHmac } from 'node:crypto';
import { assert } from '../base/assert.ts';
import { err, ok, type Result } from '../base/result.ts';
import { packScope, readScope, type ScopeEntry, type ScopeRange } from './scope.ts';

/** RFC 8489 section 14.3: a USERNAME has fewer than 509 bytes. */
export const USERNAME_BYTES_MAX = 508;

/** Whom a user name speaks for. */
export type Identity = {
  /** Unix seconds; the credential counts only before it. */
  readonly expiresAtS: number;
  /** Session of the rental, or the user part of a plain REST name, or the whole name without one. Quotas count by it. */
  readonly session: string;
  /** What it may reach; `undefined` for a plain REST credential, which only the peer filter bounds. */
  readonly scope: readonly ScopeRange[] | undefined;
};

const SCOPED = /^(\d{1,11}):(s_[0-9a-z]{26}):([A-Za-z0-9_-]{1,240})$/;
const PLAIN = /^(\d{1,11})(?::([\s\S]*))?$/;

function passwordOf(secret: string, username: string): string {
  return createHmac('sha1', secret).update(username).digest('base64');
}

/**
 * Makes a credential for one session.
 * @param secret shared with the relays; the newest when two are live
 * @param facts `expiresAtS` Unix seconds; `session` as `newId` makes it; `scope` 1..8 ranges the session's node proved
 * @returns what an RTCIceServer takes; the user name stays under 509 bytes
 * @throws InvariantError when the scope or session is not well formed: the hub checks both before it mints
 */
export function mintCredential(
  secret: string,
  facts: { readonly expiresAtS: number; readonly session: string; readonly scope: readonly ScopeEntry[] },
): { readonly username: string; readonly credential: string } {
  const scope = packScope(facts.scope);
  assert(scope.ok, 'the scope of a credential is well formed');
  const username = `${Math.floor(facts.expiresAtS)}:${facts.session}:${scope.value}`;
  assert(SCOPED.test(username), 'the session of a credential is well formed');
  return { username, credential: passwordOf(secret, username) };
}

/**
 * Reads a user name. Says nothing about whether its password is right.
 * @param options `scopeRequired`: refuse plain REST user names, as a relay that belongs to a hub does
 */
export function readUsername(
  username: string,
  options: { readonly scopeRequired: boolean },
): Result<Identity, 'bad-username'> {
  const scoped = SCOPED.exec(username);
  if (scoped !== null) {
    const scope = readScope(scoped[3] ?? '');
    if (!scope.ok) return err('bad-username');
    return ok({ expiresAtS: Number(scoped[1]), session: scoped[2] ?? '', scope: scope.value });
  }
  const plain = options.scopeRequired ? null : PLAIN.exec(username);
  // A name that begins like one of ours but is not well formed must never pass as a plain one without a scope.
  if (plain === null || /^s_[0-9a-z]{26}:/.test(plain[2] ?? '')) return err('bad-username');
  const user = plain[2] === undefined || plain[2] === '' ? username : plain[2];
  return ok({ expiresAtS: Number(plain[1]), session: user, scope: undefined });
}

/** How a password becomes the key of the message integrity. RFC 8489 section 18.5.1; numbers of the registry. */
export type PasswordAlgorithm = 'md5' | 'sha-256';

/**
 * The long-term key of a user: hash of `username:realm:password` (RFC 8489 sections 9.2.2 and 18.5.1). Names and
 * passwords here are plain ASCII, which OpaqueString (RFC 8265) leaves as they are.
 */
export function longTermKey(
  algorithm: PasswordAlgorithm,
  facts: { readonly username: string; readonly realm: string; readonly password: string },
): Uint8Array {
  const hash = createHash(algorithm === 'md5' ? 'md5' : 'sha256');
  return hash.update(`${facts.username}:${facts.realm}:${facts.password}`).digest();
}

/**
 * The keys under which a request of this user may have been signed: one for each live secret, newest first, so that the
 * secret can be changed without ending anybody's session.
 */
export function candidateKeys(
  secrets: readonly string[],
  facts: { readonly username: string; readonly realm: string; readonly algorithm: PasswordAlgorithm },
): readonly Uint8Array[] {
  return secrets.map((secret) =>
    longTermKey(facts.algorithm, { ...facts, password: passwordOf(secret, facts.username) }),
  );
}
