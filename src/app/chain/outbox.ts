// src/app/chain/outbox.ts - the hub's own transactions: each is written down, signed, before anyone sends it, and sent again
// byte for byte until a block has it. One signer, one lane of nonces, one act at a time.
import { SerialByKey } from '../money/serial.ts';
import type { ChainCall, ChainReader, ChainSigner, ChainStore, OutboxRow, OutboxState } from './ports.ts';

/** What an outbox is made of. */
export type OutboxParts = {
  readonly reader: ChainReader;
  readonly store: Pick<ChainStore, 'putOut' | 'waiting' | 'ended' | 'stateOf' | 'nextNonce'>;
  readonly signer: ChainSigner;
};

/** What a round found. */
export type OutboxReport = {
  readonly waiting: number;
  /** How long the oldest one has waited, as far as this process knows. */
  readonly oldestMs: number;
  /** Why a node did not take a transaction, such as a signer without coins for gas. */
  readonly refused?: string;
  /** A nonce of the lane was used by a transaction that is not ours: somebody else has the key. */
  readonly foreign: boolean;
};

const RESEND_MS = 12_000; // Two blocks: a node that forgot it is told again.
const STUCK_MS = 60_000; // Ten blocks without it: it pays too little.
const ATTEMPTS_MAX = 12; // 1.15^12 is five times the first price.
const LOOKS_FOR_FOREIGN = 3; // A node may know a nonce a moment before the receipt.

/** The price of a replacement: nodes want a tenth more; 15 % leaves room for their rounding. */
export function raisedPrice(before: bigint, node: bigint): bigint {
  const raised = (before * 115n) / 100n + 1n;
  return raised > node ? raised : node;
}

/** Rows by their nonce, each list by attempt. */
function lanes(rows: readonly OutboxRow[]): readonly (readonly OutboxRow[])[] {
  const newest = new Map<string, number>();
  for (const { purpose, nonce } of rows) newest.set(purpose, Math.max(nonce, newest.get(purpose) ?? -1));
  const byNonce = new Map<number, OutboxRow[]>();
  for (const row of rows) {
    if (newest.get(row.purpose) !== row.nonce) continue; // Its nonce went to somebody else; it has a later one.
    byNonce.set(row.nonce, [...(byNonce.get(row.nonce) ?? []), row]);
  }
  return [...byNonce.values()];
}

/** Sends what the hub wants done, once each. */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #line = new SerialByKey<'lane'>();
  #sentAtMs = new Map<string, number>();
  #firstMs = new Map<number, number>();
  #foreignLooks = new Map<number, number>();

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Where acts stand. */
  stateOf(purposes: readonly string[]): Promise<ReadonlyMap<string, OutboxState>> {
    return this.#parts.store.stateOf(purposes);
  }

  /** Every act that waits for a block. */
  async waiting(): Promise<ReadonlySet<string>> {
    return new Set((await this.#parts.store.waiting()).map(({ purpose }) => purpose));
  }

  /**
   * Writes an act down and sends it. An act that was put out before is left as it is.
   * @throws OutageError when the nonce or the price cannot be asked for, or the store is away: nothing was sent then
   */
  put(purpose: string, call: ChainCall, nowMs: number, wallMs: number): Promise<void> {
    return this.#line.run('lane', async () => {
      const { reader, store, signer } = this.#parts;
      if ((await store.stateOf([purpose])).get(purpose) !== 'none') return;
      const [used, kept, gasPriceWei] = await Promise.all([
        reader.nonceOf(signer.address),
        store.nextNonce(),
        reader.gasPriceWei(),
      ]);
      const row = this.#sign({ purpose, attempt: 0, nonce: Math.max(used, kept), gasPriceWei, call, atMs: wallMs });
      if (await store.putOut(row)) await this.#send(row, nowMs);
    });
  }

  /**
   * One round: notes what blocks have, sends again what they lack, raises the price of what is stuck.
   * @param confirmed newest block that counts
   */
  run(confirmed: number, nowMs: number, wallMs: number): Promise<OutboxReport> {
    return this.#line.run('lane', () => this.#round(confirmed, nowMs, wallMs));
  }

  async #round(confirmed: number, nowMs: number, wallMs: number): Promise<OutboxReport> {
    const { reader, store, signer } = this.#parts;
    const all = lanes(await store.waiting());
    if (all.length === 0) {
      this.#sentAtMs.clear();
      this.#firstMs.clear();
      return { waiting: 0, oldestMs: 0, foreign: false };
    }
    const used = await reader.nonceOf(signer.address);
    let refused: string | undefined;
    let foreign = false;
    let lowest = true;
    for (const attempts of all) {
      const last = attempts.at(-1);
      if (last === undefined) continue;
      if (last.nonce < used) {
        foreign = (await this.#mined(attempts, last, { confirmed, nowMs, wallMs })) === 'foreign' || foreign;
        continue;
      }
      const answer = await this.#urge(last, { nowMs, wallMs, lowest });
      if (typeof answer === 'object') refused = answer.refused;
      lowest = false;
    }
    const first = Math.min(...all.flatMap(([row]) => this.#firstMs.get(row?.nonce ?? -1) ?? nowMs));
    return { waiting: all.length, oldestMs: nowMs - first, foreign, ...(refused !== undefined && { refused }) };
  }

  /** A block has this nonce: find which attempt it was. */
  async #mined(
    attempts: readonly OutboxRow[],
    last: OutboxRow,
    { confirmed, nowMs, wallMs }: { confirmed: number; nowMs: number; wallMs: number },
  ): Promise<'ours' | 'unclear' | 'foreign'> {
    const { reader, store } = this.#parts;
    for (const { purpose, hash, nonce } of attempts) {
      const receipt = await reader.receipt(hash);
      if (receipt === undefined) continue;
      this.#foreignLooks.delete(nonce);
      if (receipt.blockNumber <= confirmed) await store.ended({ purpose, hash, ...receipt });
      return 'ours';
    }
    const looks = (this.#foreignLooks.get(last.nonce) ?? 0) + 1;
    this.#foreignLooks.set(last.nonce, looks);
    if (looks < LOOKS_FOR_FOREIGN) return 'unclear';
    this.#foreignLooks.delete(last.nonce);
    const nonce = Math.max(await store.nextNonce(), await reader.nonceOf(this.#parts.signer.address));
    await this.#again(last, nonce, await reader.gasPriceWei(), { nowMs, wallMs });
    return 'foreign';
  }

  async #urge(
    last: OutboxRow,
    { nowMs, wallMs, lowest }: { nowMs: number; wallMs: number; lowest: boolean },
  ): Promise<'quiet' | 'sent' | { readonly refused: string }> {
    const firstMs = this.#firstMs.get(last.nonce);
    // Only the lowest nonce can be too cheap: the others wait for it.
    if (lowest && firstMs !== undefined && nowMs - firstMs > STUCK_MS && last.attempt < ATTEMPTS_MAX) {
      const price = raisedPrice(last.gasPriceWei, await this.#parts.reader.gasPriceWei());
      this.#firstMs.delete(last.nonce);
      return this.#again(last, last.nonce, price, { nowMs, wallMs });
    }
    const sentMs = this.#sentAtMs.get(last.hash);
    if (sentMs !== undefined && nowMs - sentMs < RESEND_MS) return 'quiet';
    return this.#send(last, nowMs);
  }

  async #again(
    { purpose, attempt, call }: OutboxRow,
    nonce: number,
    gasPriceWei: bigint,
    { nowMs, wallMs }: { nowMs: number; wallMs: number },
  ): Promise<'sent' | 'quiet' | { readonly refused: string }> {
    const row = this.#sign({ purpose, attempt: attempt + 1, nonce, gasPriceWei, call, atMs: wallMs });
    return (await this.#parts.store.putOut(row)) ? this.#send(row, nowMs) : 'quiet';
  }

  #sign(row: Omit<OutboxRow, 'raw' | 'hash'>): OutboxRow {
    return { ...row, ...this.#parts.signer.sign(row.call, row.nonce, row.gasPriceWei) };
  }

  async #send(row: OutboxRow, nowMs: number): Promise<'sent' | { readonly refused: string }> {
    const answer = await this.#parts.reader.send(row.raw);
    if (typeof answer === 'object') return answer;
    this.#sentAtMs.set(row.hash, nowMs);
    if (!this.#firstMs.has(row.nonce)) this.#firstMs.set(row.nonce, nowMs);
    return 'sent';
  }
}
