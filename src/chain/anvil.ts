// src/chain/anvil.ts - a development chain on this machine: anvil from npm, started by its binary, no install script. Its own
// state file is torn when it is killed, so the state is fetched and written here, whole or not at all.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { OutageError } from '../base/assert.ts';
import { systemClock } from '../observe/clock.ts';
import { RpcPool } from './rpc.ts';

/** The development chain's id: nobody else's, and neither DBC's mainnet (19880818) nor its testnet (19850818). */
export const DEV_CHAIN_ID = 19_800_818n;

/** A running anvil. */
export type DevNode = {
  readonly url: string;
  readonly pid: number;
  readonly pool: RpcPool;
  /** Resolves when the process is gone, with how. */
  readonly ended: Promise<string>;
  /** Writes the state down, if a block came since the last time. Throws OutageError. */
  save(): Promise<void>;
  /** Saves and stops. */
  stop(): Promise<void>;
};
/** Where a development chain lives. Without `file` it is forgotten at its end. `port` 0: any free one. */
export type DevNodeWish = { readonly file?: string; readonly port?: number; readonly onSpawn?: (pid: number) => void };

const GAS_PRICE_WEI = 10_000_000_000; // DBC's constant base fee.
const BLOCK_GAS = 60_000_000; // As its runtime constants give.
const START_MS = 10_000;
const STOP_MS = 3_000;
/** A transaction takes some milliseconds: a chain that is used by people is still between two of them. */
const SAVE_TRIES = 50;
const SAVE_AGAIN_MS = 10;
const NAMES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Path of anvil's binary, or undefined where npm brought none for this machine. */
export function anvilBinary(): string | undefined {
  const name = `@foundry-rs/anvil-${process.platform}-${NAMES[process.arch] ?? process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const path = join(dirname(manifest), 'bin', 'anvil');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const cut = setTimeout(() => reject(new OutageError('the development chain does not start in time')), START_MS);
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-4_000);
      const address = /Listening on (127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(cut);
      resolve(`http://${address}`);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(cut);
      reject(new OutageError(`the development chain does not start (${signal ?? code}): ${said.trim().slice(-300)}`));
    });
  });
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const draft = `${file}.new`;
  const out = await open(draft, 'w', 0o600);
  try {
    await out.writeFile(bytes);
    await out.datasync();
  } finally {
    await out.close();
  }
  await rename(draft, file);
}

/** Starts anvil. Throws OutageError when it does not start, also for a state file that it cannot read. */
export async function startDevNode({ file, port = 0, onSpawn }: DevNodeWish = {}): Promise<DevNode> {
  const binary = anvilBinary();
  if (binary === undefined) throw new OutageError('anvil is not installed for this machine');
  const flags: Readonly<Record<string, string | number>> = {
    host: '127.0.0.1',
    port,
    'chain-id': String(DEV_CHAIN_ID),
    hardfork: 'shanghai',
    accounts: 1, // Its key is in every manual: it is worth nothing here, and nobody uses it.
    balance: 0,
    'gas-limit': BLOCK_GAS,
    'gas-price': GAS_PRICE_WEI,
    ...(file !== undefined && existsSync(file) && { 'load-state': file }),
  };
  const argv = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  // A group of its own: Ctrl-C in a terminal must not reach it before its state is saved.
  const child = spawn(binary, [...argv, '--no-cors'], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  if (child.pid !== undefined) onSpawn?.(child.pid);
  const ended = new Promise<string>((done) => {
    child.once('exit', (code, signal) => done(signal ?? `code ${code}`));
    child.once('error', (cause) => done(cause.message));
  });
  const url = await listening(child).catch((cause: unknown) => {
    child.kill('SIGKILL'); // One that is merely slow would keep the port.
    throw cause;
  });
  child.stdout?.removeAllListeners('data').resume(); // It writes a line for every call.
  child.stderr?.removeAllListeners('data').resume();
  const pool = new RpcPool({ urls: [url], chainId: DEV_CHAIN_ID, clock: systemClock });
  let savedBlock: unknown;
  /**
   * Number of the newest block while none is being made. A dump takes accounts first and blocks later: one that is taken
   * while a block is made holds coins of which no block tells.
   */
  const stillBlock = async (): Promise<unknown> => {
    const { pending } = (await pool.call('txpool_status', [])) as { pending: string };
    return Number(pending) === 0 ? pool.call('eth_blockNumber', []) : undefined;
  };
  const saveNow = async (): Promise<void> => {
    if (file === undefined) return;
    for (let tries = 0; tries < SAVE_TRIES; tries++) {
      const block = await stillBlock();
      if (block !== undefined && block === savedBlock) return;
      const dump = block === undefined ? undefined : await pool.call('anvil_dumpState', []);
      if (typeof dump === 'string' && (await stillBlock()) === block) {
        await writeWhole(file, gunzipSync(Buffer.from(dump.slice(2), 'hex')));
        savedBlock = block;
        return;
      }
      await pause(SAVE_AGAIN_MS);
    }
    throw new OutageError('the development chain was not still long enough to be saved');
  };
  let saving: Promise<void> | undefined;
  /** One at a time: two would write one draft. */
  const save = (): Promise<void> => {
    saving ??= saveNow().finally(() => {
      saving = undefined;
    });
    return saving;
  };
  return {
    url,
    pid: child.pid ?? 0,
    pool,
    ended,
    save,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      await saving?.catch(() => {}); // It may have begun before the last block.
      await save().catch(() => {}); // What the last save lacks is read again by the hub, or lost with the play money.
      child.kill('SIGTERM');
      const cut = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(cut);
    },
  };
}

/** Whether a state file is there and torn. One that is whole is never thrown away: a busy machine starts slowly. */
export async function isTorn(file: string): Promise<boolean> {
  try {
    JSON.parse(await readFile(file, 'utf8'));
    return false;
  } catch (cause) {
    return cause instanceof SyntaxError;
  }
}

/** Puts the state aside: the next start is a new chain. */
export async function forgetDevChain(file: string): Promise<void> {
  await rename(file, `${file}.torn`);
}
