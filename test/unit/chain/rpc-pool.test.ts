// Goal: one address that lies, fails or talks nonsense does not stop a hub that has a second one. Method: real HTTP servers, the
// first of which is wrong in one way at a time and right in all that a look asks for.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { RawTransaction } from '../../../src/app/chain/ports.ts';
import { OutageError } from '../../../src/base/assert.ts';
import { chainReader, escrowReader } from '../../../src/chain/chain-client.ts';
import { escrowInterface } from '../../../src/chain/escrow-events.ts';
import { RpcPool } from '../../../src/chain/rpc.ts';
import { systemClock } from '../../../src/observe/clock.ts';

const CHAIN = { eth_chainId: '0x1', eth_blockNumber: '0x10' } as const;
const hash = (byte: string) => `0x${byte.repeat(64)}`;
const contracts = { escrow: `0x${'ee'.repeat(20)}`, registry: `0x${'aa'.repeat(20)}` } as const;
const RAW = '0x01' as RawTransaction;
const player = `0x${'01'.repeat(20)}` as const;
const word = (value: bigint) => `0x${value.toString(16).padStart(64, '0')}`;

type Answers = Readonly<Record<string, unknown>>;
/** An address. An `Error` is an error answer, a string that begins with `raw ` the whole body; a function has the count of calls. */
async function address(answers: Answers) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    const { method, id } = JSON.parse(text) as { method: string; id: number };
    asked.push(method);
    const said: unknown = new Map<string, unknown>(Object.entries({ ...CHAIN, ...answers })).get(method);
    const answer: unknown = typeof said === 'function' ? said(asked.filter((each) => each === method).length) : said;
    if (typeof answer === 'string' && answer.startsWith('raw ')) return void response.end(answer.slice(4));
    const body = answer instanceof Error ? { error: { code: -32_005, message: answer.message } } : { result: answer };
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...body }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function poolOf(...all: Answers[]) {
  const addresses = await Promise.all(all.map(address));
  const pool = new RpcPool({ urls: addresses.map(({ url }) => url), chainId: 1n, clock: systemClock });
  return { pool, reader: chainReader(pool, contracts), asked: addresses.map(({ asked }) => asked) };
}

test.each([
  ['refuses: it has a limit', new Error('limit exceeded')],
  ['says nothing', undefined],
  ['names no number', 'soon'],
  ['names a number of 2,000 digits', `0x${'f'.repeat(2_000)}`],
  ['sends a page', 'raw <html>busy</html>'],
  ['sends more than anybody needs', `raw "${'x'.repeat(17 * 1_048_576)}"`],
])('a balance is read at the second address when the first %s', async (_name, answer) => {
  const { reader } = await poolOf({ eth_getBalance: answer }, { eth_getBalance: '0x7d0' });
  expect(await reader.balanceOf(player)).toBe(2_000n);
  const alone = await poolOf({ eth_getBalance: answer });
  await expect(alone.reader.balanceOf(player)).rejects.toThrow(OutageError);
});

test('so is what a contract says', async () => {
  const { pool } = await poolOf({ eth_call: '0x12' }, { eth_call: word(77n) });
  expect(await escrowReader(pool, contracts).burnOwedWei()).toBe(77n);
});

test('a transaction goes to every address: one that takes it and drops it keeps nothing back', async () => {
  const { reader, asked } = await poolOf({ eth_sendRawTransaction: hash('a') }, { eth_sendRawTransaction: hash('a') });
  expect(await reader.send(RAW)).toBe('taken');
  expect(asked.map((methods) => methods.filter((method) => method === 'eth_sendRawTransaction'))).toEqual([
    ['eth_sendRawTransaction'],
    ['eth_sendRawTransaction'],
  ]);
  const broke = await poolOf(
    { eth_sendRawTransaction: new Error('insufficient funds') },
    { eth_sendRawTransaction: new Error('already known') },
  );
  expect(await broke.reader.send(RAW)).toBe('known');
  const none = await poolOf({ eth_sendRawTransaction: new Error('insufficient funds') });
  expect(await none.reader.send(RAW)).toEqual({ refused: 'insufficient funds' });
});

const deposit = (of: { address?: string; block?: number; index?: number } = {}) => {
  const { topics, data } = escrowInterface.encodeEventLog('Deposited', [player, player, 5_000n]);
  const { address: from = contracts.escrow, block = 7, index = 0 } = of;
  const at = { blockHash: hash('b'), blockNumber: `0x${block.toString(16)}`, transactionHash: hash('c') };
  return { address: from, topics, data, ...at, logIndex: `0x${index.toString(16)}` };
};

const LAST = { number: 8, hash: `0x${'b'.repeat(64)}` } as const;
const block = (byte: string) => ({ number: '0x8', hash: hash(byte), parentHash: hash('a'), timestamp: '0x1' });
/** A node that has the last block that is asked for. */
const HAS = { eth_getBlockByNumber: block('b') };

test('events come in the order of the chain', async () => {
  const logs = [deposit({ index: 2 }), deposit({ block: 6 }), deposit({ index: 1 })];
  const { reader } = await poolOf({ ...HAS, eth_getLogs: logs });
  const order = (await reader.events(5, LAST)).map(({ blockNumber, logIndex }) => [blockNumber, logIndex]);
  expect(order).toEqual([
    [6, 0],
    [7, 1],
    [7, 2],
  ]);
});

test.each([
  ['of another contract', [deposit({ address: `0x${'dd'.repeat(20)}` })]],
  ['of a block that was not asked for', [deposit({ block: 9 })]],
  ['of no address', [{ ...deposit(), address: undefined }]],
  ['that are no list', { 0: deposit() }],
])('logs %s count for nothing: the second address is asked', async (_name, logs) => {
  const { reader } = await poolOf({ ...HAS, eth_getLogs: logs }, { ...HAS, eth_getLogs: [deposit()] });
  expect((await reader.events(5, LAST)).map(({ blockNumber }) => blockNumber)).toEqual([7]);
  await expect((await poolOf({ ...HAS, eth_getLogs: logs })).reader.events(5, LAST)).rejects.toThrow(OutageError);
});

// Goal: no event is lost to a node that lags. Method: the first address has the block and refuses logs; the second answers that
// there are none, since it has not got so far, or is on another branch, or gets the block or leaves it while it is asked.
test.each([
  ['lacks the last block', null],
  ['has another one there', block('d')],
  ['gets the block only after it has answered', (count: number) => (count === 1 ? null : block('b'))],
  ['leaves the block while it answers', (count: number) => (count === 1 ? block('b') : block('d'))],
])('of a node that %s no word about events counts', async (_name, lagging) => {
  const limited = { ...HAS, eth_getLogs: new Error('limit exceeded') };
  const behind = { eth_getBlockByNumber: lagging, eth_getLogs: [] };
  await expect((await poolOf(limited, behind)).reader.events(5, LAST)).rejects.toThrow(OutageError);
  const { reader } = await poolOf(limited, behind, { ...HAS, eth_getLogs: [deposit()] });
  expect(await reader.events(5, LAST)).toHaveLength(1);
  expect(await (await poolOf(limited, { ...HAS, eth_getLogs: [] })).reader.events(5, LAST)).toEqual([]);
});

test('a receipt of another transaction is no receipt of this one', async () => {
  const receipt = { blockNumber: '0x7', blockHash: hash('b'), status: '0x1', transactionHash: hash('d') };
  const { reader } = await poolOf({ eth_getTransactionReceipt: receipt });
  await expect(reader.receipt(`0x${'c'.repeat(64)}`)).rejects.toThrow(OutageError);
  expect(await reader.receipt(`0x${'d'.repeat(64)}`)).toMatchObject({ blockNumber: 7, ok: true });
});

test('a block of another number is not the block that was asked for', async () => {
  const block = { number: '0x8', hash: hash('b'), parentHash: hash('a'), timestamp: '0x1' };
  const { reader } = await poolOf({ eth_getBlockByNumber: block });
  await expect(reader.block(7)).rejects.toThrow(OutageError);
  expect(await reader.block(8)).toMatchObject({ number: 8 });
});
