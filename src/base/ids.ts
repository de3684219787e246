// src/base/ids.ts - names that cannot be mixed up: each id is a string with a brand that exists only for the compiler.
import type { Random } from './random.ts';

declare const brand: unique symbol;
/** A string that the compiler keeps apart from every other kind of string. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

/** One player's time on one node: 's_' and 26 characters. */
export type SessionId = Branded<'SessionId'>;
/** A rendering machine: the 0x-address of its secp256k1 machine key, lower case. */
export type NodeId = Branded<'NodeId'>;
/** A person or café that pays: the 0x-address of the wallet, lower case. */
export type PlayerId = Branded<'PlayerId'>;
/** Who earns: the 0x-address of the operator's wallet, lower case. */
export type OperatorId = Branded<'OperatorId'>;
/** One WebRTC peer connection on a node, for a probe or a session: 'c_' and 26 characters. */
export type PeerId = Branded<'PeerId'>;
/** A relay: its listener as `host:port`. */
export type RelayId = Branded<'RelayId'>;
/** A lease: the EIP-712 digest of its `Open`, 0x and 64 hex digits. */
export type LeaseId = Branded<'LeaseId'>;
/** A game in the library: lower-case letters, digits and dashes. */
export type GameId = Branded<'GameId'>;
/** A café site: 'f_' and 26 characters. */
export type CafeId = Branded<'CafeId'>;
/** What one customer plays and owes, from start to payment, across seats: 'b_' and 26 characters. */
export type TabId = Branded<'TabId'>;
/** A member of a café: 'm_' and 26 characters. */
export type MemberId = Branded<'MemberId'>;
/** A cashier's turn at the till, from float to count: 'h_' and 26 characters. */
export type ShiftId = Branded<'ShiftId'>;
/** What a caller made to say 'this is one act': repeats with the same key act once, for ever. */
export type IdempotencyKey = Branded<'IdempotencyKey'>;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32: no i, l, o, u.
const ID_CHARS = 26; // 130 random bits: nobody guesses one, and no two ever meet.

/** Makes an unguessable id such as `s_5f0c...`. `prefix` says the kind to a person who reads a log. */
export function newId<Id extends string>(prefix: string, random: Random): Id {
  let text = `${prefix}_`;
  for (const byte of random.bytes(ID_CHARS)) text += ALPHABET[byte & 31];
  return text as Id;
}
