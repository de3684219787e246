// clients/web/src/player/remember.ts - what a reload must not forget of a running session: who we are in it, and the
// numbers to go on from. In sessionStorage, so that it dies with the tab; never the picture, never a wallet's key.
import type { SessionId } from '../../../../src/base/ids.ts';

const STORE = 'nearcade.session';

/** A session that this tab was in. */
export type Remembered = {
  readonly session: SessionId;
  readonly token: string;
  readonly game: string;
  /** Numbers already used on the wire. */
  readonly keySeq: number;
  readonly motionSeq: number;
  readonly tickSeq: number;
  readonly goodMs: number;
  readonly relayOnly: boolean;
};

/** Writes it; called each second. */
export function remember(session: Remembered): void {
  sessionStorage.setItem(STORE, JSON.stringify(session));
}

/** Forgets it: the session ended. */
export function forget(): void {
  sessionStorage.removeItem(STORE);
}

/** The session to go on with, or undefined. */
export function remembered(): Remembered | undefined {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(STORE) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return undefined;
    const text = (name: string): string => String(Reflect.get(stored, name) ?? '');
    const count = (name: string): number => {
      const value: unknown = Reflect.get(stored, name);
      return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
    };
    if (!/^s_[0-9a-z]{26}$/.test(text('session')) || text('token') === '') return undefined;
    return {
      session: text('session') as SessionId,
      token: text('token'),
      game: text('game'),
      keySeq: count('keySeq'),
      motionSeq: count('motionSeq'),
      tickSeq: count('tickSeq'),
      goodMs: count('goodMs'),
      relayOnly: Reflect.get(stored, 'relayOnly') === true,
    };
  } catch {
    return undefined;
  }
}
