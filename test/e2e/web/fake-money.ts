// test/e2e/web/fake-money.ts - the scripted hub's answers about money, chain and administration: numbers a person could
// believe, and a chain that takes a signed transaction and puts a block on it whenever it is asked.
import { Transaction } from 'ethers';
import { calldata } from '../../../clients/web/src/wallet/contract-calls.ts';
import type { SessionId } from '../../../src/base/ids.ts';
import { grain } from '../../../src/base/units.ts';
import type { AdminActRequest, AuditLine } from '../../../src/protocol/admin-api.ts';
import type { ChainFacts } from '../../../src/protocol/http-api.ts';
import type { Earnings, LedgerLine } from '../../../src/protocol/money-api.ts';
import { fakeDomain, fakeNodes } from './fake-facts.ts';

const DBC = 10n ** 18n;
const dbc = (count: number): string => grain((BigInt(Math.round(count * 1e6)) * DBC) / 1_000_000n).toString();
const registry = `0x${'5a'.repeat(20)}` as const;
const player0 = `0x${'22'.repeat(20)}`;
const session = `s_${'7'.repeat(26)}` as SessionId;

type Answer = { readonly status: number; readonly body?: unknown; readonly type?: string };
const ok = (body: unknown): Answer => ({ status: 200, body });

/** Lines of one account, newest first. */
export function fakeLines(count: number): LedgerLine[] {
  const kinds = ['release', 'hold', 'refund', 'deposit', 'gift'] as const;
  return Array.from({ length: count }, (_, index) => {
    const kind = kinds[index % kinds.length] ?? 'other';
    return {
      key: `line/${index}`,
      atMs: Date.now() - index * 3_600_000,
      currency: 'PLAY' as const,
      kind,
      amountWei: `${kind === 'hold' ? '-' : ''}${dbc(3.25 + index)}`,
      balanceWei: dbc(950 - index),
      other: kind === 'deposit' ? 'chain' : 'held',
      ...(kind === 'hold' || kind === 'release' ? { session } : {}),
      ...(kind === 'refund' ? { reason: 'the picture stood still' } : {}),
    };
  });
}

/** Everything about money that the scripted hub knows. */
export class FakeMoney {
  chain: ChainFacts = {
    state: 'live',
    chainId: fakeDomain.chainId.toString(),
    escrow: fakeDomain.verifyingContract,
    registry,
    rpcUrls: [],
    explorer: { transaction: 'https://explorer.example/tx/', address: 'https://explorer.example/address/' },
    headNumber: 812_345,
    readNumber: 812_343,
    confirmations: 3,
    waiting: 0,
  };
  account = {
    coinsWei: dbc(2_500),
    balanceWei: dbc(950),
    earnedWei: dbc(332.5),
    withdrawWei: '0',
    withdrawAtMs: 0,
  };
  /** Transactions that pages signed, by hash, with the blocks on top of each. */
  readonly sent = new Map<string, { readonly transaction: Transaction; readonly block: number }>();
  /** Transactions are refused by the contract. */
  fails = false;
  admin = true;
  paused = false;
  readonly audit: AuditLine[] = [];
  readonly lines = fakeLines(60);

  /** The answer to `METHOD /path`, or undefined when it is about something else. */
  answer(what: string, url: URL, body: unknown, player: string): Answer | undefined {
    if (what === 'GET /api/chain') return ok(this.chain);
    if (what === 'POST /api/chain/rpc') {
      const { id, method, params } = body as { id: number; method: string; params: unknown[] };
      return ok({ jsonrpc: '2.0', id, result: this.#rpc(method, params) });
    }
    const node = /^GET \/api\/operator\/nodes\/(0x[0-9a-f]{40})\/binding$/.exec(what)?.[1];
    if (node !== undefined) {
      const nonce = url.searchParams.get('nonce');
      return ok({ node, operator: player, nonce, signature: `0x${'12'.repeat(65)}` });
    }
    if (/^GET \/api\/(me|operator)\/ledger$/.test(what)) return this.#page(url);
    if (/^GET \/api\/(me|operator)\/ledger\.csv$/.test(what)) {
      return { status: 200, type: 'text/csv', body: 'time,kind,amount_wei\n' };
    }
    if (what === 'GET /api/me/holds') {
      const hold = { session, nodeName: 'Taipei-2', startedAtMs: Date.now() - 600_000, billedMs: 590_000 };
      return ok({ currency: 'PLAY', holds: [{ ...hold, heldWei: dbc(9.1), costWei: dbc(8.194444) }] });
    }
    if (what === 'GET /api/operator/earnings') return ok(this.#earnings(player));
    return what.includes(' /api/admin/') ? this.#admin(what, body, player) : undefined;
  }

  #rpc(method: string, params: readonly unknown[]): unknown {
    const hex = (value: bigint | number): string => `0x${BigInt(value).toString(16)}`;
    switch (method) {
      case 'eth_getBalance':
        return hex(BigInt(this.account.coinsWei));
      case 'eth_getBlockByNumber':
        return { timestamp: hex(Math.floor(Date.now() / 1_000)) };
      case 'eth_gasPrice':
        return hex(10_000_000_000n);
      case 'eth_getTransactionCount':
        return hex(this.sent.size);
      case 'eth_blockNumber':
        return hex(this.chain.headNumber++);
      case 'eth_call':
        return this.#view(params[0] as { data: string });
      case 'eth_sendRawTransaction': {
        const transaction = Transaction.from(String(params[0]));
        this.sent.set(transaction.hash ?? '', { transaction, block: this.chain.headNumber });
        return transaction.hash;
      }
      case 'eth_getTransactionReceipt': {
        const sent = this.sent.get(String(params[0]));
        return sent === undefined ? null : { blockNumber: hex(sent.block), status: this.fails ? '0x0' : '0x1' };
      }
      default:
        throw new Error(`the fake chain knows no ${method}`);
    }
  }

  #view({ data }: { data: string }): string {
    const of = (signature: string): boolean => data.startsWith(calldata(signature, []));
    const { balanceWei, earnedWei, withdrawWei, withdrawAtMs } = this.account;
    const answer = (...values: (bigint | string | number)[]): string =>
      `0x${values.map((value) => BigInt(value).toString(16).padStart(64, '0')).join('')}`;
    if (of('accountOf(address)')) return answer(balanceWei, earnedWei, withdrawWei, Math.floor(withdrawAtMs / 1_000));
    if (of('claimable(address)')) return answer(0n);
    if (of('rules()')) return answer(dbc(1_000), dbc(100_000), 0n, 7 * 86_400);
    if (of('bindNonce(address)')) return answer(5n);
    const first = data.endsWith(fakeNodes()[0]?.node.slice(2) ?? '-');
    return first ? answer(player0, 1n, 0n, dbc(1_000), 0n, 0n) : answer(0n, 0n, 0n, 0n, 0n, 0n);
  }

  #page(url: URL): Answer {
    const from = Number(url.searchParams.get('before') ?? '0');
    const until = from + Number(url.searchParams.get('limit') ?? '100');
    const more = until < this.lines.length;
    return ok({
      lines: this.lines.slice(from, until),
      balanceWei: dbc(950),
      currency: 'PLAY',
      ...(more ? { next: `${until}` } : {}),
    });
  }

  #earnings(player: string): Earnings {
    const day = (back: number): string => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
    return {
      operator: player as Earnings['operator'],
      currency: 'DBC',
      earnedWei: dbc(1_330.25),
      redeemableWei: dbc(332.5),
      redeemedWei: dbc(997.75),
      runningWei: dbc(9.1),
      burnedWei: dbc(600),
      platformWei: dbc(70),
      policy: { name: 'seed-2024', gpuTier: 0, burnBps: 3_000, platformBps: 500 },
      byPolicy: [
        { policy: 'seed-2024', burnBps: 3_000, sessions: 41, burnedWei: dbc(560) },
        { policy: 'chain-2026', burnBps: 500, sessions: 3, burnedWei: dbc(40) },
      ],
      byNode: [],
      byDay: [0, 1, 2].map((back) => ({ day: day(back), sessions: 5 + back, billedMs: 9_000_000, earnedWei: dbc(90) })),
    };
  }

  #admin(what: string, body: unknown, player: string): Answer | undefined {
    if (!this.admin) return { status: 403, body: { code: 'FORBIDDEN', id: 'req-1' } };
    if (what === 'GET /api/admin/state') {
      const who = `0x${'ad'.repeat(20)}` as const;
      return ok({
        paused: this.paused,
        reconcile: {
          atMs: Date.now() - 1_200_000,
          state: 'balanced',
          currency: 'DBC',
          liabilitiesWei: dbc(120_034.5),
          depositsWei: dbc(120_040),
          wrongAccounts: [],
        },
        suspended: [{ kind: 'player', id: who, sinceMs: Date.now() - 8e6, who: player, reason: 'charged back twice' }],
        announcements: [{ id: 'a1', text: '今晚 02:00 維護十分鐘', untilMs: Date.now() + 9e6 }],
        running: 7,
        nodes: [],
      });
    }
    if (what === 'GET /api/admin/revenue') {
      const parts = { costWei: dbc(500), burnWei: dbc(150), platformWei: dbc(17.5), operatorWei: dbc(332.5) };
      const days = [0, 1, 2].map((back) => ({
        day: new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10),
        sessions: 12,
        payers: 5,
        billedMs: 36_000_000,
        ...parts,
      }));
      return ok({ currency: 'DBC', days, platformWei: dbc(52.5), burnWei: dbc(450), refundedWei: dbc(3) });
    }
    if (what === 'GET /api/admin/audit') return ok({ lines: [...this.audit].reverse() });
    if (what !== 'POST /api/admin/acts') return undefined;
    const { key, reason, act } = body as AdminActRequest;
    const known = this.audit.find((line) => line.key === key);
    if (known !== undefined) return ok(known);
    if (act.t === 'pause' || act.t === 'resume') this.paused = act.t === 'pause';
    const line = { seq: this.audit.length + 1, key, atMs: Date.now(), who: player, act, reason, before: {}, after: {} };
    this.audit.push(line);
    return ok(line);
  }
}
