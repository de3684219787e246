// test/support/chain-load.ts - a hub under load, money and chain side, to be killed with its database and its chain: gives
// welcome coins by its outbox, opens sessions, takes their vouchers, closes and settles them, and writes down each thing
// that was acknowledged. Usage: node chain-load.ts FOLDER CHAIN-JSON ROUND [finish]. An outage is waited for, as a hub does.
import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { OutageError } from '../../src/base/assert.ts';
import type { SessionId } from '../../src/base/ids.ts';
import type { Deployed } from '../../src/chain/dev-chain.ts';
import { escrowCalls } from '../../src/chain/escrow-calls.ts';
import { openDatabase, PATIENT } from '../../src/storage/database.ts';
import { postgresAddress } from '../../src/storage/postgres/places.ts';
import { DBC, HubSide, PLAYER, TestChain } from './chain.ts';
import { address } from './money.ts';

const [folder = '', chainText = '', roundText = '0', finish] = process.argv.slice(2);
const { url, deployed } = JSON.parse(chainText) as { url: string; deployed: Deployed };
const round = Number(roundText);
const hub = new HubSide(TestChain.attach(url, deployed), openDatabase(postgresAddress(folder), PATIENT));
const calls = escrowCalls(deployed.escrow);
const SERVED_MS = 20_000; // The contract takes so much at once, without time passing: it allows 30 s.
const say = (...words: readonly (string | bigint)[]) => writeSync(1, `${words.join(' ')}\n`);

/** Does it until database and chain are there. */
async function insist<T>(act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (cause) {
      if (!(cause instanceof OutageError) && !String(cause).includes('STORE_UNAVAILABLE')) throw cause;
      await pause(20);
      await hub.chain.node.pool.look(); // As a hub does every turn: an address that was silent is asked again.
    }
  }
}
const turn = () =>
  insist(async () => {
    hub.wallMs = Date.now();
    return hub.turn(20_000);
  });
const close = async (session: SessionId) => {
  const closed = await insist(async () => {
    const answer = await hub.book.close(session, 'player-left', hub.nowMs, hub.wallMs);
    if (!answer.ok) throw new Error(`close was refused: ${answer.error.code}`);
    return answer.value;
  });
  say('receipt', session, closed.costWei);
};

await turn();
for (const { session } of await insist(() => hub.book.recover(hub.nowMs, hub.wallMs))) await close(session);
if (finish !== undefined) {
  const left = async () => {
    const [acts, leases, unopened] = await insist(() =>
      Promise.all([hub.store.waiting(), hub.store.closed(undefined, 1), hub.store.pressing(1)]),
    );
    return acts.length + leases.length + unopened.length;
  };
  do await turn();
  while ((await left()) > 0);
  say('finished');
  process.exit(0);
}
for (let number = 1; ; number++) {
  const player = address(0x10_0000 * (round + 1) + number);
  await insist(() => hub.outbox.put(`gift/${player}`, calls.depositFor(player, DBC), hub.nowMs, hub.wallMs));
  say('gift', player);
  if (number % 2 === 0) await turn();
  if ((await insist(() => hub.free(PLAYER))) < 10n * DBC) continue; // The session before is not settled yet.
  const playing = await insist(() => hub.open(10_000 * (round + 1) + number, BigInt(10_000 * (round + 1) + number)));
  say('open', playing.session, playing.lease);
  await turn();
  await insist(() => playing.count(SERVED_MS));
  const { voucher } = await insist(() => playing.vouch(SERVED_MS));
  say('voucher', playing.session, voucher.amount);
  await turn();
  await close(playing.session);
}
