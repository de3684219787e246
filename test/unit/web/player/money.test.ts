// test/unit/web/player/money.test.ts - what the page signs: vouchers on time and never too high, terms only as shown.
import { expect, test } from 'vitest';
import { createPayer } from '../../../../clients/web/src/player/payer.ts';
import { consentTerms, pathsFor, planWish } from '../../../../clients/web/src/player/start.ts';
import { checkTerms, type Shown } from '../../../../clients/web/src/player/terms.ts';
import { createVoucherClock } from '../../../../clients/web/src/player/voucher-clock.ts';
import type { GameId, SessionId } from '../../../../src/base/ids.ts';
import type { PlayerToNode } from '../../../../src/protocol/control-messages.ts';
import type { HubToPlayer, PlayerToHub } from '../../../../src/protocol/player-messages.ts';
import { addressOf, signDigest } from '../../../../src/protocol/typed-data.ts';
import {
  type Consent,
  consentDigest,
  type Open,
  openDigest,
  toWire,
  voucherSignedBy,
} from '../../../../src/protocol/voucher.ts';
import { fakeConfig, fakeDomain, fakeNodes, fakeQuote, noBadMs } from '../../../e2e/web/fake-facts.ts';

const DBC = 10n ** 18n;
const key = new Uint8Array(32).fill(7);
const lease = `0x${'5e'.repeat(32)}` as const;
const terms = { lease, rateWeiPerHour: 50n * DBC, maxWei: 400n * DBC };

test('a voucher is due every 10 s of the clock, if there is more good time to say', () => {
  const clock = createVoucherClock(terms, 0n);
  expect(clock.due(0, 0)).toBeUndefined();
  expect(clock.due(9_000, 9_999)).toBeUndefined();
  expect(clock.due(9_000, 10_000)).toMatchObject({ seq: 1n, servedMs: 9_000n });
  expect(clock.due(9_000, 20_000)).toBeUndefined();
  expect(clock.due(19_000, 20_000)).toMatchObject({ seq: 2n, servedMs: 19_000n });
});

test('37 min 13 s at 50 DBC an hour are 31.013888888888888 DBC, to the grain', () => {
  const voucher = createVoucherClock(terms, 0n).now(2_233_000, 0);
  expect(voucher?.amount).toBe(31_013_888_888_888_888_000n);
});

test('no voucher is ever made above what the player allowed', () => {
  const clock = createVoucherClock({ ...terms, maxWei: 1_000n }, 0n);
  expect(clock.now(3_600_000, 0)).toBeUndefined();
  expect(clock.seq).toBe(0n);
});

function payerWithPorts(seqAfter = 0) {
  const said: { node: PlayerToNode[]; hub: PlayerToHub[] } = { node: [], hub: [] };
  const sessionKey = addressOf(key);
  const payer = createPayer(
    { ...terms, session: `s_${'a'.repeat(26)}` as SessionId, domain: fakeDomain, seqAfter },
    { consent: {} as Consent, signature: '0x', key: sessionKey, sign: (digest) => signDigest(digest, key) },
    { toNode: (message) => said.node.push(message) > 0, toHub: (message) => said.hub.push(message) > 0 },
  );
  return { payer, said, sessionKey };
}

test('node and hub get the same voucher, signed by the session key', () => {
  const { payer, said, sessionKey } = payerWithPorts();
  payer.settle(60_000, 0);
  const [toNode] = said.node;
  const [toHub] = said.hub;
  if (toNode?.t !== 'voucher' || toHub?.t !== 'voucher') throw new Error('no voucher was said');
  expect(toNode.voucher).toEqual(toHub.voucher);
  const { lease: of, seq, servedMs, amount } = toNode.voucher;
  const voucher = { lease: of, seq: BigInt(seq), servedMs: BigInt(servedMs), amount: BigInt(amount) };
  expect(voucherSignedBy(fakeDomain, voucher, toNode.signature, sessionKey)).toBe(true);
});

test('a new connection hears the last voucher again, unchanged', () => {
  const { payer, said } = payerWithPorts();
  payer.repeat();
  expect(said.node).toEqual([]);
  payer.settle(10_000, 0);
  payer.repeat();
  expect(said.node[1]).toEqual(said.node[0]);
});

test('a number that is too low is jumped over; any other refusal is kept for the player until one is kept', () => {
  const { payer, said } = payerWithPorts(4);
  payer.settle(10_000, 0);
  payer.heard({ t: 'voucher.refused', seq: 5, code: 'VOUCHER_TOO_LOW' }, 10_000, 1);
  const seqs = said.node.map((message) => (message.t === 'voucher' ? Number(message.voucher.seq) : 0));
  expect(seqs).toEqual([5, 16]);
  payer.heard({ t: 'voucher.refused', seq: 16, code: 'VOUCHER_TOO_HIGH' }, 10_000, 2);
  expect(payer.refused).toBe('VOUCHER_TOO_HIGH');
  payer.heard({ t: 'voucher.kept', seq: 16, shortfallMs: 700 }, 10_000, 3);
  expect([payer.refused, payer.shortfallMs]).toEqual([undefined, 700]);
});

// -- what the session key signs at the start --

const [tokyo, taipei] = fakeNodes();
if (tokyo === undefined || taipei === undefined) throw new Error('the fakes have nodes');
const config = fakeConfig();
const picture = { height: 720, fps: 60 };
const consent: Consent = {
  payer: `0x${'22'.repeat(20)}`,
  sessionKey: addressOf(key),
  maxAmount: 400n * DBC,
  maxRate: 50n * DBC,
  validFrom: 0n,
  validUntil: 10n ** 12n,
  nonce: 1n,
};
const shown: Shown = {
  consent: { consent, key: addressOf(key) },
  domain: fakeDomain,
  candidates: [tokyo, taipei].map((node) => ({
    node: node.node,
    name: node.name,
    region: node.region,
    ticket: 'a'.repeat(20),
    quote: fakeQuote(node, config, picture),
    freeSlots: 1,
  })),
};

function startedWith(change: Partial<Open> = {}): Extract<HubToPlayer, { t: 'started' }> {
  const quote = fakeQuote(taipei ?? fail(), config, picture);
  const open: Open = {
    consent: consentDigest(fakeDomain, consent),
    key: consent.sessionKey,
    node: `0x${'b'.repeat(40)}`,
    rate: BigInt(quote.rateWeiPerHour),
    baseShare: BigInt(quote.baseWeiPerHour),
    burnPolicy: BigInt(quote.burnPolicyNumber),
    gpuTier: BigInt(quote.gpuTier),
    maxAmount: 100n * DBC,
    startedAtMs: 1n,
    nonce: 2n,
    ...change,
  };
  return {
    t: 'started',
    re: 'a'.repeat(16) as never,
    session: `s_${'a'.repeat(26)}` as SessionId,
    token: 'a'.repeat(20),
    peer: `c_${'a'.repeat(26)}` as never,
    node: taipei?.node ?? fail(),
    nodeName: 'Taipei-2',
    region: 'Taipei',
    game: 'arcade' as GameId,
    path: 'direct',
    policy: 'all',
    ice: [],
    quote,
    open: toWire(open),
    lease: openDigest(fakeDomain, open) as never,
    choice: { node: taipei?.node ?? fail(), path: 'direct', reason: 'nearest', ranked: [] },
    resumed: false,
    goodMs: 0,
    badMs: noBadMs(),
    voucherSeq: 0,
  };
}
function fail(): never {
  throw new Error('the fakes have nodes');
}

test('terms as shown are signed', () => expect(checkTerms(startedWith(), shown).ok).toBe(true));

test.each([
  ['another rate', { rate: 51n * DBC }, 'rate'],
  ['a larger share to burn', { baseShare: 50n * DBC }, 'baseShare'],
  ['another policy', { burnPolicy: 9n }, 'burnPolicy'],
  ['another tier', { gpuTier: 2n }, 'gpuTier'],
  ['more than allowed', { maxAmount: 401n * DBC }, 'maxAmount'],
  ['another node', { node: `0x${'c'.repeat(40)}` as const }, 'node'],
  ['another consent', { consent: lease }, 'consent'],
])('%s is not signed', (_, change, field) => {
  expect(checkTerms(startedWith(change), shown)).toEqual({ ok: false, error: { field } });
});

test('a lease that is not the digest of its open is not signed', () => {
  expect(checkTerms({ ...startedWith(), lease: lease as never }, shown)).toEqual({
    ok: false,
    error: { field: 'lease' },
  });
});

test('a node that was not among the candidates, or a dearer quote, is not signed', () => {
  const elsewhere = { ...startedWith(), node: `0x${'9'.repeat(40)}` as never };
  expect(checkTerms(elsewhere, shown)).toEqual({ ok: false, error: { field: 'node' } });
  const dearer = startedWith();
  const quote = { ...dearer.quote, promise: { ...dearer.quote.promise, fps: 30 } };
  expect(checkTerms({ ...dearer, quote }, shown)).toEqual({ ok: false, error: { field: 'quote' } });
});

test('a consent asks for the dearest candidate and eight hours, unless the player chose an amount', () => {
  const plan = { candidates: [...shown.candidates] };
  expect(consentTerms(plan)).toEqual({ maxRateWeiPerHour: 50n * DBC, maxAmountWei: 400n * DBC });
  expect(consentTerms(plan, 7n).maxAmountWei).toBe(7n);
});

test('a player who hides their address is never measured directly', () => {
  expect(pathsFor('relay')).toEqual(['relay']);
  expect(pathsFor('relay-tcp')).toEqual(['relay-tcp']);
  expect(planWish({ game: 'arcade' as GameId, path: 'auto' }).paths).toContain('direct');
});
