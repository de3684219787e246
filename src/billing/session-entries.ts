// src/billing/session-entries.ts - do the entries of a session follow from its receipt? First the holds and what became of them;
// then what the chain made of it, where coins settle (`s_.../chain/ROUND/...`), or what was given back of play money
// (`refund/s_.../...`). A log has no other entries.
import { lesser } from '../base/bigint.ts';
import { GRAIN_WEI, grain } from '../base/units.ts';
import type { SessionLog } from '../protocol/money-api.ts';
import type { Receipt } from '../protocol/receipt.ts';
import { type AccountId, shortOf } from './ledger.ts';
import { affordableMs, priceWei } from './pricing.ts';
import type { ReadReceipt } from './receipt-checks.ts';
import type { AuditLines } from './record-checks.ts';
import { type Split, splitCost } from './split.ts';

type Line = SessionLog['transfers'][number];
/** A line with its place in the log. */
type Placed = Line & { readonly at: string };

/** A node may have served some seconds after its last tick, and hold a voucher for them that no hub saw. */
const UNSEEN_MS = 15_000n;

const currencyOf = (account: string): string => account.slice(0, account.indexOf('/'));
const withoutCurrency = (account: string): string => account.slice(account.indexOf('/') + 1);

/** What must have left the hold, by the receipt: key -> account without its currency, wei. */
function partsOf(receipt: Receipt): Map<string, readonly [to: string, wei: string]> {
  const { session, quote, operator, player } = receipt;
  const parts = [
    ['burn', `burn/${quote.burnPolicy}`, receipt.burnWei],
    ['platform', 'platform/fees', receipt.platformWei],
    ['operator', `operator/${operator}`, receipt.operatorWei],
    ['release', `player/${player}`, receipt.releasedWei],
  ] as const;
  return new Map(parts.filter(([, , wei]) => wei !== '0').map(([part, to, wei]) => [`${session}/${part}`, [to, wei]]));
}

function checkHolds(receipt: Receipt, transfers: readonly Placed[], lines: AuditLines): void {
  const { session, player } = receipt;
  const parts = partsOf(receipt);
  let [holds, heldWei] = [0, 0n];
  for (const { at, key, from, to, amountWei } of transfers) {
    const part = parts.get(key);
    parts.delete(key);
    if (part === undefined) {
      holds += 1;
      heldWei += BigInt(amountWei);
      lines.equal(`${at}.key`, key, `${session}/hold/${holds}`);
    } else lines.equal(`${at}.amountWei`, amountWei, part[1]);
    lines.equal(`${at}.from`, withoutCurrency(from), part === undefined ? `player/${player}` : `held/${session}`);
    lines.equal(`${at}.to`, withoutCurrency(to), part === undefined ? `held/${session}` : part[0]);
  }
  for (const [key, [to, wei]] of parts) lines.that(`transfers ${key}`, 'missing', `${wei} to ${to}`, false);
  lines.equal('transfers (sum of holds)', heldWei, receipt.heldWei);
}

/** Refunds are of play money: the operator gives the share that it got, the platform the rest, together at most the cost. */
function checkRefunds(receipt: Receipt, refunds: readonly Placed[], lines: AuditLines): void {
  const { session, player, operator, burned } = receipt;
  if (refunds.length === 0) return;
  lines.that('transfers (refunds)', burned, 'play-money', burned === 'play-money');
  const costWei = BigInt(receipt.costWei);
  const actOf = ({ key }: Placed): string => key.slice(0, key.lastIndexOf('/'));
  let refundedWei = 0n;
  for (const entries of Map.groupBy(refunds, actOf).values()) {
    const totalWei = entries.reduce((sum, { amountWei }) => sum + BigInt(amountWei), 0n);
    refundedWei += totalWei;
    const operatorWei = costWei === 0n ? 0n : grain((totalWei * BigInt(receipt.operatorWei)) / costWei);
    const parts = new Map([
      ['operator', [`operator/${operator}`, operatorWei] as const],
      ['platform', ['platform/fees', totalWei - operatorWei] as const],
    ]);
    for (const { at, key, from, to, amountWei } of entries) {
      const name = key.slice(key.lastIndexOf('/') + 1);
      const part = parts.get(name);
      parts.delete(name);
      lines.that(`${at}.key`, key, `refund/${session}/KEY/operator or platform, once each`, part !== undefined);
      lines.equal(`${at}.from`, withoutCurrency(from), part?.[0] ?? '-');
      lines.equal(`${at}.to`, withoutCurrency(to), `player/${player}`);
      lines.equal(`${at}.amountWei`, amountWei, part?.[1] ?? '-');
    }
  }
  lines.that('transfers (sum of refunds)', refundedWei, `at most ${costWei}`, refundedWei <= costWei);
}

/** Whose an account is, as far as a session's end goes: a wallet, `burn` or `platform`; undefined where it may not occur. */
function ownerOf(receipt: Receipt, wallets: ReadonlySet<string>, account: string): string | undefined {
  const [kind = '', ...rest] = withoutCurrency(account).split('/');
  const owner = rest.join('/');
  if (kind === 'burn') return owner === receipt.quote.burnPolicy ? 'burn' : undefined;
  if (kind === 'platform') return owner === 'fees' ? 'platform' : undefined;
  if (kind === 'player') return owner === receipt.player ? owner : undefined;
  if (kind === 'operator') return wallets.has(owner) ? owner : undefined;
  if (kind !== 'chain' || rest[0] !== 'short') return undefined;
  const of = rest.slice(1).join('/');
  return of === 'burn' || wallets.has(of) ? of : 'platform';
}

/** True for what some voucher of this rate is worth: the price of whole milliseconds. */
function isPrice(rate: bigint, wei: bigint): boolean {
  return wei === priceWei(rate, affordableMs(rate, wei));
}

/** What the chain may have paid in all: nothing, the last voucher, an earlier one that closed, or one that only the node had. */
function paidWei({ receipt, open, voucher }: ReadReceipt, gains: ReadonlyMap<string, bigint>, apart: boolean): bigint {
  const vouchedWei = grain(voucher?.amount ?? 0n);
  // A player whose own machine it was is on both sides: only the burn shows whether anything was paid.
  const missed = gains.get('burn') === -BigInt(receipt.burnWei) ? 0n : vouchedWei;
  const wei = apart ? BigInt(receipt.costWei) - (gains.get(receipt.player) ?? 0n) : missed;
  const unseenWei = lesser(open.maxAmount, priceWei(open.rate, BigInt(receipt.nodeGoodMs) + UNSEEN_MS));
  const earlier = wei > 0n && wei < vouchedWei && isPrice(open.rate, wei);
  const mayBe = wei === 0n || earlier || (wei > vouchedWei && wei <= unseenWei && wei === grain(wei));
  return mayBe ? wei : vouchedWei;
}

function splitOf({ receipt, open }: ReadReceipt, costWei: bigint): Split {
  return splitCost(costWei, {
    rateWeiPerHour: open.rate,
    baseWeiPerHour: lesser(open.baseShare, open.rate),
    burnBps: BigInt(receipt.quote.burnBps),
    platformBps: BigInt(receipt.quote.platformBps),
  });
}

/** One end of a session on the chain: what each gained by it is what the chain paid less what the books had charged. */
function checkEnd(read: ReadReceipt, name: string, entries: readonly Placed[], lines: AuditLines): void {
  const { receipt } = read;
  const { player, operator } = receipt;
  const paidTo = new Set<string>([operator]); // The contract pays whoever staked, which may have become another.
  for (const { from, to } of entries) {
    for (const account of [from, to].map(withoutCurrency)) {
      if (account.startsWith('operator/')) paidTo.add(account.slice('operator/'.length));
    }
  }
  const payees = [...paidTo].slice(0, 2);
  const wallets = new Set<string>([player, ...payees]);
  const gains = new Map<string, bigint>();
  const gain = (owner: string, wei: bigint): void => void gains.set(owner, (gains.get(owner) ?? 0n) + wei);
  for (const { at, from, to, amountWei } of entries) {
    const owners = [from, to].map((account) => ownerOf(receipt, wallets, account));
    const [giver, taker] = owners;
    lines.that(`${at}.from`, withoutCurrency(from), 'an account of this session', giver !== undefined);
    lines.that(`${at}.to`, withoutCurrency(to), 'an account of this session', taker !== undefined);
    if (giver === undefined || taker === undefined) continue;
    lines.that(
      `${at}.to`,
      withoutCurrency(to),
      'an end moves to or from the player',
      giver === taker || owners.includes(player),
    );
    gain(giver, -BigInt(amountWei));
    gain(taker, BigInt(amountWei));
  }
  const paid = splitOf(read, paidWei(read, gains, !payees.includes(player)));
  const due = new Map<string, bigint>();
  const owe = (owner: string, wei: bigint): void => void due.set(owner, (due.get(owner) ?? 0n) + wei);
  const parts = [
    ['burn', paid.burnWei - BigInt(receipt.burnWei)],
    ['platform', paid.platformWei - BigInt(receipt.platformWei)],
    [operator, -BigInt(receipt.operatorWei)],
    [payees[1] ?? operator, paid.operatorWei],
  ] as const;
  for (const [owner, wei] of parts) {
    owe(owner, wei);
    owe(player, -wei);
  }
  for (const owner of new Set([...gains.keys(), ...due.keys()])) {
    lines.equal(`transfers ${name} (${owner})`, gains.get(owner) ?? 0n, due.get(owner) ?? 0n);
  }
}

/** An end that the chain took back: each of its entries went back whole, where need be from what its taker is short of. */
function checkBack(entries: readonly Placed[], backs: readonly Placed[], lines: AuditLines): void {
  const left = new Map(backs.map((line) => [line.key, line]));
  for (const { key, from, to, amountWei } of entries) {
    let backWei = 0n;
    for (const word of ['back', 'back-short']) {
      const line = left.get(`${key}/${word}`);
      left.delete(`${key}/${word}`);
      if (line === undefined) continue;
      backWei += BigInt(line.amountWei);
      lines.equal(`${line.at}.from`, line.from, word === 'back' ? to : shortOf(to as AccountId));
      lines.equal(`${line.at}.to`, line.to, from);
    }
    lines.equal(`transfers ${key} (taken back)`, backWei, amountWei);
  }
  for (const { at, key } of left.values()) lines.that(`${at}.key`, key, 'an entry that it takes back', false);
}

/** What became of a session on the chain: ends by rounds, of which all but the last were taken back. */
function checkChain(read: ReadReceipt, entries: readonly Placed[], lines: AuditLines): void {
  const { session, burned } = read.receipt;
  if (entries.length === 0) return;
  lines.that('transfers (chain)', burned, 'on-chain', burned === 'on-chain');
  const nameOf = ({ key }: Placed): string => key.split('/').slice(0, 3).join('/');
  const rounds = [...Map.groupBy(entries, nameOf)];
  let last = -1;
  for (const [index, [name, all]] of rounds.entries()) {
    const round = Number(name.slice(`${session}/chain/`.length));
    lines.that(`${all[0]?.at}.key`, name, `a round after ${last}`, Number.isSafeInteger(round) && round > last);
    last = round;
    const backs = all.filter(({ key }) => key.split('/').length > 4);
    const own = all.filter(({ key }) => key.split('/').length <= 4);
    for (const [place, { at, key }] of own.entries()) lines.equal(`${at}.key`, key, `${name}/${place}`);
    checkEnd(read, name, own, lines);
    if (backs.length > 0 || index < rounds.length - 1) checkBack(own, backs, lines);
  }
}

/** Compares every entry of a session with its receipt, and names each that does not follow from it. */
export function checkEntries(read: ReadReceipt, transfers: readonly Line[], lines: AuditLines): void {
  const { session } = read.receipt;
  const placed = transfers.map((line, index): Placed => ({ ...line, at: `transfers[${index}]` }));
  for (const { at, amountWei } of placed) {
    lines.that(`${at}.amountWei`, amountWei, `a multiple of ${GRAIN_WEI}`, BigInt(amountWei) % GRAIN_WEI === 0n);
  }
  const kindOf = ({ key }: Placed): 'refund' | 'chain' | 'hold' => {
    if (key.startsWith(`refund/${session}/`)) return 'refund';
    return key.startsWith(`${session}/chain/`) ? 'chain' : 'hold';
  };
  const kinds = Map.groupBy(placed, kindOf);
  checkHolds(read.receipt, kinds.get('hold') ?? [], lines);
  checkChain(read, kinds.get('chain') ?? [], lines);
  checkRefunds(read.receipt, kinds.get('refund') ?? [], lines);
  const currencies = new Set(transfers.flatMap(({ from, to }) => [currencyOf(from), currencyOf(to)]));
  lines.that('transfers (currency)', [...currencies].join(' and '), 'one', currencies.size === 1);
}
