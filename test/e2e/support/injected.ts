// test/e2e/support/injected.ts - a wallet extension as a page meets it: announced by EIP-6963, asked by EIP-1193. Its key
// lives in the test's process; what the person answers is the test's to say.
import { Wallet } from 'ethers';
import type { BrowserContext } from 'playwright-core';

/** An error as wallets answer it (EIP-1193). */
export type WalletRefusal = { readonly code: number; readonly message: string };
/** Asks a node. */
export type AskNode = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** The person said no. */
export const REJECTED: WalletRefusal = { code: 4001, message: 'User rejected the request.' };
/** Name of the extension, as the page's button says it. */
export const NAME = 'Test Extension';

/** One extension with one key, on one chain. */
export class InjectedWallet {
  readonly #signer = Wallet.createRandom();
  /** What the person says no to, by method. */
  readonly refuses = new Map<string, WalletRefusal>();
  /** Methods in the order they were asked. */
  readonly asked: string[] = [];
  readonly #ask: AskNode;
  chainId: bigint;
  /** The account that the extension shows now. */
  account: string;

  constructor(chainId: bigint, ask: AskNode) {
    this.chainId = chainId;
    this.#ask = ask;
    this.account = this.address;
  }

  get address(): `0x${string}` {
    return this.#signer.address.toLowerCase() as `0x${string}`;
  }

  async #answer(method: string, params: readonly unknown[]): Promise<unknown> {
    switch (method) {
      case 'eth_requestAccounts':
      case 'eth_accounts':
        return [this.account];
      case 'eth_chainId':
        return `0x${this.chainId.toString(16)}`;
      case 'wallet_switchEthereumChain':
        this.chainId = BigInt((params[0] as { chainId: string }).chainId);
        return null;
      case 'personal_sign':
        return this.#signer.signMessage(Buffer.from(String(params[0]).slice(2), 'hex'));
      case 'eth_signTypedData_v4': {
        const { domain, types, message } = JSON.parse(String(params[1]));
        // As extensions do: a signature for another chain than the one shown is refused.
        if (BigInt(domain.chainId) !== this.chainId)
          throw { code: -32_603, message: 'chainId must match the active one' };
        const { EIP712Domain: _, ...named } = types;
        return this.#signer.signTypedData(domain, named, message);
      }
      case 'eth_sendTransaction': {
        const { from: _, gas, gasLimit, type: __, ...rest } = params[0] as Record<string, string>;
        const nonce = Number(await this.#ask('eth_getTransactionCount', [this.address, 'pending']));
        const signed = { ...rest, type: 0, gasLimit: gas ?? gasLimit ?? null, nonce, chainId: this.chainId };
        return this.#ask('eth_sendRawTransaction', [await this.#signer.signTransaction(signed)]);
      }
      default:
        return this.#ask(method, params);
    }
  }

  async request(method: string, params: readonly unknown[]): Promise<{ result: unknown } | { error: WalletRefusal }> {
    this.asked.push(method);
    const refused = this.refuses.get(method);
    if (refused !== undefined) return { error: refused };
    try {
      return { result: await this.#answer(method, params) };
    } catch (error) {
      const { code = -32_603, message = String(error) } = error as Partial<WalletRefusal>;
      return { error: { code: typeof code === 'number' ? code : -32_603, message } };
    }
  }

  /** Puts the extension into every page of a context, and makes the hub's pages ask for it as where coins are real. */
  async enter(context: BrowserContext): Promise<void> {
    await context.exposeFunction('askTestWallet', (method: string, params: unknown[]) => this.request(method, params));
    await context.addInitScript((name: string) => {
      type Answer = { result: unknown } | { error: { code: number; message: string } };
      const ask = Reflect.get(window, 'askTestWallet') as (
        method: string,
        params: readonly unknown[],
      ) => Promise<Answer>;
      const provider = {
        request: async ({ method, params }: { method: string; params?: readonly unknown[] }) => {
          const answer = await ask(method, params ?? []);
          if ('error' in answer) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
          return answer.result;
        },
      };
      const info = { uuid: '350670db-19fa-4704-a166-e52e178b59d2', name, icon: 'data:,', rdns: 'test.extension' };
      const detail = Object.freeze({ info, provider });
      const announce = () => window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
      window.addEventListener('eip6963:requestProvider', announce);
      announce();
    }, NAME);
    await context.route('**/api/config', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), playMoney: false } });
    });
  }
}
