// src/app/chain/event-transfers.ts - what the chain says, as entries of the ledger. `chain/escrow` owes what lies in the
// contract, so coins come in from it and go out to it. Nothing here is refused: where the books have less than the chain
// paid out, the account `chain/short/...` shows it until it is made up for.
import { greater, lesser } from '../../base/bigint.ts';
import type { OperatorId, PlayerId } from '../../base/ids.ts';
import { burnPolicies } from '../../billing/burn-policy.ts';
import {
  type AccountId,
  type Currency,
  chainGiftKey,
  chart,
  readAccount,
  shortOf,
  type Transfer,
  transferKey,
} from '../../billing/ledger.ts';
import type { Address } from '../../protocol/typed-data.ts';
import type { BalanceOf, EscrowEvent, TransfersBack, TransfersOf } from './ports.ts';

/** Whose books, and to whom the contract pays the fee. */
export type EventTerms = {
  readonly currency: Currency;
  readonly treasury: Address;
  /** Who gives welcome money on a development chain: the books have its deposits from the moment they are promised. */
  readonly faucet?: Address;
  readonly atMs: () => number;
};

/** Collects transfers of one act under keys that count upwards. */
class Entries {
  readonly list: Transfer[] = [];
  readonly #terms: EventTerms;
  readonly #name: readonly string[];
  readonly #balanceOf: BalanceOf;
  /** What earlier entries of this act moved, for accounts that are asked twice. */
  #moved = new Map<AccountId, bigint>();

  constructor(terms: EventTerms, name: readonly string[], balanceOf: BalanceOf) {
    this.#terms = terms;
    this.#name = name;
    this.#balanceOf = balanceOf;
  }

  async balance(account: AccountId): Promise<bigint> {
    return (await this.#balanceOf(account)) + (this.#moved.get(account) ?? 0n);
  }

  move(from: AccountId, to: AccountId, amountWei: bigint): void {
    if (amountWei <= 0n) return;
    const key = transferKey(...this.#name, String(this.list.length));
    this.list.push({ key, from, to, amountWei, atMs: this.#terms.atMs() });
    this.#moved.set(from, (this.#moved.get(from) ?? 0n) - amountWei);
    this.#moved.set(to, (this.#moved.get(to) ?? 0n) + amountWei);
  }

  /** Takes from each account in turn as far as it goes, and the rest from `short`. */
  async take(from: readonly AccountId[], short: AccountId, to: AccountId, amountWei: bigint): Promise<void> {
    let restWei = amountWei;
    for (const account of from) {
      const partWei = lesser(restWei, greater(await this.balance(account), 0n));
      this.move(account, to, partWei);
      restWei -= partWei;
    }
    this.move(short, to, restWei);
  }

  /** Gives to an account, but first makes up for what the books were short of it. */
  async give(from: AccountId, to: AccountId, short: AccountId, amountWei: bigint): Promise<void> {
    const owedWei = lesser(amountWei, greater(-(await this.balance(short)), 0n));
    this.move(from, short, owedWei);
    this.move(from, to, amountWei - owedWei);
  }
}

/** The accounts in the books that an earning account of the contract stands for: a treasury may have machines of its own. */
function earners(terms: EventTerms, account: Address, treasuries: readonly Address[]): readonly AccountId[] {
  const accounts = chart(terms.currency);
  const own = accounts.operator(account as string as OperatorId);
  if (account === terms.treasury) return [accounts.platform, own];
  // What a former one earned as such is fees too; what is there beyond that, the present one earned.
  return treasuries.includes(account) ? [own, accounts.platform] : [own];
}

/** Turns events into transfers. What a session cost is in the books already: `finishTransfers` makes up for the difference. */
export function eventTransfers(terms: EventTerms): TransfersOf {
  const accounts = chart(terms.currency);
  return async (event, round, balanceOf, then) => {
    const entries = new Entries(terms, eventName(event, round), balanceOf);
    switch (event.kind) {
      case 'deposited': {
        const player = event.player as string as PlayerId;
        // After a restore the books may not have promised it: then it is a deposit as any other.
        if (event.from === terms.faucet && (await then.hasTransfer(chainGiftKey(player)))) break;
        await entries.give(accounts.chain, accounts.player(player), accounts.short(player), event.amountWei);
        break;
      }
      case 'withdraw-requested': {
        const player = event.player as string as PlayerId;
        const [free, leaving] = [accounts.player(player), accounts.leaving(player)];
        const waitsWei = await entries.balance(leaving);
        if (waitsWei > event.amountWei) entries.move(leaving, free, waitsWei - event.amountWei);
        else entries.move(free, leaving, lesser(event.amountWei - waitsWei, await entries.balance(free)));
        break;
      }
      case 'withdrawn': {
        const player = event.player as string as PlayerId;
        const [free, leaving] = [accounts.player(player), accounts.leaving(player)];
        await entries.take([leaving, free], accounts.short(player), accounts.chain, event.amountWei);
        entries.move(leaving, free, await entries.balance(leaving)); // The contract paid less than was asked for.
        break;
      }
      case 'claimed': {
        const from = earners(terms, event.account, await then.treasuries());
        const lacks = from.includes(accounts.platform)
          ? accounts.platform
          : accounts.operator(event.account as string as OperatorId);
        await entries.take(from, shortOf(lacks), accounts.chain, event.amountWei);
        break;
      }
      case 'burned': {
        const burns = burnPolicies.map(({ name }) => accounts.burn(name));
        await entries.take(burns, accounts.short('burn'), accounts.chain, event.amountWei);
        break;
      }
      case 'settled': {
        // Asked for only where no session here has the lease: then nobody else moves what it paid.
        const player = event.payer as string as PlayerId;
        const parts = [
          [accounts.burn(burnPolicies[0]?.name ?? ''), accounts.short('burn'), event.burnWei],
          [accounts.platform, shortOf(accounts.platform), event.platformWei],
          [
            accounts.operator(event.operator as string as OperatorId),
            accounts.short(event.operator),
            event.operatorWei,
          ],
        ] as const;
        for (const [account, short, amountWei] of parts) {
          await entries.take(
            [accounts.player(player), accounts.leaving(player)],
            accounts.short(player),
            account,
            amountWei,
          );
          const owedWei = greater(-(await entries.balance(short)), 0n);
          entries.move(account, short, lesser(owedWei, await entries.balance(account)));
        }
        break;
      }
      case 'opened':
      case 'close-requested':
      case 'closed':
      case 'active':
      case 'treasury-set':
        break;
    }
    return entries.list;
  };
}

/** Names an event for ever. */
export function eventName(
  { blockHash, logIndex }: Pick<EscrowEvent, 'blockHash' | 'logIndex'>,
  round: number,
): string[] {
  return ['chain', blockHash, String(logIndex), String(round)];
}

/** Names the end of a session on the chain for ever. `round`: how often the chain has taken it back. */
export function endName(session: string, round: number): string[] {
  return [session, 'chain', String(round)];
}

/** Undoes what an event meant, or the end of a session, when the chain takes it back: the same amounts, newest first. */
export function backTransfers(terms: EventTerms): TransfersBack {
  return async (of, balanceOf) => {
    const back: Transfer[] = [];
    const moved = new Map<AccountId, bigint>();
    for (const { key, from, to, amountWei } of of.toReversed()) {
      // A player may have spent a deposit that never was: the rest is short. What stands for the chain may owe.
      const haveWei = (await balanceOf(to)) + (moved.get(to) ?? 0n);
      const partWei = readAccount(to).kind === 'chain' ? amountWei : lesser(amountWei, greater(haveWei, 0n));
      const entries = [
        [to, partWei, 'back'],
        [shortOf(to), amountWei - partWei, 'back-short'],
      ] as const;
      for (const [account, wei, word] of entries) {
        if (wei === 0n || account === from) continue;
        back.push({ key: transferKey(key, word), from: account, to: from, amountWei: wei, atMs: terms.atMs() });
        moved.set(account, (moved.get(account) ?? 0n) - wei);
        moved.set(from, (moved.get(from) ?? 0n) + wei);
      }
    }
    return back;
  };
}

/** A session as far as its last entries are concerned. */
export type Finished = {
  readonly session: string;
  readonly player: PlayerId;
  readonly operator: OperatorId;
  readonly burnPolicy: string;
  /** What the books gave each when the session closed. */
  readonly booked: { readonly burnWei: bigint; readonly platformWei: bigint; readonly operatorWei: bigint };
  /** What the chain gave each, and to which operator; undefined when it paid nothing. */
  readonly paid: {
    readonly burnWei: bigint;
    readonly platformWei: bigint;
    readonly operatorWei: bigint;
    readonly operator: OperatorId | undefined;
  };
};

/**
 * Makes the books say what the chain did: on the chain the voucher decides, and the last one may lie some seconds before
 * or after what both sides had counted. The operator's part is whose the contract says: who staked may have changed.
 */
export async function finishTransfers(
  terms: EventTerms,
  { session, player, operator, burnPolicy, booked, paid }: Finished,
  round: number,
  balanceOf: BalanceOf,
): Promise<readonly Transfer[]> {
  const accounts = chart(terms.currency);
  const [free, short] = [accounts.player(player), accounts.short(player)];
  const entries = new Entries(terms, endName(session, round), balanceOf);
  const { operator: paidOperator = operator } = paid;
  const own = paidOperator === operator;
  const parts: readonly (readonly [AccountId, AccountId, bigint])[] = [
    [accounts.burn(burnPolicy), accounts.short('burn'), paid.burnWei - booked.burnWei],
    [accounts.platform, shortOf(accounts.platform), paid.platformWei - booked.platformWei],
    [accounts.operator(operator), accounts.short(operator), (own ? paid.operatorWei : 0n) - booked.operatorWei],
    [accounts.operator(paidOperator), accounts.short(paidOperator), own ? 0n : paid.operatorWei],
  ];
  // First what goes back to the player, then what it owes: so it rarely lacks anything.
  for (const [account, accountShort, moreWei] of parts) {
    if (moreWei < 0n) await entries.take([account], accountShort, free, -moreWei);
  }
  for (const [account, , moreWei] of parts) if (moreWei > 0n) await entries.take([free], short, account, moreWei);
  // Whoever was paid by the contract before the books knew is even again as far as the books go now; so is a player whose
  // deposit was taken back, as far as this session gave back what it had spent of it.
  for (const [account, accountShort] of [...parts, [free, short] as const]) {
    const owedWei = greater(-(await entries.balance(accountShort)), 0n);
    entries.move(account, accountShort, lesser(owedWei, greater(await entries.balance(account), 0n)));
  }
  return entries.list.map((transfer) => ({ ...transfer, session: session as NonNullable<Transfer['session']> }));
}
