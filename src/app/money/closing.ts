// src/app/money/closing.ts - the end of a session in numbers: the transfers that empty its hold, and the receipt.
import { type Currency, chart, type Transfer, transferKey } from '../../billing/ledger.ts';
import { splitCost } from '../../billing/split.ts';
import type { Receipt } from '../../protocol/receipt.ts';
import type { UnsealedReceipt } from '../../protocol/receipt-seal.ts';
import type { EndReason } from '../../protocol/shapes.ts';
import type { SigningDomain } from '../../protocol/typed-data.ts';
import { toWire } from '../../protocol/voucher.ts';
import type { LiveSession } from './live-session.ts';

/** What a hub's books are kept in. */
export type BookTerms = {
  readonly currency: Currency;
  readonly domain: SigningDomain;
  /** What a burn is on this hub. */
  readonly burned: Receipt['burned'];
  /** Signs what the hub vouches for; without it receipts carry no seal. */
  readonly seal?: (receipt: UnsealedReceipt) => Receipt;
  /** Where welcome money comes from: play money is issued, on a development chain the hub deposits it. */
  readonly giftsFrom?: 'issued' | 'chain';
};

/** The transfers of a close: burn, fee and earning leave the hold, the rest goes back to the player. */
export function closingTransfers(live: LiveSession, terms: BookTerms, wallMs: number): Transfer[] {
  const { facts, heldWei, costWei } = live;
  const accounts = chart(terms.currency);
  const split = splitCost(costWei, live.terms);
  const parts = [
    ['burn', accounts.burn(facts.quote.burnPolicy), split.burnWei],
    ['platform', accounts.platform, split.platformWei],
    ['operator', accounts.operator(facts.operator), split.operatorWei],
    ['release', accounts.player(facts.player), heldWei - costWei],
  ] as const;
  return parts
    .filter(([, , amountWei]) => amountWei > 0n)
    .map(([part, to, amountWei]) => ({
      key: transferKey(facts.session, part),
      from: accounts.held(facts.session),
      to,
      amountWei,
      session: facts.session,
      atMs: wallMs,
    }));
}

/** The receipt as it will stand for ever. */
export function writeReceipt(live: LiveSession, terms: BookTerms, reason: EndReason, wallMs: number): Receipt {
  const { facts, heldWei, costWei, openSignature, meter } = live;
  const { session, continues, player, node, nodeName, operator, region, path, choice, quote, lease } = facts;
  const split = splitCost(costWei, live.terms);
  const { firstFrameAtMs, voucher, relay, receivedBytes } = live.counters();
  const startedAtMs = Number(facts.open.startedAtMs);
  const receipt: UnsealedReceipt = {
    v: 1,
    session,
    ...(continues && { continues }),
    player,
    node,
    nodeName,
    operator,
    region,
    game: facts.game as Receipt['game'],
    path,
    choice,
    startedAtMs,
    ...(firstFrameAtMs !== undefined && { firstFrameAtMs }),
    endedAtMs: Math.max(Math.floor(wallMs), firstFrameAtMs ?? startedAtMs),
    reason,
    billedMs: Number(live.billedMs),
    playerGoodMs: meter.player.goodMs,
    nodeGoodMs: meter.nodeGoodMs,
    freeMs: meter.player.badMs,
    quote,
    costWei: costWei.toString(),
    burnWei: split.burnWei.toString(),
    platformWei: split.platformWei.toString(),
    operatorWei: split.operatorWei.toString(),
    heldWei: heldWei.toString(),
    releasedWei: (heldWei - costWei).toString(),
    burned: terms.burned,
    domain: toWire(terms.domain) as Receipt['domain'],
    consent: toWire(facts.consent),
    consentSignature: facts.consentSignature,
    ...(facts.keyProof && { keyProof: [...facts.keyProof] }),
    open: toWire(facts.open),
    ...(openSignature && { openSignature }),
    lease,
    ...(voucher && { voucher: toWire(voucher.voucher), voucherSignature: voucher.signature }),
    ...(relay && { relay }),
    receivedBytes,
  };
  return terms.seal?.(receipt) ?? receipt;
}
