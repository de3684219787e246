// test/support/cafe/world.ts - a café with its store and a clock that stands where a test puts it.
import { expect } from 'vitest';
import { Cafes } from '../../../src/app/cafe/cafes.ts';
import { createCafe } from '../../../src/app/cafe/create-cafe.ts';
import { findReceipts, type ReceiptWish } from '../../../src/app/cafe/find-receipts.ts';
import { keepTime } from '../../../src/app/cafe/keep-time.ts';
import type { CafeStore, Cloud, SeatLife } from '../../../src/app/cafe/ports.ts';
import { reportDay } from '../../../src/app/cafe/report-day.ts';
import { runAct } from '../../../src/app/cafe/run-act.ts';
import type { Cafe } from '../../../src/app/cafe/state.ts';
import type { CafeId, IdempotencyKey, PlayerId, ShiftId } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { sealsBy } from '../../../src/main/seals.ts';
import type { CafeActAnswer, CafeActBody, CafeActName } from '../../../src/protocol/cafe-acts.ts';
import type { CafeReceiptList, DayReport } from '../../../src/protocol/cafe-api.ts';
import type { CafeSettings } from '../../../src/protocol/cafe-settings.ts';
import type { Actor, CafeRole } from '../../../src/protocol/cafe-shapes.ts';
import type { SeatView } from '../../../src/protocol/cafe-things.ts';
import { mayPost } from '../../../src/server/hooks/deliveries.ts';
import { memoryCafes } from '../../../src/storage/cafe-store-memory.ts';
import { cafeSettings, taipei } from './settings.ts';

const wallet = (n: number): PlayerId => `0x${n.toString(16).padStart(40, '0')}` as PlayerId;
/** Who works in the test café. */
export const people: Readonly<Record<CafeRole, PlayerId>> = {
  owner: wallet(1),
  manager: wallet(2),
  cashier: wallet(3),
  technician: wallet(4),
  auditor: wallet(5),
};
const actorOf = (role: CafeRole): Actor => ({ kind: 'staff', wallet: people[role], role });

/** Without its key, which the world makes. */
export type Asked<N extends CafeActName> = Omit<CafeActBody<N>, 'key'>;

/** A world with one café of twelve seats, everybody on the staff, and Monday 2026-03-02, 12:00, on the wall. */
export class CafeWorld {
  nowMs = taipei('2026-03-02T12:00');
  cloud: Cloud = { balanceWei: 10n ** 21n, spentTodayWei: 0n, burnWeiPerHour: 0n, nodes: 0, nextWeiPerHour: 0n };
  readonly lives = new Map<string, SeatLife>();
  readonly store: CafeStore;
  cafes: Cafes;
  id = '' as CafeId;
  #keys = 0;

  constructor(store: CafeStore = memoryCafes(), seed = 1) {
    this.store = store;
    this.cafes = this.#open(seed);
    this.#keys = seed * 1_000_000;
  }

  #open(seed: number): Cafes {
    return new Cafes({
      store: this.store,
      surroundings: {
        cloud: async () => this.cloud,
        mayCall: (url) => mayPost(url, false),
        life: (_cafe, seat) => this.lives.get(seat) ?? { online: false, seenAtMs: undefined, play: undefined },
      },
      random: seededRandom(seed),
      seals: sealsBy('seal-key-of-tests-0123456789abcdef'),
    });
  }

  /** Forgets all memory, as a hub that starts anew. */
  restart(): void {
    this.cafes = this.#open(++this.#keys);
  }

  /** A fresh key. */
  key(): IdempotencyKey {
    this.#keys += 1;
    return `key-${String(this.#keys).padStart(8, '0')}` as IdempotencyKey;
  }

  /** Makes the café, its staff and twelve seats: 1-10 in the hall, V1 and V2 in the VIP room. */
  async build(change: Partial<CafeSettings> = {}): Promise<this> {
    const made = await createCafe(
      this.cafes,
      { owner: people.owner, key: this.key(), settings: cafeSettings(change) },
      this.nowMs,
    );
    if (!made.ok) throw new Error(`no café: ${made.error.code} ${JSON.stringify(made.error.facts)}`);
    this.id = made.value;
    for (const role of ['manager', 'cashier', 'technician', 'auditor'] as const) {
      await this.ok('staff', { wallet: people[role], role, reason: 'hired' }, 'owner');
    }
    const hall = Array.from({ length: 10 }, (_, i) => ({ seat: String(i + 1), name: '', zone: 'hall' }));
    const vip = [1, 2].map((n) => ({ seat: `V${n}`, name: '', zone: 'vip' }));
    await this.ok('seats.add', { seats: [...hall, ...vip] }, 'manager');
    return this;
  }

  /** Does an act, with a key of its own unless one is given. */
  act<N extends CafeActName>(act: N, asked: Asked<N>, role: CafeRole = 'cashier', key = this.key()) {
    const body = { ...asked, key } as CafeActBody<N>;
    return runAct(this.cafes, { cafe: this.id, act, body, actor: actorOf(role) }, this.nowMs);
  }

  /** Does an act that must succeed. */
  async ok<N extends CafeActName>(act: N, asked: Asked<N>, role: CafeRole = 'cashier', key = this.key()) {
    const done = await this.act(act, asked, role, key);
    if (!done.ok) throw new Error(`${act} refused: ${done.error.code} ${JSON.stringify(done.error.facts ?? {})}`);
    return done.value;
  }

  /** Code of the refusal of an act that must be refused; nothing else may change, and one audit line says so. */
  async refused<N extends CafeActName>(act: N, asked: Asked<N>, role: CafeRole = 'cashier', key = this.key()) {
    const [before, lines] = [await this.now(), (await this.store.audit(this.id, 2 ** 40, 9_999)).length];
    const done = await this.act(act, asked, role, key);
    expect(await this.now()).toEqual(before);
    const [newest, ...older] = await this.store.audit(this.id, 2 ** 40, 9_999);
    expect(done.ok ? 'done' : newest?.outcome).toBe(done.ok ? 'refused' : done.error.code);
    expect(older.length).toBe(lines);
    return done.ok ? 'done' : done.error.code;
  }

  /** The café as it is. */
  async now(): Promise<Cafe> {
    const cafe = await this.cafes.find(this.id);
    if (cafe === undefined) throw new Error('the café is there');
    return cafe;
  }

  /** The close of a business day, as of now. A DBC is 0.002 USD. */
  async day(date: string): Promise<DayReport> {
    return reportDay(this.cafes, await this.now(), date, { nowMs: this.nowMs, microUsdPerDbc: 2_000 });
  }

  /** Receipts as the desk looks for them. */
  async receipts(wish: ReceiptWish): Promise<CafeReceiptList> {
    return findReceipts({ cafes: this.cafes, cafe: await this.now(), nowMs: this.nowMs }, wish);
  }

  /** The open till, as whoever closes it names it. */
  async till(): Promise<{ shift: ShiftId; version: number }> {
    const open = [...(await this.now()).things.shift.values()].find(({ closed }) => closed === undefined);
    return { shift: open?.shift ?? (`h_${'0'.repeat(26)}` as ShiftId), version: open?.version ?? 1 };
  }

  /** Version of a seat. */
  async version(seat: string): Promise<number> {
    return (await this.now()).things.seat.get(seat)?.version ?? 0;
  }

  /** An act on a seat at its present version. */
  async onSeat<N extends CafeActName>(
    act: N,
    seat: string,
    asked: Omit<Asked<N>, 'seat' | 'version'>,
    role: CafeRole = 'cashier',
  ): Promise<CafeActAnswer> {
    return this.ok(act, { ...asked, seat, version: await this.version(seat) } as unknown as Asked<N>, role);
  }

  /** A guest who pays some minutes in cash. */
  sitGuest(seat: string, minutes: number, more: Partial<Asked<'start'>> = {}): Promise<CafeActAnswer> {
    return this.onSeat('start', seat, {
      who: { kind: 'guest' },
      buy: { kind: 'minutes', minutes },
      pay: 'cash',
      ageBand: '18-up',
      ...more,
    });
  }

  /** Lets time pass, second by second where something is due. */
  async pass(ms: number): Promise<void> {
    this.nowMs += ms;
    await keepTime(this.cafes, this.nowMs);
  }
}

/** The one seat of an answer. */
export function seatOf({ seats }: CafeActAnswer, seat?: string): SeatView {
  const found = seat === undefined ? seats[0] : seats.find((one) => one.seat === seat);
  if (found === undefined) throw new Error(`no seat ${seat ?? ''} in the answer`);
  return found;
}

/**
 * The books of a café agree: the ledger's balances are those of wallets, bonuses, codes, tabs and drawers, and ledger, receipts
 * and shifts have taken the same.
 */
export async function checkCafeBooks(world: CafeWorld, dates: readonly string[]): Promise<void> {
  const balances = new Map<string, bigint>();
  let [ledger, printed] = [0n, 0n];
  for (const date of dates) {
    const { entries, receipts } = await world.store.day(world.id, date);
    for (const { kind, debit, credit, minor } of entries) {
      balances.set(debit, (balances.get(debit) ?? 0n) + minor);
      balances.set(credit, (balances.get(credit) ?? 0n) - minor);
      if (kind !== 'receipt') continue;
      ledger += (/^(cash|card)\//.test(debit) ? minor : 0n) - (/^(cash|card)\//.test(credit) ? minor : 0n);
    }
    for (const { totalMinor } of receipts) printed += BigInt(totalMinor);
  }
  const { things } = await world.now();
  const left = (account: string): bigint => -(balances.get(account) ?? 0n);
  for (const { member, realMinor, bonusMinor } of things.member.values()) {
    expect([left(`wallet/${member}`), left(`bonus/${member}`)], `member ${member}`).toEqual([realMinor, bonusMinor]);
    expect(realMinor >= 0n && bonusMinor >= 0n).toBe(true);
  }
  for (const { code, leftMinor } of things.code.values()) expect(left(`code/${code}`), `code ${code}`).toBe(leftMinor);
  for (const [account, balance] of balances) {
    if (account.startsWith('code/') && !things.code.has(account.slice(5)))
      expect(balance, `${account} is gone`).toBe(0n);
  }
  for (const tab of things.tab.values()) {
    expect(left(`tab/${tab.tab}`)).toBe(tab.payments.reduce((sum, { minor }) => sum + minor, 0n));
  }
  for (const [account, balance] of balances) {
    const open = things.tab.has(account.slice(4));
    if (account.startsWith('tab/') && !open) expect(balance, `${account} is settled`).toBe(0n);
  }
  let taken = 0n;
  for (const shift of await world.store.shifts(world.id, 999)) {
    taken += shift.cashTakenMinor + shift.cardTakenMinor;
    const drawer = balances.get(`cash/${shift.shift}`) ?? 0n;
    const expected = shift.floatMinor + shift.paidInMinor - shift.paidOutMinor + shift.cashTakenMinor;
    expect(drawer).toBe(shift.closed === undefined ? expected : 0n);
  }
  expect([printed, taken]).toEqual([ledger, ledger]);
  expect([...balances.values()].reduce((sum, balance) => sum + balance, 0n)).toBe(0n);
}
