// bench/billing/main.ts - `./nearcade bench billing`: ticks that become durable, what a tick costs, vouchers checked.
import { benchBook } from './book.ts';
import { benchNativeVouchers } from './native-vouchers.ts';
import { benchTicks } from './ticks.ts';
import { benchVouchers } from './vouchers.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);
const share = (usPerSecond: number) => `${(usPerSecond / 10_000).toFixed(1)} %`;
const number = (value: number) => Math.round(value).toLocaleString('en');

/** Prints figures and ratios of one run. `long`: ten times the span. */
export async function bench({ long }: { long: boolean }): Promise<void> {
  const spanMs = long ? 10_000 : 1_000;
  const ticks = await benchTicks(spanMs);
  const single = ticks[0]?.perSecond ?? 1;
  say('durable ticks (embedded Postgres, fsync on, one writer)');
  for (const { batch, perSecond, p99Ms } of ticks) {
    say(
      `  ${number(batch)} a commit: ${number(perSecond)}/s, ${(perSecond / single).toFixed(1)}x, p99 ${p99Ms.toFixed(1)} ms`,
    );
  }
  const cost = await benchBook(long ? 10_000 : 1_000, long ? 6 : 12);
  say('a tick in the session book (memory store)');
  say(`  ${cost.tickUs.toFixed(1)} us; 10,000 sessions need ${(100 * cost.coreShare).toFixed(1)} % of one core`);
  const vouchers = benchVouchers(spanMs);
  const ethers = vouchers.at(-1)?.perSecond ?? 1;
  say('vouchers on one core: portable, native, and ethers beside them');
  const { rates, voucherUs } = await benchNativeVouchers(spanMs);
  vouchers.splice(-1, 0, ...rates);
  for (const { name, perSecond } of vouchers)
    say(`  ${name}: ${number(perSecond)}/s, ${(perSecond / ethers).toFixed(1)}x`);
  const writeUs = ticks.at(-1)?.writeUs ?? 0;
  say('10,000 live sessions: a tick of each side every 5 s, each written, and a voucher every 10 s');
  const parts = { ticks: 4_000 * cost.tickUs, writes: 4_000 * writeUs, vouchers: 1_000 * voucherUs };
  for (const [name, us] of Object.entries(parts)) say(`  ${name}: ${share(us)} of one core`);
  say(
    `  together, all threads of the hub's process: ${share(parts.ticks + parts.writes + parts.vouchers)} of one core`,
  );
}
