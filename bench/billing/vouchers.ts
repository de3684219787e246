// bench/billing/vouchers.ts - how many vouchers a second one core checks in portable code, beside ethers in the same run.
import { verifyTypedData } from 'ethers';
import {
  addressOf,
  recoverSigner,
  type SigningDomain,
  type StructType,
  signDigest,
} from '../../src/protocol/typed-data.ts';
import { type Voucher, voucherDigest, voucherType } from '../../src/protocol/voucher.ts';
import { domain } from '../../test/support/money.ts';

/** Operations a second. */
export type VoucherRate = { readonly name: string; readonly perSecond: number };

function perSecond(spanMs: number, act: (at: number) => void): number {
  const startedMs = performance.now();
  let done = 0;
  while (performance.now() - startedMs < spanMs) for (let inner = 0; inner < 8; inner++) act(done++);
  return done / ((performance.now() - startedMs) / 1_000);
}

const ethersDomain = (of: SigningDomain) => ({ name: 'Nearcade', version: '1', ...of });
const ethersTypes = (type: StructType) => ({ [type.name]: type.fields.map(([name, kind]) => ({ name, type: kind })) });

/** Digest alone, digest and recovery, and the same by ethers. */
export function benchVouchers(spanMs: number): VoucherRate[] {
  const key = new Uint8Array(32).fill(5);
  const signer = addressOf(key);
  const signed = Array.from({ length: 64 }, (_, at) => {
    const voucher: Voucher = { lease: `0x${'ab'.repeat(32)}`, seq: BigInt(at), servedMs: 10_000n, amount: 5_000n };
    return { voucher, signature: signDigest(voucherDigest(domain, voucher), key) };
  });
  const at = (index: number) => {
    const one = signed[index % signed.length];
    if (one === undefined) throw new Error('there are vouchers');
    return one;
  };
  return [
    { name: 'digest', perSecond: perSecond(spanMs, (index) => voucherDigest(domain, at(index).voucher)) },
    {
      name: 'digest and recovery',
      perSecond: perSecond(spanMs, (index) => {
        const { voucher, signature } = at(index);
        if (recoverSigner(voucherDigest(domain, voucher), signature) !== signer) throw new Error('a good voucher');
      }),
    },
    {
      name: 'ethers verifyTypedData',
      perSecond: perSecond(spanMs, (index) => {
        const { voucher, signature } = at(index);
        verifyTypedData(ethersDomain(domain), ethersTypes(voucherType), voucher, signature);
      }),
    },
  ];
}
