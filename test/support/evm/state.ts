// test/support/evm/state.ts - accounts, code and storage of the test chain in plain maps with an undo list, so that a
// snapshot costs nothing however long a run grew.
import type { AccountFields, Common, StateManagerInterface } from '@ethereumjs/common';
import { Account, type Address, bytesToUnprefixedHex } from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';

const EMPTY = new Uint8Array(0);

/** A state manager for EVM runs without a trie. `common` is not needed by it. */
export class UndoState implements StateManagerInterface {
  readonly common: Common | undefined = undefined;
  readonly #accounts = new Map<string, Account>();
  readonly #code = new Map<string, Uint8Array>();
  readonly #storage = new Map<string, Map<string, Uint8Array>>();
  readonly #original = new Map<string, Uint8Array>();
  readonly #undo: (() => void)[] = [];
  readonly #marks: number[] = [];

  readonly originalStorageCache = {
    get: async (address: Address, key: Uint8Array): Promise<Uint8Array> => {
      const id = `${address.toString()}_${bytesToUnprefixedHex(key)}`;
      const known = this.#original.get(id);
      if (known !== undefined) return known;
      const value = await this.getStorage(address, key);
      this.#original.set(id, value);
      return value;
    },
    clear: (): void => this.#original.clear(),
  };

  async getAccount(address: Address): Promise<Account | undefined> {
    const kept = this.#accounts.get(address.toString());
    return kept === undefined ? undefined : new Account(kept.nonce, kept.balance, kept.storageRoot, kept.codeHash);
  }
  async putAccount(address: Address, account?: Account): Promise<void> {
    this.#set(this.#accounts, address.toString(), account);
  }
  async deleteAccount(address: Address): Promise<void> {
    this.#set(this.#accounts, address.toString(), undefined);
  }
  async modifyAccountFields(address: Address, fields: AccountFields): Promise<void> {
    const account = (await this.getAccount(address)) ?? new Account();
    if (fields.nonce !== undefined) account.nonce = fields.nonce;
    if (fields.balance !== undefined) account.balance = fields.balance;
    if (fields.codeHash !== undefined) account.codeHash = fields.codeHash;
    if (fields.storageRoot !== undefined) account.storageRoot = fields.storageRoot;
    await this.putAccount(address, account);
  }
  async putCode(address: Address, code: Uint8Array): Promise<void> {
    this.#set(this.#code, address.toString(), code);
    await this.modifyAccountFields(address, { codeHash: keccak_256(code) });
  }
  async getCode(address: Address): Promise<Uint8Array> {
    return this.#code.get(address.toString()) ?? EMPTY;
  }
  async getCodeSize(address: Address): Promise<number> {
    return (await this.getCode(address)).length;
  }
  async getStorage(address: Address, key: Uint8Array): Promise<Uint8Array> {
    return this.#storage.get(address.toString())?.get(bytesToUnprefixedHex(key)) ?? EMPTY;
  }
  async putStorage(address: Address, key: Uint8Array, value: Uint8Array): Promise<void> {
    const slots = this.#storage.get(address.toString()) ?? new Map<string, Uint8Array>();
    this.#storage.set(address.toString(), slots);
    this.#set(slots, bytesToUnprefixedHex(key), value);
  }
  async clearStorage(address: Address): Promise<void> {
    const slots = this.#storage.get(address.toString());
    for (const key of [...(slots?.keys() ?? [])]) if (slots !== undefined) this.#set(slots, key, undefined);
  }
  async checkpoint(): Promise<void> {
    this.#marks.push(this.#undo.length);
  }
  async commit(): Promise<void> {
    this.#marks.pop();
    if (this.#marks.length === 0) this.#undo.length = 0;
  }
  async revert(): Promise<void> {
    const mark = this.#marks.pop() ?? 0;
    while (this.#undo.length > mark) this.#undo.pop()?.();
  }
  async getStateRoot(): Promise<Uint8Array> {
    throw new Error('no trie here');
  }
  async setStateRoot(): Promise<void> {
    throw new Error('no trie here');
  }
  async hasStateRoot(): Promise<boolean> {
    return false;
  }
  clearCaches(): void {}
  shallowCopy(): UndoState {
    throw new Error('one state a chain');
  }

  #set<V>(map: Map<string, V>, key: string, value: V | undefined): void {
    const before = map.get(key);
    const put = (what: V | undefined) => (what === undefined ? map.delete(key) : map.set(key, what));
    if (this.#marks.length > 0) this.#undo.push(() => put(before));
    put(value);
  }
}
