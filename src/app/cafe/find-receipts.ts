// src/app/cafe/find-receipts.ts - receipts as somebody at the desk looks for them: by number, seat, member, amount or who took it;
// each with what was given back of it since, on whatever day.
import type { IdempotencyKey, MemberId, PlayerId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import type { Tab } from '../../cafe/tab.ts';
import type { CafeReceiptList, Taken } from '../../protocol/cafe-api.ts';
import type { CafeReceipt } from '../../protocol/cafe-things.ts';
import type { Refusal } from '../../protocol/error-codes.ts';
import { refund, voidReceipt } from './acts/take-back.ts';
import { beginShift } from './acts/till.ts';
import type { Cafes } from './cafes.ts';
import type { Draft } from './draft.ts';
import type { ReceiptFilter, SeatFilter } from './ports.ts';
import type { Cafe } from './state.ts';

/** What was typed; fields that are there must all fit. `minor`: as taken or given back, by any way of paying. */
export type ReceiptWish = {
  readonly before?: number;
  readonly date?: string;
  readonly number?: number;
  /** Where they were made, or where their sitting came later. */
  readonly seat?: string;
  readonly member?: string;
  readonly minor?: string;
  readonly cashier?: string;
  /** Only payments so young that something may go back. */
  readonly payments?: boolean;
};

/** Receipts in one answer. */
export const RECEIPTS_LISTED = 100;
const FIRST = 2 ** 40;
/** Times that something was given back of those in one answer. */
const AFTER_MAX = 1_000;
/** Members of one name, or those who answer to a letter. */
const NAMES_MAX = 1_000;

/** Whose receipts fit: by number, or by a part of the name. */
function membersBy({ things }: Cafe, typed: string): readonly MemberId[] {
  const text = typed.toLowerCase();
  return [...things.member.values()]
    .filter(({ name, number }) => name.toLowerCase().includes(text) || String(number) === text)
    .slice(0, NAMES_MAX)
    .map(({ member }) => member);
}

/** Who fits: colleagues by a part of the name, anybody by the beginning of a wallet or the id of a key. */
function takersBy({ things }: Cafe, typed: string): readonly string[] {
  const text = typed.toLowerCase();
  const staff = [...things.staff.values()].filter(
    ({ wallet, name }) => name?.toLowerCase().includes(text) === true || wallet.startsWith(text),
  );
  return [text, ...staff.map(({ wallet }) => wallet)];
}

function seatBy({ things }: Cafe, typed: string): SeatFilter {
  const here = [...things.seat.values()].find(({ seat }) => seat.toLowerCase() === typed.toLowerCase());
  return { seat: typed, tab: here?.tab };
}

function filterOf(cafe: Cafe, wish: ReceiptWish): ReceiptFilter {
  const { date, number, seat, member, minor, cashier, payments } = wish;
  const young = payments === true ? [...cafe.things.paid.values()].map(({ receipt }) => receipt) : undefined;
  return {
    date,
    numbers: number === undefined ? young : (young ?? [number]).filter((one) => one === number),
    seat: seat === undefined ? undefined : seatBy(cafe, seat),
    minor,
    members: member === undefined ? undefined : membersBy(cafe, member),
    takers: cashier === undefined ? undefined : takersBy(cafe, cashier),
  };
}

/** Whether a sitting took its receipt to a seat: it played there afterwards, or sits there. */
function carriedTo(at: SeatFilter, { atMs, tab }: CafeReceipt, stints: Tab['stints']): boolean {
  const came = stints.some(({ seat, fromMs }) => fromMs >= atMs && seat.toLowerCase() === at.seat.toLowerCase());
  return came || (tab !== undefined && tab === at.tab);
}

/**
 * Whether a receipt fits; the date is not on it. The same rule in SQL: src/storage/cafe-store-pg.ts.
 * @param stints of its sitting
 */
export function fits(receipt: CafeReceipt, only: ReceiptFilter, stints: Tab['stints'] = []): boolean {
  const { numbers, seat, members, minor, takers, of } = only;
  const { by, paid, totalMinor } = receipt;
  const taker = by.kind === 'staff' ? by.wallet : by.kind === 'api-key' ? by.id : '';
  const amounts = [totalMinor, ...paid.map((row) => row.minor)].map((one) => one.replace('-', ''));
  return (
    (numbers === undefined || numbers.includes(receipt.number)) &&
    (seat === undefined ||
      receipt.seat?.toLowerCase() === seat.seat.toLowerCase() ||
      carriedTo(seat, receipt, stints)) &&
    (members === undefined || (receipt.member !== undefined && members.includes(receipt.member))) &&
    (minor === undefined || amounts.includes(minor)) &&
    (takers === undefined || takers.includes(taker)) &&
    (of === undefined || (receipt.of !== undefined && of.includes(receipt.of)))
  );
}

/** A café that is looked at, and when. */
export type Look = { readonly cafes: Cafes; readonly cafe: Cafe; readonly nowMs: number };

/** Why an act on a receipt would be refused, the open till apart: it is drafted and thrown away. */
function refusedBy({ cafes, cafe, nowMs }: Look, act: (draft: Draft) => Result<void, Refusal>): Refusal | undefined {
  const draft = cafes.look(cafe, nowMs);
  if (!draft.openShift().ok) beginShift(draft, '0x' as PlayerId, 0n);
  const done = act(draft);
  return done.ok ? undefined : done.error;
}

/** What is still to be had back of the payments on receipts; `after`: what took of them by an act. */
export function takenOf(look: Look, receipts: readonly CafeReceipt[], after: readonly CafeReceipt[]): Taken[] {
  const acted = new Map<number, bigint>();
  for (const { of = 0, lines } of after) {
    acted.set(
      of,
      lines.reduce((sum, { minor }) => sum - BigInt(minor), acted.get(of) ?? 0n),
    );
  }
  const asked = { key: '' as IdempotencyKey, reason: 'asked' };
  return receipts.flatMap(({ number: receipt }) => {
    const rows = look.cafe.things.paid.get(String(receipt))?.rows;
    if (rows === undefined) return [];
    const leftMinor = rows.reduce((sum, row) => sum + row.leftMinor, 0n);
    const unused = rows.reduce((sum, { minor }) => sum + minor, 0n) - leftMinor - (acted.get(receipt) ?? 0n);
    const minor = leftMinor.toString();
    const refused =
      leftMinor > 0n ? refusedBy(look, (draft) => refund(draft, { ...asked, receipt, minor })) : undefined;
    const short = refused?.code === 'ALREADY_REVERSED' ? String(refused.facts?.leftMinor) : '0';
    return [
      {
        receipt,
        voidable: refusedBy(look, (draft) => voidReceipt(draft, { ...asked, receipt })) === undefined,
        refundMinor: refused === undefined ? minor : short,
        unusedMinor: (unused > 0n ? unused : 0n).toString(), // What was given back this very moment may be known of the one alone.
      },
    ];
  });
}

/** Newest first. A business day without any other wish comes whole, all else 100 at a time. Throws OutageError. */
export async function findReceipts(look: Look, wish: ReceiptWish): Promise<CafeReceiptList> {
  const { cafes, cafe } = look;
  const { store } = cafes.parts;
  const { before = FIRST, date } = wish;
  const wholeDay = date !== undefined && Object.values(wish).filter((one) => one !== undefined).length === 1;
  const found = wholeDay
    ? (await store.day(cafe.id, date)).receipts.toReversed()
    : await store.receipts(cafe.id, before, RECEIPTS_LISTED + 1, filterOf(cafe, wish));
  const receipts = wholeDay ? found : found.slice(0, RECEIPTS_LISTED);
  const listed = new Set(receipts.map(({ number }) => number));
  const after = listed.size === 0 ? [] : await store.receipts(cafe.id, FIRST, AFTER_MAX, { of: [...listed] });
  const named = new Set(receipts.flatMap(({ member }) => member ?? []));
  return {
    receipts: [...receipts],
    after: after.filter(({ number }) => !listed.has(number)),
    members: [...named].flatMap((id) => {
      const member = cafe.things.member.get(id);
      return member === undefined ? [] : [{ member: id, number: member.number, name: member.name }];
    }),
    payments: takenOf(look, receipts, after),
    more: found.length > receipts.length,
  };
}
