// test/contract/relay-namespaces/hosts.ts - relays with a network namespace and an address each, behind one bridge. To be
// imported by a program that is root of a namespace of its own (see relay-namespaces.test.ts): all of it ends with that.
import { execFileSync } from 'node:child_process';
import { type RelayUnderTest, startRelayUnder } from '../relay-harness.ts';

/** The bridge's own address: players and nodes are here. */
export const PLAYER = '10.77.0.1';
/** One relay and the address of its namespace. */
export type Host = { readonly name: string; readonly address: string; readonly relay: RelayUnderTest };

const ip = (...words: string[]): void => void execFileSync('ip', words, { stdio: ['ignore', 'inherit', 'inherit'] });
/** Resolves after so many milliseconds. */
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A network namespace on the bridge, and a relay in it. */
async function startHost(name: string, number: number): Promise<Host> {
  const address = `10.77.0.${number}`;
  ip('netns', 'add', name);
  ip('link', 'add', `v${name}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  ip('link', 'set', `v${name}`, 'master', 'bridge0', 'up');
  ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
  ip('-n', name, 'link', 'set', 'eth0', 'up');
  ip('-n', name, 'link', 'set', 'lo', 'up');
  const words = ['ip', 'netns', 'exec', name, process.execPath];
  const flags = ['--allow-peer=10.77.0.0/24', `--relay-ip=${address}`, `--listen=${address}:3478`];
  const relay = await startRelayUnder(words, ...flags, `--metrics=${address}:9478`, '--drain-seconds=60');
  return { name, address, relay };
}

/** Three of them. */
export async function startHosts(): Promise<readonly [Host, Host, Host]> {
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', 'bridge0', 'type', 'bridge');
  ip('addr', 'add', `${PLAYER}/24`, 'dev', 'bridge0');
  ip('link', 'set', 'bridge0', 'up');
  return [await startHost('a', 2), await startHost('b', 3), await startHost('c', 4)];
}

/** Payload that a relay says it carried, in bytes: `to_node` or `to_player`. */
export const carried = ({ relay }: Host, way: string): Promise<number> => relay.metric('payload_bytes_total', way);
