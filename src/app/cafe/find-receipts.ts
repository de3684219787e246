// src/app/cafe/find-receipts.ts - receipts as somebody at the desk looks for them: by number, seat, member, amount or who took it;
// each with what was given back of it since, on whatever day.
import type { MemberId } from '../../base/ids.ts';
import type { CafeReceiptList } from '../../protocol/cafe-api.ts';
import type { CafeReceipt } from '../../protocol/cafe-things.ts';
import type { Cafes } from './cafes.ts';
import type { ReceiptFilter } from './ports.ts';
import type { Cafe } from './state.ts';

/** What was typed; fields that are there must all fit. `minor`: as taken or given back, by any way of paying. */
export type ReceiptWish = {
  readonly before?: number;
  readonly date?: string;
  readonly number?: number;
  readonly seat?: string;
  readonly member?: string;
  readonly minor?: string;
  readonly cashier?: string;
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

function filterOf(cafe: Cafe, { date, number, seat, member, minor, cashier }: ReceiptWish): ReceiptFilter {
  return {
    date,
    number,
    seat,
    minor,
    members: member === undefined ? undefined : membersBy(cafe, member),
    takers: cashier === undefined ? undefined : takersBy(cafe, cashier),
  };
}

/** Whether a receipt fits; the date is not on it. The same rule in SQL: src/storage/cafe-store-pg.ts. */
export function fits(receipt: CafeReceipt, { number, seat, members, minor, takers, of }: ReceiptFilter): boolean {
  const { by, paid, totalMinor } = receipt;
  const taker = by.kind === 'staff' ? by.wallet : by.kind === 'api-key' ? by.id : '';
  const amounts = [totalMinor, ...paid.map((row) => row.minor)].map((one) => one.replace('-', ''));
  return (
    (number === undefined || receipt.number === number) &&
    (seat === undefined || receipt.seat?.toLowerCase() === seat.toLowerCase()) &&
    (members === undefined || (receipt.member !== undefined && members.includes(receipt.member))) &&
    (minor === undefined || amounts.includes(minor)) &&
    (takers === undefined || takers.includes(taker)) &&
    (of === undefined || (receipt.of !== undefined && of.includes(receipt.of)))
  );
}

/** Newest first. A business day without any other wish comes whole, all else 100 at a time. Throws OutageError. */
export async function findReceipts(cafes: Cafes, cafe: Cafe, wish: ReceiptWish): Promise<CafeReceiptList> {
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
    more: found.length > receipts.length,
  };
}
