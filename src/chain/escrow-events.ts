// src/chain/escrow-events.ts - logs of the SessionEscrow contract as events that the hub knows, and nothing else.
import { Interface, type LogDescription } from 'ethers';
import type { EscrowEvent, EscrowFact } from '../app/chain/ports.ts';
import { OutageError } from '../base/assert.ts';
import type { Address, Hash32 } from '../protocol/typed-data.ts';
import { sessionEscrowAbi } from './abi/session-escrow.ts';
import { field, readHash, readNumber } from './hex.ts';

/** The contract's interface, parsed once. */
export const escrowInterface = new Interface(sessionEscrowAbi);

const address = (log: LogDescription, name: string): Address => `0x${String(log.args[name]).slice(2).toLowerCase()}`;
const hash = (log: LogDescription, name: string): Hash32 => `0x${String(log.args[name]).slice(2).toLowerCase()}`;
const wei = (log: LogDescription, name: string): bigint => BigInt(String(log.args[name]));

const READERS: Readonly<Record<string, (log: LogDescription) => EscrowFact>> = {
  Deposited: (log) => ({
    kind: 'deposited',
    player: address(log, 'player'),
    from: address(log, 'from'),
    amountWei: wei(log, 'amount'),
  }),
  WithdrawRequested: (log) => ({
    kind: 'withdraw-requested',
    player: address(log, 'player'),
    amountWei: wei(log, 'amount'),
  }),
  Withdrawn: (log) => ({ kind: 'withdrawn', player: address(log, 'player'), amountWei: wei(log, 'amount') }),
  Opened: (log) => ({
    kind: 'opened',
    lease: hash(log, 'lease'),
    payer: address(log, 'payer'),
    maxWei: wei(log, 'maxAmount'),
  }),
  Settled: (log) => ({
    kind: 'settled',
    lease: hash(log, 'lease'),
    payer: address(log, 'payer'),
    operator: address(log, 'operator'),
    burnWei: wei(log, 'burnWei'),
    platformWei: wei(log, 'platformWei'),
    operatorWei: wei(log, 'operatorWei'),
  }),
  CloseRequested: (log) => ({ kind: 'close-requested', lease: hash(log, 'lease') }),
  Closed: (log) => ({ kind: 'closed', lease: hash(log, 'lease') }),
  Claimed: (log) => ({ kind: 'claimed', account: address(log, 'account'), amountWei: wei(log, 'amount') }),
  TreasurySet: (log) => ({ kind: 'treasury-set', account: address(log, 'treasury') }),
  Burned: (log) => ({ kind: 'burned', amountWei: wei(log, 'amount') }),
  NodeActive: (log) => ({
    kind: 'active',
    node: address(log, 'node'),
    gpus: Number(log.args.gpus),
    untilDay: Number(log.args.untilDay),
  }),
};

/** First topics of the events that are read: nodes filter by them. */
export const eventTopics: readonly Hash32[] = Object.keys(READERS).map((name) => {
  const topic = escrowInterface.getEvent(name)?.topicHash;
  if (topic === undefined) throw new Error(`the contract has no event ${name}`);
  return readHash(topic, 'topic');
});

function parse(log: { topics: string[]; data: string }): LogDescription | null {
  try {
    return escrowInterface.parseLog(log);
  } catch (cause) {
    throw new OutageError('chain: the data of a log is malformed', { cause });
  }
}

/**
 * Reads one log.
 * @returns undefined for an event that is nothing to the hub
 * @throws OutageError when the node's answer is no log
 */
export function readEvent(log: unknown): EscrowEvent | undefined {
  const topics = field(log, 'topics');
  const data = field(log, 'data');
  if (!Array.isArray(topics) || typeof data !== 'string') throw new OutageError('chain: a log is malformed');
  if (field(log, 'removed') === true) throw new OutageError('chain: a log was removed meanwhile');
  const parsed = parse({ topics: topics.map(String), data });
  const read = parsed === null ? undefined : READERS[parsed.name];
  if (parsed === null || read === undefined) return undefined;
  return {
    ...read(parsed),
    blockHash: readHash(field(log, 'blockHash'), 'block hash of a log'),
    blockNumber: readNumber(field(log, 'blockNumber'), 'block number of a log'),
    logIndex: readNumber(field(log, 'logIndex'), 'index of a log'),
    txHash: readHash(field(log, 'transactionHash'), 'transaction of a log'),
  };
}
