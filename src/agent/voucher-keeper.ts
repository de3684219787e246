// src/agent/voucher-keeper.ts - the operator's money of one session: a voucher is weighed, its signature verified and the
// voucher written to the disk before anyone is told that it is kept. Only the highest counts.
import { OutageError } from '../base/assert.ts';
import type { SessionId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { keepVoucher, type SignedVoucher, type VoucherBook, weighVoucher } from '../billing/voucher-book.ts';
import { type Refusal, refusal } from '../protocol/error-codes.ts';
import type { NodeToHub } from '../protocol/node-messages.ts';
import type { Signature } from '../protocol/typed-data.ts';
import { fromWire, toWire, type Voucher, voucherSignedBy, voucherType, type Wire } from '../protocol/voucher.ts';
import type { Journal } from './journal.ts';
import type { Terms } from './terms.ts';

/** Vouchers waiting for the disk: the page's and the hub's copy of two. A page that signs faster is told to wait. */
const WAITING_MAX = 4;

/** Keeps the highest voucher of one session. */
export class VoucherKeeper {
  readonly #session: SessionId;
  readonly #terms: Terms;
  readonly #journal: Pick<Journal, 'keep'>;
  #book: VoucherBook;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(session: SessionId, terms: Terms, journal: Pick<Journal, 'keep'>) {
    this.#session = session;
    this.#terms = terms;
    this.#journal = journal;
    this.#book = { lease: terms.lease, open: terms.open };
  }

  /** Good milliseconds that the highest voucher pays for. */
  get vouchedMs(): number {
    return Number(this.#book.highest?.voucher.servedMs ?? 0n);
  }

  /** Number of the highest voucher, 0 when there is none. */
  get seq(): number {
    return Number(this.#book.highest?.voucher.seq ?? 0n);
  }

  /** The highest voucher as the hub is told it. */
  get message(): Extract<NodeToHub, { t: 'voucher' }> | undefined {
    const highest = this.#book.highest;
    return highest === undefined ? undefined : this.#asMessage(highest);
  }

  /**
   * Takes a voucher from the page or, in copy, from the hub.
   * @param servedLimitMs most that can have been served by now: nobody may pay for the future
   * @returns 'kept' when it is on the disk (now or already), or why not
   */
  take(wire: Wire<Voucher>, signature: Signature, servedLimitMs: number): Promise<Result<'kept', Refusal>> {
    if (this.#waiting >= WAITING_MAX) return Promise.resolve(err(refusal('RATE_TOO_HIGH')));
    this.#waiting++;
    const result = this.#last.then(() => this.#judge(wire, signature, BigInt(Math.floor(servedLimitMs))));
    this.#last = result.finally(() => this.#waiting--);
    return result;
  }

  async #judge(wire: Wire<Voucher>, signature: Signature, servedLimitMs: bigint): Promise<Result<'kept', Refusal>> {
    const voucher = fromWire<Voucher>(voucherType, wire);
    if (!voucher.ok) return err(refusal('MESSAGE_MALFORMED', voucher.error));
    const signed: SignedVoucher = { voucher: voucher.value, signature };
    const weighed = weighVoucher(this.#book, signed, { servedLimitMs });
    if (!weighed.ok) return weighed;
    if (weighed.value === 'known') return ok('kept');
    const { domain, open } = this.#terms;
    if (!voucherSignedBy(domain, signed.voucher, signature, open.key)) {
      return err(refusal('VOUCHER_BAD_SIGNATURE'));
    }
    try {
      await this.#journal.keep(this.#asMessage(signed));
    } catch (cause) {
      if (cause instanceof OutageError) return err(refusal('STORE_UNAVAILABLE'));
      throw cause;
    }
    this.#book = keepVoucher(this.#book, signed);
    return ok('kept');
  }

  #asMessage({ voucher, signature }: SignedVoucher): Extract<NodeToHub, { t: 'voucher' }> {
    return { t: 'voucher', session: this.#session, voucher: toWire(voucher), signature };
  }
}
