// src/app/chain/settle-sessions.ts - carries out on the chain what the books decided: opens leases within their ten minutes,
// settles closed sessions by their highest vouchers in batches, releases what is left, and then makes the books say what
// the chain did.
import type { NodeId, SessionId } from '../../base/ids.ts';
import type { SignedVoucher } from '../../billing/voucher-book.ts';
import type { Receipt } from '../../protocol/receipt.ts';
import type { Hash32 } from '../../protocol/typed-data.ts';
import { fromWire, type Voucher, voucherType } from '../../protocol/voucher.ts';
import { type EventTerms, finishTransfers } from './event-transfers.ts';
import type { Outbox } from './outbox.ts';
import type {
  Block,
  ChainSession,
  ChainStore,
  EscrowCalls,
  EscrowReader,
  LeaseToSettle,
  OutboxState,
} from './ports.ts';

/** Asks a node for its word that a voucher was the last. It may be away: it is asked again. */
export type AskClose = (ask: {
  readonly node: NodeId;
  readonly session: SessionId;
  readonly lease: Hash32;
  readonly seq: bigint;
  readonly amountWei: bigint;
}) => void;

/** Ends the play of a session, if it still runs. It is told so in each round until the session is closed in the books. */
export type EndPlay = (session: SessionId, reason: 'closed-on-chain' | 'open-refused') => void;

/** What a settler is made of. */
export type SettlerParts = {
  readonly store: Pick<ChainStore, 'pressing' | 'closed' | 'finish'>;
  readonly outbox: Pick<Outbox, 'put' | 'insist' | 'stateOf' | 'waiting'>;
  readonly calls: EscrowCalls;
  readonly escrow: Pick<EscrowReader, 'lease' | 'standing'>;
  readonly terms: EventTerms;
  readonly askClose: AskClose;
  readonly endPlay: EndPlay;
  /** How long a closed session waits for others to be settled with. */
  readonly settleEveryMs: number;
  /** Sessions looked at in one round, of each kind; 2,000 unless a test says less. */
  readonly most?: number;
};

/** One round in numbers. */
export type SettleReport = { readonly settling: number; readonly finished: number };

/** An item of a batch: 50 fit into a quarter of a block. */
export const BATCH_MAX = 50;
const SESSIONS_A_ROUND = 2_000;
const OPEN_WINDOW_S = 600; // As the contract has it.
const OPEN_LOST_S = OPEN_WINDOW_S + 300; // One that landed in its last second has its confirmations by then.
const CLOSE_GRACE_MS = 60_000; // A node that is there answers in a second; one that is away must not hold the money up.
const LEAVE_GRACE_MS = 10_000; // Of a player who closed at the contract: its release is ten minutes away, less the blocks to confirm.
const RETRY_FIRST_MS = 60_000;
const RETRY_MOST_MS = 3_600_000;

/** The last voucher of a closed session, as its receipt has it. */
export function lastVoucher(receipt: Receipt): SignedVoucher | undefined {
  const { voucher: wire, voucherSignature: signature } = receipt;
  const voucher = wire === undefined ? undefined : fromWire<Voucher>(voucherType, wire);
  return voucher?.ok === true && signature !== undefined ? { voucher: voucher.value, signature } : undefined;
}

const itemName = (lease: Hash32, seq: bigint, closing: boolean) => `${lease.slice(2, 18)}.${seq}${closing ? 'c' : ''}`;

/** Settles sessions. Calls must not overlap. */
export class Settler {
  readonly #parts: SettlerParts;
  /** When this process first saw a session closed. */
  #seenMs = new Map<SessionId, number>();
  #retry = new Map<SessionId, { readonly atMs: number; readonly waitMs: number }>();
  /** The last closed session of the round before; undefined when the next round begins with the first again. */
  #after: SessionId | undefined;
  /** Closed sessions seen since it last began: of all others nothing need be remembered. */
  readonly #here = new Set<SessionId>();

  constructor(parts: SettlerParts) {
    this.#parts = parts;
  }

  /** One round. Throws OutageError; the next round does what this one did not. */
  async run(head: Block, nowMs: number, wallMs: number): Promise<SettleReport> {
    const { store, outbox, settleEveryMs, endPlay, most = SESSIONS_A_ROUND } = this.#parts;
    let finished = 0;
    const pressing = await store.pressing(most);
    const opens = await outbox.stateOf(pressing.map(({ lease }) => `open/${lease}`));
    for (const row of pressing) {
      if (row.opened) endPlay(row.session, 'closed-on-chain');
      else if (await this.#open(row, opens.get(`open/${row.lease}`) ?? 'none', head, { nowMs, wallMs })) finished++;
    }
    const inFlight = await this.#inFlight();
    const batch: { readonly item: LeaseToSettle; readonly name: string; readonly due: boolean; session: SessionId }[] =
      [];
    for (const row of await this.#nextClosed(most)) {
      if (row.receipt === undefined) continue;
      if (row.closed) {
        await this.#finish(row, row.receipt, 'settled');
        finished++;
        continue;
      }
      const wanted = await this.#wanted(row, row.receipt, head, { nowMs, wallMs });
      if (wanted === undefined || inFlight.has(wanted.name)) continue;
      if ((this.#retry.get(row.session)?.atMs ?? 0) > nowMs) continue;
      const due = row.leaving || nowMs - (this.#seenMs.get(row.session) ?? nowMs) >= settleEveryMs;
      batch.push({ ...wanted, due, session: row.session });
    }
    const sent = await this.#send(batch, { nowMs, wallMs });
    return { settling: sent + inFlight.size, finished };
  }

  /**
   * The closed sessions of this round. Some wait for days until their lease runs out: so each round goes on where the last one
   * stopped, and none stands in the way of another.
   */
  async #nextClosed(most: number): Promise<readonly ChainSession[]> {
    const rows = await this.#parts.store.closed(this.#after, most);
    for (const { session } of rows) this.#here.add(session);
    this.#after = rows.length < most ? undefined : rows.at(-1)?.session;
    if (this.#after !== undefined) return rows;
    for (const known of [this.#seenMs, this.#retry]) {
      for (const session of known.keys()) if (!this.#here.has(session)) known.delete(session);
    }
    this.#here.clear();
    return rows;
  }

  async #inFlight(): Promise<ReadonlySet<string>> {
    const names = [...(await this.#parts.outbox.waiting())].filter((purpose) => purpose.startsWith('settle/'));
    return new Set(names.flatMap((purpose) => (purpose.split('/')[2] ?? '').split(',')));
  }

  /** Opens a lease, or gives a session up that can never be opened. True when it is done with. */
  async #open(
    row: ChainSession,
    state: OutboxState,
    head: Block,
    { nowMs, wallMs }: { nowMs: number; wallMs: number },
  ): Promise<boolean> {
    const { receipt, openSignature, facts, lease } = row;
    const nothingOwed = receipt !== undefined && (openSignature === undefined || lastVoucher(receipt) === undefined);
    const openForS = head.atS - Number(facts.open.startedAtMs / 1_000n);
    const tooLate = openForS > OPEN_WINDOW_S;
    if (state === 'none' && !nothingOwed && !tooLate && openSignature !== undefined) {
      // A machine without a stake cannot be opened on; its operator may still stake while the session runs.
      const { gpus } = await this.#parts.escrow.standing(facts.open.node);
      if (gpus === 0 && receipt === undefined) return false;
      if (gpus === 0 && receipt !== undefined) {
        await this.#finish(row, receipt, 'missed');
        return true;
      }
      await this.#parts.outbox.put(`open/${lease}`, this.#parts.calls.open({ facts, openSignature }), nowMs, wallMs);
      return false;
    }
    // What is not on the chain is not paid for: whoever sees to it that the contract refuses must not play on.
    if (receipt === undefined && (await this.#isLost(row, state, openForS))) {
      this.#parts.endPlay(row.session, 'open-refused');
    }
    if (receipt === undefined || state === 'waiting' || state === 'done') return false;
    if (state === 'failed' && !tooLate && openSignature !== undefined) {
      // Coins may come free, a pause may end: what was served is still worth a try as long as the contract takes an Open.
      const call = this.#parts.calls.open({ facts, openSignature });
      await this.#parts.outbox.insist(`open/${lease}`, call, nowMs, wallMs);
      return false;
    }
    await this.#finish(row, receipt, 'missed');
    return true;
  }

  /** Whether a lease will never be opened. On a machine without a stake its operator plays host for nothing, and knows it. */
  async #isLost({ facts }: ChainSession, state: OutboxState, openForS: number): Promise<boolean> {
    if (state === 'failed') return true;
    if (state === 'waiting') return openForS > OPEN_LOST_S;
    if (state === 'done' || openForS <= OPEN_WINDOW_S) return false;
    return (await this.#parts.escrow.standing(facts.open.node)).gpus > 0; // The chain was away when it should have been sent.
  }

  /** What should be settled of a closed session now; nothing while its node is asked, or when only time can help. */
  async #wanted(
    row: ChainSession,
    receipt: Receipt,
    head: Block,
    { nowMs, wallMs }: { nowMs: number; wallMs: number },
  ): Promise<{ readonly item: LeaseToSettle; readonly name: string } | undefined> {
    const { session, lease, facts, close, paid, leaving } = row;
    const signed = lastVoucher(receipt);
    const [seq, amountWei] = [signed?.voucher.seq ?? 0n, signed?.voucher.amount ?? 0n];
    const seenMs = this.#seenMs.get(session) ?? nowMs;
    this.#seenMs.set(session, seenMs);
    const closing = close !== undefined && close.seq === seq && close.amountWei === amountWei;
    const item: LeaseToSettle = {
      lease,
      ...(signed && { signed }),
      ...(closing && { closeSignature: close.signature }),
    };
    if (closing) return { item, name: itemName(lease, seq, true) };
    this.#parts.askClose({ node: facts.node, session, lease, seq, amountWei });
    if (nowMs - seenMs < (leaving ? LEAVE_GRACE_MS : CLOSE_GRACE_MS)) return undefined;
    const paidWei = paid.burnWei + paid.platformWei + paid.operatorWei;
    if (signed !== undefined && paidWei < amountWei) return { item, name: itemName(lease, seq, false) };
    const { releaseAtS } = await this.#parts.escrow.lease(lease);
    if (releaseAtS > 0 && head.atS >= releaseAtS) {
      await this.#parts.outbox.insist(`expire/${lease}`, this.#parts.calls.expire(lease), nowMs, wallMs);
    }
    return undefined;
  }

  async #send(
    batch: readonly {
      readonly item: LeaseToSettle;
      readonly name: string;
      readonly due: boolean;
      session: SessionId;
    }[],
    { nowMs, wallMs }: { nowMs: number; wallMs: number },
  ): Promise<number> {
    if (batch.length < BATCH_MAX && !batch.some(({ due }) => due)) return 0;
    for (let from = 0; from < batch.length; from += BATCH_MAX) {
      const part = batch.slice(from, from + BATCH_MAX);
      // Named by the moment, not by the head: a chain that went back shows a number twice, and each try is an act of its own.
      const purpose = `settle/${Math.floor(wallMs)}/${part.map(({ name }) => name).join(',')}`;
      await this.#parts.outbox.put(purpose, this.#parts.calls.settleMany(part.map(({ item }) => item)), nowMs, wallMs);
      for (const { session } of part) {
        const waitMs = Math.min(RETRY_MOST_MS, 2 * (this.#retry.get(session)?.waitMs ?? RETRY_FIRST_MS / 2));
        this.#retry.set(session, { atMs: nowMs + waitMs, waitMs });
      }
    }
    return batch.length;
  }

  async #finish(row: ChainSession, receipt: Receipt, how: 'settled' | 'missed'): Promise<void> {
    const { terms, store } = this.#parts;
    const booked = {
      burnWei: BigInt(receipt.burnWei),
      platformWei: BigInt(receipt.platformWei),
      operatorWei: BigInt(receipt.operatorWei),
    };
    const { session, paid } = row;
    const { player, operator, quote } = receipt;
    await store.finish(session, how, (round, balanceOf) =>
      finishTransfers(
        terms,
        { session, player, operator, burnPolicy: quote.burnPolicy, booked, paid },
        round,
        balanceOf,
      ),
    );
  }
}
