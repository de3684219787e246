// Goal: the laws of the contracts can fail. Method: each patch of test/planted/contracts is a mistake that people make in
// Solidity; compiled in a copy, the law named beside it must break. Without a fault every one of these laws holds
// (test/contract/contracts.test.ts runs the same ones).
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileSolidity, contractSources } from '../../tools/compile-contracts.ts';
import { type Law, worldsOf } from '../support/evm/laws/law.ts';
import { lifeLaws } from '../support/evm/laws/life.ts';
import { numberLaws } from '../support/evm/laws/numbers.ts';
import { randomCalls } from '../support/evm/laws/random.ts';
import { refusalLaws } from '../support/evm/laws/refusals.ts';
import { stakeLaws } from '../support/evm/laws/stakes.ts';
import { tierLaws } from '../support/evm/laws/tier.ts';
import type { Code } from '../support/evm/world.ts';

const root = join(import.meta.dirname, '../..');
const random: Law = {
  name: 'the laws hold after random calls',
  run: async (worlds) => {
    await randomCalls(worlds, 600, 1);
  },
};
const laws = [...numberLaws, ...refusalLaws, ...lifeLaws, ...stakeLaws, ...tierLaws, random];
const WORKED = 'every worked session comes out to the wei, in ledger and contract, with and without dust';
const OPENS = 'what may not open does not';
const PAYS = 'what may not be paid is not';

/** Which law notices which fault. */
const noticedBy: Readonly<Record<string, string>> = {
  'any-chain': OPENS,
  'any-key-opens': OPENS,
  'anybody-closes': PAYS,
  'batch-fails-whole': 'a batch settles what it can and says why not',
  'burn-on-the-whole-cost': WORKED,
  'case-forgotten': 'what may not stake, leave or accuse does not',
  'claimed-time-counts': 'nothing counts but time that three payers paid for',
  'close-without-amount': PAYS,
  'closing-stops-the-clock': 'a player who closes and plays on pays until the release',
  'consent-counts-one-lease': OPENS,
  'consent-never-freed': 'a consent counts open locks and closed costs, not more',
  'deposit-with-dust': 'coins, clocks and rules keep their doors',
  'fee-before-the-burn': WORKED,
  'pause-stops-settling': 'pause stops deposit and open, nothing else',
  'pays-before-it-books': 'a receiver that calls back gets in nowhere',
  'price-without-grain': 'prices of spans agree, and adding up seconds does not',
  'replay-pays-again': PAYS,
  'tier-moves-at-once': 'the tier moves a day later, and a session across midnight keeps its own',
  'time-unchecked': PAYS,
  'whole-amount-each-time': random.name,
  'withdraw-outruns': 'withdrawing cannot outrun a session that began',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nc-contracts-'));
  cpSync(join(root, 'contracts'), join(folder, 'contracts'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function patch(name: string, ...flags: string[]): void {
  const file = join(import.meta.dirname, 'contracts', `${name}.patch`);
  const done = spawnSync('git', ['apply', ...flags, file], { cwd: folder, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${name} does not fit the code any more: ${done.stderr}`);
}

function codeWith(name: string): Code {
  patch(name);
  try {
    const compiled = compileSolidity(contractSources(folder), { quick: true });
    const [registry, escrow] = [compiled.get('StakeRegistry')?.bytecode, compiled.get('SessionEscrow')?.bytecode];
    if (registry === undefined || escrow === undefined) throw new Error('both contracts compile');
    return { registry, escrow };
  } finally {
    patch(name, '-R');
  }
}

test('every patch has its law', () => {
  const patches = readdirSync(join(import.meta.dirname, 'contracts')).map((name) => name.replace('.patch', ''));
  expect(patches.toSorted()).toEqual(Object.keys(noticedBy).toSorted());
});

test.each(Object.entries(noticedBy))('%s is noticed: %s', async (fault, name) => {
  const law = laws.find((one) => one.name === name);
  if (law === undefined) throw new Error(`no law '${name}'`);
  const code = codeWith(fault);
  await expect(law.run(worldsOf(code))).rejects.toThrow(/expected|refused|CONTRACT_SEED/);
});

test('code that is compiled so, without a fault, is refused nothing that it should be given', async () => {
  const compiled = compileSolidity(contractSources(folder), { quick: true });
  const [registry = '', escrow = ''] = ['StakeRegistry', 'SessionEscrow'].map((name) => compiled.get(name)?.bytecode);
  for (const law of [...refusalLaws, ...lifeLaws]) await law.run(worldsOf({ registry, escrow }));
});
