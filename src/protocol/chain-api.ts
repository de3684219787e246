// src/protocol/chain-api.ts - bodies of the HTTP interface about the chain: its state as everybody is shown it, what an
// account has there, and the door for transactions that a page signed itself.
import Type from 'typebox';
import { type ChainState, chainStates } from './chain-states.ts';
import { AddressShape, CountShape, exact, Hash32Shape, MsShape, NodeIdShape, UintShape, WeiShape } from './shapes.ts';

/** GET /api/chain: for everybody, without a login. */
export const ChainInfoShape = exact({
  state: Type.Unsafe<ChainState>(Type.Union(chainStates.map((state) => Type.Literal(state)))),
  chainId: UintShape,
  /** The contracts; absent without a chain. */
  escrow: Type.Optional(AddressShape),
  registry: Type.Optional(AddressShape),
  /** Newest block the hub has read, and when that block says it was made. */
  headNumber: Type.Optional(CountShape),
  headAtMs: Type.Optional(MsShape),
  /** Blocks after which a deposit counts. */
  confirmations: CountShape,
  /** From asking for a withdrawal to its payment. */
  withdrawDelayMs: MsShape,
  /** Stake for one GPU. */
  stakeWeiPerGpu: WeiShape,
  /** Where a person can look at a transaction: this and the hash. Absent where there is no such site. */
  explorer: Type.Optional(Type.String({ maxLength: 200 })),
  /** What a wallet needs to know the chain. */
  rpcUrl: Type.Optional(Type.String({ maxLength: 200 })),
});
export type ChainInfo = Type.Static<typeof ChainInfoShape>;

/** GET /api/chain/account: the caller's own, read from the chain now. STORE_UNAVAILABLE while the chain is offline. */
export const ChainAccountShape = exact({
  /** Coins in the wallet itself. */
  coinsWei: WeiShape,
  nonce: CountShape,
  gasPriceWei: WeiShape,
  /** In the escrow: free, and earned but not claimed. */
  balanceWei: WeiShape,
  earnedWei: WeiShape,
  /** A withdrawal that was asked for, and when it may be paid; 0 for none. */
  withdrawWei: WeiShape,
  withdrawAtMs: MsShape,
  /** The caller's machines with a stake. */
  stakes: Type.Array(
    exact({
      node: NodeIdShape,
      gpus: CountShape,
      amountWei: WeiShape,
      /** When the stake may leave; 0 while no exit was asked for. */
      exitAtMs: MsShape,
    }),
  ),
  /** Stakes that have left and can be claimed from the registry. */
  stakeBackWei: WeiShape,
});
export type ChainAccount = Type.Static<typeof ChainAccountShape>;

/** POST /api/chain/transactions: passes on a signed transaction to one of our contracts, word for word. */
export const ChainSendRequestShape = exact({ raw: Type.String({ pattern: '^0x[0-9a-f]{2,4000}$' }) });
export const ChainSentShape = exact({ hash: Hash32Shape });

/** GET /api/chain/transactions/:hash: where a transaction is. */
export const ChainTransactionShape = exact({
  state: Type.Union([Type.Literal('waiting'), Type.Literal('done'), Type.Literal('failed')]),
  /** Blocks on top of its own, that one included; 0 while it waits. */
  confirmations: CountShape,
});
export type ChainTransaction = Type.Static<typeof ChainTransactionShape>;

/** POST /api/operator/bindings: the machine's signature that its operator may stake for it, while it is online. */
export const BindingRequestShape = exact({ node: NodeIdShape });
export const BindingShape = exact({ binding: Type.String({ pattern: '^0x[0-9a-f]{130}$' }) });
