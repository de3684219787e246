// test/sim/money/laws.ts - what must be true after every event, whatever happened (docs/MONEY.md, 'Laws').
import type { BookedSession } from '../../../src/app/session-book.ts';
import type { SessionId } from '../../../src/base/ids.ts';
import { chart, type TransferKey } from '../../../src/billing/ledger.ts';
import { priceWei } from '../../../src/billing/pricing.ts';
import { splitCost } from '../../../src/billing/split.ts';
import { timings } from '../../../src/protocol/limits.ts';
import type { Receipt } from '../../../src/protocol/receipt.ts';
import { sumBadMs } from '../../../src/session/good-time.ts';
import { address } from '../../support/money.ts';
import type { World } from './world.ts';

const accounts = chart('PLAY');
const WIRE_MS = 2_000; // A last tick is on its way this long at most, with the wait of the hub.

/** Throws with the law's name. */
function law(holds: boolean, text: string): asserts holds {
  if (!holds) throw new Error(`law broken: ${text}`);
}

/** Watches one world. */
export class Laws {
  readonly #world: World;
  #fold = new Map<string, bigint>();
  #seen = 0;
  #kept = new Map<string, number>();
  #receipts = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Everything that can be said without knowing what happened. */
  check(): void {
    const { ledger } = this.#world.store;
    if (ledger.transfers().size > this.#seen) this.#foldNew();
    const { hub } = this.#world;
    if (!hub.ready) return;
    for (const { opened } of this.#world.plays.values()) {
      const state = hub.book.state(opened.session, hub.nowMs);
      if (state === undefined) continue;
      const heldWei = BigInt(state.heldWei);
      law(BigInt(state.costWei) <= heldWei, 'charged <= held');
      law(BigInt(state.costWei) === priceWei(opened.open.rate, BigInt(state.billedMs)), 'charged = price(billed)');
      law(heldWei <= opened.open.maxAmount, 'held <= what the player signed for');
    }
  }

  #foldNew(): void {
    const { ledger } = this.#world.store;
    for (const { from, to, amountWei } of [...ledger.transfers().values()].slice(this.#seen)) {
      this.#fold.set(from, (this.#fold.get(from) ?? 0n) - amountWei);
      this.#fold.set(to, (this.#fold.get(to) ?? 0n) + amountWei);
    }
    this.#seen = ledger.transfers().size;
    let sum = 0n;
    for (const [account, wei] of ledger.balances()) {
      sum += wei;
      law((this.#fold.get(account) ?? 0n) === wei, 'a balance is the fold of its transfers');
    }
    law(sum === 0n, 'all balances add up to zero');
  }

  /** A hub said that it kept so much. */
  acknowledged(session: SessionId, what: 'player' | 'voucher', count: number): void {
    const name = `${session} ${what}`;
    this.#kept.set(name, Math.max(count, this.#kept.get(name) ?? 0));
  }

  /** A hub came up with these. */
  recovered(booked: readonly BookedSession[]): void {
    for (const { session, goodMs, voucherSeq } of booked) {
      law(goodMs >= (this.#kept.get(`${session} player`) ?? 0), 'an acknowledged tick outlives the hub');
      law(voucherSeq >= (this.#kept.get(`${session} voucher`) ?? 0), 'an acknowledged voucher outlives the hub');
    }
  }

  /** A receipt against the ledger and against what really happened. */
  receipt(receipt: Receipt): void {
    const text = JSON.stringify(receipt);
    const before = this.#receipts.get(receipt.session);
    law(before === undefined || before === text, 'a session settles once');
    if (before !== undefined) return;
    this.#receipts.set(receipt.session, text);
    const play = this.#world.plays.get(receipt.session);
    const [costWei, heldWei] = [BigInt(receipt.costWei), BigInt(receipt.heldWei)];
    law(costWei === priceWei(BigInt(receipt.open.rate), BigInt(receipt.billedMs)), 'the receipt charges price(billed)');
    const { quote } = receipt;
    const split = splitCost(costWei, {
      rateWeiPerHour: BigInt(quote.rateWeiPerHour),
      baseWeiPerHour: BigInt(quote.baseWeiPerHour),
      burnBps: BigInt(quote.burnBps),
      platformBps: BigInt(quote.platformBps),
    });
    const parts = [split.burnWei, split.platformWei, split.operatorWei, heldWei - costWei];
    law(
      parts.join() === [receipt.burnWei, receipt.platformWei, receipt.operatorWei, receipt.releasedWei].join(),
      'the receipt splits its cost by the rules',
    );
    const moved = (part: string) =>
      this.#world.store.ledger.transfers().get(`${receipt.session}/${part}` as TransferKey)?.amountWei ?? 0n;
    law(parts.join() === ['burn', 'platform', 'operator', 'release'].map(moved).join(), 'ledger and receipt agree');
    if (play === undefined) {
      law(costWei === 0n, 'a session that nobody was told of costs nothing');
      return;
    }
    const { trueMs } = play.stream.at(this.#world.time.nowMs);
    law(receipt.billedMs <= trueMs, `billed (${receipt.billedMs}) <= truly good (${trueMs})`);
    law(receipt.billedMs <= receipt.playerGoodMs && receipt.billedMs <= receipt.nodeGoodMs, 'billed <= either count');
    law(sumBadMs(receipt.freeMs) >= 0, 'free time is not negative');
    const player = this.#world.players.find(({ number }) => address(number) === receipt.player);
    if (player?.rich !== true || player.share !== 1) return;
    const lossMs = (1 + play.faults) * timings.tickMs + WIRE_MS;
    law(trueMs - receipt.billedMs <= lossMs, `truly good (${trueMs}) - billed (${receipt.billedMs}) <= ${lossMs}`);
  }

  /** When everybody has gone home. */
  async checkEnd(): Promise<void> {
    const { store, acknowledged, plays, players, clockStepped } = this.#world;
    this.check();
    for (const [account, wei] of store.ledger.balances()) {
      law(!account.includes('/held/') || wei === 0n, 'every hold is released at the end');
    }
    law((await store.takeOver()).length === 0, 'every session is closed at the end');
    for (const key of acknowledged.transfers) {
      law(store.ledger.transfers().has(key as TransferKey), `what was acknowledged is there: ${key}`);
    }
    for (const [session, receipt] of acknowledged.receipts) {
      const stored = await store.session(session as never);
      law(JSON.stringify(stored?.receipt) === receipt, 'an acknowledged receipt stays as it is');
    }
    for (const { opened } of plays.values()) {
      const stored = await store.session(opened.session);
      law(stored?.receipt !== undefined, 'every session has its receipt');
      this.receipt(stored.receipt);
      law(BigInt(stored.receipt.costWei) <= opened.open.maxAmount, 'nothing costs more than was signed for');
    }
    for (const { number, giftWei, capWei } of players) {
      const spentWei = [...this.#receipts.values()]
        .map((text): Receipt => JSON.parse(text))
        .filter(({ player }) => player === address(number))
        .reduce((sum, { costWei }) => sum + BigInt(costWei), 0n);
      const leftWei = store.ledger.balance(accounts.player(address(number) as never));
      law(giftWei - spentWei === leftWei, 'a player has what was not spent');
      // A midnight may lie between: two days, two caps.
      if (capWei !== undefined && !clockStepped) law(spentWei <= 2n * capWei, 'a day costs at most the own cap');
    }
  }
}
