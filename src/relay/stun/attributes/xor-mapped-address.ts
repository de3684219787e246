// src/relay/stun/attributes/xor-mapped-address.ts - XOR-MAPPED-ADDRESS: the client as we see it. RFC 8489 section 14.2.
import type { TransportAddress } from '../../address.ts';
import type { MessageWriter } from '../message.ts';
import { attributeTypes } from '../registry.ts';
import { encodeXorAddress } from '../xor-address.ts';

/** Adds the address that a request came from. */
export function addXorMappedAddress(writer: MessageWriter, client: TransportAddress): MessageWriter {
  return writer.add(attributeTypes.XOR_MAPPED_ADDRESS, encodeXorAddress(client, writer.transactionId));
}
