// src/relay/stun/attributes/xor-relayed-address.ts - XOR-RELAYED-ADDRESS: where peers reach the client. RFC 8656 section 18.5.
import type { TransportAddress } from '../../address.ts';
import type { MessageWriter } from '../message.ts';
import { attributeTypes } from '../registry.ts';
import { encodeXorAddress } from '../xor-address.ts';

/** Adds one relayed address; a dual allocation has two of them. */
export function addXorRelayedAddress(writer: MessageWriter, relayed: TransportAddress): MessageWriter {
  return writer.add(attributeTypes.XOR_RELAYED_ADDRESS, encodeXorAddress(relayed, writer.transactionId));
}
