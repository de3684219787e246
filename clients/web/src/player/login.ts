// clients/web/src/player/login.ts - proves to the hub which wallet this is: EIP-4361 text, signed, one cookie.
import { ok, type Result } from '../../../../src/base/result.ts';
import type { Problem } from '../../../../src/protocol/http-api.ts';
import { loginText } from '../../../../src/protocol/login.ts';
import { api } from './api.ts';
import { keepLogin, knownLogin } from './known-login.ts';
import type { Wallet } from './ports.ts';

/**
 * Logs in. The person sees the text in their wallet, once.
 * @param chainId of the hub's signing domain
 * @throws what the wallet throws when the person declines
 */
export async function login(wallet: Wallet, chainId: bigint): Promise<Result<undefined, Problem>> {
  const nonce = await api.loginNonce(wallet.address);
  if (!nonce.ok) return nonce;
  const { host: domain, origin: uri } = window.location;
  const facts = { address: wallet.address, domain, uri, ...nonce.value };
  const signature = await wallet.signText(loginText({ ...facts, chainId }));
  return api.login({ ...facts, signature });
}

/** Makes sure that this wallet is logged in; asks it only when there is no login. */
export async function ensureLogin(wallet: Wallet, chainId: bigint): Promise<Result<undefined, Problem>> {
  if (knownLogin() === wallet.address) {
    const me = await api.me();
    if (me.ok) return ok(undefined);
    if (me.error.code !== 'LOGIN_REQUIRED') return me;
  }
  const entered = await login(wallet, chainId);
  if (entered.ok) keepLogin(wallet.address);
  return entered;
}

/** A ticket for one socket, logging in first when there is no login (or its cookie has ended). */
export async function socketTicket(wallet: Wallet, chainId: bigint): Promise<Result<string, Problem>> {
  if (knownLogin() === wallet.address) {
    const ticket = await api.socketTicket();
    if (ticket.ok) return { ok: true, value: ticket.value.ticket };
    if (ticket.error.code !== 'LOGIN_REQUIRED') return ticket;
  }
  const entered = await login(wallet, chainId);
  if (!entered.ok) return entered;
  keepLogin(wallet.address);
  const ticket = await api.socketTicket();
  return ticket.ok ? { ok: true, value: ticket.value.ticket } : ticket;
}

/** Ends the login of this browser. */
export async function logout(): Promise<Result<undefined, Problem>> {
  keepLogin(null);
  return api.logout();
}
