// test/sim/money/sim-play.ts - one session as page and node live it: ticks, vouchers, reloads, cuts, and the node's own
// decision to stop serving what is not paid for. Voucher book, shortfall and price are the production ones.
import type { OpenedSession, OpenSession } from '../../../src/app/session-book.ts';
import { lesser } from '../../../src/base/bigint.ts';
import { affordableMs, priceWei } from '../../../src/billing/pricing.ts';
import { keepVoucher, type VoucherBook, weighVoucher } from '../../../src/billing/voucher-book.ts';
import { timings } from '../../../src/protocol/limits.ts';
import type { EndReason } from '../../../src/protocol/shapes.ts';
import type { Hash32 } from '../../../src/protocol/typed-data.ts';
import { openDigest, toWire, type Voucher, voucherDigest } from '../../../src/protocol/voucher.ts';
import { NO_BAD_MS } from '../../../src/session/good-time.ts';
import { shortfallExceeded } from '../../../src/session/shortfall.ts';
import { domain, sign } from '../../support/money.ts';
import type { SimHub } from './sim-hub.ts';
import { Stream } from './stream.ts';
import type { World } from './world.ts';

const NODE_SLACK_MS = 2_000n; // Page and node cut their seconds at different moments.

/** A running session in a world. */
export class SimPlay {
  readonly command: OpenSession;
  readonly opened: OpenedSession;
  readonly stream: Stream;
  /** Faults that may each cost the operator one tick of pay. */
  faults = 0;
  /** Page and node have stopped; only the hub's close is missing. */
  over = false;
  nodeAlive = true;
  readonly #world: World;
  readonly #lies: boolean;
  #pageSeq = 0;
  #nodeSeq = 0;
  #voucherSeq = 0n;
  #reloaded = false;
  #nodeBook: VoucherBook;

  constructor(world: World, command: OpenSession, opened: OpenedSession, share: number, lies: boolean) {
    this.#world = world;
    this.command = command;
    this.opened = opened;
    this.#lies = lies;
    this.stream = new Stream(world.time.nowMs, share);
    this.#nodeBook = { lease: opened.lease, open: opened.open };
    if (lies) world.tally['node-lies']++;
  }

  /** The player signs the Open; the node serves from here on. */
  start(): void {
    this.#toHub('sure', (hub) => {
      const signature = sign(openDigest(domain, this.opened.open), this.command.consent.sessionKey);
      this.#world.go(hub.book.acceptOpen(this.opened.session, signature), (answer) => {
        if (!answer.ok) this.#world.time.after(500, () => this.start());
        else this.#serve();
      });
    });
  }

  #serve(): void {
    if (this.over || this.stream.now.serving || !this.nodeAlive) return;
    this.stream.set(this.#now, { serving: true });
    this.#every(timings.tickMs, () => this.#pageTick());
    this.#every(timings.tickMs, () => this.#nodeTick());
    this.#every(timings.voucherMs, () => this.#voucher());
  }

  get #now(): number {
    return this.#world.time.nowMs;
  }

  #every(stepMs: number, act: () => void): void {
    const { random, time } = this.#world;
    const again = (): void => {
      if (this.over) return;
      act();
      time.after(stepMs + random.below(50), again);
    };
    time.after(random.below(stepMs), again);
  }

  #toHub(kind: 'tick' | 'voucher' | 'sure', act: (hub: SimHub) => void): void {
    this.#world.toHub(this, kind, act);
  }

  #pageTick(): void {
    if (!this.stream.now.page) return;
    const { pageMs, badMs } = this.stream.at(this.#now);
    const tick = { t: 'tick' as const, session: this.opened.session, seq: ++this.#pageSeq, goodMs: pageMs, badMs };
    const kept = (): void => this.#world.laws.acknowledged(this.opened.session, 'player', pageMs);
    this.#toHub('tick', (hub) => hub.take(hub.book.playerTick(tick, hub.nowMs, hub.wallMs), kept));
  }

  /** What the node says it served; a liar doubles it. */
  get #nodeMs(): number {
    return this.stream.at(this.#now).nodeMs * (this.#lies ? 2 : 1);
  }

  #nodeTick(): void {
    if (!this.nodeAlive) return;
    const { session, epoch } = this.opened;
    const goodMs = this.#nodeMs;
    const vouchedMs = Number(this.#nodeBook.highest?.voucher.servedMs ?? 0n);
    if (shortfallExceeded(this.stream.nodeMs, vouchedMs)) this.stop('voucher-shortfall');
    const counts = { badMs: NO_BAD_MS, framesSent: 0, bytesSent: 0, encodeMs: 0 };
    const tick = { t: 'tick' as const, session, epoch, seq: ++this.#nodeSeq, goodMs, ...counts };
    const node = this.command.node;
    this.#toHub('tick', (hub) => hub.take(hub.book.nodeTick(node, tick, hub.nowMs, hub.wallMs), () => {}));
  }

  /** The page signs what it counts, for the node first and in copy for the hub. */
  #voucher(): void {
    const { page, network } = this.stream.now;
    if (!page) return;
    const { open, lease, session } = this.opened;
    const servedMs = lesser(BigInt(this.stream.at(this.#now).pageMs), affordableMs(open.rate, open.maxAmount));
    const amount = priceWei(open.rate, servedMs);
    const voucher: Voucher = { lease: lease as string as Hash32, seq: ++this.#voucherSeq, servedMs, amount };
    const signature = sign(voucherDigest(domain, voucher), this.command.consent.sessionKey);
    if (network && this.nodeAlive) this.#nodeKeeps({ voucher, signature });
    this.#toHub('voucher', (hub) =>
      this.#world.go(hub.book.acceptVoucher(session, voucher, signature, hub.nowMs), (answer) => {
        if (answer.ok) this.#world.laws.acknowledged(session, 'voucher', Number(voucher.seq));
      }),
    );
  }

  #nodeKeeps(signed: NonNullable<VoucherBook['highest']>): void {
    const servedLimitMs = BigInt(this.stream.nodeMs) + NODE_SLACK_MS;
    const weighed = weighVoucher(this.#nodeBook, signed, { servedLimitMs });
    // After a reload the page goes on from what the hub knew; until it has caught up, the node's voucher is the higher.
    if (!weighed.ok && weighed.error.code === 'VOUCHER_TOO_LOW' && this.#reloaded) return;
    if (!weighed.ok) throw new Error(`the node refused an honest voucher: ${weighed.error.code}`);
    this.#nodeBook = keepVoucher(this.#nodeBook, signed);
    if (this.#nodeBook.highest !== signed) throw new Error('a kept voucher is the highest');
  }

  /** Both sides stop and say their last words. */
  stop(reason: EndReason): void {
    if (this.over) return;
    this.#pageTick();
    this.#voucher();
    this.stream.set(this.#now, { serving: false });
    this.over = true;
    this.sayEnded(reason);
  }

  /** The node's last word; it is said again to each hub that comes up. */
  sayEnded(reason: EndReason): void {
    if (!this.nodeAlive) return;
    const highest = this.#nodeBook.highest;
    const ended = {
      t: 'ended' as const,
      session: this.opened.session,
      reason,
      goodMs: this.#nodeMs,
      ...(highest && { voucher: toWire(highest.voucher), voucherSignature: highest.signature }),
    };
    this.#toHub('sure', (hub) => {
      this.#world.go(hub.book.nodeEnded(this.command.node, ended, hub.nowMs, hub.wallMs));
      hub.end(this.opened.session, reason);
    });
  }

  /** The node's process dies with everything in it. */
  kill(): void {
    this.stream.set(this.#now, { serving: false });
    this.nodeAlive = false;
    this.faults++;
  }

  /** The page is loaded anew: it asks the hub where it was. */
  reload(): void {
    this.stream.set(this.#now, { page: false });
    this.faults++;
    this.#resume();
  }

  #resume(): void {
    if (this.over) return;
    this.#toHub('sure', (hub) => {
      this.#world.go(hub.book.playerBack(this.opened.session, hub.nowMs), (back) => {
        if (!back.ok) return;
        this.stream.set(this.#now, { page: true });
        this.stream.pageMs = back.value.goodMs;
        this.#pageSeq = 0;
        this.#voucherSeq = BigInt(back.value.voucherSeq) + 1_000n; // Vouchers that only the node knows lie between.
        this.#reloaded = true;
        hub.pump();
      });
    });
  }

  /** The page is gone for good, without a word. */
  vanish(): void {
    this.stream.set(this.#now, { page: false });
    this.faults++;
    this.#toHub('sure', (hub) => {
      this.#world.go(hub.book.playerGone(this.opened.session, hub.nowMs));
      hub.pump();
    });
  }

  /** A hub came up: both sides report to it. */
  report(hub: SimHub): void {
    const { session, lease, epoch } = this.opened;
    if (this.over) {
      this.sayEnded('player-left');
      return;
    }
    if (this.nodeAlive && this.stream.now.serving) {
      const goodMs = this.#nodeMs;
      const voucherSeq = Number(this.#nodeBook.highest?.voucher.seq ?? 0n);
      const running = { session, lease, epoch, seq: ++this.#nodeSeq, servedMs: goodMs, goodMs, voucherSeq };
      this.#world.go(hub.book.nodeBack(this.command.node, running, hub.nowMs));
    }
    if (this.stream.now.page) this.#world.go(hub.book.playerBack(session, hub.nowMs), () => hub.pump());
  }
}
