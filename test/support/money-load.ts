// test/support/money-load.ts - a hub process under load, to be killed: opens, plays, signs and closes sessions over a real
// database as fast as it answers, and writes down each thing the book acknowledged. Usage: node money-load.ts FOLDER ROUND.
// A line is written only after the answer; whoever reads it may hold the database to it.
import { writeSync } from 'node:fs';
import type { BookedSession } from '../../src/app/session-book.ts';
import { OutageError } from '../../src/base/assert.ts';
import type { Result } from '../../src/base/result.ts';
import { systemRandom } from '../../src/observe/clock.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { migrateAt } from '../../src/storage/migrate.ts';
import { PgMoneyStore } from '../../src/storage/pg-money-store.ts';
import { postgresAddress } from '../../src/storage/postgres/places.ts';
import { bookOver, openCommand, Played } from './money.ts';

const [folder = '', roundText = '0'] = process.argv.slice(2);
const round = Number(roundText);
const LINES = 8; // Sessions at once.
const address = postgresAddress(folder);
const say = (...words: readonly (string | number | bigint)[]) => writeSync(1, `${words.join(' ')}\n`);
const nowMs = () => performance.now();

/** Repeats an act until the store is back; anything but an outage is a failure. */
async function insist<T>(act: () => Promise<Result<T, { code: string }>>): Promise<T> {
  for (;;) {
    const answer = await act();
    if (answer.ok) return answer.value;
    if (answer.error.code !== 'STORE_UNAVAILABLE') throw new Error(`refused: ${answer.error.code}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
const tolerant = <T>(act: () => Promise<T>) =>
  insist(async () => {
    try {
      return { ok: true as const, value: await act() };
    } catch (cause) {
      if (!(cause instanceof OutageError)) throw cause;
      return { ok: false as const, error: { code: 'STORE_UNAVAILABLE' } };
    }
  });

await tolerant(() => migrateAt(address));
const book = bookOver(new PgMoneyStore(openDatabase(address), 'PLAY'), { random: systemRandom });
const recovered = await tolerant(() => book.recover(nowMs(), Date.now()));

async function play(played: Played, fromMs: number, ticks: number): Promise<void> {
  const { session } = played.opened;
  let goodMs = fromMs;
  for (let tick = 0; tick < ticks; tick++) {
    goodMs += 5_000;
    await insist(() => book.nodeTick(played.command.node, played.nodeTick(goodMs), nowMs(), Date.now()));
    await insist(() => book.playerTick(played.playerTick(goodMs), nowMs(), Date.now()));
    say('tick', session, goodMs);
    if (tick % 2 === 1) {
      const { voucher, signature } = played.voucher(goodMs);
      await insist(() => book.acceptVoucher(session, voucher, signature, nowMs()));
      say('voucher', session, voucher.seq);
    }
  }
  const receipt = await insist(() => book.close(session, 'player-left', nowMs(), Date.now()));
  say('receipt', session, receipt.costWei, receipt.billedMs);
}

async function newcomer(number: number): Promise<void> {
  const command = openCommand({ number, player: number, node: 1 + (number % 5) }, Date.now());
  await tolerant(() => book.welcomeGift(command.player, 1_000n * 10n ** 18n, Date.now()));
  say('gift', command.player);
  const opened = await insist(() => book.open(command, 'hash', nowMs(), Date.now()));
  say('open', opened.session, opened.lease);
  const played = new Played(command, opened);
  await insist(() => book.acceptOpen(opened.session, played.openSignature));
  await play(played, 0, 3 + systemRandom.below(12));
}

/** A session of the hub before: both sides come back and play on. */
async function comeBack(booked: BookedSession): Promise<void> {
  const { session, lease, open, epoch, goodMs, voucherSeq } = booked;
  const number = Number.parseInt(session.slice(2), 32);
  const command = { ...openCommand({ number, player: number, node: 1 + (number % 5) }), consent: booked.consent };
  const played = new Played(command, { session, lease, open, epoch, heldWei: 0n }, voucherSeq);
  if (booked.openSignature === undefined) await insist(() => book.acceptOpen(session, played.openSignature));
  const running = { session, lease, epoch, seq: 1, servedMs: goodMs, goodMs, voucherSeq };
  await insist(() => book.nodeBack(booked.node, running, nowMs()));
  await insist(() => book.playerBack(session, nowMs()));
  await play(played, goodMs, 3);
}

await Promise.all(recovered.map(comeBack));
say('recovered', recovered.length);
let made = 0;
const finishing = process.argv[4] === 'finish';
await Promise.all(
  Array.from({ length: finishing ? 0 : LINES }, async () => {
    for (;;) await newcomer(round * 10_000 + ++made);
  }),
);
process.exit(0);
