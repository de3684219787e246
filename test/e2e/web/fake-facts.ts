// test/e2e/web/fake-facts.ts - what the fake hub says: games, nodes, prices, receipts. Numbers a person could believe.
import type { GameId, NodeId, OperatorId, PlayerId, SessionId } from '../../../src/base/ids.ts';
import { grain } from '../../../src/base/units.ts';
import { priceWei } from '../../../src/billing/pricing.ts';
import { splitCost } from '../../../src/billing/split.ts';
import type { SignedVoucher } from '../../../src/billing/voucher-book.ts';
import type { PublicConfig, Timeline } from '../../../src/protocol/http-api.ts';
import type { PlayerToHub } from '../../../src/protocol/player-messages.ts';
import type { Receipt } from '../../../src/protocol/receipt.ts';
import { receiptSealer } from '../../../src/protocol/receipt-seal.ts';
import type { BadMs, EndReason, Game, Quote } from '../../../src/protocol/shapes.ts';
import type { Signature } from '../../../src/protocol/typed-data.ts';
import { type Consent, type Open, openDigest, toWire } from '../../../src/protocol/voucher.ts';

/** Where signatures count in these tests. */
export const fakeDomain = { chainId: 19_850_818n, verifyingContract: `0x${'11'.repeat(20)}` as const };

/** A node that the hub offers. */
export type FakeNode = {
  readonly node: NodeId;
  readonly name: string;
  readonly region: string;
  /** How far it pretends to be. */
  readonly rttMs: number;
  freeSlots: number;
  readonly reliability: number;
  readonly rateDbcPerHour: number;
};

const nodeId = (digit: string): NodeId => `0x${digit.repeat(40)}` as NodeId;

/** Four nodes at different distances, the nearest not the first. */
export const fakeNodes = (): FakeNode[] => [
  {
    node: nodeId('a'),
    name: 'Tokyo-1',
    region: 'Tokyo',
    rttMs: 38,
    freeSlots: 3,
    reliability: 0.994,
    rateDbcPerHour: 50,
  },
  {
    node: nodeId('b'),
    name: 'Taipei-2',
    region: 'Taipei',
    rttMs: 9,
    freeSlots: 2,
    reliability: 0.998,
    rateDbcPerHour: 50,
  },
  {
    node: nodeId('c'),
    name: 'Hong Kong-1',
    region: 'Hong Kong',
    rttMs: 24,
    freeSlots: 1,
    reliability: 0.981,
    rateDbcPerHour: 45,
  },
  {
    node: nodeId('d'),
    name: 'Singapore-3',
    region: 'Singapore',
    rttMs: 61,
    freeSlots: 4,
    reliability: 0.97,
    rateDbcPerHour: 40,
  },
];

const game = (
  id: string,
  title: Game['title'],
  summary: Game['summary'],
  input: Game['input'],
  saves: boolean,
): Game => ({
  id: id as GameId,
  title,
  summary,
  picture: { width: 1280, height: 720, fps: 60 },
  input,
  saves,
});

/** The library of the tests. */
export const fakeGames: readonly Game[] = [
  game(
    'arcade',
    { 'zh-Hant': '霓虹航道', 'zh-Hans': '霓虹航道', en: 'Neon Lane' },
    {
      'zh-Hant': '兩分鐘一局的街機：左右閃避，越快越準。內建遊戲，什麼都不用裝。',
      'zh-Hans': '两分钟一局的街机：左右闪避，越快越准。内置游戏，什么都不用装。',
      en: 'A two-minute arcade run: dodge left and right, faster and closer. Built in, nothing to install.',
    },
    { keyboard: true, mouse: 'absolute', gamepad: true, touch: true },
    false,
  ),
  game(
    'freedoom',
    { 'zh-Hant': 'Freedoom', 'zh-Hans': 'Freedoom', en: 'Freedoom' },
    {
      'zh-Hant': '自由的第一人稱射擊經典，跑在 crispy-doom 上。進度會存起來。',
      'zh-Hans': '自由的第一人称射击经典，运行在 crispy-doom 上。进度会保存。',
      en: 'The free first-person classic on crispy-doom. Your progress is kept.',
    },
    { keyboard: true, mouse: 'relative', gamepad: false, touch: false },
    true,
  ),
  game(
    'neverball',
    { 'zh-Hant': 'Neverball', 'zh-Hans': 'Neverball', en: 'Neverball' },
    {
      'zh-Hant': '傾斜地面，讓球滾到終點。滑鼠或搖桿都順手。',
      'zh-Hans': '倾斜地面，让球滚到终点。鼠标或手柄都顺手。',
      en: 'Tilt the floor and roll the ball home. Good with a mouse or a stick.',
    },
    { keyboard: true, mouse: 'relative', gamepad: true, touch: false },
    true,
  ),
];

/** What every page asks first. */
export function fakeConfig(): PublicConfig {
  return {
    version: '0.1.0',
    playMoney: true,
    chainMode: 'dev',
    domain: { chainId: fakeDomain.chainId.toString(), verifyingContract: fakeDomain.verifyingContract },
    games: [...fakeGames],
    price: { microUsdPerDbc: 2_000, atMs: Date.now() - 240_000, source: 'fixed' },
    nodes: { online: 4, freeSlots: 10, regions: ['Taipei', 'Tokyo', 'Hong Kong', 'Singapore'] },
    relays: { udp: true, tcp: true, tls: false },
    announcements: [],
  };
}

/** A quote of a node. */
export function fakeQuote(node: FakeNode, config: PublicConfig, picture: { height: number; fps: number }): Quote {
  const rate = BigInt(node.rateDbcPerHour) * 10n ** 18n;
  return {
    rateWeiPerHour: rate.toString(),
    baseWeiPerHour: grain((rate * 8n) / 10n).toString(),
    rateMicroUsdPerHour: node.rateDbcPerHour * config.price.microUsdPerDbc,
    burnPolicy: 'seed-2024',
    burnPolicyNumber: 1,
    gpuTier: 0,
    burnBps: 3_000,
    platformBps: 500,
    priceAtMs: config.price.atMs,
    priceSource: config.price.source,
    promise: { fps: picture.fps, height: picture.height, rttCapMs: 60 },
  };
}

/** No bad time. */
export function noBadMs(): BadMs {
  return { 'no-frame-yet': 0, 'few-sent': 0, 'few-decoded': 0, gap: 0, rtt: 0, 'input-unanswered': 0, disconnected: 0 };
}

type Tick = Extract<PlayerToHub, { t: 'tick' }>;
type Over = {
  readonly id: SessionId;
  readonly node: FakeNode;
  readonly player: string;
  readonly consent: Consent;
  readonly open: Open;
  readonly game: string;
  readonly startedAtMs: number;
  readonly goodMs: number;
  readonly reason: EndReason;
  readonly lastTick: Tick | undefined;
  readonly consentSignature: Signature;
  readonly openSignature: Signature | undefined;
  readonly lastVoucher: SignedVoucher | undefined;
};

/** The fake hub's own hand. */
const seal = receiptSealer(new Uint8Array(32).fill(7));

/** The receipt of a session that ended, by the formulas of DESIGN 6. */
export function fakeReceipt(over: Over): Receipt {
  const { open, consent, node } = over;
  const quote = fakeQuote(node, fakeConfig(), { height: 720, fps: 60 });
  const goodMs = over.openSignature === undefined ? 0 : over.goodMs;
  const cost = priceWei(open.rate, BigInt(goodMs));
  const terms = { rateWeiPerHour: open.rate, baseWeiPerHour: open.baseShare, burnBps: 3_000n, platformBps: 500n };
  const { burnWei, platformWei, operatorWei } = splitCost(cost, terms);
  const held = priceWei(open.rate, BigInt(goodMs) + 60_000n);
  return seal({
    v: 1,
    session: over.id,
    player: over.player as PlayerId,
    node: node.node,
    nodeName: node.name,
    operator: `0x${'0e'.repeat(20)}` as OperatorId,
    region: node.region,
    game: over.game as GameId,
    path: 'direct',
    choice: {
      node: node.node,
      path: 'direct',
      reason: 'nearest',
      ranked: fakeNodes().map((each) => ({
        node: each.node,
        name: each.name,
        path: 'direct',
        rttMinMs: each.rttMs + 1.2,
        jitterMs: each.rttMs * 0.04,
        loss: 0,
      })),
    },
    startedAtMs: over.startedAtMs,
    firstFrameAtMs: over.startedAtMs + 900,
    endedAtMs: Math.max(Date.now(), over.startedAtMs + over.goodMs + 1_900),
    reason: over.reason,
    billedMs: goodMs,
    playerGoodMs: over.goodMs,
    nodeGoodMs: over.goodMs,
    freeMs: over.lastTick?.badMs ?? noBadMs(),
    quote,
    costWei: cost.toString(),
    burnWei: burnWei.toString(),
    platformWei: platformWei.toString(),
    operatorWei: operatorWei.toString(),
    heldWei: held.toString(),
    releasedWei: (held - cost).toString(),
    burned: 'play-money',
    domain: { chainId: fakeDomain.chainId.toString(), verifyingContract: fakeDomain.verifyingContract },
    consent: toWire(consent),
    consentSignature: over.consentSignature,
    open: toWire(open),
    ...(over.openSignature && { openSignature: over.openSignature }),
    lease: openDigest(fakeDomain, open) as never,
    ...(over.lastVoucher && {
      voucher: toWire(over.lastVoucher.voucher),
      voucherSignature: over.lastVoucher.signature,
    }),
    receivedBytes: over.lastTick?.sample?.receivedBytes ?? 0,
  });
}

/** The timeline of the ticks a page sent; with too few of them a made-up half hour, so that the chart has a shape. */
export function timelineOf(receipt: Receipt, ticks: readonly Tick[]): Timeline {
  const real = ticks.filter(({ sample }) => sample !== undefined);
  if (real.length >= 3) {
    return {
      samples: real.map(({ goodMs, sample }, index) => ({
        atMs: receipt.startedAtMs + index * 5_000,
        goodMs,
        costWei: grain((BigInt(receipt.quote.rateWeiPerHour) * BigInt(goodMs)) / 3_600_000n).toString(),
        fps: sample?.fps ?? 0,
        rttMs: sample?.rttMs ?? 0,
        lossShare: sample?.lossShare ?? 0,
        kbps: sample?.kbps ?? 0,
        ...(sample?.clickToFrameMs === undefined ? {} : { clickToFrameMs: sample.clickToFrameMs }),
      })),
    };
  }
  let goodMs = 0;
  return {
    samples: Array.from({ length: 240 }, (_, index) => {
      const weak = (index > 96 && index < 108) || index === 170;
      if (!weak) goodMs += 5_000;
      return {
        atMs: receipt.startedAtMs + index * 5_000,
        goodMs,
        costWei: grain((BigInt(receipt.quote.rateWeiPerHour) * BigInt(goodMs)) / 3_600_000n).toString(),
        fps: weak ? 22 + (index % 5) : 59.5 - (index % 3) * 0.4,
        rttMs: weak ? 88 + (index % 7) * 6 : 13 + Math.sin(index / 9) * 2 + (index % 4) * 0.4,
        lossShare: weak ? 0.06 : 0.001,
        kbps: weak ? 3_000 : 7_800 + (index % 11) * 60,
        clickToFrameMs: weak ? 160 : 48 + (index % 6),
      };
    }),
  };
}
