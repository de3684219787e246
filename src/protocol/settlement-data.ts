// src/protocol/settlement-data.ts - what is signed for the contracts beside Consent, Open and Voucher (voucher.ts): the
// ends of a lease, a machine's binding and the node's record of a span. All in the escrow's domain, so one domain serves.
import type { Address, Hash32, StructType } from './typed-data.ts';

/** The node: 'this voucher is the last of the lease'. The rest of the lock then goes back to the player at once. */
export type Close = { readonly lease: Hash32; readonly seq: bigint; readonly amount: bigint };
/** The session key: 'I left'. Nothing served later is paid, and in ten minutes the rest may be released. */
export type Leave = { readonly lease: Hash32 };
/** The machine key: 'this operator stakes for me'. `nonce` is the registry's `bindNonce(node)`. */
export type Bind = { readonly node: Address; readonly operator: Address; readonly nonce: bigint };
/**
 * The machine key: what happened on a slot in a span of a session. A node must never sign two records of one lease and
 * seq, nor two leases with overlapping spans on one slot: either one costs stake (StakeRegistry.proveFault). So a signer
 * keeps the last seq of each lease and the last `untilMs` of each slot on disk before it signs.
 */
export type NodeRecord = {
  readonly lease: Hash32;
  readonly seq: bigint;
  readonly slot: bigint;
  /** Unix milliseconds. */
  readonly fromMs: bigint;
  /** Unix milliseconds, above `fromMs`. */
  readonly untilMs: bigint;
  /** Hash of everything else that the record says. */
  readonly content: Hash32;
};

/** Field order of Close, as the contract has it. */
export const closeType: StructType = {
  name: 'Close',
  fields: [
    ['lease', 'bytes32'],
    ['seq', 'uint64'],
    ['amount', 'uint256'],
  ],
};

/** Field order of Leave, as the contract has it. */
export const leaveType: StructType = { name: 'Leave', fields: [['lease', 'bytes32']] };

/** Field order of Bind, as the contract has it. */
export const bindType: StructType = {
  name: 'Bind',
  fields: [
    ['node', 'address'],
    ['operator', 'address'],
    ['nonce', 'uint256'],
  ],
};

/** Field order of NodeRecord, as the contract has it. */
export const nodeRecordType: StructType = {
  name: 'NodeRecord',
  fields: [
    ['lease', 'bytes32'],
    ['seq', 'uint64'],
    ['slot', 'uint16'],
    ['fromMs', 'uint64'],
    ['untilMs', 'uint64'],
    ['content', 'bytes32'],
  ],
};
