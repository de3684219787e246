// test/support/chain-load.ts - a hub's chain side under load, to be killed: puts acts into the outbox as fast as it can, turns
// its keeper, and writes down each act that was acknowledged. Usage: node chain-load.ts FOLDER CHAIN-JSON ROUND [finish].
import { writeSync } from 'node:fs';
import type { Deployed } from '../../src/chain/dev-chain.ts';
import { escrowCalls } from '../../src/chain/escrow-calls.ts';
import { openDatabase, PATIENT } from '../../src/storage/database.ts';
import { postgresAddress } from '../../src/storage/postgres/places.ts';
import { DBC, HubSide, TestChain } from './chain.ts';
import { address } from './money.ts';

const [folder = '', chainText = '', roundText = '0', finish] = process.argv.slice(2);
const { url, deployed } = JSON.parse(chainText) as { url: string; deployed: Deployed };
const database = openDatabase(postgresAddress(folder), PATIENT);
const hub = new HubSide(TestChain.attach(url, deployed), database);
const calls = escrowCalls(deployed.escrow);

await hub.turn();
if (finish !== undefined) {
  while ((await hub.store.waiting()).length > 0) await hub.turn();
  await hub.turn();
  writeSync(1, 'finished\n');
  process.exit(0);
}
for (let number = 1; ; number++) {
  const player = address(0x10_0000 * (Number(roundText) + 1) + number);
  await hub.outbox.put(`gift/${player}`, calls.depositFor(player, DBC), hub.nowMs, hub.wallMs);
  writeSync(1, `${player}\n`);
  if (number % 4 === 0) await hub.turn(20_000);
}
