// src/chain/price-source.ts - where the price of a DBC comes from: the chain's own oracle, a file, or a number that never
// moves. What may be done with it is decided by src/billing/price-guard.ts.
import { readFile } from 'node:fs/promises';
import { OutageError } from '../base/assert.ts';
import { readBig } from './hex.ts';
import { RpcError, type RpcPool } from './rpc.ts';

/** Reads a price in millionths of a dollar for one DBC; 0 when the source knows none. Throws OutageError. */
export type PriceSource = { readonly name: 'fixed' | 'file' | 'chain'; read(): Promise<number> };

const ORACLE = '0x0000000000000000000000000000000000000801'; // A precompile: it has no code, so only a plain call reads it.
const GET_DBC_PRICE = '0xc6d2e40f'; // First four bytes of keccak256('getDBCPrice()').
const NANO_PER_MICRO = 1_000n; // The oracle counts billionths of a dollar.
const MICRO_MAX = 1_000_000_000_000n; // A million dollars: beyond it somebody jokes.

/** The number a person set. */
export function fixedSource(microUsdPerDbc: number): PriceSource {
  return { name: 'fixed', read: async () => microUsdPerDbc };
}

/** The chain's oracle: mean of its last 64 samples, in billionths of a dollar. */
export function oracleSource(pool: RpcPool): PriceSource {
  return {
    name: 'chain',
    read: async () => {
      try {
        const answer = await pool.call('eth_call', [{ to: ORACLE, data: GET_DBC_PRICE }, 'latest']);
        if (answer === '0x') return 0; // A chain without the precompile.
        const micro = readBig(answer, 'price') / NANO_PER_MICRO;
        if (micro > MICRO_MAX) throw new OutageError('chain: the oracle names no sane price');
        return Number(micro);
      } catch (cause) {
        if (cause instanceof RpcError) throw new OutageError(`chain: ${cause.message}`, { cause });
        throw cause;
      }
    },
  };
}

/** A file with one decimal number, US dollars for one DBC, that somebody keeps up to date. */
export function fileSource(path: string): PriceSource {
  return {
    name: 'file',
    read: async () => {
      const text = await readFile(path, 'utf8').catch((cause: unknown) => {
        throw new OutageError(`cannot read the price file ${path}`, { cause });
      });
      const match = /^(\d{1,6})(?:\.(\d{1,12}))?$/.exec(text.trim());
      if (match === null) throw new OutageError(`${path} holds no price such as 0.002`);
      return Number(match[1]) * 1_000_000 + Number((match[2] ?? '').padEnd(6, '0').slice(0, 6));
    },
  };
}
