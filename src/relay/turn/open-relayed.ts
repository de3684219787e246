// src/relay/turn/open-relayed.ts - finds a port for an allocation and binds a socket to it, by lot, even, in pairs, or by a
// reservation's token. RFC 8656 section 7.2, 'the server chooses a relayed transport address'.
import { err, ok, type Result } from '../../base/result.ts';
import type { TransportAddress } from '../address.ts';
import type { PortPool } from '../port-pool.ts';
import type { Family } from '../stun/attributes/requested-address-family.ts';
import { TOKEN_BYTES } from '../stun/attributes/reservation-token.ts';
import { lifetimes } from './lifetimes.ts';
import type { RelayAddress, RelayState } from './relay-state.ts';

/** Any port; an even one; an even one with the next one kept for later. */
export type PortWish = 'any' | 'even' | 'even-pair';

/** A socket that is bound, its address as the client is told, and the token of the port kept beside it. */
export type RelayedSocket = {
  readonly family: Family;
  readonly socket: number;
  readonly port: number;
  readonly address: TransportAddress;
  readonly reservation: Uint8Array | undefined;
};

const TRIES = 8; // Ports of our range that somebody else on the machine holds; more than a few means a wrong range.
const RESERVATIONS_MAX = 256; // Nobody's WebRTC asks for them; RTP pairs of old phones do.

/**
 * Opens one relayed address.
 * @returns the socket, or the error code of the refusal: 440 (family not served), 508 (no port, no descriptor, bad token)
 */
export function openRelayed(
  family: Family,
  wish: PortWish,
  token: string | undefined,
  state: RelayState,
): Result<RelayedSocket, 440 | 508> {
  const pool = state.pools.get(family);
  const address = state.config.relayAddresses.find(({ bind }) => bind.length === (family === 4 ? 4 : 16));
  if (pool === undefined || address === undefined) return err(440);
  if (token !== undefined) return openReserved(token, address, pool, state);
  if (wish === 'even-pair' && state.reservations.size >= RESERVATIONS_MAX) return err(508);
  const busy: number[] = [];
  try {
    for (let tried = 0; tried < TRIES; tried++) {
      const { random, sockets } = state.means;
      const port = wish === 'any' ? pool.draw(random) : pool.drawEven(random, wish === 'even-pair');
      if (port === undefined) return err(508);
      const socket = sockets.open(address.bind, port);
      if (socket >= 0) {
        const reservation = wish === 'even-pair' ? reserve(family, port + 1, state) : undefined;
        return ok({ family, socket, port, address: { ip: address.told, port }, reservation });
      }
      busy.push(port);
      if (wish === 'even-pair') busy.push(port + 1);
    }
    return err(508);
  } finally {
    for (const port of busy) pool.giveBack(port);
  }
}

function reserve(family: Family, port: number, state: RelayState): Uint8Array {
  const token = state.means.random.bytes(TOKEN_BYTES);
  const key = Array.from(token, (byte) => byte.toString(16).padStart(2, '0')).join('');
  state.reservations.set(key, { family, port, expiresMs: state.nowMs + lifetimes.reservationMs });
  return token;
}

function openReserved(
  token: string,
  address: RelayAddress,
  pool: PortPool,
  state: RelayState,
): Result<RelayedSocket, 508> {
  const reserved = state.reservations.get(token);
  if (reserved === undefined) return err(508);
  state.reservations.delete(token);
  const { family, port } = reserved;
  const socket = state.means.sockets.open(address.bind, port);
  if (socket < 0) {
    pool.giveBack(port);
    return err(508);
  }
  return ok({ family, socket, port, address: { ip: address.told, port }, reservation: undefined });
}

/** Puts the ports of reservations back whose time is over. */
export function dropReservations(state: RelayState): void {
  for (const [token, { family, port, expiresMs }] of state.reservations) {
    if (expiresMs > state.nowMs) continue;
    state.reservations.delete(token);
    state.pools.get(family)?.giveBack(port);
  }
}
