// test/support/evm/chain.ts - a chain of one process: London rules, a clock that the test owns, no blocks to wait for. In
// DBC mode the last three digits of every moved value are dropped, as DBC's own node does (docs/MONEY.md, 'The dust
// trap'); `msg.value` still shows all of them.
import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common';
import { createEVM, type EVM, type EVMResult } from '@ethereumjs/evm';
import { Account, bytesToHex, createAddressFromString, hexToBytes, type PrefixedHexString } from '@ethereumjs/util';
import secp256k1 from 'secp256k1';
// Not exported by the package: see rememberJumps.
import { Interpreter } from '../../../node_modules/@ethereumjs/evm/dist/esm/interpreter.js';
import type { Address } from '../../../src/protocol/typed-data.ts';
import { UndoState } from './state.ts';

/** How the chain moves coins. */
export type ChainMode = 'plain' | 'dbc';
/** What became of a transaction. */
export type Outcome = {
  readonly ok: boolean;
  /** 4 bytes of the error when it was refused, '0x' when it gave none. */
  readonly refusal: string;
  readonly returned: PrefixedHexString;
  readonly gasUsed: bigint;
  readonly logs: readonly { readonly address: Address; readonly topics: string[]; readonly data: string }[];
  readonly created?: Address;
};
/** A transaction; without `to` it creates. */
export type Call = { from: Address; to?: Address; data: string; value?: bigint; gas?: bigint };

const GAS_LIMIT = 60_000_000n; // A block of DBC.
/** Where the chain's clock stands at first. */
export const START_S = 1_800_000_000;

/** ecrecover with native code: the portable one takes a hundred times as long. */
function ecrecover(hash: Uint8Array, v: bigint, r: Uint8Array, s: Uint8Array): Uint8Array {
  const signature = new Uint8Array(64);
  signature.set(r, 32 - r.length);
  signature.set(s, 64 - s.length);
  return secp256k1.ecdsaRecover(signature, Number(v) - 27, hash, false).subarray(1);
}

/** The EVM looks for jump targets in all 20 kB of a contract anew at each call; the answer is kept by code instead. */
function rememberJumps(): void {
  const analyse = Interpreter.prototype._getValidJumpDestinations;
  const known = new WeakMap<Uint8Array, ReturnType<typeof analyse>>();
  Interpreter.prototype._getValidJumpDestinations = function (this: Interpreter, code: Uint8Array) {
    const found = known.get(code) ?? analyse.call(this, code);
    known.set(code, found);
    return found;
  };
}
rememberJumps();

/** `value` without the digits that DBC does not move. */
const moved = (value: bigint): bigint => value - (value % 1_000n);

type Mover = (account: Account, message: { value: bigint }) => Promise<void>;

/** Replaces the two places where the EVM moves coins. */
function dropDust(evm: EVM): void {
  const inside = evm as unknown as Record<'_reduceSenderBalance' | '_addToBalance', Mover>;
  for (const step of ['_reduceSenderBalance', '_addToBalance'] as const) {
    const plain = inside[step].bind(evm);
    inside[step] = (account, message) =>
      plain(account, Object.create(message, { value: { value: moved(message.value) } }) as typeof message);
  }
}

/** A test chain. Not for concurrent use: one call at a time. */
export class TestChain {
  nowS = START_S;
  readonly #evm: EVM;
  readonly #state: UndoState;
  readonly #number = 1n;

  private constructor(evm: EVM, state: UndoState) {
    this.#evm = evm;
    this.#state = state;
  }

  /** `unlimited`: also contracts above 24,576 bytes, such as unoptimised ones. */
  static async start(mode: ChainMode, chainId = 19_850_818, unlimited = false): Promise<TestChain> {
    const common = createCustomCommon({ chainId }, Mainnet, {
      hardfork: Hardfork.London,
      customCrypto: { ecrecover },
    });
    const state = new UndoState();
    const evm = await createEVM({ common, stateManager: state, allowUnlimitedContractSize: unlimited });
    if (mode === 'dbc') dropDust(evm);
    return new TestChain(evm, state);
  }

  async fund(address: Address, wei: bigint): Promise<void> {
    await this.#state.putAccount(createAddressFromString(address), new Account(0n, wei));
  }

  async balance(address: Address): Promise<bigint> {
    return (await this.#state.getAccount(createAddressFromString(address)))?.balance ?? 0n;
  }

  /** Puts the code of one account at another address, as a genesis would. */
  async copyCode(from: Address, to: Address): Promise<void> {
    await this.#state.putCode(createAddressFromString(to), await this.#state.getCode(createAddressFromString(from)));
  }

  /** Gas of a transaction before its first instruction (EIP-2028, EIP-2). */
  #intrinsic(data: Uint8Array, creates: boolean): bigint {
    let gas = creates ? 53_000n : 21_000n;
    for (const byte of data) gas += byte === 0 ? 4n : 16n;
    return gas;
  }

  /** Runs a transaction. Gas is counted as London does, and is free. */
  async send({ from, to, data, value = 0n, gas = GAS_LIMIT }: Call): Promise<Outcome> {
    const bytes = hexToBytes(data as PrefixedHexString);
    const before = this.#intrinsic(bytes, to === undefined);
    const { journal } = this.#evm;
    for (const [address] of this.#evm.precompiles) journal.addAlwaysWarmAddress(`0x${address}`);
    journal.addAlwaysWarmAddress(from);
    if (to !== undefined) journal.addAlwaysWarmAddress(to);
    const result = await this.#evm.runCall({
      caller: createAddressFromString(from),
      ...(to === undefined ? {} : { to: createAddressFromString(to) }),
      data: bytes,
      value,
      gasLimit: gas - before,
      block: this.#block(),
    });
    await journal.cleanup();
    this.#state.originalStorageCache.clear();
    return this.#outcome(result, before);
  }

  /** Asks without changing anything. Throws when the contract refuses. */
  async ask(to: Address, data: string): Promise<string> {
    const back = await this.snapshot();
    const { ok, returned, refusal } = await this.send({ from: '0x000000000000000000000000000000000000a5ce', to, data });
    await back();
    if (!ok) throw new Error(`a view refused: ${refusal}`);
    return returned;
  }

  /** Returns the way back to now. Snapshots nest like brackets. */
  async snapshot(): Promise<() => Promise<void>> {
    const { nowS } = this;
    await this.#state.checkpoint();
    return async () => {
      this.nowS = nowS;
      await this.#state.revert();
    };
  }

  #block() {
    const zero = createAddressFromString('0x0000000000000000000000000000000000000000');
    return {
      header: {
        number: this.#number,
        coinbase: zero,
        timestamp: BigInt(this.nowS),
        difficulty: 0n,
        prevRandao: new Uint8Array(32),
        gasLimit: GAS_LIMIT,
        baseFeePerGas: 10_000_000_000n,
        getBlobGasPrice: () => 1n,
      },
    } as unknown as NonNullable<Parameters<EVM['runCall']>[0]['block']>;
  }

  #outcome({ execResult, createdAddress }: EVMResult, before: bigint): Outcome {
    const used = before + execResult.executionGasUsed;
    const refund = execResult.gasRefund ?? 0n;
    const ok = execResult.exceptionError === undefined;
    const returned = bytesToHex(execResult.returnValue);
    return {
      ok,
      refusal: ok ? '' : returned.length >= 10 ? returned.slice(0, 10) : `0x ${execResult.exceptionError?.error}`,
      returned,
      gasUsed: used - (refund < used / 5n ? refund : used / 5n), // EIP-3529
      logs: (execResult.logs ?? []).map(([address, topics, data]) => ({
        address: bytesToHex(address) as Address,
        topics: topics.map((topic) => bytesToHex(topic)),
        data: bytesToHex(data),
      })),
      ...(createdAddress === undefined ? {} : { created: createdAddress.toString() as Address }),
    };
  }
}
