// src/chain/dev-chain.ts - a development chain with the contracts on it, deployed once and remembered in the data folder. A
// chain whose state cannot be used is begun anew, under another name, so that the hub begins its play money anew with it.
import { mkdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ChainReader, TxReceipt } from '../app/chain/ports.ts';
import { assert, OutageError } from '../base/assert.ts';
import { type Branded, newId } from '../base/ids.ts';
import type { Random } from '../base/random.ts';
import { type Address, addressOf, type Hash32 } from '../protocol/typed-data.ts';
import { DEV_CHAIN_ID, type DevNode, type DevNodeWish, forgetDevChain, isTorn, startDevNode } from './anvil.ts';
import { chainReader } from './chain-client.ts';
import { CODE_ID, CREATION_GAS, planDeployment } from './deployment.ts';
import { field } from './hex.ts';
import { chainSigner } from './signer.ts';

/** One life of a development chain: a new one begins with an empty chain. */
export type ChainLife = Branded<'ChainLife'>;
/** Where the contracts lie. */
export type Deployed = {
  readonly life: ChainLife;
  readonly escrow: Address;
  readonly registry: Address;
  readonly firstBlock: number;
};

/** Earns the platform's share on a development chain: an address without a key. */
export const DEV_TREASURY: Address = `0x${'0'.repeat(37)}fee`;
const DEPLOYED_FILE = 'deployed.json';
const STATE_FILE = 'state.json';
const RICH_WEI = 10n ** 27n; // A billion coins: the faucet never runs dry.

/** Gives an account of the development chain so many coins. Throws OutageError. */
export async function setDevBalance(node: Pick<DevNode, 'pool'>, account: Address, wei: bigint): Promise<void> {
  await node.pool.call('anvil_setBalance', [account, `0x${wei.toString(16)}`]);
}

/** Gives an account coins if it never had any. Throws OutageError. */
export async function fillDevWallet(
  node: Pick<DevNode, 'pool'>,
  reader: Pick<ChainReader, 'balanceOf' | 'nonceOf'>,
  account: Address,
  wei: bigint,
): Promise<void> {
  const [coins, sent] = await Promise.all([reader.balanceOf(account), reader.nonceOf(account)]);
  if (coins === 0n && sent === 0) await setDevBalance(node, account, wei);
}

function isAddress(value: unknown): value is Address {
  return typeof value === 'string' && /^0x[0-9a-f]{40}$/.test(value);
}
const isLife = (value: unknown): value is ChainLife => typeof value === 'string' && /^life_[0-9a-z]{26}$/.test(value);

function readNote(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, DEPLOYED_FILE), 'utf8'));
  } catch {
    return undefined;
  }
}

/** What was deployed here before; undefined where nothing was, or the note cannot be read. */
export function readDeployed(folder: string): Deployed | undefined {
  const json = readNote(folder);
  const [life, escrow, registry, firstBlock] = ['life', 'escrow', 'registry', 'firstBlock'].map((name) =>
    field(json, name),
  );
  if (!isLife(life) || !isAddress(escrow) || !isAddress(registry) || typeof firstBlock !== 'number') return undefined;
  return { life, escrow, registry, firstBlock };
}

const MINED_LOOK_MS = 20;
const MINED_LOOKS = 500;

/** Waits for a transaction of the development chain: its block comes a moment after it was taken. Throws OutageError. */
export async function mined(reader: Pick<ChainReader, 'receipt'>, hash: Hash32): Promise<TxReceipt> {
  for (let look = 0; look < MINED_LOOKS; look++) {
    const receipt = await reader.receipt(hash);
    if (receipt !== undefined) return receipt;
    await pause(MINED_LOOK_MS);
  }
  throw new OutageError('the development chain makes no block');
}

/** Deploys both contracts. Throws OutageError. */
export async function deployDev(node: Pick<DevNode, 'pool'>, random: Random): Promise<Deployed> {
  const key = random.bytes(32);
  const deployer = addressOf(key);
  await setDevBalance(node, deployer, RICH_WEI);
  const plan = planDeployment({
    deployer,
    nonce: 0,
    owner: deployer,
    treasury: DEV_TREASURY,
    guardian: deployer,
    platformBps: 500,
    burnPolicy: 'seed-2024',
    baseFloorWeiPerHour: 10n ** 15n,
    stakePreset: 'seed-2024',
    exitDelayS: 86_400,
  });
  const signer = chainSigner(key, DEV_CHAIN_ID);
  const reader = chainReader(node.pool, { escrow: plan.escrow.address });
  const gasPriceWei = await reader.gasPriceWei();
  let firstBlock = 0;
  for (const [nonce, [creation, gas]] of [
    [plan.registry, CREATION_GAS.registry] as const,
    [plan.escrow, CREATION_GAS.escrow] as const,
  ].entries()) {
    const { raw, hash } = signer.sign({ to: '0x', data: creation.data, gas, valueWei: 0n }, nonce, gasPriceWei * 2n);
    const answer = await reader.send(raw);
    if (typeof answer === 'object')
      throw new OutageError(`the development chain refuses a contract: ${answer.refused}`);
    const receipt = await mined(reader, hash);
    assert(receipt.ok, 'a contract is deployed by its transaction');
    firstBlock = receipt.blockNumber;
  }
  const life = newId<ChainLife>('life', random);
  return { life, escrow: plan.escrow.address, registry: plan.registry.address, firstBlock };
}

async function hasCode(node: DevNode, { escrow, registry }: Deployed): Promise<boolean> {
  const codes = await Promise.all([escrow, registry].map((at) => node.pool.call('eth_getCode', [at, 'latest'])));
  return codes.every((code) => typeof code === 'string' && code.length > 2);
}

/** Keeps the chain of another version beside: with that version it can be read again, and nothing else can. */
async function keepBefore(folder: string, { life }: Deployed): Promise<void> {
  const beside = join(folder, `before-${life}`);
  await mkdir(beside, { recursive: true, mode: 0o700 });
  for (const name of [STATE_FILE, DEPLOYED_FILE]) {
    await copyFile(join(folder, name), join(beside, name)).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw cause;
    });
  }
}

/** A development chain that is ready. `renewed`: what was there before could not be used; why. */
export type DevChain = { readonly node: DevNode; readonly deployed: Deployed; readonly renewed?: string };

/** Starts the chain of a folder, and deploys the contracts where they are missing. Throws OutageError. */
export async function openDevChain(folder: string, wish: Omit<DevNodeWish, 'file'>, random: Random): Promise<DevChain> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, STATE_FILE);
  const before = readDeployed(folder);
  const older = before !== undefined && field(readNote(folder), 'code') !== CODE_ID;
  if (older) await keepBefore(folder, before);
  let renewed: string | undefined;
  let node: DevNode;
  try {
    node = await startDevNode({ ...wish, file });
  } catch (cause) {
    if (before === undefined || !(cause instanceof OutageError) || !(await isTorn(file))) throw cause;
    renewed = 'its state could not be read';
    await forgetDevChain(file);
    node = await startDevNode({ ...wish, file });
  }
  if (before !== undefined) {
    if (!(await hasCode(node, before))) renewed ??= 'its contracts are gone';
    else if (older) renewed ??= 'its contracts are of another version';
    else return { node, deployed: before, ...(renewed && { renewed }) };
  }
  try {
    const deployed = await deployDev(node, random);
    await node.save();
    const draft = join(folder, `${DEPLOYED_FILE}.new`);
    await writeFile(draft, `${JSON.stringify({ ...deployed, code: CODE_ID })}\n`, { mode: 0o600, flush: true });
    await rename(draft, join(folder, DEPLOYED_FILE));
    return { node, deployed, ...(renewed !== undefined && { renewed }) };
  } catch (cause) {
    await node.stop();
    throw cause;
  }
}
