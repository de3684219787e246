// src/relay/turn/nonce.ts - nonces that nobody has to remember: a time and a MAC over it, the client's address and port,
// under a key that the whole fleet derives from its shared secret. Any relay checks any relay's nonce; a restart makes
// none stale; a stranger costs no memory. RFC 8489 section 9.2.
//
// Text: 'obMatJos2', 4 characters of security features (the nonce cookie), 6 of time, 11 of MAC: 30 in all.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { toUtf8 } from '../../base/utf8.ts';
import type { TransportAddress } from '../address.ts';

/**
 * Bits of the 24-bit security feature set (RFC 8489 section 18.1), counted from its least significant bit, as verified
 * erratum 6290 and the sample of appendix B.1 do.
 */
export const securityFeatures = { PASSWORD_ALGORITHMS: 1, USERNAME_ANONYMITY: 2 } as const;

/** RFC 8656 section 5: a nonce expires at least once an hour. */
export const NONCE_LIFETIME_S = 3_600;
const CLOCK_SKEW_S = 60; // Clocks of a fleet differ a little; a nonce from farther ahead is forged.
const COOKIE = 'obMatJos2';
const MAC_BYTES = 8;
const NONCE_CHARS = 30;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The key for nonces that belongs to one live secret. */
export function nonceKey(secret: string): Uint8Array {
  return createHmac('sha256', secret).update('nearcade relay nonce').digest();
}

function digits(value: number, count: number): string {
  let text = '';
  for (let i = count - 1; i >= 0; i--) text += DIGITS[Math.floor(value / 64 ** i) % 64];
  return text;
}

function numberOf(text: string): number {
  let value = 0;
  for (const char of text) value = value * 64 + DIGITS.indexOf(char);
  return value;
}

function macText(key: Uint8Array, text: string, client: TransportAddress): string {
  const mac = createHmac('sha256', key)
    .update(text)
    .update(Uint8Array.of(client.ip.length, ...client.ip, client.port >> 8, client.port & 0xff))
    .digest()
    .subarray(0, MAC_BYTES);
  let out = '';
  for (let at = 0; at < MAC_BYTES; at += 3) {
    const word = ((mac[at] ?? 0) << 16) | ((mac[at + 1] ?? 0) << 8) | (mac[at + 2] ?? 0);
    out += digits(word, 4).slice(0, Math.min(4, MAC_BYTES - at + 1));
  }
  return out;
}

/**
 * Makes a nonce for one client.
 * @param key of the newest live secret
 * @param features sum of `securityFeatures`
 * @param nowS Unix seconds
 */
export function makeNonce(key: Uint8Array, client: TransportAddress, features: number, nowS: number): string {
  const text = COOKIE + digits(features, 4) + digits(Math.floor(nowS), 6);
  return text + macText(key, text, client);
}

/** The security features that a nonce claims, or `undefined` without a nonce cookie. Says nothing about who made it. */
export function featuresOf(nonce: string): number | undefined {
  const text = nonce.slice(COOKIE.length, COOKIE.length + 4);
  return nonce.startsWith(COOKIE) && /^[A-Za-z0-9_-]{4}$/.test(text) ? numberOf(text) : undefined;
}

/** True when this very client got the nonce from a relay of the fleet, not longer ago than an hour. */
export function nonceHolds(
  keys: readonly Uint8Array[],
  nonce: string,
  client: TransportAddress,
  nowS: number,
): boolean {
  if (nonce.length !== NONCE_CHARS || !/^[A-Za-z0-9_-]+$/.test(nonce)) return false;
  const head = nonce.slice(0, COOKIE.length + 10);
  const madeS = numberOf(head.slice(-6));
  if (madeS > nowS + CLOCK_SKEW_S || madeS + NONCE_LIFETIME_S <= nowS) return false;
  const tail = toUtf8(nonce.slice(head.length));
  return keys.some((key) => timingSafeEqual(toUtf8(macText(key, head, client)), tail));
}
