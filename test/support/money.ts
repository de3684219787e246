// test/support/money.ts - what tests of money share: a book with its parts, players who sign, and the acts of a session.
// Signatures are text here unless a test wants real ones: verifying one takes a millisecond, and the simulation has
// hundreds of thousands.

import type { BookParts } from '../../src/app/money/book-core.ts';
import type { MoneyStore } from '../../src/app/money/ports.ts';
import { MoneyBook } from '../../src/app/money/session-book.ts';
import type { OpenedSession, OpenSession } from '../../src/app/session-book.ts';
import type { IdempotencyKey, NodeId, OperatorId, PlayerId, SessionId } from '../../src/base/ids.ts';
import { seededRandom } from '../../src/base/random.ts';
import { burnBpsOf, burnPolicies } from '../../src/billing/burn-policy.ts';
import { priceWei } from '../../src/billing/pricing.ts';
import type { BadMs, Quote } from '../../src/protocol/shapes.ts';
import type { Address, Hash32, Signature, SigningDomain } from '../../src/protocol/typed-data.ts';
import {
  type Consent,
  consentDigest,
  type Open,
  openDigest,
  type Voucher,
  voucherDigest,
} from '../../src/protocol/voucher.ts';
import { NO_BAD_MS } from '../../src/session/good-time.ts';

/** Where test signatures count. */
export const domain: SigningDomain = {
  chainId: 19_850_818n,
  verifyingContract: '0x00000000000000000000000000000000000000aa',
};
/** 50 DBC an hour: 0.10 USD at 0.002. */
export const RATE = 50n * 10n ** 18n;
/** A Monday in 2026, so that days have names. */
export const WALL_MS = Date.UTC(2026, 5, 1, 12);

/** An address made of a number. */
export const address = (number: number): Address => `0x${number.toString(16).padStart(40, '0')}`;
/** A session id made of a number. */
export const sessionId = (number: number) => `s_${number.toString(32).padStart(26, '0')}` as SessionId;

/** The signature of tests: who signed what, readable. 20 bytes of address, 32 of digest, 13 of nothing. */
export const sign = (digest: Hash32, signer: Address): Signature =>
  `0x${signer.slice(2)}${digest.slice(2)}${'0'.repeat(26)}`;
/** Reads such a signature; knows a wrong digest. */
export const recoverTestSigner = async (digest: Hash32, signature: Signature): Promise<Address | undefined> =>
  signature.slice(42, 106) === digest.slice(2) ? `0x${signature.slice(2, 42)}` : undefined;

/** A quote at `rate`, of which `base` is the base leg. */
export function quoteOf(rate = RATE, base = rate, policy = burnPolicies[0], tier = 0, platformBps = 500): Quote {
  if (policy === undefined) throw new Error('there is a first policy');
  return {
    rateWeiPerHour: rate.toString(),
    baseWeiPerHour: base.toString(),
    rateMicroUsdPerHour: 100_000,
    burnPolicy: policy.name,
    burnPolicyNumber: policy.number,
    gpuTier: tier,
    burnBps: burnBpsOf(policy, tier),
    platformBps,
    priceAtMs: WALL_MS,
    priceSource: 'test',
    promise: { fps: 30, height: 720, rttCapMs: 60 },
  };
}

/** What a session is opened with, unless a test says otherwise. */
export type Wish = {
  readonly number?: number;
  readonly player?: number;
  readonly node?: number;
  readonly key?: string;
  readonly quote?: Quote;
  readonly consent?: Partial<Consent>;
  readonly continues?: SessionId;
};

/** The session key of a player. */
export const sessionKeyOf = (player: number): Address => address(0x5000 + player);

/** A command to open a session. */
export function openCommand(wish: Wish = {}, wallMs = WALL_MS): OpenSession {
  const { number = 1, player = 1, node = 1, quote = quoteOf() } = wish;
  const consent: Consent = {
    payer: address(player),
    sessionKey: sessionKeyOf(player),
    maxAmount: 1_000n * 10n ** 18n,
    maxRate: 1_000n * 10n ** 18n,
    validFrom: BigInt(Math.floor(wallMs / 1_000)),
    validUntil: BigInt(Math.floor(wallMs / 1_000) + 24 * 3_600),
    nonce: 1n,
    ...wish.consent,
  };

  return {
    key: (wish.key ?? `key-${number}-0000`) as IdempotencyKey,
    session: sessionId(number),
    player: address(player) as string as PlayerId,
    node: address(0x100 + node) as string as NodeId,
    nodeName: `node-${node}`,
    operator: address(0x200 + node) as string as OperatorId,
    region: 'test',
    game: 'arcade',
    path: 'direct',
    choice: { node: address(0x100 + node) as string as NodeId, path: 'direct', reason: 'only', ranked: [] },
    quote,
    consent,
    consentSignature: sign(consentDigest(domain, consent), consent.payer),
    sessionKey: consent.sessionKey,
    ...(wish.continues && { continues: wish.continues }),
  };
}

/** A book over a store. */
export function bookOver(store: MoneyStore, change: Partial<BookParts> = {}): MoneyBook {
  return new MoneyBook({
    store,
    recoverSigner: recoverTestSigner,
    random: seededRandom(7),
    terms: { currency: 'PLAY', domain, burned: 'play-money' },
    lockMs: 12 * 3_600_000,
    dayOffsetMs: 0,
    ...change,
  });
}

/** What an answer said: its value, or the refusal's code. */
export const said = <T>(result: { ok: true; value: T } | { ok: false; error: { code: string } }): T | string =>
  result.ok ? result.value : result.error.code;

/** A session as both its sides see it, with the messages they would send. */
export class Played {
  readonly command: OpenSession;
  readonly opened: OpenedSession;
  #player = 0;
  #node = 0;
  #voucher: bigint;

  /** @param voucherSeq number of the last voucher, for a session that goes on after a restart */
  constructor(command: OpenSession, opened: OpenedSession, voucherSeq = 0) {
    this.command = command;
    this.opened = opened;
    this.#voucher = BigInt(voucherSeq);
  }

  get open(): Open {
    return this.opened.open;
  }

  get openSignature(): Signature {
    return sign(openDigest(domain, this.open), this.command.consent.sessionKey);
  }

  playerTick(goodMs: number, badMs: Partial<BadMs> = {}) {
    this.#player++;
    return {
      t: 'tick' as const,
      session: this.opened.session,
      seq: this.#player,
      goodMs,
      badMs: { ...NO_BAD_MS, ...badMs },
    };
  }

  nodeTick(goodMs: number, epoch = this.opened.epoch) {
    this.#node++;
    const { session } = this.opened;
    const counts = { framesSent: 0, bytesSent: 0, encodeMs: 0 };
    return { t: 'tick' as const, session, epoch, seq: this.#node, goodMs, badMs: NO_BAD_MS, ...counts };
  }

  voucher(servedMs: number, change: Partial<Voucher> = {}): { voucher: Voucher; signature: Signature } {
    this.#voucher++;
    const voucher: Voucher = {
      lease: this.opened.lease as string as Hash32,
      seq: this.#voucher,
      servedMs: BigInt(servedMs),
      amount: priceWei(this.open.rate, BigInt(servedMs)),
      ...change,
    };
    return { voucher, signature: sign(voucherDigest(domain, voucher), this.command.consent.sessionKey) };
  }
}

/** Gives the player money and opens a session that the player has signed. Throws where that is refused. */
export async function startPlay(
  book: MoneyBook,
  wish: Wish = {},
  moment = { nowMs: 0, wallMs: WALL_MS },
): Promise<Played> {
  const command = openCommand(wish, moment.wallMs);
  await book.welcomeGift(command.player, 1_000n * 10n ** 18n, moment.wallMs);
  const opened = await book.open(command, 'hash', moment.nowMs, moment.wallMs);
  if (!opened.ok) throw new Error(`open was refused: ${opened.error.code}`);
  const played = new Played(command, opened.value);
  const signed = await book.acceptOpen(opened.value.session, played.openSignature);
  if (!signed.ok) throw new Error(`open signature was refused: ${signed.error.code}`);
  return played;
}
