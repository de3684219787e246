// src/agent/chain-signer.ts - what a node keeps and signs for the contracts: the claims of its sessions, the end of a lease,
// and the one operator that stakes for the machine. A hub that lies gets no signature that costs the operator anything.
import type { SessionId } from '../base/ids.ts';
import type { SignedVoucher } from '../billing/voucher-book.ts';
import type { Log } from '../observe/log.ts';
import type { HubToNode, NodeToHub } from '../protocol/node-messages.ts';
import { type Bind, bindType, type Close, closeType } from '../protocol/settlement-data.ts';
import { type Address, type Signature, type SigningDomain, typedDataDigest } from '../protocol/typed-data.ts';
import {
  type Consent,
  consentType,
  fromWire,
  type Open,
  openType,
  type Voucher,
  voucherType,
} from '../protocol/voucher.ts';
import type { Claim, Claims } from './claims.ts';
import type { Journal } from './journal.ts';
import type { MachineKey } from './machine-key.ts';

type Start = Extract<HubToNode, { t: 'start' }>;
/** What the signer is made of. */
export type ChainSignerParts = {
  readonly key: MachineKey;
  readonly claims: Claims;
  readonly journal: Pick<Journal, 'read'>;
  readonly send: (message: NodeToHub) => void;
  readonly log: Log;
};

/** A hub that starts sessions and never opens them must not fill the memory. */
const STARTED_MAX = 256;
/** Play money is on no chain: nothing of it can be claimed. */
const onChain = ({ chainId }: SigningDomain) => chainId !== 0n;

/** Keeps claims and signs for one machine. */
export class ChainSigner {
  readonly #parts: ChainSignerParts;
  /** Sessions that were started and not signed for yet. */
  #started = new Map<SessionId, Omit<Claim, 'openSignature'>>();
  #operator: Address | undefined;

  constructor(parts: ChainSignerParts) {
    this.#parts = parts;
  }

  /** A session started; its slot checks what it carries. */
  starts(start: Start, domain: SigningDomain): void {
    const consent = fromWire<Consent>(consentType, start.consent);
    const open = fromWire<Open>(openType, start.open);
    if (!onChain(domain) || !consent.ok || !open.ok) return;
    for (const oldest of this.#started.keys()) {
      if (this.#started.size < STARTED_MAX) break;
      this.#started.delete(oldest);
    }
    const { session, consentSignature, keyProof } = start;
    const lease: Claim['lease'] = `0x${start.lease.slice(2)}`;
    const signed = { consent: consent.value, consentSignature, ...(keyProof && { keyProof }), open: open.value };
    this.#started.set(session, { session, domain, lease, ...signed });
  }

  /**
   * The player signed the Open.
   * @returns the claim, or why the session must not be served: the name is that of an earlier one, whose claim would be lost.
   *   Undefined when there is nothing to claim
   */
  async opened(session: SessionId, openSignature: Signature): Promise<Claim | 'named-before' | undefined> {
    const started = this.#started.get(session);
    if (started === undefined) return undefined;
    this.#started.delete(session);
    const claim = { ...started, openSignature };
    const before = await this.#quietly(session, async () => {
      const found = await this.#parts.claims.find(session);
      if (found === undefined) await this.#parts.claims.keep(claim);
      return found;
    });
    return before === undefined || before.lease === claim.lease ? claim : 'named-before';
  }

  /** The hub has taken a session over: its voucher moves from the journal, which forgets it, to the claim. */
  async ended(session: SessionId): Promise<void> {
    await this.#quietly(session, async () => {
      const claim = await this.#parts.claims.find(session);
      const highest = await this.#highest(session);
      if (claim !== undefined && highest !== undefined) await this.#parts.claims.keep({ ...claim, highest });
    });
  }

  async #quietly<T>(session: SessionId, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (cause) {
      this.#parts.log.error({ session, cause: String(cause) }, 'claim.failed');
      return undefined;
    }
  }

  async #highest(session: SessionId): Promise<SignedVoucher | undefined> {
    const { voucher: message } = await this.#parts.journal.read(session);
    const voucher = message === undefined ? undefined : fromWire<Voucher>(voucherType, message.voucher);
    return message !== undefined && voucher?.ok === true
      ? { voucher: voucher.value, signature: message.signature }
      : undefined;
  }

  /** Signs the end of a lease, unless this machine holds a voucher that pays more. */
  async close({ session, lease, seq, amount }: Extract<HubToNode, { t: 'close.ask' }>): Promise<void> {
    await this.#quietly(session, async () => {
      const claim = await this.#parts.claims.find(session);
      if (claim === undefined || claim.lease !== String(lease)) return;
      const own = (await this.#highest(session)) ?? claim.highest;
      const close: Close = { lease: claim.lease, seq: BigInt(seq), amount: BigInt(amount) };
      if (own !== undefined && (close.seq < own.voucher.seq || close.amount < own.voucher.amount)) {
        this.#parts.log.warn({ session, seq, ownSeq: own.voucher.seq.toString() }, 'close.refused');
        return;
      }
      const signature = this.#parts.key.signForChain(typedDataDigest(claim.domain, closeType, close));
      this.#parts.send({ t: 'close.signed', session, lease, seq, amount, signature });
    });
  }

  /** Signs for one operator only: the income of this machine would follow another one. */
  async bind({ operator, nonce }: Extract<HubToNode, { t: 'bind.ask' }>, domain: SigningDomain): Promise<void> {
    this.#operator ??= operator;
    if (this.#operator !== operator || !onChain(domain)) {
      this.#parts.log.warn({ operator, before: this.#operator }, 'bind.refused');
      return;
    }
    const bind = fromWire<Bind>(bindType, { node: this.#parts.key.address, operator, nonce });
    if (!bind.ok) return; // A nonce that no contract has.
    const signature = this.#parts.key.signForChain(typedDataDigest(domain, bindType, bind.value));
    this.#parts.send({ t: 'bind.signed', operator, nonce, signature });
  }
}
