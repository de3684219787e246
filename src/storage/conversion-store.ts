// src/storage/conversion-store.ts - quotes of conversions, in Postgres (migrations/330-conversion.sql) and in memory.
import type { ConversionStore } from '../app/money/convert.ts';
import type { PlayerId } from '../base/ids.ts';
import type { Conversion } from '../billing/conversion.ts';
import type { Currency, TransferKey } from '../billing/ledger.ts';
import type { Database } from './database.ts';
import type { MemoryMoneyStore } from './memory-money-store.ts';

type Row = {
  readonly id: string;
  readonly player: PlayerId;
  readonly from_currency: Currency;
  readonly to_currency: Currency;
  readonly amount: bigint;
  readonly get: bigint;
  readonly micro_usd_per_dbc: number;
  readonly price_source: string;
  readonly expires_at_ms: number;
  readonly taken: boolean;
};

/** Quotes that outlive the hub. */
export function pgConversions(database: Database): ConversionStore {
  return {
    put: async (quote) => {
      const { id, player, from, to, amountWei, getWei, microUsdPerDbc, priceSource, expiresAtMs } = quote;
      await database.query('insert into conversion_quote values ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
        ...[id, player, from, to, amountWei.toString(), getWei.toString()],
        ...[microUsdPerDbc, priceSource, expiresAtMs],
      ]);
    },
    find: async (id) => {
      const [row] = await database.query<Row>(
        `select *, exists (select from transfer where key = 'fx/' || id || '/give') as taken
         from conversion_quote where id = $1`,
        [id],
      );
      if (row === undefined) return undefined;
      return {
        ...{ id: row.id, player: row.player, from: row.from_currency, to: row.to_currency, taken: row.taken },
        ...{ amountWei: row.amount, getWei: row.get, microUsdPerDbc: row.micro_usd_per_dbc },
        ...{ priceSource: row.price_source, expiresAtMs: row.expires_at_ms },
      };
    },
  };
}

/** Quotes that end with the process. */
export function memoryConversions(store: MemoryMoneyStore): ConversionStore {
  const quotes = new Map<string, Conversion>();
  return {
    put: async (quote) => void quotes.set(quote.id, quote),
    find: async (id) => {
      const quote = quotes.get(id);
      return quote && { ...quote, taken: store.ledger.transfers().has(`fx/${id}/give` as TransferKey) };
    },
  };
}
