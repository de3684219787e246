// clients/web/src/player/ports.ts - what the player core needs from outside: a wallet. A page brings the browser's own
// or the development one, a kiosk brings its café's.
import type {
  Address,
  Signature,
  SigningDomain,
  StructType,
  StructValue,
} from '../../../../src/protocol/typed-data.ts';

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
}
