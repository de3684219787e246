// Goal: a player who calls nine seconds of ten bad plays at most 20 s for nothing (DESIGN 6.4). Method: page, node and hub
// in production modules, second by second: the page judges with its thumb on the scale, signs what it admits, and the
// node stops serving by its own rule. The control is the same player, honest, through the same seconds.
import { expect, test } from 'vitest';
import { keepVoucher, type VoucherBook, weighVoucher } from '../../src/billing/voucher-book.ts';
import { timings } from '../../src/protocol/limits.ts';
import { judgeNodeSecond, judgePlayerSecond } from '../../src/session/good-second.ts';
import { addSecond, goodTimeFrom } from '../../src/session/good-time.ts';
import { shortfallExceeded } from '../../src/session/shortfall.ts';
import { MemoryMoneyStore } from '../../src/storage/memory-money-store.ts';
import { bookOver, said, startPlay, WALL_MS } from '../support/money.ts';

const promise = { fps: 30, height: 720, rttCapMs: 60 };

async function playFor(seconds: number, admits: (second: number) => boolean) {
  const book = bookOver(new MemoryMoneyStore('PLAY'));
  const played = await startPlay(book);
  const { session, lease } = played.opened;
  let [page, node] = [goodTimeFrom(), goodTimeFrom()];
  let kept: VoucherBook = { lease, open: played.open };
  let second = 0;
  let stopped = false;
  while (second < seconds && !stopped) {
    second++;
    const nowMs = second * 1_000;
    const sent = { elapsedMs: 1_000, connected: true, serving: true, framesSent: 30 };
    node = addSecond(node, judgeNodeSecond(sent, promise), 1_000);
    const framesDecoded = admits(second) ? 30 : 3;
    const seen = { elapsedMs: 1_000, connected: true, firstFrameSeen: true, framesDecoded, longestGapMs: 40, rttMs: 9 };
    page = addSecond(page, judgePlayerSecond(seen, promise), 1_000);
    if (nowMs % timings.voucherMs === 0) {
      const signed = played.voucher(page.goodMs);
      const weighed = weighVoucher(kept, signed, { servedLimitMs: BigInt(node.goodMs) + 2_000n });
      if (weighed.ok) kept = keepVoucher(kept, signed);
      await book.acceptVoucher(session, signed.voucher, signed.signature, nowMs);
    }
    if (nowMs % timings.tickMs === 0) {
      await book.nodeTick(played.command.node, played.nodeTick(node.goodMs), nowMs, WALL_MS + nowMs);
      await book.playerTick(played.playerTick(page.goodMs, page.badMs), nowMs, WALL_MS + nowMs);
    }
    stopped = shortfallExceeded(node.goodMs, Number(kept.highest?.voucher.servedMs ?? 0n));
  }
  const nowMs = second * 1_000;
  await book.nodeTick(played.command.node, played.nodeTick(node.goodMs), nowMs, WALL_MS + nowMs);
  const receipt = said(await book.close(session, 'voucher-shortfall', nowMs, WALL_MS + nowMs));
  if (typeof receipt === 'string') throw new Error(receipt);
  return { stopped, served: node.goodMs, billed: receipt.billedMs, free: node.goodMs - receipt.billedMs };
}

test('nine seconds of ten called bad: the node stops before 20 s were free', async () => {
  const { stopped, free } = await playFor(3_600, (second) => second % 10 === 0);
  expect(stopped).toBe(true);
  expect(free).toBeLessThanOrEqual(20_000);
});
test('every second called bad: no more than 20 s either', async () => {
  const { stopped, free, billed } = await playFor(3_600, () => false);
  expect([stopped, billed]).toEqual([true, 0]);
  expect(free).toBeLessThanOrEqual(20_000);
});
test('the same hour, honest: never stopped, all of it paid but the last tick', async () => {
  const { stopped, served, free } = await playFor(3_600, () => true);
  expect([stopped, served]).toEqual([false, 3_600_000]);
  expect(free).toBeLessThanOrEqual(timings.tickMs);
});
