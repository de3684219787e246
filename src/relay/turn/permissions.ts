// src/relay/turn/permissions.ts - installs permissions; CreatePermission and ChannelBind share it. RFC 8656 section 9.
import type { TransportAddress } from '../address.ts';
import { cidrHolds } from '../cidr.ts';
import { recordIp, writeRecord } from '../endpoint.ts';
import type { PortRange } from '../peer-filter.ts';
import { type Allocation, PERMISSIONS_MAX, type Permission } from './allocation.ts';
import { lifetimes } from './lifetimes.ts';
import type { RelayState } from './relay-state.ts';

/** The permission for an address, living or not, or `undefined`. */
export function findPermission(
  allocation: Allocation,
  { ip }: TransportAddress,
  state: RelayState,
): Permission | undefined {
  const whole = { ip, bits: 8 * ip.length };
  return allocation.permissions.find(({ record }) => cidrHolds(whole, recordIp(state.means.memory, record)));
}

/** How many new permissions an allocation has room for, once the expired ones are forgotten. */
export function permissionRoom(allocation: Allocation, state: RelayState): number {
  return Math.min(PERMISSIONS_MAX - allocation.permissions.length, state.means.memory.freeRecords);
}

/** Makes or refreshes a permission. The caller has checked the filter and the room. */
export function permit(
  allocation: Allocation,
  peer: TransportAddress,
  ports: readonly PortRange[],
  state: RelayState,
): Permission {
  const expiresMs = state.nowMs + lifetimes.permissionMs;
  const before = findPermission(allocation, peer, state);
  if (before !== undefined) {
    before.expiresMs = expiresMs;
    before.ports = ports;
    return before;
  }
  const { memory } = state.means;
  const permission: Permission = { record: memory.takeRecord(), ports, expiresMs };
  writeRecord(memory, permission.record, peer);
  allocation.permissions.push(permission);
  state.count('permissionsMade');
  return permission;
}
