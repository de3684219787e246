// src/relay/stun/registry.ts - the numbers of STUN and TURN that we speak, as IANA registered them. A test compares them
// with the registry's table (test/vectors/iana-stun.ts), both ways for what we understand.

/** STUN methods (RFC 8489 section 18.2, RFC 8656 section 17). */
export const methods = {
  BINDING: 0x001,
  ALLOCATE: 0x003,
  REFRESH: 0x004,
  SEND: 0x006,
  DATA: 0x007,
  CREATE_PERMISSION: 0x008,
  CHANNEL_BIND: 0x009,
} as const;

/** Attribute types (RFC 8489 section 18.3, RFC 8656 section 18). Below 0x8000 a receiver must understand them. */
export const attributeTypes = {
  MAPPED_ADDRESS: 0x0001,
  USERNAME: 0x0006,
  MESSAGE_INTEGRITY: 0x0008,
  ERROR_CODE: 0x0009,
  UNKNOWN_ATTRIBUTES: 0x000a,
  CHANNEL_NUMBER: 0x000c,
  LIFETIME: 0x000d,
  XOR_PEER_ADDRESS: 0x0012,
  DATA: 0x0013,
  REALM: 0x0014,
  NONCE: 0x0015,
  XOR_RELAYED_ADDRESS: 0x0016,
  REQUESTED_ADDRESS_FAMILY: 0x0017,
  EVEN_PORT: 0x0018,
  REQUESTED_TRANSPORT: 0x0019,
  DONT_FRAGMENT: 0x001a,
  MESSAGE_INTEGRITY_SHA256: 0x001c,
  PASSWORD_ALGORITHM: 0x001d,
  USERHASH: 0x001e,
  XOR_MAPPED_ADDRESS: 0x0020,
  RESERVATION_TOKEN: 0x0022,
  ADDITIONAL_ADDRESS_FAMILY: 0x8000,
  ADDRESS_ERROR_CODE: 0x8001,
  PASSWORD_ALGORITHMS: 0x8002,
  ALTERNATE_DOMAIN: 0x8003,
  ICMP: 0x8004,
  SOFTWARE: 0x8022,
  ALTERNATE_SERVER: 0x8023,
  FINGERPRINT: 0x8028,
} as const;

/** From here on a receiver may ignore what it does not know (RFC 8489 section 14). */
export const COMPREHENSION_OPTIONAL = 0x8000;

/** Error codes and the reason phrases that their RFC recommends (RFC 8489 section 14.8, RFC 8656 section 19). */
export const errorReasons = {
  400: 'Bad Request',
  401: 'Unauthenticated',
  403: 'Forbidden',
  420: 'Unknown Attribute',
  437: 'Allocation Mismatch',
  438: 'Stale Nonce',
  440: 'Address Family not Supported',
  441: 'Wrong Credentials',
  442: 'Unsupported Transport Protocol',
  443: 'Peer Address Family Mismatch',
  486: 'Allocation Quota Reached',
  508: 'Insufficient Capacity',
} as const;

/** One of the codes above. */
export type ErrorNumber = keyof typeof errorReasons;

/** Numbers of the registry of password algorithms (RFC 8489 section 18.5). */
export const passwordAlgorithmNumbers = { md5: 0x0001, 'sha-256': 0x0002 } as const;

const understood: ReadonlySet<number> = new Set(Object.values(attributeTypes));

/** True when a receiver that meets this attribute must refuse the message: we do not know it and may not ignore it. */
export function mustRefuse(type: number): boolean {
  return type < COMPREHENSION_OPTIONAL && !understood.has(type);
}
