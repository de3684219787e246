// bench/billing/native-vouchers.ts - the same vouchers by native code, on one core and through the hub's thread.
import { fastestRecover } from '../../src/chain/recover-native.ts';
import { openRecoverPool } from '../../src/chain/recover-pool.ts';
import { addressOf, signDigest } from '../../src/protocol/typed-data.ts';
import { type Voucher, voucherDigest } from '../../src/protocol/voucher.ts';
import { domain } from '../../test/support/money.ts';
import type { VoucherRate } from './vouchers.ts';

const key = new Uint8Array(32).fill(5);
const IN_FLIGHT = 256;

/** Rates, and microseconds of all threads for a voucher that goes through the hub's. */
export type NativeVouchers = { readonly rates: readonly VoucherRate[]; readonly voucherUs: number };

/** Digest and native recovery in this thread, and both with the recovery in the hub's thread. */
export async function benchNativeVouchers(spanMs: number): Promise<NativeVouchers> {
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
  const check = (found: string | undefined) => {
    if (found !== signer) throw new Error('a good voucher');
  };
  const { recover, native } = fastestRecover();
  let done = 0;
  let startedMs = performance.now();
  while (performance.now() - startedMs < spanMs) {
    const { voucher, signature } = at(done++);
    check(recover(voucherDigest(domain, voucher), signature));
  }
  const own = done / ((performance.now() - startedMs) / 1_000);
  const pool = openRecoverPool();
  for (let warm = 0; warm < IN_FLIGHT; warm++) {
    const { voucher, signature } = at(warm);
    check(await pool.recover(voucherDigest(domain, voucher), signature)); // A thread's start is no part of a voucher.
  }
  done = 0;
  startedMs = performance.now();
  const before = process.cpuUsage();
  const lane = async (): Promise<void> => {
    while (performance.now() - startedMs < spanMs) {
      const { voucher, signature } = at(done++);
      check(await pool.recover(voucherDigest(domain, voucher), signature));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  const threaded = done / ((performance.now() - startedMs) / 1_000);
  const { user, system } = process.cpuUsage(before);
  await pool.close();
  const rates = [
    { name: native ? 'digest and native recovery' : 'digest and recovery (no native code here)', perSecond: own },
    { name: "the same through the hub's thread", perSecond: threaded },
  ];
  return { rates, voucherUs: (user + system) / done };
}
