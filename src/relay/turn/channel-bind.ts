// src/relay/turn/channel-bind.ts - ChannelBind: a number for a peer's address and port. RFC 8656 section 12.2.

import { sameBytes } from '../../base/bytes.ts';
import { err, ok } from '../../base/result.ts';
import { readRecord, writeRecord } from '../endpoint.ts';
import { portIsIn } from '../peer-filter.ts';
import { channelNumbers, decodeChannelNumber } from '../stun/attributes/channel-number.ts';
import { peerAddresses } from '../stun/attributes/xor-peer-address.ts';
import { firstValue } from '../stun/message.ts';
import { attributeTypes } from '../stun/registry.ts';
import { CHANNELS_MAX } from './allocation.ts';
import { lifetimes } from './lifetimes.ts';
import { findPermission, permissionRoom, permit } from './permissions.ts';
import type { TurnHandler } from './request.ts';

/** Binds a channel or refreshes it, and with it the permission towards its peer. */
export const channelBind: TurnHandler = ({ message, identity }, allocation, state) => {
  // Both attributes are there; of several peer addresses the first counts, as everywhere.
  const numberValue = firstValue(message, attributeTypes.CHANNEL_NUMBER);
  const number = numberValue === undefined ? undefined : decodeChannelNumber(numberValue);
  const peers = peerAddresses(message);
  const peer = peers.ok ? peers.value[0] : undefined;
  if (number === undefined || !number.ok || peer === undefined) return err({ code: 400 });
  // The number may be a channel's. A client that takes no part in RFC 8489's choice of algorithms is older than RFC 8656.
  const modern = firstValue(message, attributeTypes.PASSWORD_ALGORITHM) !== undefined;
  const last = modern ? channelNumbers.last : channelNumbers.lastOfRfc5766;
  if (number.value < channelNumbers.first || number.value > last) return err({ code: 400 });
  // Neither number nor address is bound to another.
  state.purge(allocation);
  const { memory, filter } = state.means;
  const isPeer = (record: number) => {
    const bound = readRecord(memory, record);
    return bound.port === peer.port && sameBytes(bound.ip, peer.ip);
  };
  const ofNumber = allocation.channels.find((channel) => channel.number === number.value);
  const ofPeer = allocation.channels.find((channel) => isPeer(channel.record));
  if (ofNumber !== ofPeer) return err({ code: 400 });
  // The address is of a family that the allocation relays.
  const relayed = allocation.relayed.find(({ family }) => (family === 4 ? 4 : 16) === peer.ip.length);
  if (relayed === undefined) return err({ code: 443 });
  // The server's restrictions.
  const ports = filter.portsOf(peer.ip, identity.scope);
  if (!portIsIn(ports, peer.port)) {
    state.count('refusedPeers');
    state.tell({ kind: 'peer-refused', session: identity.session, peer });
    return err({ code: 403 });
  }
  // Capacity: a record for the channel and perhaps one for the permission.
  const recordsNeeded =
    (ofNumber === undefined ? 1 : 0) + (findPermission(allocation, peer, state) === undefined ? 1 : 0);
  const full = ofNumber === undefined && allocation.channels.length >= CHANNELS_MAX;
  if (full || memory.freeRecords < recordsNeeded) return err({ code: 508 });
  if (findPermission(allocation, peer, state) === undefined && permissionRoom(allocation, state) < 1)
    return err({ code: 508 });

  const permission = permit(allocation, peer, ports, state);
  const expiresMs = state.nowMs + lifetimes.channelMs;
  if (ofNumber !== undefined) {
    ofNumber.expiresMs = expiresMs;
    return ok(() => {});
  }
  const record = memory.takeRecord();
  writeRecord(memory, record, peer);
  const socket = state.socketTowards(relayed, record);
  allocation.channels.push({ number: number.value, record, permission, relayed, socket, expiresMs });
  state.count('channelsMade');
  return ok(() => {});
};
