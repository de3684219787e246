// Goal: what is written down is read back, and only that. Method: real files in a folder of the test's own.
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal } from '../../../src/agent/journal.ts';
import { endOfRecord } from '../../../src/agent/last-words.ts';
import { openMachineKey } from '../../../src/agent/machine-key.ts';
import { markedProcess, writeMark } from '../../../src/agent/process-mark.ts';
import type { SessionId } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { type NodeToHub, nodeHelloText } from '../../../src/protocol/node-messages.ts';
import { recoverSigner, textDigest } from '../../../src/protocol/typed-data.ts';
import { NO_BAD_MS } from '../../../src/session/good-time.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearcade-keeping-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const session = `s_${'0'.repeat(26)}` as SessionId;
const tick = (seq: number): Extract<NodeToHub, { t: 'tick' }> => ({
  ...{ t: 'tick', session, epoch: 1, seq, goodMs: seq * 5_000, badMs: NO_BAD_MS },
  ...{ framesSent: 9, bytesSent: 9, encodeMs: 1 },
});
const voucher: Extract<NodeToHub, { t: 'voucher' }> = {
  t: 'voucher',
  session,
  voucher: { lease: `0x${'1'.repeat(64)}`, seq: '3', servedMs: '9000', amount: '125000' },
  signature: `0x${'2'.repeat(130)}`,
};

test('the newest entry of a kind stays, also when writes overlap', async () => {
  const journal = openJournal(join(folder, 'journal'));
  await Promise.all([1, 2, 3].map((seq) => journal.keep(tick(seq))));
  await journal.keep(voucher);
  expect(await openJournal(join(folder, 'journal')).all()).toEqual([{ session, tick: tick(3), voucher }]);
  expect(statSync(join(folder, 'journal', `${session}.tick`)).mode & 0o777).toBe(0o600);
  await journal.forget(session);
  expect(await journal.all()).toEqual([]);
  expect(readdirSync(join(folder, 'journal'))).toEqual([]);
});

test('a file that is no entry is passed over', async () => {
  const journal = openJournal(join(folder, 'journal'));
  await journal.keep(tick(1));
  writeFileSync(join(folder, 'journal', `${session}.voucher`), 'torn');
  writeFileSync(join(folder, 'journal', 'notes.txt'), 'hello');
  expect(await journal.all()).toEqual([{ session, tick: tick(1) }]);
});

test('the end of a session that died is made from what it wrote down', () => {
  expect(endOfRecord({ session, tick: tick(2), voucher })).toEqual({
    ...{ t: 'ended', session, reason: 'node-lost', goodMs: 10_000 },
    ...{ voucher: voucher.voucher, voucherSignature: voucher.signature },
  });
  expect(endOfRecord({ session })).toEqual({ t: 'ended', session, reason: 'node-lost', goodMs: 0 });
});

test('a machine key is made once, readable by its owner only, and signs for one hub', () => {
  const key = openMachineKey(folder, seededRandom(1));
  expect(openMachineKey(folder, seededRandom(2)).address).toBe(key.address);
  expect(readdirSync(folder)).toEqual(['machine.key']);
  expect(statSync(join(folder, 'machine.key')).mode & 0o777).toBe(0o600);
  const signature = key.signHello('https://hub.example', 'nonce');
  const signer = (hub: string) => recoverSigner(textDigest(nodeHelloText(key.address, hub, 'nonce')), signature);
  expect(signer('https://hub.example')).toBe(key.address);
  expect(signer('https://other.example')).not.toBe(key.address);
});

test('a damaged key is never written over', () => {
  writeFileSync(join(folder, 'machine.key'), '0x12\n');
  expect(() => openMachineKey(folder, seededRandom(1))).toThrow('holds no machine key');
});

test('a mark names this very process, not another with its number', () => {
  const file = join(folder, 'mark');
  writeMark(file, process.pid);
  expect(markedProcess(file)).toBe(process.pid);
  writeFileSync(file, `${process.pid} 12\n`);
  expect(markedProcess(file)).toBeUndefined();
  expect(markedProcess(join(folder, 'none'))).toBeUndefined();
});
