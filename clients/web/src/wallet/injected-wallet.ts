// clients/web/src/wallet/injected-wallet.ts - wallets that extensions put into the page: found by EIP-6963, spoken to by
// EIP-1193. Three calls are all that play needs (accounts, personal_sign, eth_signTypedData_v4), so the library that sends
// transactions is loaded only when one is sent.
import { assert } from '../../../../src/base/assert.ts';
import { toHex } from '../../../../src/base/bytes.ts';
import { toUtf8 } from '../../../../src/base/utf8.ts';
import { type Address, type Signature, typedDataJson } from '../../../../src/protocol/typed-data.ts';
import type { Wallet } from '../player/ports.ts';
import { problem, WalletError } from '../player/problem.ts';
import { onChain } from './on-chain.ts';
import type { Provider } from './provider.ts';

/** A wallet that announced itself. */
export type FoundWallet = {
  readonly name: string;
  /** Stable name of the wallet's make (EIP-6963 `rdns`). */
  readonly rdns: string;
  /** Asks the person for an account. Rejects when they decline. */
  connect(): Promise<Wallet>;
  /** The account that they gave this page before, without a question; undefined when there is none. */
  again(): Promise<Wallet | undefined>;
};

const LISTEN_MS = 300;
const SIGNATURE_LENGTH = 132; // 0x and 65 bytes; what a contract is to check may have any length.
const WALLETS_MAX = 12; // More announcements than anybody has extensions are somebody's joke.

const isProvider = (value: unknown): value is Provider =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'request') === 'function';

/** The first account of an answer to `eth_accounts` or `eth_requestAccounts`. */
function firstOf(accounts: unknown): Address | undefined {
  const first: unknown = Array.isArray(accounts) ? accounts[0] : undefined;
  if (first === undefined) return undefined;
  assert(typeof first === 'string' && /^0x[0-9a-fA-F]{40}$/.test(first), 'an account of a wallet is an address');
  return first.toLowerCase() as Address;
}

/** @throws WalletError where the extension shows another account now. One that shows none, a locked one, asks by itself. */
async function sameAccount(provider: Provider, address: Address): Promise<void> {
  const shown = firstOf(await provider.request({ method: 'eth_accounts' }));
  if (shown !== undefined && shown !== address) throw new WalletError(problem('WALLET_OTHER_ACCOUNT', { address }));
}

function walletOf(provider: Provider, name: string, address: Address): Wallet {
  const signature = (answer: unknown): Signature => {
    assert(typeof answer === 'string' && /^0x[0-9a-fA-F]*$/.test(answer), 'a wallet answers with bytes');
    if (answer.length !== SIGNATURE_LENGTH) throw new WalletError(problem('WALLET_IS_CONTRACT'));
    const text = answer.toLowerCase();
    // Some wallets still say 0 and 1 where Ethereum says 27 and 28.
    const v = Number.parseInt(text.slice(-2), 16);
    return (v < 27 ? `${text.slice(0, -2)}${(v + 27).toString(16)}` : text) as Signature;
  };
  return {
    address,
    kind: 'injected',
    name,
    signText: async (text) => {
      await sameAccount(provider, address);
      return signature(await provider.request({ method: 'personal_sign', params: [toHex(toUtf8(text)), address] }));
    },
    signTypedData: async (domain, type, value) => {
      await sameAccount(provider, address);
      await onChain(provider, domain.chainId);
      const params = [address, JSON.stringify(typedDataJson(domain, type, value))];
      return signature(await provider.request({ method: 'eth_signTypedData_v4', params }));
    },
    ask: (method, params) => provider.request({ method, params }),
    send: async (call, sending) => {
      await sameAccount(provider, address);
      return (await import('./sending.ts')).sendByProvider(provider, address, call, sending);
    },
  };
}

/** Asks the page's extensions to show themselves; answers after 300 ms with those that did. */
export function findWallets(): Promise<readonly FoundWallet[]> {
  const found = new Map<string, FoundWallet>();
  const hear = (event: Event): void => {
    const detail: unknown = event instanceof CustomEvent ? event.detail : undefined;
    if (typeof detail !== 'object' || detail === null || found.size >= WALLETS_MAX) return;
    const info: unknown = Reflect.get(detail, 'info');
    const provider: unknown = Reflect.get(detail, 'provider');
    if (typeof info !== 'object' || info === null || !isProvider(provider)) return;
    const name = String(Reflect.get(info, 'name') ?? '').slice(0, 60);
    const rdns = String(Reflect.get(info, 'rdns') ?? name).slice(0, 120);
    if (name === '') return;
    const ask = async (method: string): Promise<Wallet | undefined> => {
      const address = firstOf(await provider.request({ method }));
      return address && walletOf(provider, name, address);
    };
    const connect = async (): Promise<Wallet> => {
      const connected = await ask('eth_requestAccounts');
      assert(connected !== undefined, 'a connected wallet has an account');
      return connected;
    };
    found.set(rdns, { name, rdns, connect, again: () => ask('eth_accounts') });
  };
  window.addEventListener('eip6963:announceProvider', hear);
  window.dispatchEvent(new Event('eip6963:requestProvider'));
  return new Promise((resolve) => {
    setTimeout(() => {
      window.removeEventListener('eip6963:announceProvider', hear);
      resolve([...found.values()]);
    }, LISTEN_MS);
  });
}
