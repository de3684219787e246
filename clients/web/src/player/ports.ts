// clients/web/src/player/ports.ts - what the player core needs from outside: a wallet. A page brings the browser's own
// or the development one, a kiosk brings its café's.
import type {
  Address,
  Hash32,
  Signature,
  SigningDomain,
  StructType,
  StructValue,
} from '../../../../src/protocol/typed-data.ts';

/** A call of a contract. `gas` is a limit set by hand: estimates of some chains are off. */
export type ContractCall = {
  readonly to: Address;
  readonly data: `0x${string}`;
  readonly valueWei: bigint;
  readonly gas: bigint;
};
/** What sending takes from outside: the chain and its nodes, a price for gas, and a way to a node. */
export type Sending = {
  readonly chainId: bigint;
  readonly rpcUrls: readonly string[];
  readonly gasPriceWei: bigint;
  rpc(method: string, params: readonly unknown[]): Promise<unknown>;
};

/** Somebody who can sign for an address. Both calls may show a window and take as long as a person takes. */
export interface Wallet {
  readonly address: Address;
  /** `development`: a key that this browser holds, worth nothing outside play money. */
  readonly kind: 'development' | 'injected';
  /** Name a person knows the wallet by. */
  readonly name: string;
  /** Signs a text (EIP-191). Rejects when the person declines. */
  signText(text: string): Promise<Signature>;
  /** Signs a struct (EIP-712). Rejects when the person declines. */
  signTypedData(domain: SigningDomain, type: StructType, value: StructValue): Promise<Signature>;
  /** Sends a call to the chain and answers its hash; it is in no block yet. Rejects when the person declines. */
  send(call: ContractCall, sending: Sending): Promise<Hash32>;
  /** Asks the wallet's own node (JSON-RPC); absent where a wallet has none. */
  ask?(method: string, params: readonly unknown[]): Promise<unknown>;
}
