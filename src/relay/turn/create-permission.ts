// src/relay/turn/create-permission.ts - CreatePermission: leave to exchange packets with addresses. RFC 8656 section 10.2.
// All of them or none.
import { err, ok } from '../../base/result.ts';
import { peerAddresses } from '../stun/attributes/xor-peer-address.ts';
import { findPermission, permissionRoom, permit } from './permissions.ts';
import type { TurnHandler } from './request.ts';

/** Installs or refreshes a permission for every address in the request. */
export const createPermission: TurnHandler = ({ message, identity }, allocation, state) => {
  // One address or more, each well formed.
  const peers = peerAddresses(message);
  if (!peers.ok || peers.value.length === 0) return err({ code: 400 });
  // Each of a family that the allocation relays.
  const relays = (ip: Uint8Array) => allocation.relayed.some(({ family }) => (family === 4 ? 4 : 16) === ip.length);
  if (!peers.value.every(({ ip }) => relays(ip))) return err({ code: 443 });
  // The server's restrictions.
  const allowed = peers.value.map((peer) => ({ peer, ports: state.means.filter.portsOf(peer.ip, identity.scope) }));
  const forbidden = allowed.find(({ ports }) => ports.length === 0);
  if (forbidden !== undefined) {
    state.count('refusedPeers');
    state.tell({ kind: 'peer-refused', session: identity.session, peer: forbidden.peer });
    return err({ code: 403 });
  }
  // Capacity.
  state.purge(allocation);
  const fresh = peers.value.filter((peer) => findPermission(allocation, peer, state) === undefined);
  if (fresh.length > permissionRoom(allocation, state)) return err({ code: 508 });
  for (const { peer, ports } of allowed) permit(allocation, peer, ports, state);
  return ok(() => {});
};
