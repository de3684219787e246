// Goal: what a development chain saved is whole: every coin in the contract has its block. Method: deposits without a pause
// while it saves as often as it can; in each saved state the contract's coins are compared with the deposits in its blocks.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { OutageError } from '../../src/base/assert.ts';
import { DEV_CHAIN_ID } from '../../src/chain/anvil.ts';
import { openDevChain, setDevBalance } from '../../src/chain/dev-chain.ts';
import { escrowInterface } from '../../src/chain/escrow-events.ts';
import { chainSigner } from '../../src/chain/signer.ts';
import { systemRandom } from '../../src/observe/clock.ts';
import { DBC, PLAYER, TestChain } from '../support/chain.ts';

const folder = mkdtempSync(join(tmpdir(), 'nc-chain-saves-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const DEPOSITS = 600;
/** A part of what anvil writes. */
type State = {
  readonly accounts: Readonly<Record<string, { readonly balance: string }>>;
  readonly transactions: unknown[];
};

test('a state that was saved while deposits came in holds no coin without its block', async () => {
  const { node, deployed } = await openDevChain(folder, {}, systemRandom);
  await setDevBalance(node, PLAYER.address, 1_000_000n * DBC);
  const chain = TestChain.attach(node.url, deployed);
  const deposit = escrowInterface.getFunction('deposit')?.selector.slice(2) ?? '';
  const states: { readonly coins: bigint; readonly deposits: number }[] = [];
  let over = false;
  const saving = (async () => {
    for (let last = false; !last; ) {
      last = over; // After the last deposit it is still: once more.
      try {
        await node.save();
      } catch (cause) {
        if (!(cause instanceof OutageError)) throw cause; // It was never still: the state before counts.
        continue;
      }
      const { accounts, transactions } = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) as State;
      const escrow = Object.entries(accounts).find(([address]) => address.toLowerCase() === deployed.escrow);
      const deposits = transactions.filter((each) => JSON.stringify(each).includes(`0x${deposit}"`)).length;
      states.push({ coins: BigInt(escrow?.[1].balance ?? 0) / DBC, deposits });
    }
  })();
  const signer = chainSigner(PLAYER.key, DEV_CHAIN_ID);
  for (let nonce = 0; nonce < DEPOSITS; nonce++) {
    const call = { to: deployed.escrow, data: `0x${deposit}` as const, gas: 600_000n, valueWei: DBC };
    await chain.reader.send(signer.sign(call, nonce, 20_000_000_000n).raw);
    if (nonce % 3 === 0) await chain.quiet(); // Wallets wait now and then.
  }
  await chain.quiet();
  over = true;
  await saving;
  await node.stop();
  expect(states.filter(({ coins, deposits }) => coins !== BigInt(deposits))).toEqual([]);
  expect(states.at(-1)).toEqual({ coins: BigInt(DEPOSITS), deposits: DEPOSITS });
}, 120_000);

test('contracts of another version are deployed anew, under another life; the same ones stay', async () => {
  const own = mkdtempSync(join(tmpdir(), 'nc-chain-version-'));
  const opened = async () => {
    const { node, ...rest } = await openDevChain(own, {}, systemRandom);
    await node.stop();
    return rest;
  };
  const first = await opened();
  expect(await opened()).toEqual({ deployed: first.deployed });
  const note = join(own, 'deployed.json');
  const { code, ...before } = JSON.parse(readFileSync(note, 'utf8')) as Record<string, unknown>;
  expect(code).toMatch(/^0x[0-9a-f]{64}$/);
  writeFileSync(note, JSON.stringify(before)); // As it was written before contracts had versions.
  const state = readFileSync(join(own, 'state.json'));
  const anew = await opened();
  expect(anew.renewed).toBe('its contracts are of another version');
  expect(anew.deployed.life).not.toBe(first.deployed.life);
  // The version that wrote it can go on from what is kept beside.
  const kept = join(own, `before-${first.deployed.life}`);
  expect(readFileSync(join(kept, 'state.json')).equals(state)).toBe(true);
  expect(JSON.parse(readFileSync(join(kept, 'deployed.json'), 'utf8'))).toEqual(before);
  expect(await opened()).toEqual({ deployed: anew.deployed });
  rmSync(own, { recursive: true, force: true });
}, 120_000);
