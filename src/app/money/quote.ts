// src/app/money/quote.ts - what an hour costs on a machine, and who will get it: base price by class, premium, DBC price,
// burn policy with the tier in force, platform fee. A session freezes all of it in its Open.
import { assert, present } from '../../base/assert.ts';
import type { NodeId } from '../../base/ids.ts';
import { type BurnPolicy, burnBpsOf, burnPolicyNamed } from '../../billing/burn-policy.ts';
import { dayOf } from '../../billing/day-cap.ts';
import { ACTIVE_WINDOW_MS, activeGpus, firstTier, observeGpus, type TierState } from '../../billing/gpu-tier.ts';
import { baseMicroUsd, rateLegs } from '../../billing/price-table.ts';
import type { PlayPromise, Quote } from '../../protocol/shapes.ts';
import type { MoneyStore } from './ports.ts';

/** A price of DBC with its origin. */
export type DbcPrice = { readonly microUsdPerDbc: number; readonly atMs: number; readonly source: string };

/** What quotes are made of. */
export type QuoteParts = {
  readonly store: Pick<MoneyStore, 'note' | 'setNote' | 'paidTime'>;
  /** Name of the burn policy for new sessions. */
  readonly policy: string;
  /** Platform fee on what is not burned. */
  readonly platformBps: number;
  readonly price: (wallMs: number) => DbcPrice;
};

/** Machines and the promise that a price is asked for. `premiumBps`: the operator's, on top of the base. */
export type QuoteTerms = { readonly gpuClass: string; readonly premiumBps: number; readonly promise: PlayPromise };

/** Makes quotes and keeps the burn tier. */
export class QuoteBook {
  readonly #parts: QuoteParts;
  readonly #policy: BurnPolicy;
  #tier: TierState;

  /** Throws InvariantError for a policy that nobody defined: settings check the name. */
  constructor(parts: QuoteParts) {
    this.#parts = parts;
    this.#policy = present(burnPolicyNamed(parts.policy), `there is a burn policy ${parts.policy}`);
    this.#tier = firstTier(this.#policy, 0);
  }

  /** Reads the tier that was in force when the hub stopped. Throws OutageError. */
  async recover(): Promise<void> {
    const text = await this.#parts.store.note(this.#noteName);
    if (text === undefined) return;
    const [tier, day, lowestGpus] = text.split(' ').map(Number);
    assert(tier !== undefined && day !== undefined && lowestGpus !== undefined, 'a tier note has three numbers');
    this.#tier = { tier, day, lowestGpus };
  }

  /**
   * Counts active GPUs; call about once an hour. Throws OutageError.
   * @param gpusOf how many GPUs a machine has, 0 for one that is not known any more
   */
  async countGpus(gpusOf: (node: NodeId) => number, wallMs: number): Promise<TierState> {
    const paid = await this.#parts.store.paidTime(wallMs - ACTIVE_WINDOW_MS);
    const byNode = new Map<NodeId, number[]>();
    for (const { node, paidMs } of paid) byNode.set(node, [...(byNode.get(node) ?? []), paidMs]);
    const machines = [...byNode].map(([node, paidMsByPayer]) => ({ gpus: gpusOf(node), paidMsByPayer }));
    const next = observeGpus(this.#policy, this.#tier, activeGpus(machines), dayOf(wallMs, 0));
    await this.#parts.store.setNote(this.#noteName, `${next.tier} ${next.day} ${next.lowestGpus}`);
    this.#tier = next;
    return next;
  }

  /** The quote for a machine at this moment. */
  quote({ gpuClass, premiumBps, promise }: QuoteTerms, wallMs: number): Quote {
    const price = this.#parts.price(wallMs);
    const nanoUsdPerDbc = BigInt(price.microUsdPerDbc) * 1_000n;
    const legs = rateLegs(baseMicroUsd(gpuClass), BigInt(premiumBps), nanoUsdPerDbc);
    return {
      rateWeiPerHour: legs.rateWeiPerHour.toString(),
      baseWeiPerHour: legs.baseWeiPerHour.toString(),
      rateMicroUsdPerHour: Number(legs.rateMicroUsdPerHour),
      burnPolicy: this.#policy.name,
      burnPolicyNumber: this.#policy.number,
      gpuTier: this.#tier.tier,
      burnBps: burnBpsOf(this.#policy, this.#tier.tier),
      platformBps: this.#parts.platformBps,
      priceAtMs: price.atMs,
      priceSource: price.source,
      promise,
    };
  }

  /** Without a chain a session may carry any quote that was made. */
  stands(): boolean {
    return true;
  }

  /** The price of a DBC now. */
  price(wallMs: number): DbcPrice {
    return this.#parts.price(wallMs);
  }

  get #noteName(): string {
    return `tier/${this.#policy.name}`;
  }
}

/** A price that never moves, taken when the hub started. */
export function fixedPrice(microUsdPerDbc: number, atMs: number): (wallMs: number) => DbcPrice {
  const price: DbcPrice = { microUsdPerDbc, atMs, source: 'fixed' };
  return () => price;
}
