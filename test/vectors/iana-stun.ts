// test/vectors/iana-stun.ts - the parts of IANA's 'STUN Parameters' registry that STUN and TURN fill, typed in from the
// RFCs that registered them (third column). Not from our source: the test compares the two.

/** Name, number, source. */
export type RegistryRow = readonly [name: string, number: number, source: string];

/** 'STUN Methods'. */
export const ianaMethods: readonly RegistryRow[] = [
  ['Binding', 0x001, 'RFC 8489'],
  ['Allocate', 0x003, 'RFC 8656'],
  ['Refresh', 0x004, 'RFC 8656'],
  ['Send', 0x006, 'RFC 8656'],
  ['Data', 0x007, 'RFC 8656'],
  ['CreatePermission', 0x008, 'RFC 8656'],
  ['ChannelBind', 0x009, 'RFC 8656'],
];

/** 'STUN Attributes' of RFC 8489 and RFC 8656. */
export const ianaAttributes: readonly RegistryRow[] = [
  ['MAPPED-ADDRESS', 0x0001, 'RFC 8489'],
  ['USERNAME', 0x0006, 'RFC 8489'],
  ['MESSAGE-INTEGRITY', 0x0008, 'RFC 8489'],
  ['ERROR-CODE', 0x0009, 'RFC 8489'],
  ['UNKNOWN-ATTRIBUTES', 0x000a, 'RFC 8489'],
  ['CHANNEL-NUMBER', 0x000c, 'RFC 8656'],
  ['LIFETIME', 0x000d, 'RFC 8656'],
  ['XOR-PEER-ADDRESS', 0x0012, 'RFC 8656'],
  ['DATA', 0x0013, 'RFC 8656'],
  ['REALM', 0x0014, 'RFC 8489'],
  ['NONCE', 0x0015, 'RFC 8489'],
  ['XOR-RELAYED-ADDRESS', 0x0016, 'RFC 8656'],
  ['REQUESTED-ADDRESS-FAMILY', 0x0017, 'RFC 8656'],
  ['EVEN-PORT', 0x0018, 'RFC 8656'],
  ['REQUESTED-TRANSPORT', 0x0019, 'RFC 8656'],
  ['DONT-FRAGMENT', 0x001a, 'RFC 8656'],
  ['MESSAGE-INTEGRITY-SHA256', 0x001c, 'RFC 8489'],
  ['PASSWORD-ALGORITHM', 0x001d, 'RFC 8489'],
  ['USERHASH', 0x001e, 'RFC 8489'],
  ['XOR-MAPPED-ADDRESS', 0x0020, 'RFC 8489'],
  ['RESERVATION-TOKEN', 0x0022, 'RFC 8656'],
  ['ADDITIONAL-ADDRESS-FAMILY', 0x8000, 'RFC 8656'],
  ['ADDRESS-ERROR-CODE', 0x8001, 'RFC 8656'],
  ['PASSWORD-ALGORITHMS', 0x8002, 'RFC 8489'],
  ['ALTERNATE-DOMAIN', 0x8003, 'RFC 8489'],
  ['ICMP', 0x8004, 'RFC 8656'],
  ['SOFTWARE', 0x8022, 'RFC 8489'],
  ['ALTERNATE-SERVER', 0x8023, 'RFC 8489'],
  ['FINGERPRINT', 0x8028, 'RFC 8489'],
];

/** Numbers that were given to others; we must not answer to them. RFC 8445 (ICE), RFC 6062, RFC 5780, RFC 8016. */
export const ianaOthers: readonly RegistryRow[] = [
  ['CHANGE-REQUEST', 0x0003, 'RFC 5780'],
  ['ACCESS-TOKEN', 0x001b, 'RFC 7635'],
  ['PRIORITY', 0x0024, 'RFC 8445'],
  ['USE-CANDIDATE', 0x0025, 'RFC 8445'],
  ['PADDING', 0x0026, 'RFC 5780'],
  ['RESPONSE-PORT', 0x0027, 'RFC 5780'],
  ['CONNECTION-ID', 0x002a, 'RFC 6062'],
];

/** 'STUN Error Codes'. */
export const ianaErrors: readonly RegistryRow[] = [
  ['Bad Request', 400, 'RFC 8489'],
  ['Unauthenticated', 401, 'RFC 8489'],
  ['Forbidden', 403, 'RFC 8656'],
  ['Unknown Attribute', 420, 'RFC 8489'],
  ['Allocation Mismatch', 437, 'RFC 8656'],
  ['Stale Nonce', 438, 'RFC 8489'],
  ['Address Family not Supported', 440, 'RFC 8656'],
  ['Wrong Credentials', 441, 'RFC 8656'],
  ['Unsupported Transport Protocol', 442, 'RFC 8656'],
  ['Peer Address Family Mismatch', 443, 'RFC 8656'],
  ['Allocation Quota Reached', 486, 'RFC 8656'],
  ['Insufficient Capacity', 508, 'RFC 8656'],
];

/** 'STUN Password Algorithms'. */
export const ianaPasswordAlgorithms: readonly RegistryRow[] = [
  ['MD5', 0x0001, 'RFC 8489'],
  ['SHA-256', 0x0002, 'RFC 8489'],
];
