// test/support/true-receipt.ts - a receipt in which everything is true: signed by a wallet, a session key and a hub that the
// tests know. Every optional field is there, so that each can be changed or taken away.
import type { NodeId, OperatorId, PlayerId, SessionId } from '../../src/base/ids.ts';
import { priceWei } from '../../src/billing/pricing.ts';
import { splitCost } from '../../src/billing/split.ts';
import type { Receipt } from '../../src/protocol/receipt.ts';
import { receiptSealer, type UnsealedReceipt } from '../../src/protocol/receipt-seal.ts';
import { joinKeys } from '../../src/protocol/session-keys.ts';
import { type Address, addressOf, signDigest, typedDataDigest } from '../../src/protocol/typed-data.ts';
import {
  type Consent,
  consentDigest,
  type Open,
  openType,
  openTypeWithoutKey,
  toWire,
  voucherDigest,
} from '../../src/protocol/voucher.ts';

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
/** Keys of the wallet, the session and the hub. */
export const keys = { wallet: key(1), session: key(2), hub: key(3) } as const;
/** Where the signatures count. */
export const trueDomain = { chainId: 31_337n, verifyingContract: `0x${'c0'.repeat(20)}` as const };

const DBC = 10n ** 18n;
const START_MS = 1_790_000_000_000;

/** The hub's own hand. */
export const sealTrue = receiptSealer(keys.hub);

/** The session key and four more devices that one consent speaks for. */
const joined = joinKeys([addressOf(keys.session), ...[1, 2, 3, 4].map((n): Address => `0x${`0${n}`.repeat(20)}`)]);
/**
 * Which form a receipt has: of a person; of a café's seat, whose consent speaks for many; of a person, from before an Open
 * named its key.
 */
export type ReceiptKind = 'person' | 'seat' | 'without-key';

function structs(goodMs: number, kind: ReceiptKind) {
  const consent: Consent = {
    payer: addressOf(keys.wallet),
    sessionKey: kind === 'seat' ? joined.sessionKey : addressOf(keys.session),
    maxAmount: 400n * DBC,
    maxRate: 70n * DBC,
    validFrom: BigInt(START_MS / 1_000) - 120n,
    validUntil: BigInt(START_MS / 1_000) + 86_400n,
    nonce: 77n,
  };
  const open: Open = {
    consent: consentDigest(trueDomain, consent),
    key: addressOf(keys.session),
    node: `0x${'0a'.repeat(20)}`,
    rate: 70n * DBC,
    baseShare: 50n * DBC,
    burnPolicy: 1n,
    gpuTier: 0n,
    maxAmount: 300n * DBC,
    startedAtMs: BigInt(START_MS),
    nonce: 78n,
  };
  const type = kind === 'without-key' ? openTypeWithoutKey : openType;
  const lease = typedDataDigest(trueDomain, type, open);
  const servedMs = BigInt(Math.max(0, goodMs - 4_000));
  const { key: _key, ...without } = toWire(open);
  const wire = kind === 'without-key' ? without : toWire(open);
  const proof = kind === 'seat' ? { keyProof: [...(joined.proofs.get(open.key) ?? [])] } : {};
  return {
    consent,
    open,
    wire,
    proof,
    lease,
    voucher: { lease, seq: 223n, servedMs, amount: priceWei(open.rate, servedMs) },
  };
}

/** A relayed session of `goodMs` at 50 + 20 DBC an hour, 30 % burned, sealed. */
export function trueReceipt(goodMs = 2_233_000, kind: ReceiptKind = 'person'): Receipt {
  const { consent, open, wire, proof, lease, voucher } = structs(goodMs, kind);
  const cost = priceWei(open.rate, BigInt(goodMs));
  const held = priceWei(open.rate, BigInt(goodMs) + 60_000n);
  const terms = { rateWeiPerHour: open.rate, baseWeiPerHour: open.baseShare, burnBps: 3_000n, platformBps: 500n };
  const { burnWei, platformWei, operatorWei } = splitCost(cost, terms);
  const node = open.node as string as NodeId;
  const unsealed: UnsealedReceipt = {
    v: 1,
    session: `s_${'5'.repeat(26)}` as SessionId,
    continues: `s_${'4'.repeat(26)}` as SessionId,
    player: consent.payer as string as PlayerId,
    node,
    nodeName: 'Taipei-2',
    operator: `0x${'0b'.repeat(20)}` as OperatorId,
    region: 'Taipei',
    game: 'arcade' as Receipt['game'],
    path: 'relay',
    choice: {
      node,
      path: 'relay',
      reason: 'nearest',
      ranked: [{ node, name: 'Taipei-2', path: 'relay', rttMinMs: 9.3, jitterMs: 0.4, loss: 0 }],
    },
    startedAtMs: START_MS,
    firstFrameAtMs: START_MS + 900,
    endedAtMs: START_MS + goodMs + 5_000,
    reason: 'player-left',
    billedMs: goodMs,
    playerGoodMs: goodMs,
    nodeGoodMs: goodMs + 2_000,
    freeMs: {
      'no-frame-yet': 900,
      'few-sent': 0,
      'few-decoded': 0,
      gap: 3_000,
      rtt: 0,
      'input-unanswered': 0,
      disconnected: 0,
    },
    quote: {
      rateWeiPerHour: open.rate.toString(),
      baseWeiPerHour: open.baseShare.toString(),
      rateMicroUsdPerHour: 140_000,
      burnPolicy: 'seed-2024',
      burnPolicyNumber: 1,
      gpuTier: 0,
      burnBps: 3_000,
      platformBps: 500,
      priceAtMs: START_MS - 60_000,
      priceSource: 'fixed',
      promise: { fps: 60, height: 720, rttCapMs: 100 },
    },
    costWei: cost.toString(),
    burnWei: burnWei.toString(),
    platformWei: platformWei.toString(),
    operatorWei: operatorWei.toString(),
    heldWei: held.toString(),
    releasedWei: (held - cost).toString(),
    burned: 'owed',
    domain: { chainId: trueDomain.chainId.toString(), verifyingContract: trueDomain.verifyingContract },
    consent: toWire(consent),
    consentSignature: signDigest(consentDigest(trueDomain, consent), keys.wallet),
    ...proof,
    open: wire,
    openSignature: signDigest(lease, keys.session),
    lease: lease as string as Receipt['lease'],
    voucher: toWire(voucher),
    voucherSignature: signDigest(voucherDigest(trueDomain, voucher), keys.session),
    relay: { toPlayerBytes: 1_900_000_000, toNodeBytes: 8_000_000 },
    receivedBytes: 1_880_000_000,
  };
  return sealTrue(unsealed);
}
