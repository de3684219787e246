// src/chain/price-source.ts - where the price of a DBC comes from: the chain's own oracle, a file, or a number that never
// moves. What may be done with it is decided by src/billing/price-guard.ts.
import { open } from 'node:fs/promises';
import type { PriceReading } from '../app/chain/ports.ts';
import { OutageError } from '../base/assert.ts';
import { readBig } from './hex.ts';
import { RpcError, type RpcPool } from './rpc.ts';

/** Where a price is read. Throws OutageError. */
export type PriceSource = { readonly name: 'fixed' | 'file' | 'chain'; read(): Promise<PriceReading> };

const ORACLE = '0x0000000000000000000000000000000000000801'; // A precompile: it has no code, so only a plain call reads it.
const GET_DBC_PRICE = '0xc6d2e40f'; // First four bytes of keccak256('getDBCPrice()').
const NANO_PER_MICRO = 1_000n; // The oracle counts billionths of a dollar.
const WORD_CHARS = 66; // 0x and 32 bytes.
const MICRO_MAX = 1_000_000_000_000n; // A million dollars: beyond it somebody jokes.

/** The number a person set. */
export function fixedSource(microUsdPerDbc: number): PriceSource {
  return { name: 'fixed', read: async () => ({ microUsdPerDbc }) };
}

function readPrice(answer: unknown): PriceReading {
  if (answer === '0x') return { microUsdPerDbc: 0 }; // A chain without the precompile.
  // One word, as the contract reads it too: whoever answers fewer bytes speaks of something else.
  if (typeof answer !== 'string' || answer.length !== WORD_CHARS)
    throw new OutageError('chain: the oracle names no price');
  const micro = readBig(answer, 'price') / NANO_PER_MICRO;
  if (micro > MICRO_MAX) throw new OutageError('chain: the oracle names no sane price');
  return { microUsdPerDbc: Number(micro) };
}

/** The chain's oracle: mean of its last 64 samples, in billionths of a dollar. */
export function oracleSource(pool: RpcPool): PriceSource {
  return {
    name: 'chain',
    read: async () => {
      try {
        return await pool.call('eth_call', [{ to: ORACLE, data: GET_DBC_PRICE }, 'latest'], readPrice);
      } catch (cause) {
        if (cause instanceof RpcError) throw new OutageError(`chain: ${cause.message}`, { cause });
        throw cause;
      }
    },
  };
}

/** Text of a file, and when it was last written: of one and the same file, also while another takes its place. */
async function readWithTime(path: string): Promise<{ readonly text: string; readonly writtenAtMs: number }> {
  const file = await open(path);
  try {
    const { mtimeMs } = await file.stat();
    return { text: await file.readFile('utf8'), writtenAtMs: Math.floor(mtimeMs) };
  } finally {
    await file.close();
  }
}

/** A file with one decimal number, US dollars for one DBC, that somebody keeps up to date: it is as old as its last writing. */
export function fileSource(path: string): PriceSource {
  return {
    name: 'file',
    read: async () => {
      const { text, writtenAtMs } = await readWithTime(path).catch((cause: unknown) => {
        throw new OutageError(`cannot read the price file ${path}`, { cause });
      });
      const match = /^(\d{1,6})(?:\.(\d{1,12}))?$/.exec(text.trim());
      if (match === null) throw new OutageError(`${path} holds no price such as 0.002`);
      const microUsdPerDbc = Number(match[1]) * 1_000_000 + Number((match[2] ?? '').padEnd(6, '0').slice(0, 6));
      return { microUsdPerDbc, writtenAtMs };
    },
  };
}
