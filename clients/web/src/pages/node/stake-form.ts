// clients/web/src/pages/node/stake-form.ts - what the typed number of GPUs comes to as a stake, and why it comes to none.
import type { StakeFacts } from '../../wallet/contract-reads.ts';

const GPUS_MOST = 64;

/**
 * What can be sent. `complete`: it is there already, so who presses twice pays once. Else why nothing can be: `count` is no
 * number of GPUs, `fewer` than are staked, or the stake is `leaving`.
 */
export type StakeForm =
  | { readonly kind: 'ready'; readonly gpus: number; readonly amountWei: bigint }
  | { readonly kind: 'complete' | 'count' | 'fewer' | 'leaving' };

/** For how many GPUs a stake counts, as the contract reckons it: less than were named where it was cut, none while it leaves. */
export function countsFor(
  { gpus, amountWei, exitAtMs }: Pick<StakeFacts, 'gpus' | 'amountWei' | 'exitAtMs'>,
  weiPerGpu: bigint,
): number {
  return exitAtMs > 0 ? 0 : Math.min(gpus, Number(amountWei / weiPerGpu));
}

/**
 * Reads the form.
 * @param kept the stake that the machine has
 */
export function readStakeForm(
  typed: string,
  kept: Pick<StakeFacts, 'gpus' | 'amountWei' | 'exitAtMs'> | undefined,
  weiPerGpu: bigint,
): StakeForm {
  if ((kept?.exitAtMs ?? 0) > 0) return { kind: 'leaving' };
  const gpus = /^\d{1,2}$/.test(typed.trim()) ? Number(typed) : 0;
  if (gpus < 1 || gpus > GPUS_MOST) return { kind: 'count' };
  if (gpus < (kept?.gpus ?? 0)) return { kind: 'fewer' };
  const lackWei = weiPerGpu * BigInt(gpus) - (kept?.amountWei ?? 0n);
  if (lackWei <= 0n && gpus === kept?.gpus) return { kind: 'complete' };
  return { kind: 'ready', gpus, amountWei: lackWei > 0n ? lackWei : 0n };
}
