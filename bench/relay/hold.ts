// bench/relay/hold.ts - a process that holds allocations with one channel each and says so, then more of them, and goes when
// its input ends: for what an allocation costs a server in memory.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { FfiUdp } from '../../src/server/udp/ffi-udp.ts';
import { type Flow, TurnFlows, targetAddress } from './turn-flows.ts';

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: '127.0.0.1:3478' },
    secret: { type: 'string', default: '' },
    realm: { type: 'string', default: 'nearcade' },
    /** How many in each step. */
    counts: { type: 'string', default: '200,1000' },
  },
});

const counts = values.counts.split(',').map(Number);
const server = targetAddress(values.server);
const udp = new FfiUdp({ records: 2 * Math.max(...counts) + 2 });
const turn = new TurnFlows(udp, { server, secret: values.secret, realm: values.realm });
const peer = udp.open(server.ip, 0);
const flows: Flow[] = [];
for (const count of counts) {
  while (flows.length < count) flows.push(turn.open(peer));
  process.stdout.write(`${flows.length}\n`);
  await once(process.stdin, 'data');
}
for (const flow of flows) flow.end();
process.exit(0);
