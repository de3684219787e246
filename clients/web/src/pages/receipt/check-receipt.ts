// clients/web/src/pages/receipt/check-receipt.ts - does a receipt hold? Everything on it that can be checked without
// asking anybody: the arithmetic, the terms, the session's signature. Pure.

import { BPS_WHOLE, grain } from '../../../../../src/base/units.ts';
import { priceWei } from '../../../../../src/billing/pricing.ts';
import type { Receipt } from '../../../../../src/protocol/receipt.ts';
import type { SigningDomain } from '../../../../../src/protocol/typed-data.ts';
import {
  type Consent,
  consentDigest,
  consentType,
  fromWire,
  type Open,
  openDigest,
  openType,
  type Voucher,
  voucherSignedBy,
  voucherType,
} from '../../../../../src/protocol/voucher.ts';

/** What does not fit. */
export type ReceiptFault = 'cost' | 'sum' | 'burn' | 'lease' | 'voucher';

function termsFault(receipt: Receipt, domain: SigningDomain): ReceiptFault | undefined {
  const open = fromWire<Open>(openType, receipt.open);
  const consent = fromWire<Consent>(consentType, receipt.consent);
  if (!open.ok || !consent.ok) return 'lease';
  if (open.value.consent !== consentDigest(domain, consent.value)) return 'lease';
  if (openDigest(domain, open.value) !== receipt.lease) return 'lease';
  if (open.value.rate !== BigInt(receipt.quote.rateWeiPerHour)) return 'lease';
  if (receipt.voucher === undefined || receipt.voucherSignature === undefined) return undefined;
  const voucher = fromWire<Voucher>(voucherType, receipt.voucher);
  if (!voucher.ok || voucher.value.lease !== receipt.lease) return 'voucher';
  const { sessionKey } = consent.value;
  return voucherSignedBy(domain, voucher.value, receipt.voucherSignature, sessionKey) ? undefined : 'voucher';
}

/** The first thing that does not fit, or undefined when all of it holds. */
export function receiptFault(receipt: Receipt): ReceiptFault | undefined {
  const { quote } = receipt;
  const [cost, burn] = [BigInt(receipt.costWei), BigInt(receipt.burnWei)];
  const goodMs = BigInt(receipt.billedMs);
  if (cost !== priceWei(BigInt(quote.rateWeiPerHour), goodMs)) return 'cost';
  if (burn + BigInt(receipt.platformWei) + BigInt(receipt.operatorWei) !== cost) return 'sum';
  // The burn follows from the base leg; either order of rounding is within one grain.
  const base = priceWei(BigInt(quote.baseWeiPerHour), goodMs);
  const wanted = grain((base * BigInt(quote.burnBps)) / BPS_WHOLE);
  const off = burn > wanted ? burn - wanted : wanted - burn;
  if (off > 1_000n) return 'burn';
  return termsFault(receipt, {
    chainId: BigInt(receipt.domain.chainId),
    verifyingContract: receipt.domain.verifyingContract,
  });
}
