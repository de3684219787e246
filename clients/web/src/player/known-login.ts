// clients/web/src/player/known-login.ts - who logged in here last: asking the hub for a ticket or an account without any
// login would only be refused.

const STORE = 'nearcade.login';

/** The address that logged in here last, or null; its cookie may have ended since. */
export function knownLogin(): string | null {
  return localStorage.getItem(STORE);
}

/** Keeps who logged in, or forgets it. */
export function keepLogin(address: string | null): void {
  if (address === null) localStorage.removeItem(STORE);
  else localStorage.setItem(STORE, address);
}
