// Goal: a session starts only with a quote that its player was shown: for a minute whatever the price does, later only while
// nothing has changed. Method: one plan, and quotes that are made anew at another price, on other terms, with another picture.
import { expect, test } from 'vitest';
import type { NodeOption } from '../../../src/app/free-nodes.ts';
import type { Hub, Plan } from '../../../src/app/hub.ts';
import { QuoteBook } from '../../../src/app/money/quote.ts';
import { quoteFor } from '../../../src/app/plan-play.ts';
import { standingQuote } from '../../../src/app/shown-quote.ts';
import { MemoryMoneyStore } from '../../../src/storage/memory-money-store.ts';

const NOW = { nowMs: 1_000, wallMs: 1_790_000_000_000 };
const later = (ms: number) => ({ nowMs: NOW.nowMs + ms, wallMs: NOW.wallMs + ms });

/** A hub with one node, as far as quotes go; `world` is what a test changes. */
function hubWith() {
  const world = { microUsdPerDbc: 2_000, stands: true, fps: 60 };
  const price = (atMs: number) => ({ microUsdPerDbc: world.microUsdPerDbc, atMs, source: 'test' });
  const book = new QuoteBook({ store: new MemoryMoneyStore('PLAY'), policy: 'seed-2024', platformBps: 500, price });
  const quotes = { quote: book.quote.bind(book), price: book.price.bind(book), stands: () => world.stands };
  const hub = { ports: { quotes }, config: { rttCapMs: 60 } } as unknown as Hub;
  const games = { get: () => ({ picture: { fps: world.fps, height: 720 } }) };
  const record = { machine: { gpuClass: 'cpu' }, terms: { premiumBps: 0 }, games };
  const option = (node: string) => ({ node, record }) as unknown as NodeOption;
  const shown = quoteFor(hub, option('0x1'), 'arcade' as Plan['game'], NOW);
  const plan = { game: 'arcade', quotes: new Map([['0x1', shown]]), untilMs: NOW.nowMs + 60_000 } as unknown as Plan;
  return { world, shown, standing: (ms: number, node = '0x1') => standingQuote(hub, plan, option(node), later(ms)) };
}

test('a quote holds for its minute, whatever the price does', () => {
  const { world, shown, standing } = hubWith();
  world.microUsdPerDbc = 1_900;
  expect(standing(59_999)).toBe(shown);
  expect(standing(60_000)).toBeUndefined();
});

test('after its minute it holds as long as a new one would say the same', () => {
  const { world, shown, standing } = hubWith();
  expect(standing(3_600_000)).toEqual({ ...shown, priceAtMs: NOW.wallMs + 3_600_000 });
  world.fps = 30;
  expect(standing(3_600_000)).toBeUndefined();
});

test('one that the contract would refuse holds at no time, and none was shown of another node', () => {
  const { world, standing } = hubWith();
  expect(standing(0, '0x2')).toBeUndefined();
  world.stands = false;
  expect(standing(0)).toBeUndefined();
});
