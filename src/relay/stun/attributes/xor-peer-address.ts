// src/relay/stun/attributes/xor-peer-address.ts - XOR-PEER-ADDRESS: a peer as seen from the relay. RFC 8656 section 18.3.
import { err, ok, type Result } from '../../../base/result.ts';
import type { TransportAddress } from '../../address.ts';
import type { StunMessage } from '../message.ts';
import { attributeTypes } from '../registry.ts';
import { decodeXorAddress } from '../xor-address.ts';

/** Every peer address of a message, in order: CreatePermission may hold several (RFC 8656 section 10.1). */
export function peerAddresses(message: StunMessage): Result<readonly TransportAddress[], 'bad-address'> {
  const peers: TransportAddress[] = [];
  for (const { type, value } of message.attributes) {
    if (type !== attributeTypes.XOR_PEER_ADDRESS) continue;
    const peer = decodeXorAddress(value, message.transactionId);
    if (!peer.ok) return err('bad-address');
    peers.push(peer.value);
  }
  return ok(peers);
}
