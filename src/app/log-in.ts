// src/app/log-in.ts - who somebody is: a nonce, a text signed by the wallet (EIP-4361), a token for the browser's cookie,
// and tickets that open one socket each. Stores keep hashes of tokens only.
import { newId, type PlayerId } from '../base/ids.ts';
import type { Random } from '../base/random.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import type { LoginRequest } from '../protocol/http-api.ts';
import { timings } from '../protocol/limits.ts';
import { type LoginFacts, loginText } from '../protocol/login.ts';
import { type Address, recoverSigner, textDigest } from '../protocol/typed-data.ts';
import { ExpiringMap } from '../signaling/expiring-map.ts';
import type { LoginStore, Now, Seals } from './ports.ts';

type Given = { readonly address: Address; readonly issuedAt: string; readonly expiresAt: string };

/** Whom a ticket lets in: an account, and where it is for a café's tab: its place, and the hash of the seat's device's token. */
export type TicketHolder = { readonly player: PlayerId; readonly place?: string; readonly device?: string };

/** What logging in needs, and what it remembers between its steps. */
export type LogIns = {
  readonly store: LoginStore;
  readonly seals: Seals;
  readonly random: Random;
  readonly chainId: bigint;
  readonly origins: readonly string[];
  readonly nonces: ExpiringMap<string, Given>;
  readonly tickets: ExpiringMap<string, TicketHolder>;
};

/** Open logins and tickets at once: more than all of a large café opening its doors, less than memory minds. */
const OPEN_MAX = 50_000;
/** The end of a login moves when less than this is left of its use: one write a day, not one a request. */
const EXTEND_BELOW_MS = timings.loginMs - 24 * 3_600_000;

/** Starts with nobody on the way. */
export function newLogIns(parts: Omit<LogIns, 'nonces' | 'tickets'>): LogIns {
  return {
    ...parts,
    nonces: new ExpiringMap(timings.loginNonceMs, OPEN_MAX),
    tickets: new ExpiringMap(timings.socketTicketMs, OPEN_MAX),
  };
}

/** A nonce for one login of `address`. Times are ISO 8601 in UTC, to the second. Refuses RATE_TOO_HIGH when too many are open. */
export function giveNonce(logIns: LogIns, given: Given, now: Now): Result<string, Refusal> {
  const nonce = newId<PlayerId>('n', logIns.random).slice(2); // EIP-4361 wants letters and digits only.
  return logIns.nonces.add(nonce, given, now.nowMs) ? ok(nonce) : err(refusal('RATE_TOO_HIGH'));
}

/** The first line of the text that differs from what was given out and where the page stands. */
function mismatch(logIns: LogIns, request: LoginRequest, given: Given, origin: string): keyof LoginFacts | undefined {
  if (request.address !== given.address) return 'address';
  if (request.issuedAt !== given.issuedAt) return 'issuedAt';
  if (request.expiresAt !== given.expiresAt) return 'expiresAt';
  if (request.uri !== origin || !logIns.origins.includes(origin)) return 'uri';
  return request.domain === origin.replace(/^https?:\/\//, '') ? undefined : 'domain';
}

/**
 * Logs in.
 * @param origin the request's Origin
 * @returns the token for the cookie, or LOGIN_NONCE_UNKNOWN, LOGIN_TEXT_MISMATCH (`field`), LOGIN_BAD_SIGNATURE
 */
export async function logIn(
  logIns: LogIns,
  request: LoginRequest,
  origin: string,
  now: Now,
): Promise<Result<{ readonly token: string; readonly player: PlayerId }, Refusal>> {
  const given = logIns.nonces.take(request.nonce, now.nowMs);
  if (given === undefined) return err(refusal('LOGIN_NONCE_UNKNOWN'));
  const field = mismatch(logIns, request, given, origin);
  if (field !== undefined) return err(refusal('LOGIN_TEXT_MISMATCH', { field }));
  const { domain, address, uri, nonce, issuedAt, expiresAt } = request;
  const text = loginText({ domain, address, uri, chainId: logIns.chainId, nonce, issuedAt, expiresAt });
  if (recoverSigner(textDigest(text), request.signature) !== address) return err(refusal('LOGIN_BAD_SIGNATURE'));
  const token = newId<PlayerId>('l', logIns.random);
  const player = address as string as PlayerId;
  await logIns.store.add(logIns.seals.digest(token), player, now.wallMs + timings.loginMs);
  return ok({ token, player });
}

/** Who the cookie's token belongs to; keeps a login that is used alive. */
export async function whoIs(logIns: LogIns, token: string | undefined, now: Now): Promise<Result<PlayerId, Refusal>> {
  const hash = token === undefined ? undefined : logIns.seals.digest(token);
  const login = hash === undefined ? undefined : await logIns.store.find(hash, now.wallMs);
  if (hash === undefined || login === undefined) return err(refusal('LOGIN_REQUIRED'));
  if (login.untilMs - now.wallMs < EXTEND_BELOW_MS) await logIns.store.extend(hash, now.wallMs + timings.loginMs);
  return ok(login.player);
}

/** Ends a login; an unknown token ends nothing. */
export async function logOut(logIns: LogIns, token: string | undefined): Promise<void> {
  if (token !== undefined) await logIns.store.remove(logIns.seals.digest(token));
}

/** A ticket that opens one socket for its holder. Refuses RATE_TOO_HIGH when too many are open. */
export function giveTicket(logIns: LogIns, holder: TicketHolder, now: Now): Result<string, Refusal> {
  const ticket = newId<PlayerId>('k', logIns.random);
  return logIns.tickets.add(ticket, holder, now.nowMs) ? ok(ticket) : err(refusal('RATE_TOO_HIGH'));
}

/** Uses a ticket up. Refuses TICKET_UNKNOWN: never given, used, or older than 30 s. */
export function spendTicket(logIns: LogIns, ticket: string, now: Now): Result<TicketHolder, Refusal> {
  const holder = logIns.tickets.take(ticket, now.nowMs);
  return holder === undefined ? err(refusal('TICKET_UNKNOWN')) : ok(holder);
}
