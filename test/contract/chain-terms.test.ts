// Goal: the contract takes every session, also those that begin in the minute in which its terms change. Method: an owner who
// announces a burn policy and a fee, a hub that looked at the contract just before, and sessions on both sides of the moment.
import { expect, test } from 'vitest';
import { fixedPrice, QuoteBook } from '../../src/app/money/quote.ts';
import { chainQuotes } from '../../src/main/hub-chain.ts';
import { DBC, HubSide, PLAYER, SESSION_KEY } from '../support/chain.ts';
import { chain, database, startChainWorld } from '../support/chain-world.ts';

startChainWorld();

const NOTICE_S = 2 * 86_400;
const WANTED = { gpuClass: 'cpu', premiumBps: 0, promise: { fps: 30, height: 720, rttCapMs: 60 } };

test('terms change at their second: quotes and Opens of that minute carry what the contract wants', async () => {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await chain.asOwner('announceTerms', [{ platformBps: 700, burnPolicy: 3, baseFloor: 10n ** 15n }]);
  const changeMs = ((await chain.reader.head()).atS + NOTICE_S) * 1_000;
  await chain.pass(NOTICE_S - 30);
  await chain.mine();
  hub.wallMs = changeMs - 25_000;
  await hub.turn();
  const book = new QuoteBook({ store: hub.money, policy: 'seed-2024', platformBps: 500, price: fixedPrice(2_000, 0) });
  const quotes = chainQuotes(book, hub.keeper);
  for (const atMs of [hub.wallMs, changeMs - 1, changeMs, changeMs + 34_000, changeMs + 400_000]) {
    const { burnPolicy, platformBps } = await chain.escrow.termsAt(atMs);
    expect(quotes.quote(WANTED, atMs), `${atMs - changeMs} ms after`).toMatchObject({
      burnPolicyNumber: burnPolicy,
      platformBps,
    });
  }
  const before = quotes.quote(WANTED, changeMs - 1);
  expect([changeMs - 1, changeMs].map((atMs) => quotes.stands(before, atMs))).toEqual([true, false]);

  // 34 s later, the hub has not looked at the terms again: what begins now is opened, and paid by the new terms.
  await chain.pass(60);
  await chain.mine();
  hub.wallMs = changeMs + 9_000;
  const opened = await hub.open(1, 1n, PLAYER, {}, { device: SESSION_KEY }, quotes.quote(WANTED, hub.wallMs));
  await hub.turn(2_000);
  expect((await chain.escrow.lease(opened.lease)).state).toBe('open');
  expect(hub.ended.size).toBe(0);
}, 60_000);
