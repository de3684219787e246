// src/agent/hub-saves.ts - GET and PUT /api/saves/SESSION: a player's save comes from the hub before the game starts and
// goes back to it after, with a bearer token that is good for this one session.
import { OutageError } from '../base/assert.ts';
import type { SessionId } from '../base/ids.ts';
import { bounds } from '../protocol/limits.ts';

/**
 * `refused`: the hub will never take it (too large, older than one it has); keeping it would be no use. `not-now`: it does
 * not know the right to store it; that may be a hub that comes back from a backup, or something that stands before it.
 */
export type SaveVerdict = 'stored' | 'refused' | 'not-now';
/** The hub's shelf of saves. Both throw OutageError while the hub is away or answers with its own trouble (5xx, 429). */
export interface HubSaves {
  /** The save, or undefined when there is none (404). */
  get(session: SessionId, token: string): Promise<Uint8Array | undefined>;
  put(session: SessionId, token: string, bytes: Uint8Array): Promise<SaveVerdict>;
}

const TRANSFER_MS = 60_000; // 64 MiB at 9 Mbit/s.
const HTTP_NOT_FOUND = 404;
/** Not whole, of an earlier session than the one that is kept, too large. */
const HTTP_FINAL = [400, 403, 413];
const HTTP_TOO_MANY = 429;
const HTTP_SERVER_TROUBLE = 500;

async function ask(url: string, token: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
      redirect: 'error', // A redirect would carry the token elsewhere.
      signal: AbortSignal.timeout(TRANSFER_MS),
    });
  } catch (cause) {
    throw new OutageError('the hub cannot be reached for a save', { cause });
  }
}

async function readBounded(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of response.body ?? []) {
      size += part.length;
      if (size > bounds.saveBytes) throw new OutageError('the hub sent a save beyond the limit');
      parts.push(part);
    }
  } catch (cause) {
    throw cause instanceof OutageError ? cause : new OutageError('the save broke off', { cause });
  }
  return Buffer.concat(parts);
}

/** The saves of the hub at `hub` (an origin). */
export function hubSaves(hub: string): HubSaves {
  const url = (session: SessionId) => `${hub}/api/saves/${session}`;
  return {
    get: async (session, token) => {
      const response = await ask(url(session), token, { method: 'GET' });
      if (response.status === HTTP_NOT_FOUND) return undefined;
      if (!response.ok) throw new OutageError(`the hub answered ${response.status} for a save`);
      return readBounded(response);
    },
    put: async (session, token, bytes) => {
      const response = await ask(url(session), token, { method: 'PUT', body: new Uint8Array(bytes) });
      await response.body?.cancel();
      if (response.ok) return 'stored';
      if (response.status >= HTTP_SERVER_TROUBLE || response.status === HTTP_TOO_MANY) {
        throw new OutageError(`the hub answered ${response.status} to a save`);
      }
      return HTTP_FINAL.includes(response.status) ? 'refused' : 'not-now';
    },
  };
}
