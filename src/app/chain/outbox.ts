// src/app/chain/outbox.ts - the hub's own transactions: each is written down, signed, before anyone sends it, and sent again
// byte for byte until a block has it. One signer, one lane of nonces, one act at a time.
import { SerialByKey } from '../money/serial.ts';
import type { ChainCall, ChainReader, ChainSigner, ChainStore, OutboxRow, OutboxState } from './ports.ts';

/** What an outbox is made of. */
export type OutboxParts = {
  readonly reader: ChainReader;
  readonly store: Pick<ChainStore, 'putOut' | 'waiting' | 'ended' | 'again' | 'stateOf' | 'nextNonce'>;
  readonly signer: ChainSigner;
};

/** What a round found. */
export type OutboxReport = {
  readonly waiting: number;
  /** How long the oldest one has waited, as far as this process knows. */
  readonly oldestMs: number;
  /** Why a node did not take a transaction, such as a signer without coins for gas. */
  readonly refused?: string;
  /** Acts that a block took and the contract refused; each is planned again. */
  readonly reverted: readonly string[];
  /** A nonce of the lane was used by a transaction that is not ours: somebody else has the key. */
  readonly foreign: boolean;
};

const RESEND_MS = 12_000; // Two blocks: a node that forgot it is told again.
const STUCK_MS = 60_000; // Ten blocks without it: it pays too little.
const ATTEMPTS_MAX = 12; // 1.15^12 is five times the first price.
const AGAIN_FIRST_MS = 60_000; // What the contract refused, it will hardly take in the next block.
const AGAIN_MOST_MS = 3_600_000;
const UNWANTED_MS = 300_000; // An act that nobody asked for so long is not wanted any more.
const LOOKS_FOR_FOREIGN = 3; // A node may know a nonce a moment before the receipt.
const LOOKS_FOR_GAP = 3; // A node may be some blocks behind the others.
const PLAIN_GAS = 21_000n;

/** The price of a replacement: nodes want a tenth more; 15 % leaves room for their rounding. */
export function raisedPrice(before: bigint, node: bigint): bigint {
  const raised = (before * 115n) / 100n + 1n;
  return raised > node ? raised : node;
}

/**
 * `lanes`: rows by their nonce, each list by attempt. `gaps`: of nonces that no act has any more, and no block either, the row
 * with the highest price: a later try of its act took another nonce, and the block that had this one was dropped.
 */
function lanesOf(
  rows: readonly OutboxRow[],
  used: number,
): { lanes: readonly OutboxRow[][]; gaps: readonly OutboxRow[] } {
  const newest = new Map<string, number>();
  for (const { purpose, nonce } of rows) newest.set(purpose, Math.max(nonce, newest.get(purpose) ?? -1));
  const byNonce = Map.groupBy(rows, ({ nonce }) => nonce);
  const lanes: OutboxRow[][] = [];
  const gaps: OutboxRow[] = [];
  for (const [nonce, all] of byNonce) {
    const alive = all.filter(({ purpose }) => newest.get(purpose) === nonce);
    if (alive.length > 0) lanes.push(alive);
    else if (nonce >= used) gaps.push(all.reduce((most, row) => (row.gasPriceWei > most.gasPriceWei ? row : most)));
  }
  return { lanes, gaps };
}

/** An act that was reverted. `atMs`: when it is planned again; undefined while its next try is under way. */
type Reverted = { readonly waitMs: number; readonly atMs: number | undefined; readonly askedMs: number };

/** Sends what the hub wants done, once each. */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #line = new SerialByKey<'lane'>();
  #sentAtMs = new Map<string, number>();
  #firstMs = new Map<number, number>();
  #foreignLooks = new Map<number, number>();
  #gapLooks = new Map<number, number>();
  #reverted = new Map<string, Reverted>();

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
      if ((await this.#stateOf(purpose)) === 'none')
        await this.#plan({ purpose, attempt: 0, call, atMs: wallMs }, nowMs);
    });
  }

  /**
   * As `put`, for an act that must happen in the end: one that a block took and the contract refused is planned again, after
   * a minute, then after twice as long each time, at most an hour. The caller asks for it until it is done.
   */
  insist(purpose: string, call: ChainCall, nowMs: number, wallMs: number): Promise<void> {
    return this.#line.run('lane', async () => {
      const state = await this.#stateOf(purpose);
      if (state === 'none') await this.#plan({ purpose, attempt: 0, call, atMs: wallMs }, nowMs);
      if (!this.#mayRetry(purpose, state, nowMs)) return;
      const attempt = await this.#parts.store.again(purpose);
      if (attempt !== undefined) await this.#plan({ purpose, attempt, call, atMs: wallMs }, nowMs);
    });
  }

  /** Keeps the clock of an act that is insisted on. True when a reverted one is due for another try. */
  #mayRetry(purpose: string, state: OutboxState, nowMs: number): boolean {
    const kept = this.#reverted.get(purpose);
    if (state !== 'failed') {
      if (kept !== undefined) this.#reverted.set(purpose, { ...kept, askedMs: nowMs });
      return false;
    }
    if (kept?.atMs === undefined) {
      const waitMs = kept === undefined ? AGAIN_FIRST_MS : Math.min(AGAIN_MOST_MS, 2 * kept.waitMs);
      this.#reverted.set(purpose, { waitMs, atMs: nowMs + waitMs, askedMs: nowMs });
      return false;
    }
    const due = nowMs >= kept.atMs;
    this.#reverted.set(purpose, { ...kept, askedMs: nowMs, ...(due && { atMs: undefined }) });
    return due;
  }

  async #stateOf(purpose: string): Promise<OutboxState> {
    return (await this.#parts.store.stateOf([purpose])).get(purpose) ?? 'none';
  }

  /**
   * Gives an act the next nonce, writes it down and sends it. What a hub wrote that is gone may reach the database after we
   * asked it for the nonce: then the act takes the next one.
   */
  async #plan(act: Pick<OutboxRow, 'purpose' | 'attempt' | 'call' | 'atMs'>, nowMs: number): Promise<void> {
    const { reader, store, signer } = this.#parts;
    for (;;) {
      const [used, kept, gasPriceWei] = await Promise.all([
        reader.nonceOf(signer.address),
        store.nextNonce(),
        reader.gasPriceWei(),
      ]);
      const row = this.#sign({ ...act, nonce: Math.max(used, kept), gasPriceWei });
      const put = await store.putOut(row);
      if (put === 'written') await this.#send(row, nowMs);
      if (put !== 'nonce-taken') return;
    }
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
    for (const [purpose, { askedMs }] of this.#reverted) {
      if (nowMs - askedMs > UNWANTED_MS) this.#reverted.delete(purpose);
    }
    const reverted = () => [...this.#reverted.keys()];
    const rows = await store.waiting();
    if (rows.length === 0) {
      this.#sentAtMs.clear();
      this.#firstMs.clear();
      return { waiting: 0, oldestMs: 0, reverted: reverted(), foreign: false };
    }
    const used = await reader.nonceOf(signer.address);
    const { lanes: all, gaps } = lanesOf(rows, used);
    await this.#fill(gaps, nowMs, wallMs);
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
      const answer = await this.#urge(last, { nowMs, wallMs, lowest, tries: attempts.length });
      if (typeof answer === 'object') refused = answer.refused;
      lowest = false;
    }
    const first = Math.min(...all.flatMap(([row]) => this.#firstMs.get(row?.nonce ?? -1) ?? nowMs));
    const found = { waiting: all.length, oldestMs: nowMs - first, reverted: reverted(), foreign };
    return { ...found, ...(refused !== undefined && { refused }) };
  }

  /**
   * Takes up nonces that nothing has: all later ones wait for them. What stood there once is not sent again beside its later
   * try, for both could happen; a transfer of nothing to ourselves takes its place.
   */
  async #fill(gaps: readonly OutboxRow[], nowMs: number, wallMs: number): Promise<void> {
    const { reader, store, signer } = this.#parts;
    this.#gapLooks = new Map(gaps.map(({ nonce }) => [nonce, (this.#gapLooks.get(nonce) ?? 0) + 1]));
    for (const { nonce, gasPriceWei: before } of gaps) {
      if ((this.#gapLooks.get(nonce) ?? 0) < LOOKS_FOR_GAP) continue;
      const call = { to: signer.address, data: '0x', gas: PLAIN_GAS, valueWei: 0n } as const;
      const gasPriceWei = raisedPrice(before, await reader.gasPriceWei());
      const row = this.#sign({ purpose: `gap/${nonce}`, attempt: 0, nonce, gasPriceWei, call, atMs: wallMs });
      if ((await store.putOut(row)) === 'written') await this.#send(row, nowMs);
    }
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
      if (receipt.blockNumber > confirmed) return 'ours';
      await store.ended({ purpose, hash, ...receipt });
      if (receipt.ok) this.#reverted.delete(purpose);
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
    { nowMs, wallMs, lowest, tries }: { nowMs: number; wallMs: number; lowest: boolean; tries: number },
  ): Promise<'quiet' | 'sent' | { readonly refused: string }> {
    const firstMs = this.#firstMs.get(last.nonce);
    // Only the lowest nonce can be too cheap: the others wait for it.
    if (lowest && firstMs !== undefined && nowMs - firstMs > STUCK_MS && tries <= ATTEMPTS_MAX) {
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
    // A nonce that is taken: the next round looks again.
    return (await this.#parts.store.putOut(row)) === 'written' ? this.#send(row, nowMs) : 'quiet';
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
