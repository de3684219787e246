// src/storage/memory-books.ts - the books and the acts of admins without a disk, over a memory store: for tests and for a
// look at the product. test/contract/admin-store.ts holds both this and Postgres to the same.
import type {
  ActOutcome,
  AdminEffect,
  AdminStore,
  BooksReader,
  EndedSum,
  NewAct,
  OperatorSession,
} from '../app/admin/ports.ts';
import { operatorSession } from '../app/operator/ended-sessions.ts';
import { present } from '../base/assert.ts';
import type { AccountId, Transfer } from '../billing/ledger.ts';
import { readAccount } from '../billing/ledger.ts';
import type { AdminState, AuditLine } from '../protocol/admin-api.ts';
import type { MemoryMoneyStore } from './memory-money-store.ts';

const MS_PER_DAY = 86_400_000;
type Last = Pick<OperatorSession, 'endedAtMs' | 'session'>;

function endedSums(store: MemoryMoneyStore): (EndedSum & { operator: string; player: string })[] {
  return store.rows().flatMap(({ receipt }) => {
    if (receipt === undefined) return [];
    const { node, nodeName, operator, player, quote, billedMs } = receipt;
    return {
      ...{ day: Math.floor(receipt.endedAtMs / MS_PER_DAY), node, nodeName, operator, player, sessions: 1, billedMs },
      ...{ policy: quote.burnPolicy, burnBps: quote.burnBps, costWei: BigInt(receipt.costWei) },
      ...{ burnWei: BigInt(receipt.burnWei), platformWei: BigInt(receipt.platformWei) },
      operatorWei: BigInt(receipt.operatorWei),
    };
  });
}

/** The books of a memory store. */
export function memoryBooks(store: MemoryMoneyStore): BooksReader {
  const transfers = (): Transfer[] => [...store.ledger.transfers().values()];
  const inside = (account: AccountId) => !['issued', 'chain'].includes(readAccount(account).kind);
  return {
    lines: async (account, before = Number.POSITIVE_INFINITY, limit) => {
      let balanceWei = 0n;
      const lines = transfers().flatMap((transfer, index) => {
        if (transfer.from !== account && transfer.to !== account) return [];
        balanceWei += transfer.to === account ? transfer.amountWei : -transfer.amountWei;
        return { seq: index + 1, transfer, balanceWei };
      });
      return lines
        .filter(({ seq }) => seq < before)
        .toReversed()
        .slice(0, limit);
    },
    balance: async (account) => store.ledger.balance(account),
    ofSession: async (session) => transfers().filter((transfer) => transfer.session === session),
    endedOf: async (operator) =>
      endedSums(store)
        .filter((row) => row.operator === operator)
        .map(({ operator: _operator, player: _player, ...row }): EndedSum => row),
    sessionsOf: async (operator, currency, { sinceMs, after, limit }) => {
      const rows = currency === store.currency ? store.rows() : [];
      const order = (a: Last, b: Last) =>
        b.endedAtMs - a.endedAtMs || Number(a.session < b.session) - Number(b.session < a.session);
      return rows
        .flatMap(({ receipt }) => receipt ?? [])
        .filter((row) => row.operator === operator && row.endedAtMs >= sinceMs)
        .filter((row) => after === undefined || order(after, row) < 0)
        .toSorted(order)
        .slice(0, limit)
        .map(operatorSession);
    },
    days: async (fromDay) => {
      const days = new Map<number, ReturnType<typeof endedSums>>();
      for (const row of endedSums(store)) days.set(row.day, [...(days.get(row.day) ?? []), row]);
      return [...days]
        .filter(([day]) => day >= fromDay)
        .toSorted(([a], [b]) => b - a)
        .map(([day, rows]) => ({
          day,
          sessions: rows.length,
          payers: new Set(rows.map(({ player }) => player)).size,
          billedMs: rows.reduce((sum, row) => sum + row.billedMs, 0),
          costWei: rows.reduce((sum, row) => sum + row.costWei, 0n),
          burnWei: rows.reduce((sum, row) => sum + row.burnWei, 0n),
          platformWei: rows.reduce((sum, row) => sum + row.platformWei, 0n),
          operatorWei: rows.reduce((sum, row) => sum + row.operatorWei, 0n),
        }));
    },
    total: async (currency) => {
      const mine = [...store.ledger.balances()].filter(([account]) => readAccount(account).currency === currency);
      const of = (kind: string) =>
        mine.filter(([id]) => readAccount(id).kind === kind).reduce((sum, [, wei]) => sum + wei, 0n);
      const refunds = transfers().filter(
        ({ key, to }) => key.startsWith('refund/') && to.startsWith(`${currency}/player`),
      );
      return {
        owedWei: mine.filter(([id]) => inside(id)).reduce((sum, [, wei]) => sum + wei, 0n),
        platformWei: of('platform'),
        burnWei: of('burn'),
        refundedWei: refunds.reduce((sum, { amountWei }) => sum + amountWei, 0n),
        underWayWei: 0n,
        wrong: mine.reduce((sum, [, wei]) => sum + wei, 0n) === 0n ? [] : ['sum'],
      };
    },
  };
}

/** Acts that end with the process. */
export function memoryAdmin(store: MemoryMoneyStore): AdminStore {
  const lines: AuditLine[] = [];
  let suspended: AdminState['suspended'] = [];
  let announcements: AdminState['announcements'] = [];
  let paused = false;
  const refundFails = ({ session, transfers, mostWei }: NonNullable<AdminEffect['refund']>): ActOutcome | undefined => {
    const before = [...store.ledger.transfers().values()].filter(({ key }) => key.startsWith(`refund/${session}/`));
    const leftWei = mostWei - before.reduce((sum, { amountWei }) => sum + amountWei, 0n);
    const wantWei = transfers.reduce((sum, { amountWei }) => sum + amountWei, 0n);
    if (wantWei > leftWei) return { kind: 'too-high', leftWei };
    return store.ledger.post(transfers).ok ? undefined : { kind: 'too-high', leftWei: 0n };
  };
  const apply = (entry: NewAct, effect: AdminEffect): void => {
    const { suspend, lift, announce, unannounce } = effect;
    const is = (row: { kind: string; id: string }, of = suspend ?? lift) => row.kind === of?.kind && row.id === of.id;
    if (suspend !== undefined && !suspended.some((row) => is(row))) {
      suspended = [
        ...suspended,
        { ...suspend, id: suspend.id as `0x${string}`, sinceMs: entry.atMs, who: entry.who, reason: entry.reason },
      ];
    }
    if (lift !== undefined) suspended = suspended.filter((row) => !is(row));
    if (announce !== undefined) announcements = [...announcements, announce];
    if (unannounce !== undefined) announcements = announcements.filter(({ id }) => id !== unannounce);
    paused = effect.paused ?? paused;
  };
  return {
    act: async (entry, effect) => {
      const known = lines.find(({ key }) => key === entry.key);
      if (known !== undefined) {
        const same = JSON.stringify(known.act) === JSON.stringify(entry.act);
        return same ? { kind: 'known', line: known } : { kind: 'other' };
      }
      const failed = effect.refund === undefined ? undefined : refundFails(effect.refund);
      if (failed !== undefined) return failed;
      apply(entry, effect);
      lines.push({ ...entry, seq: lines.length + 1 });
      return { kind: 'done', line: present(lines.at(-1), 'a line was added') };
    },
    refused: async (entry) => {
      const seq = lines.length + 1;
      lines.push({ ...entry, seq, key: `refused/${seq}`, before: {}, after: {} });
    },
    line: async (key) => lines.find((line) => line.key === key),
    lines: async (before = Number.POSITIVE_INFINITY, limit) =>
      lines
        .filter(({ seq }) => seq < before)
        .toReversed()
        .slice(0, limit),
    after: async (after) => lines.filter(({ seq }) => seq > after),
    suspended: async () => suspended,
    announcements: async (wallMs) => announcements.filter(({ untilMs }) => untilMs > wallMs),
    paused: async () => paused,
  };
}
