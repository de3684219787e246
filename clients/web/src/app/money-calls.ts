// clients/web/src/app/money-calls.ts - the hub's HTTP interface about money and chain as functions (protocol/money-api.ts,
// http-api.ts). Apart from player/api.ts: playing needs none of it.

import { OutageError } from '../../../../src/base/assert.ts';
import { bodyDecoder } from '../../../../src/protocol/body-decoder.ts';
import { BindingShape, ChainShape, MarketShape } from '../../../../src/protocol/http-api.ts';
import { EarningsShape, HoldsShape, LedgerPageShape } from '../../../../src/protocol/money-api.ts';
import { ask, postJson } from '../player/api.ts';

const decoders = {
  chain: bodyDecoder(ChainShape),
  binding: bodyDecoder(BindingShape),
  ledger: bodyDecoder(LedgerPageShape),
  holds: bodyDecoder(HoldsShape),
  earnings: bodyDecoder(EarningsShape),
  market: bodyDecoder(MarketShape),
};

/** Whose lines: the player's or the operator's account of one wallet. */
export type LedgerOf = 'me' | 'operator';

/** Every call; each is one request. All but `chain` need a login. */
export const moneyCalls = {
  chain: () => ask('/api/chain', decoders.chain),
  binding: (node: string, nonce: bigint) => ask(`/api/operator/nodes/${node}/binding?nonce=${nonce}`, decoders.binding),
  ledger: (of: LedgerOf, before?: string) =>
    ask(
      `/api/${of}/ledger?limit=25${before === undefined ? '' : `&before=${encodeURIComponent(before)}`}`,
      decoders.ledger,
    ),
  holds: () => ask('/api/me/holds', decoders.holds),
  earnings: () => ask('/api/operator/earnings', decoders.earnings),
  market: () => ask('/api/operator/market', decoders.market),
};

let calls = 0;

/** A JSON-RPC call to the hub's development chain. @throws OutageError without an answer, or with an error for one */
export async function hubRpc(method: string, params: readonly unknown[]): Promise<unknown> {
  const answer = await postJson('/api/chain/rpc', { jsonrpc: '2.0', id: ++calls, method, params });
  if (typeof answer !== 'object' || answer === null || !('result' in answer)) {
    const error: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'error') : undefined;
    throw new OutageError(`the chain refused ${method}: ${JSON.stringify(error).slice(0, 200)}`);
  }
  return answer.result;
}
