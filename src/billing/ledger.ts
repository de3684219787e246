// src/billing/ledger.ts - double entry: money only ever moves from one account to another, so all balances together
// are zero at every moment. Entries are never changed; a mistake is put right by a counter-entry. The key of a transfer
// says which act it belongs to and lives for ever, so an act repeated after a crash moves nothing twice.
import { assert } from '../base/assert.ts';
import type { Branded, OperatorId, PlayerId, SessionId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { GRAIN_WEI } from '../base/units.ts';

/** Coins, play money and dollars are never mixed: no transfer crosses currencies. Each has 18 decimals. */
export type Currency = 'DBC' | 'PLAY' | 'USD';
/** `currency/kind/owner`. */
export type AccountId = Branded<'AccountId'>;
/** Names an act for ever, such as `s_.../hold/3`. */
export type TransferKey = Branded<'TransferKey'>;

/** Kinds of accounts, and whether one may fall below zero (what stands outside owes what is inside). */
export const accountKinds = {
  /** A player's or café's free money. */
  player: { mayOwe: false },
  /** Money set aside for one running session; empty again when it closed. */
  held: { mayOwe: false },
  /** What an operator earned. */
  operator: { mayOwe: false },
  /** The platform's fee. */
  platform: { mayOwe: false },
  /** Burned, or owed to the burn where no chain settles. */
  burn: { mayOwe: false },
  /** The house's stock for conversions: it gives what it has and no more. */
  fx: { mayOwe: false },
  /** Where play money comes from. */
  issued: { mayOwe: true },
  /** On its way to the player's wallet: asked for on the chain, not paid out there yet. */
  leaving: { mayOwe: false },
  /** Where deposits come from and withdrawals go to. */
  chain: { mayOwe: true },
} as const;
/** One of the kinds above. */
export type AccountKind = keyof typeof accountKinds;

const accountId = (currency: Currency, kind: AccountKind, owner: string) => `${currency}/${kind}/${owner}` as AccountId;
/** The accounts of one currency by their owners. */
export const chart = (currency: Currency) => ({
  player: (player: PlayerId) => accountId(currency, 'player', player),
  held: (session: SessionId) => accountId(currency, 'held', session),
  operator: (operator: OperatorId) => accountId(currency, 'operator', operator),
  platform: accountId(currency, 'platform', 'fees'),
  /** One account a policy, so that a change of policy shows in the books. */
  burn: (policy: string) => accountId(currency, 'burn', policy),
  fx: accountId(currency, 'fx', 'house'),
  issued: accountId(currency, 'issued', 'welcome'),
  leaving: (player: PlayerId) => accountId(currency, 'leaving', player),
  chain: accountId(currency, 'chain', 'escrow'),
  /** What the chain paid out to an account before the books had it: negative until it is made up for. */
  short: (owner: string) => accountId(currency, 'chain', `short/${owner}`),
});

/**
 * Where an account's lack shows until it is made up for: what the chain paid out of it before the books had it. The contract knows
 * one burn, the books one a policy.
 */
export function shortOf(account: AccountId): AccountId {
  const [currency, kind, ...owner] = account.split('/');
  return chart(currency as Currency).short(kind === 'burn' ? 'burn' : owner.join('/'));
}

/** Kind and currency as they stand in an account's name. */
export function readAccount(account: AccountId): { readonly currency: Currency; readonly kind: AccountKind } {
  const [currency, kind] = account.split('/');
  assert(currency === 'DBC' || currency === 'PLAY' || currency === 'USD', 'an account has a known currency');
  assert(kind !== undefined && kind in accountKinds, 'an account has a known kind');
  return { currency, kind: kind as AccountKind };
}

/** One movement of money. */
export type Transfer = {
  readonly key: TransferKey;
  readonly from: AccountId;
  readonly to: AccountId;
  /** > 0, a multiple of the grain. */
  readonly amountWei: bigint;
  readonly session?: SessionId;
  /** Unix time of the act. */
  readonly atMs: number;
};

/** Names a transfer after its act; parts are joined by '/'. */
export const transferKey = (...parts: readonly string[]): TransferKey => parts.join('/') as TransferKey;

/** What the keys of welcome money on a development chain begin with; the player follows. */
export const CHAIN_GIFT = 'gift/chain/';

/** Names the welcome money of a player on a development chain, in the books and in the outbox. */
export const chainGiftKey = (player: string): TransferKey => transferKey('gift', 'chain', player);

/** Checks what must hold for each transfer before any store sees it. */
export function assertTransfer({ from, to, amountWei }: Transfer): void {
  assert(amountWei > 0n && amountWei % GRAIN_WEI === 0n, 'a transfer moves a positive multiple of the grain');
  assert(from !== to, 'a transfer has two different accounts');
  assert(readAccount(from).currency === readAccount(to).currency, 'a transfer stays in one currency');
}

/** True when both are the same act with the same body; the time of a repeat may differ. */
export function sameTransfer(a: Transfer, b: Transfer): boolean {
  return a.key === b.key && a.from === b.from && a.to === b.to && a.amountWei === b.amountWei;
}

/** Why a group of transfers was not posted. */
export type LedgerRefusal =
  | { readonly code: 'too-little'; readonly account: AccountId; readonly haveWei: bigint }
  | { readonly code: 'key-reused'; readonly key: TransferKey };

/** The books in memory: what the Postgres ledger must equal, wei for wei. */
export class Ledger {
  #balances = new Map<AccountId, bigint>();
  #transfers = new Map<TransferKey, Transfer>();

  /** Balance in wei; 0 for an account that nothing ever touched. */
  balance(account: AccountId): bigint {
    return this.#balances.get(account) ?? 0n;
  }

  /** Every account that was ever touched. */
  balances(): ReadonlyMap<AccountId, bigint> {
    return this.#balances;
  }

  /** Every transfer by its key, oldest first. */
  transfers(): ReadonlyMap<TransferKey, Transfer> {
    return this.#transfers;
  }

  /**
   * Posts all of a group or nothing. A group whose keys are all known with the same bodies changes nothing.
   * @returns whether this call moved the money
   */
  post(group: readonly Transfer[]): Result<{ readonly moved: boolean }, LedgerRefusal> {
    for (const transfer of group) assertTransfer(transfer);
    const known = group.filter(({ key }) => this.#transfers.has(key));
    for (const transfer of known) {
      const before = this.#transfers.get(transfer.key);
      if (before === undefined || !sameTransfer(before, transfer) || known.length < group.length)
        return err({ code: 'key-reused', key: transfer.key });
    }
    if (known.length > 0) return ok({ moved: false });
    const changed = new Map<AccountId, bigint>();
    const read = (account: AccountId) => changed.get(account) ?? this.balance(account);
    for (const { from, to, amountWei } of group) {
      changed.set(from, read(from) - amountWei);
      changed.set(to, read(to) + amountWei);
    }
    for (const [account, wei] of changed) {
      if (wei < 0n && !accountKinds[readAccount(account).kind].mayOwe)
        return err({ code: 'too-little', account, haveWei: this.balance(account) });
    }
    for (const [account, wei] of changed) this.#balances.set(account, wei);
    for (const transfer of group) this.#transfers.set(transfer.key, transfer);
    return ok({ moved: true });
  }
}
