// src/billing/receipt-checks.ts - the lines of a checked receipt, in the order a person follows the money: who signed, for
// what, how long, what it cost, who got it, and whether the hub stands by the rest. Each line is a pure function of the
// receipt; together they ask nobody.
import { lesser } from '../base/bigint.ts';
import { GRAIN_WEI } from '../base/units.ts';
import { shortfall, timings } from '../protocol/limits.ts';
import type { Receipt } from '../protocol/receipt.ts';
import { checkSeal } from '../protocol/receipt-seal.ts';
import { speaksFor } from '../protocol/session-keys.ts';
import { type Hash32, recoverSigner, type SigningDomain } from '../protocol/typed-data.ts';
import { type Consent, consentDigest, type Open, type Voucher, voucherDigest } from '../protocol/voucher.ts';
import { burnPolicies } from './burn-policy.ts';
import { affordableMs, priceWei } from './pricing.ts';
import { type Split, splitCost } from './split.ts';

/** Names of the lines, in their order; `form` comes first and stands alone when the file is no receipt. */
export const lineIds = [
  'form',
  'wallet',
  'payer',
  'consent',
  'lease',
  'session',
  'node',
  'rate',
  'policy',
  'window',
  'counts',
  'voucher',
  'tail',
  'cost',
  'lock',
  'burn',
  'platform',
  'operator',
  'rest',
  'seal',
] as const;
/** One of the lines. */
export type LineId = (typeof lineIds)[number];

/** A field that is not what it must be; `expected` is absent where nobody can know it (what a changed text was before). */
export type Misfit = { readonly field: string; readonly found: string; readonly expected?: string };
/** What a line found. `facts`: the numbers it was worked out from, for the words beside it. */
export type Finding = { readonly wrong?: Misfit; readonly facts: Readonly<Record<string, string>> };

/** A receipt with its signed structs as numbers. */
export type ReadReceipt = {
  readonly receipt: Receipt;
  readonly domain: SigningDomain;
  readonly consent: Consent;
  readonly open: Open;
  /** Digest of the Open. */
  readonly lease: Hash32;
  readonly voucher: Voucher | undefined;
};

const TAIL_SHARE_PART = BigInt(Math.round(1 / shortfall.share));
const TAIL_BASE_MS = BigInt(shortfall.baseMs + timings.tickMs);

/** The first of `pairs` whose two values differ. */
function firstMisfit(pairs: readonly (readonly [string, string, string])[]): Misfit | undefined {
  const wrong = pairs.find(([, found, expected]) => found !== expected);
  return wrong && { field: wrong[0], found: wrong[1], expected: wrong[2] };
}

function finding(wrong: Misfit | undefined, facts: Readonly<Record<string, string>> = {}): Finding {
  return wrong === undefined ? { facts } : { wrong, facts };
}

function equal(field: string, found: string, expected: string, facts: Readonly<Record<string, string>> = {}): Finding {
  return finding(firstMisfit([[field, found, expected]]), facts);
}

function signed(field: string, by: string, digest: Hash32, signature: string): Finding {
  return equal(field, recoverSigner(digest, signature) ?? '-', by, { address: by });
}

/** Time that both sides called good, as far as the hold reached; nothing where nothing was signed. */
function billedMs({ receipt, open }: ReadReceipt): bigint {
  if (receipt.openSignature === undefined) return 0n;
  const bothMs = lesser(BigInt(receipt.playerGoodMs), BigInt(receipt.nodeGoodMs));
  return lesser(bothMs, affordableMs(open.rate, BigInt(receipt.heldWei)));
}

function split({ receipt, open }: ReadReceipt): Split {
  return splitCost(priceWei(open.rate, BigInt(receipt.billedMs)), {
    rateWeiPerHour: open.rate,
    baseWeiPerHour: lesser(open.baseShare, open.rate), // A base above the rate is told by its own line.
    burnBps: BigInt(receipt.quote.burnBps),
    platformBps: BigInt(receipt.quote.platformBps),
  });
}

function sessionKey(read: ReadReceipt): Finding {
  const { receipt, consent, open, lease } = read;
  const { openSignature } = receipt;
  if (!speaksFor(consent.sessionKey, open.key, receipt.keyProof)) {
    const field = receipt.keyProof === undefined ? 'open.key' : 'keyProof';
    return equal(field, open.key, consent.sessionKey);
  }
  if (openSignature === undefined) {
    const free = receipt.costWei === '0' && receipt.voucher === undefined;
    return free ? finding(undefined, { unsigned: 'yes' }) : equal('openSignature', '-', open.key);
  }
  return signed('openSignature', open.key, lease, openSignature);
}

function rate({ receipt, consent, open }: ReadReceipt): Finding {
  const { quote } = receipt;
  const above = open.rate > consent.maxRate;
  const wrong =
    firstMisfit([
      ['quote.rateWeiPerHour', quote.rateWeiPerHour, open.rate.toString()],
      ['quote.baseWeiPerHour', quote.baseWeiPerHour, open.baseShare.toString()],
    ]) ??
    (above ? { field: 'open.rate', found: `${open.rate}`, expected: `<= ${consent.maxRate}` } : undefined) ??
    (open.baseShare > open.rate
      ? { field: 'open.baseShare', found: `${open.baseShare}`, expected: `<= ${open.rate}` }
      : undefined);
  return finding(wrong, { rateWei: open.rate.toString(), baseWei: open.baseShare.toString() });
}

function policy({ receipt, open }: ReadReceipt): Finding {
  const { quote } = receipt;
  const known = burnPolicies.find(({ number }) => BigInt(number) === open.burnPolicy);
  const tier = known?.tiers[Number(open.gpuTier)];
  const wrong = firstMisfit([
    ['quote.burnPolicyNumber', `${quote.burnPolicyNumber}`, open.burnPolicy.toString()],
    ['quote.gpuTier', `${quote.gpuTier}`, open.gpuTier.toString()],
    ['quote.burnPolicy', quote.burnPolicy, known?.name ?? '-'],
    ['quote.burnBps', `${quote.burnBps}`, `${tier?.burnBps ?? '-'}`],
  ]);
  return finding(wrong, { policy: quote.burnPolicy, tier: `${quote.gpuTier}`, bps: `${quote.burnBps}` });
}

function openedWithin({ receipt, consent, open }: ReadReceipt): Finding {
  const startS = open.startedAtMs / 1_000n;
  const inside = startS >= consent.validFrom && startS < consent.validUntil;
  const wrong =
    firstMisfit([['startedAtMs', `${receipt.startedAtMs}`, open.startedAtMs.toString()]]) ??
    (inside
      ? undefined
      : { field: 'open.startedAtMs', found: `${startS}`, expected: `${consent.validFrom}..${consent.validUntil}` });
  return finding(wrong, { startedAtMs: open.startedAtMs.toString() });
}

function counts(read: ReadReceipt): Finding {
  const { billedMs: billed, playerGoodMs, nodeGoodMs } = read.receipt;
  const facts = { playerMs: `${playerGoodMs}`, nodeMs: `${nodeGoodMs}`, billedMs: `${billed}` };
  return equal('billedMs', `${billed}`, `${billedMs(read)}`, facts);
}

function voucherLine({ receipt, domain, open, voucher }: ReadReceipt): Finding {
  if (voucher === undefined) {
    return receipt.voucherSignature === undefined
      ? finding(undefined, { none: 'yes' })
      : { wrong: { field: 'voucher', found: '-' }, facts: {} };
  }
  const digest = voucherDigest(domain, voucher);
  const over = (field: string, value: bigint, limit: bigint): Misfit | undefined =>
    value > limit ? { field, found: `${value}`, expected: `<= ${limit}` } : undefined;
  const wrong =
    firstMisfit([
      ['voucher.lease', voucher.lease, receipt.lease],
      ['voucher.amount', `${voucher.amount}`, `${priceWei(open.rate, voucher.servedMs)}`],
      ['voucherSignature', recoverSigner(digest, receipt.voucherSignature ?? '') ?? '-', open.key],
    ]) ??
    over('voucher.amount', voucher.amount, open.maxAmount) ??
    over('voucher.servedMs', voucher.servedMs, BigInt(receipt.playerGoodMs));
  return finding(wrong, { servedMs: `${voucher.servedMs}`, amountWei: `${voucher.amount}`, seq: `${voucher.seq}` });
}

/** What was charged beyond the last voucher: at most what a node serves on trust, and one tick. */
function tail({ receipt, voucher }: ReadReceipt): Finding {
  const vouchedMs = voucher?.servedMs ?? 0n;
  const billed = BigInt(receipt.billedMs);
  const tailMs = billed > vouchedMs ? billed - vouchedMs : 0n;
  const limitMs = TAIL_BASE_MS + BigInt(receipt.nodeGoodMs) / TAIL_SHARE_PART;
  const facts = { tailMs: `${tailMs}`, limitMs: `${limitMs}` };
  return finding(
    tailMs > limitMs ? { field: 'billedMs', found: `${tailMs}`, expected: `<= ${limitMs}` } : undefined,
    facts,
  );
}

function lock({ receipt, consent, open }: ReadReceipt): Finding {
  const [cost, held] = [BigInt(receipt.costWei), BigInt(receipt.heldWei)];
  const chain: readonly (readonly [string, bigint, bigint])[] = [
    ['costWei', cost, held],
    ['heldWei', held, open.maxAmount],
    ['open.maxAmount', open.maxAmount, consent.maxAmount],
  ];
  const over = chain.find(([, value, limit]) => value > limit);
  const wrong =
    held % GRAIN_WEI === 0n
      ? undefined
      : { field: 'heldWei', found: `${held}`, expected: `${held - (held % GRAIN_WEI)}` };
  const facts = { heldWei: `${held}`, lockWei: `${open.maxAmount}`, consentWei: `${consent.maxAmount}` };
  return finding(over ? { field: over[0], found: `${over[1]}`, expected: `<= ${over[2]}` } : wrong, facts);
}

function seal({ receipt }: ReadReceipt): Finding {
  const found = checkSeal(receipt);
  switch (found.kind) {
    case 'sound':
      return finding(undefined, { address: found.hub });
    case 'absent':
      return finding({ field: 'seal', found: '-' });
    case 'not-its-own':
      return equal('seal', found.signer ?? '-', receipt.seal?.hub ?? '-');
    default:
      return finding({ field: found.fields.join(', '), found: found.fields.join(', ') });
  }
}

/** How each line but `form` is found. */
export const lineChecks: Readonly<Record<Exclude<LineId, 'form'>, (read: ReadReceipt) => Finding>> = {
  wallet: ({ receipt, domain, consent }) =>
    signed('consentSignature', consent.payer, consentDigest(domain, consent), receipt.consentSignature),
  payer: ({ receipt, consent }) => equal('player', receipt.player, consent.payer, { address: consent.payer }),
  consent: ({ domain, consent, open }) => equal('open.consent', open.consent, consentDigest(domain, consent)),
  lease: ({ receipt, lease }) => equal('lease', receipt.lease, lease),
  session: sessionKey,
  node: ({ receipt, open }) => equal('node', receipt.node, open.node, { address: open.node }),
  rate,
  policy,
  window: openedWithin,
  counts,
  voucher: voucherLine,
  tail,
  cost: ({ receipt, open }) => {
    const expected = priceWei(open.rate, BigInt(receipt.billedMs)).toString();
    return equal('costWei', receipt.costWei, expected, { costWei: expected, billedMs: `${receipt.billedMs}` });
  },
  lock,
  burn: (read) => equal('burnWei', read.receipt.burnWei, `${split(read).burnWei}`, { wei: `${split(read).burnWei}` }),
  platform: (read) =>
    equal('platformWei', read.receipt.platformWei, `${split(read).platformWei}`, { wei: `${split(read).platformWei}` }),
  operator: (read) =>
    equal('operatorWei', read.receipt.operatorWei, `${split(read).operatorWei}`, { wei: `${split(read).operatorWei}` }),
  rest: ({ receipt }) => {
    const expected = (BigInt(receipt.heldWei) - BigInt(receipt.costWei)).toString();
    return equal('releasedWei', receipt.releasedWei, expected, { wei: expected });
  },
  seal,
};
