// clients/web/src/app/money-calls.ts - the hub's HTTP interface about money and chain as functions (protocol/money-api.ts,
// chain-api.ts). Apart from player/api.ts: playing needs none of it.
import { bodyDecoder } from '../../../../src/protocol/body-decoder.ts';
import {
  BindingShape,
  ChainAccountShape,
  ChainInfoShape,
  ChainSentShape,
  ChainTransactionShape,
} from '../../../../src/protocol/chain-api.ts';
import { EarningsShape, HoldsShape, LedgerPageShape } from '../../../../src/protocol/money-api.ts';
import type { Hash32 } from '../../../../src/protocol/typed-data.ts';
import { ask } from '../player/api.ts';

const decoders = {
  chain: bodyDecoder(ChainInfoShape),
  account: bodyDecoder(ChainAccountShape),
  sent: bodyDecoder(ChainSentShape),
  transaction: bodyDecoder(ChainTransactionShape),
  binding: bodyDecoder(BindingShape),
  ledger: bodyDecoder(LedgerPageShape),
  holds: bodyDecoder(HoldsShape),
  earnings: bodyDecoder(EarningsShape),
};

/** Whose lines: the player's or the operator's account of one wallet. */
export type LedgerOf = 'me' | 'operator';

/** Every call; each is one request. All but `chain` need a login. */
export const moneyCalls = {
  chain: () => ask('/api/chain', decoders.chain),
  account: () => ask('/api/chain/account', decoders.account),
  pass: (raw: `0x${string}`) => ask('/api/chain/transactions', decoders.sent, { method: 'POST', body: { raw } }),
  transaction: (hash: Hash32) => ask(`/api/chain/transactions/${hash}`, decoders.transaction),
  binding: (node: string) => ask('/api/operator/bindings', decoders.binding, { method: 'POST', body: { node } }),
  ledger: (of: LedgerOf, before?: string) =>
    ask(
      `/api/${of}/ledger?limit=50${before === undefined ? '' : `&before=${encodeURIComponent(before)}`}`,
      decoders.ledger,
    ),
  holds: () => ask('/api/me/holds', decoders.holds),
  earnings: () => ask('/api/operator/earnings', decoders.earnings),
};
