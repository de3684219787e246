// src/storage/chain-codec.ts - chain events as rows and back. Amounts are decimal text in their JSON.
import type { EscrowEvent } from '../app/chain/ports.ts';
import type { Hash32 } from '../protocol/typed-data.ts';

/** A row of `chain_event`. */
export type EventRow = {
  readonly block_hash: Hash32;
  readonly log_index: number;
  readonly block_number: number;
  readonly tx_hash: Hash32;
  readonly kind: EscrowEvent['kind'];
  readonly lease: Hash32 | null;
  readonly facts: Readonly<Record<string, string>>;
  readonly round: number;
};

/** An event as a row, but for its round. */
export function eventToRow(event: EscrowEvent): Omit<EventRow, 'round'> {
  const { blockHash, blockNumber, logIndex, txHash, kind, ...facts } = event;
  return {
    block_hash: blockHash,
    log_index: logIndex,
    block_number: blockNumber,
    tx_hash: txHash,
    kind,
    lease: 'lease' in facts ? facts.lease : null,
    facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value.toString()])),
  };
}
