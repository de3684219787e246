// Goal: a price is what the chain's oracle says in its units, or what a person wrote, and never a guess. Method: an RPC that
// answers as a DBC node does at 0x801, and one that answers nonsense.
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { OutageError } from '../../../src/base/assert.ts';
import { fileSource, fixedSource, oracleSource } from '../../../src/chain/price-source.ts';
import { RpcPool } from '../../../src/chain/rpc.ts';
import { systemClock } from '../../../src/observe/clock.ts';

type Ask = { readonly method: string; readonly params: readonly unknown[]; readonly id: number };
const CALL = [{ to: '0x0000000000000000000000000000000000000801', data: '0xc6d2e40f' }, 'latest'];
const word = (value: bigint) => `0x${value.toString(16).padStart(64, '0')}`;

/** A pool at a node that answers `eth_call` with `answer`, and refuses every other call than the oracle's. */
async function poolAt(answer: unknown): Promise<RpcPool> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    const { method, params, id } = JSON.parse(text) as Ask;
    const plain: Record<string, unknown> = { eth_chainId: '0x12e2f72', eth_blockNumber: '0x1' };
    const mine = method === 'eth_call' && JSON.stringify(params) === JSON.stringify(CALL);
    const body = mine && answer instanceof Error ? { error: { code: 3, message: answer.message } } : undefined;
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...(body ?? { result: mine ? answer : plain[method] }) }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new RpcPool({ urls: [url], chainId: 0x12e2f72n, clock: systemClock });
}

test.each([
  ['billionths of a dollar become millionths', word(2_345_678n), 2_345],
  ['a dollar', word(1_000_000_000n), 1_000_000],
  ['less than a millionth is no price', word(999n), 0],
  ['none', word(0n), 0],
  ['a chain without the precompile', '0x', 0],
])('the oracle: %s', async (_name, answer, microUsd) => {
  expect(await oracleSource(await poolAt(answer)).read()).toEqual({ microUsdPerDbc: microUsd });
});

test.each([
  ['a price beyond a million dollars', word(10n ** 24n)],
  ['words for a number', '0xzz'],
  ['a byte less than a word', `0x${word(2_000_000n).slice(4)}`],
  ['a word and a byte more', `${word(2_000_000n)}00`],
  ['nothing', null],
  ['an error', new Error('reverted')],
])('the oracle: %s is an outage', async (_name, answer) => {
  await expect(oracleSource(await poolAt(answer)).read()).rejects.toThrow(OutageError);
});

test('an oracle that nobody answers for is an outage', async () => {
  const pool = new RpcPool({ urls: ['http://127.0.0.1:9'], chainId: 1n, clock: systemClock });
  await expect(oracleSource(pool).read()).rejects.toThrow(OutageError);
});

test('a file holds dollars for one DBC; anything else in it is an outage that names the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-price-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'price');
  const priceOf = async (text: string) => {
    writeFileSync(path, text);
    utimesSync(path, 5_000, 7_000);
    const { microUsdPerDbc, writtenAtMs } = await fileSource(path).read();
    expect(writtenAtMs).toBe(7_000_000); // Its own age, not that of the reading.
    return microUsdPerDbc;
  };
  expect([await priceOf('0.002\n'), await priceOf('3'), await priceOf('0.0000019')]).toEqual([2_000, 3_000_000, 1]);
  for (const text of ['', '-1', '1e3', '0,002', '0.002 USD']) await expect(priceOf(text)).rejects.toThrow(path);
  rmSync(path);
  await expect(fileSource(path).read()).rejects.toThrow(OutageError);
  expect(await fixedSource(2_000).read()).toEqual({ microUsdPerDbc: 2_000 });
});
