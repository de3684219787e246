// test/sim/money/world.ts - players, nodes, hubs and the wires between them, from one seed. The hub's book, the meter, the
// voucher book, the shortfall and the split are the production modules; everything around them lies, dies and is late.
import type { OpenSession } from '../../../src/app/session-book.ts';
import type { PlayerId, SessionId } from '../../../src/base/ids.ts';
import { type Random, seededRandom } from '../../../src/base/random.ts';
import { burnPolicies } from '../../../src/billing/burn-policy.ts';
import { chart, transferKey } from '../../../src/billing/ledger.ts';
import { priceWei } from '../../../src/billing/pricing.ts';
import type { Receipt } from '../../../src/protocol/receipt.ts';
import type { EndReason, Quote } from '../../../src/protocol/shapes.ts';
import { MemoryMoneyStore } from '../../../src/storage/memory-money-store.ts';
import { address, openCommand, quoteOf, WALL_MS } from '../../support/money.ts';
import type { Acknowledged } from './faulty-store.ts';
import { Laws } from './laws.ts';
import { SimHub } from './sim-hub.ts';
import { SimPlay } from './sim-play.ts';
import { type Happening, newTally, type Tally } from './tally.ts';
import { VirtualTime } from './time.ts';

const STORY_MS = 170_000; // Faults happen within this; then everybody goes home.
const MIDNIGHT_MS = Math.ceil(WALL_MS / 86_400_000) * 86_400_000;
const END_MS = 700_000; // Every deadline of a session has passed by then.

/** What ends a player's play: one thing at most, so that each is seen to do it by itself. */
const limits = [
  ...['gift', 'gift', 'gift', 'gift', 'cap', 'cap', 'cap', 'cap'],
  ...['consent', 'consent', 'consent', 'none', 'none', 'none'],
] as const;

/** One player's situation. */
export type SimPlayer = {
  readonly number: number;
  readonly rich: boolean;
  readonly giftWei: bigint;
  readonly capWei: bigint | undefined;
  readonly consentWei: bigint;
  readonly consentS: number;
  readonly share: number;
  readonly quote: Quote;
};

/** A seed's world. */
export class World {
  readonly time = new VirtualTime();
  readonly random: Random;
  readonly store = new MemoryMoneyStore('PLAY');
  readonly acknowledged: Acknowledged = { transfers: new Set(), receipts: new Map() };
  readonly tally: Tally;
  readonly laws: Laws;
  readonly plays = new Map<SessionId, SimPlay>();
  readonly players: readonly SimPlayer[];
  /** The first thing that went wrong in a promise. */
  failure: unknown;
  outage = false;
  /** The hub machine's clock is off by this much. */
  clockOffMs = 0;
  clockStepped = false;
  hub: SimHub;
  /** Still runs although another hub took over. */
  oldHub: SimHub | undefined;
  readonly #startMs: number;
  #sessions = 0;
  /** The next write of a hub is the last thing it does. */
  #crashOnWrite = false;

  constructor(seed: number, tally: Tally = newTally()) {
    this.random = seededRandom(seed);
    this.tally = tally;
    this.players = Array.from({ length: 3 }, (_, at) => this.#player(at + 1));
    this.#startMs = this.random.below(2) === 0 ? WALL_MS : MIDNIGHT_MS - this.random.below(STORY_MS);
    if (this.#startMs !== WALL_MS) tally.midnight++;
    this.laws = new Laws(this);
    this.hub = new SimHub(this);
  }

  get wallMs(): number {
    return this.#startMs + this.time.nowMs + this.clockOffMs;
  }

  /** Tells the whole story of the seed; throws at the first broken law. */
  async run(): Promise<void> {
    const accounts = chart('PLAY');
    for (const { number, giftWei, capWei } of this.players) {
      const player = address(number) as string as PlayerId;
      const gift = { from: accounts.issued, to: accounts.player(player), amountWei: giftWei, atMs: 0 };
      await this.store.post([{ ...gift, key: transferKey('gift', player) }]);
      if (capWei !== undefined) await this.store.setCap(player, { capWei });
    }
    this.go(this.hub.start());
    for (const player of this.players) this.time.after(50 + this.random.below(3_000), () => this.#open(player));
    for (const [chance, happening, act] of this.#story()) {
      if (this.random.below(100) < chance) this.time.after(this.random.below(STORY_MS), () => act(happening));
    }
    this.time.after(STORY_MS + 1_000, () => this.#goHome());
    await this.time.run(END_MS, () => {
      if (this.failure !== undefined) throw this.failure;
      this.laws.check();
    });
    await this.laws.checkEnd();
  }

  /** Follows up on an answer; what it throws fails the seed. */
  go<T>(answer: Promise<T>, then: (value: T) => void = () => {}): void {
    answer.then(then).catch((cause) => {
      this.failure ??= cause;
    });
  }

  #player(number: number): SimPlayer {
    const { random } = this;
    const rate = 10n ** 18n + BigInt(random.below(2 ** 32)) * 23_283_064_365n; // 1..101 DBC an hour.
    const rateWei = rate - (rate % 1_000n);
    const baseWei = (rateWei * BigInt(5_000 + random.below(5_001))) / 10_000n;
    const policy = burnPolicies[random.below(burnPolicies.length)];
    const tier = random.below(policy?.tiers.length ?? 1);
    const seconds = (from: number, spread: number) => priceWei(rateWei, BigInt(from + random.below(spread)) * 1_000n);
    const limit = limits[random.below(limits.length)];
    return {
      number,
      rich: limit === 'none',
      giftWei: limit === 'gift' ? seconds(60, 30) : seconds(10_000, 10),
      capWei: limit === 'cap' ? seconds(60, 30) : undefined,
      consentWei: limit === 'consent' && random.below(2) === 0 ? seconds(60, 30) : seconds(1_000_000, 10),
      consentS: limit === 'consent' ? 60 + random.below(40) : 24 * 3_600,
      share: random.below(10) === 0 ? 0.5 : 1,
      quote: quoteOf(rateWei, baseWei - (baseWei % 1_000n), policy, tier, random.below(2_001)),
    };
  }

  /** What may go wrong: chance in per cent, name, act. */
  #story(): [number, Happening, (happening: Happening) => void][] {
    const { random } = this;
    const play = (act: (play: SimPlay) => void) => (happening: Happening) => {
      const running = [...this.plays.values()].filter(({ over, nodeAlive }) => !over && nodeAlive);
      const chosen = running[random.below(Math.max(1, running.length))];
      if (chosen === undefined) return;
      this.tally[happening]++;
      act(chosen);
    };
    const cut = (change: 'network' | 'line' | 'frames', most: number) =>
      play((chosen) => {
        chosen.stream.set(this.time.nowMs, { [change]: false });
        this.time.after(500 + random.below(most), () => chosen.stream.set(this.time.nowMs, { [change]: true }));
      });
    return [
      [60, 'hub-crash', () => this.#crash()],
      [
        70,
        'hub-crash',
        () => {
          this.#crashOnWrite = true;
        },
      ],
      [60, 'two-hubs', () => this.#twoHubs()],
      [60, 'store-outage', () => this.#storeOutage()],
      [60, 'clock-step', () => this.#clockStep()],
      [85, 'page-reload', play((chosen) => chosen.reload())],
      [80, 'network-cut', cut('network', 9_000)],
      [90, 'node-killed', play((chosen) => this.#killNode(chosen))],
      [60, 'bad-seconds', cut('line', 20_000)],
      [60, 'bad-seconds', cut('frames', 9_000)],
      [75, 'player-silent', play((chosen) => chosen.vanish())],
      [60, 'two-sessions', (happening) => this.#second(happening)],
    ];
  }

  #open(player: SimPlayer, continues?: SessionId, tries = 0): void {
    if (!this.hub.ready || !this.hub.alive) {
      if (tries < 30) this.time.after(1_000, () => this.#open(player, continues, tries + 1));
      return;
    }
    const number = ++this.#sessions;
    const second = Math.floor(this.wallMs / 1_000);
    const command = openCommand({
      number,
      player: player.number,
      node: 1 + this.random.below(3),
      quote: player.quote,
      consent: {
        maxAmount: player.consentWei,
        nonce: BigInt(player.number + 10 * second),
        validFrom: BigInt(second),
        validUntil: BigInt(second + player.consentS),
      },
      ...(continues && { continues }),
    });
    this.#send(player, command, 0, continues);
  }

  /** Sends an open until it is answered, each time with the same key, as a page does. */
  #send(player: SimPlayer, command: OpenSession, tries: number, continues?: SessionId): void {
    const { hub } = this;
    if (!hub.ready || !hub.alive || tries > 20) return;
    this.go(hub.book.open(command, `token-${tries}`, hub.nowMs, hub.wallMs), (answer) => {
      hub.pump();
      if (!answer.ok) {
        if (answer.error.code !== 'STORE_UNAVAILABLE') return;
        const again = this.random.below(2) === 0;
        this.tally[again ? 'open-repeated' : 'open-abandoned']++;
        if (again) this.time.after(1_000, () => this.#send(player, command, tries + 1, continues));
        else this.time.after(2_000, () => this.#open(player, continues)); // A new tab, a new wish.
        return;
      }
      if (this.plays.has(answer.value.session)) return;
      const lies = this.random.below(5) === 0;
      const play = new SimPlay(this, command, answer.value, player.share, lies);
      this.plays.set(answer.value.session, play);
      play.start();
    });
  }

  /** Carries a message to a hub: in time, late, twice or never. */
  toHub(play: SimPlay, kind: 'tick' | 'voucher' | 'sure', act: (hub: SimHub) => void): void {
    const { random } = this;
    const fate = kind === 'sure' ? 99 : random.below(100);
    if (fate < 3) {
      this.tally[kind === 'tick' ? 'tick-lost' : 'voucher-lost']++;
      play.faults++;
      return;
    }
    const late = fate < 6 && kind === 'tick';
    if (late) this.tally['tick-reordered']++;
    if (late) play.faults += 2;
    const copies = fate < 9 && !late ? 2 : 1;
    if (copies === 2) this.tally['tick-doubled']++;
    for (let copy = 0; copy < copies; copy++) {
      const delayMs = 3 + random.below(40) + (late ? 5_000 + random.below(4_000) : 0);
      this.time.after(delayMs, () => this.#arrive(play, kind, act));
    }
  }

  #arrive(play: SimPlay, kind: 'tick' | 'voucher' | 'sure', act: (hub: SimHub) => void, tries = 0): void {
    const old = this.oldHub;
    const hub = old?.alive && kind !== 'sure' && this.random.below(2) === 0 ? old : this.hub;
    if (hub.alive && hub.ready) {
      act(hub);
      return;
    }
    play.faults++;
    // What a socket carries for sure is said again when the socket is back.
    if (kind === 'sure' && tries < 60) this.time.after(1_000, () => this.#arrive(play, kind, act, tries + 1));
  }

  /** A hub came up: nodes and pages find it after a while. */
  hubIsBack(hub: SimHub): void {
    for (const play of this.plays.values()) {
      this.time.after(250 + this.random.below(2_000), () => {
        if (hub === this.hub && hub.alive) play.report(hub);
      });
    }
  }

  /** A hub talks to the store: the moment to die in, for a hub that is to die on a write. */
  storeCalled(hub: SimHub, name: string): void {
    const writes = ['open', 'hold', 'saveCounters', 'close', 'setOpenSignature'];
    if (!this.#crashOnWrite || hub !== this.hub || !writes.includes(name)) return;
    this.#crashOnWrite = false;
    this.time.after(0, () => this.#crash());
  }

  /** A player who plays already opens another session beside it. */
  #second(happening: Happening): void {
    const player = this.players[this.random.below(this.players.length)];
    if (player === undefined) return;
    this.tally[happening]++;
    this.#open(player);
  }

  #everybodyLoses(spanMs: number): void {
    for (const play of this.plays.values()) play.faults += 2 + Math.ceil(spanMs / 5_000);
  }

  #crash(): void {
    if (!this.hub.alive || !this.hub.ready) return;
    this.tally['hub-crash']++;
    this.hub.alive = false;
    const downMs = 100 + this.random.below(15_000);
    this.#everybodyLoses(downMs);
    this.time.after(downMs, () => {
      if (this.hub.alive) return;
      this.hub = new SimHub(this);
      this.go(this.hub.start());
    });
  }

  #twoHubs(): void {
    if (!this.hub.alive || !this.hub.ready || this.oldHub?.alive === true) return;
    this.tally['two-hubs']++;
    const old = this.hub;
    this.oldHub = old;
    this.hub = new SimHub(this);
    this.go(this.hub.start());
    const bothMs = 2_000 + this.random.below(12_000);
    this.#everybodyLoses(bothMs);
    this.time.after(bothMs, () => {
      old.alive = false;
    });
  }

  #storeOutage(): void {
    if (this.outage) return;
    this.tally['store-outage']++;
    this.outage = true;
    const awayMs = 500 + this.random.below(14_000);
    this.#everybodyLoses(awayMs);
    this.time.after(awayMs, () => {
      this.outage = false;
    });
  }

  #clockStep(): void {
    this.tally['clock-step']++;
    this.clockStepped = true;
    this.clockOffMs += (this.random.below(2) === 0 ? -1 : 1) * this.random.below(24 * 3_600_000);
  }

  #killNode(play: SimPlay): void {
    play.kill();
    const { session } = play.opened;
    this.time.after(1_000 + this.random.below(1_500), () => {
      const { hub } = this;
      if (!hub.alive || !hub.ready) return;
      this.go(hub.book.nodeLost(session, hub.nowMs));
      hub.pump();
      if (this.random.below(5) === 0) return; // This player waits and sees.
      this.tally['lease-move']++;
      hub.end(session, 'moved');
      const player = this.players.find(({ number }) => address(number) === play.command.consent.payer);
      if (player) this.time.after(2_000, () => this.#open(player, session));
    });
  }

  /** Tells both sides of a session that it is over. */
  tellEnd(session: SessionId, reason: EndReason): void {
    this.time.after(5 + this.random.below(40), () => this.plays.get(session)?.stop(reason));
  }

  /** Counts ends by money. */
  countEnd(session: SessionId, reason: EndReason): void {
    if (this.plays.get(session)?.over !== false) return;
    if (reason === 'funds-exhausted' || reason === 'cap-reached' || reason === 'consent-ended') this.tally[reason]++;
  }

  /** A receipt was handed out. */
  receiptSeen(receipt: Receipt): void {
    this.laws.receipt(receipt);
  }

  #goHome(): void {
    for (const play of this.plays.values()) {
      if (!play.over && play.stream.now.page) play.stop('player-left');
    }
    if (this.time.nowMs < STORY_MS + 60_000) this.time.after(10_000, () => this.#goHome()); // Late comers too.
  }
}
