// test/support/evm/laws/random.ts - random calls by everybody on one world, and what must be true after each of them. The
// book beside the contract is kept from its events with the arithmetic of src/billing; where they differ by a wei, it throws.
import { expect } from 'vitest';
import { priceWei } from '../../../../src/billing/pricing.ts';
import { splitCost } from '../../../../src/billing/split.ts';
import type { Address } from '../../../../src/protocol/typed-data.ts';
import type { ChainMode } from '../chain.ts';
import { signerNamed } from '../keys.ts';
import { DBC, type Done, type LeaseKit, people, type World } from '../world.ts';
import type { Law, Worlds } from './law.ts';
import { helpers } from './life.ts';

/** Numbers from a seed (mulberry32). */
export class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }
  chance(share: number): boolean {
    return this.next() < share;
  }
  pick<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }
  /** Up to `limit`, small ones as likely as large ones. */
  wei(limit: bigint): bigint {
    const digits = BigInt(this.below(limit.toString().length) + 1);
    return (BigInt(Math.floor(this.next() * 2 ** 52)) % 10n ** digits) % (limit + 1n);
  }
}

type LeaseBook = {
  kit: LeaseKit;
  maxAmount: bigint;
  paid: bigint;
  servedMs: bigint;
  seq: bigint;
  open: boolean;
  /** When a player who asked for the end gets the rest, Unix seconds. */
  releaseAtS?: bigint;
  burnBps: bigint;
  platformBps: bigint;
};

type SettledEvent = { lease: string; operator: string } & Record<
  'seq' | 'servedMs' | 'amount' | 'burnWei' | 'platformWei' | 'operatorWei',
  bigint
>;

const players = [people.player, people.other, signerNamed('third player')];
const keys = players.map((_, i) => signerNamed(`key ${i}`));
const machines = [signerNamed('machine 0'), signerNamed('machine 1'), signerNamed('machine 2')];
const stranger = signerNamed('stranger');

/** One run: a world, its book, and what happened so far. */
class Run {
  readonly world: World;
  readonly dice: Dice;
  /** The operator of machine 2: takes no coins. */
  readonly refuser: Address;
  readonly free = new Map<string, bigint>();
  readonly earned = new Map<string, bigint>();
  readonly leases = new Map<string, LeaseBook>();
  readonly happened = new Map<string, number>();
  burnWei = 0n;
  paused = false;

  constructor(world: World, dice: Dice, refuser: Address) {
    this.world = world;
    this.dice = dice;
    this.refuser = refuser;
  }

  static async start(worlds: Worlds, mode: ChainMode, seed: number): Promise<Run> {
    const world = await worlds.bare({ mode });
    for (const { address } of players) await world.chain.fund(address, 10n ** 9n * DBC);
    const { puppet } = await helpers(world);
    await world.must(world.stake(machines[0] ?? stranger, 4));
    await world.must(world.stake(machines[1] ?? stranger, 2));
    await world.chain.fund(puppet.address, 1_000n * DBC);
    const node = machines[2] ?? stranger;
    const binding = world.sign(node, 'Bind', { node: node.address, operator: puppet.address, nonce: 0n });
    const stake = world.callData('registry', 'stake', [node.address, 1, binding]);
    await world.must(puppet.send('act', [world.registry, 1_000n * DBC, stake]));
    await puppet.send('setMood', [1, world.escrow, '0x']);
    return new Run(world, new Dice(seed), puppet.address);
  }

  add(map: Map<string, bigint>, who: string, wei: bigint): void {
    const sum = (map.get(who.toLowerCase()) ?? 0n) + wei;
    expect(sum >= 0n, `${who} is never owed less than nothing`).toBe(true);
    map.set(who.toLowerCase(), sum);
  }

  owed(): bigint {
    const locks = [...this.leases.values()].map((lease) => (lease.open ? lease.maxAmount - lease.paid : 0n));
    return [...this.free.values(), ...this.earned.values(), ...locks].reduce((sum, wei) => sum + wei, this.burnWei);
  }

  /** Takes in what a call did, checking each event against the book. */
  async take(what: string, done: Done): Promise<void> {
    const name = `${what}: ${done.ok ? 'done' : done.error}`;
    this.happened.set(name, (this.happened.get(name) ?? 0) + 1);
    const all = (event: string) => this.world.events(done, 'escrow', event);
    for (const { player, amount } of all('Deposited')) this.add(this.free, player, amount);
    for (const { player, amount } of all('Withdrawn')) this.add(this.free, player, 0n - amount);
    for (const { account, amount } of all('Claimed')) this.add(this.earned, account, 0n - amount);
    for (const { amount } of all('Burned')) this.burnWei -= amount;
    for (const event of all('Settled')) this.settled(event as SettledEvent);
    for (const { lease, releaseAt } of all('CloseRequested')) this.book(lease).releaseAtS = releaseAt;
    for (const { lease, payer, amount, released } of all('Closed')) {
      const book = this.book(lease);
      expect([amount, released]).toEqual([book.paid, book.maxAmount - book.paid]);
      book.open = false;
      this.add(this.free, payer, released);
    }
    for (const { reason } of all('SettleSkipped')) this.happened.set(reason, (this.happened.get(reason) ?? 0) + 1);
    // In DBC mode too to the wei: nothing that came in or went out had dust.
    expect(await this.world.chain.balance(this.world.escrow), `coins after ${what}`).toBe(this.owed());
  }

  book(lease: string): LeaseBook {
    const book = this.leases.get(lease);
    if (book === undefined) throw new Error('an event about a lease that was never opened');
    return book;
  }

  settled(event: SettledEvent): void {
    const { lease, operator, seq, servedMs: served, amount: paid, burnWei, platformWei, operatorWei } = event;
    const book = this.book(lease);
    const { open } = book.kit;
    expect(book.open, 'only open leases pay').toBe(true);
    expect(seq > book.seq && paid >= book.paid && served >= book.servedMs, 'only upwards').toBe(true);
    expect(paid <= book.maxAmount, 'never above the lock').toBe(true);
    expect(paid <= priceWei(open.rate, served), 'never above rate times time').toBe(true);
    expect(served <= this.world.nowMs - open.startedAtMs + 30_000n, 'never above the clock').toBe(true);
    const { releaseAtS } = book;
    if (releaseAtS !== undefined) {
      expect(served <= releaseAtS * 1_000n - open.startedAtMs + 30_000n, 'never above the release').toBe(true);
    }
    const terms = {
      rateWeiPerHour: open.rate,
      baseWeiPerHour: open.baseShare,
      burnBps: book.burnBps,
      platformBps: book.platformBps,
    };
    const [now, before] = [splitCost(paid, terms), splitCost(book.paid, terms)];
    expect([burnWei, platformWei, operatorWei], 'the split of src/billing, to the wei').toEqual([
      now.burnWei - before.burnWei,
      now.platformWei - before.platformWei,
      now.operatorWei - before.operatorWei,
    ]);
    this.burnWei += now.burnWei - before.burnWei;
    this.add(this.earned, people.treasury.address, now.platformWei - before.platformWei);
    this.add(this.earned, operator, now.operatorWei - before.operatorWei);
    [book.paid, book.servedMs, book.seq] = [paid, served, seq];
  }

  /** The book against every view. */
  async audit(): Promise<void> {
    const { world } = this;
    expect(await world.ask('escrow', 'liabilities')).toBe(this.owed());
    expect(await world.ask('escrow', 'burnOwed')).toBe(this.burnWei);
    for (const { address } of players) expect(await world.free(address)).toBe(this.free.get(address) ?? 0n);
    for (const who of [people.treasury.address, people.operator.address, this.refuser]) {
      expect(await world.earned(who)).toBe(this.earned.get(who) ?? 0n);
    }
    const locked = new Map<string, bigint>();
    for (const { kit, open, maxAmount, paid } of this.leases.values()) {
      this.add(locked, kit.open.consent, open ? maxAmount : paid);
      expect((locked.get(kit.open.consent) ?? 0n) <= kit.consent.maxAmount, 'a consent is never overdrawn').toBe(true);
    }
    for (const [consent, wei] of locked) expect(await world.ask('escrow', 'consentLocked', [consent])).toBe(wei);
  }
}

type Act = (run: Run) => Promise<void>;
const anybody = (run: Run) => run.dice.pick([...players, people.hub, stranger, people.operator]).address;
const grainOf = (wei: bigint) => wei - (wei % 1_000n);
const someLease = (run: Run): LeaseBook | undefined => {
  const open = [...run.leases.values()].filter((lease) => lease.open);
  if (open.length === 0 || run.dice.chance(0.05)) return [...run.leases.values()].at(-1);
  return run.dice.pick(open);
};

async function openOne(run: Run): Promise<void> {
  const { world, dice } = run;
  const at = dice.below(players.length);
  const [player = stranger, key = stranger] = [players[at], keys[at]];
  const base = grainOf(dice.wei(100n * DBC)) + 1_000n;
  const rate = base + (dice.chance(0.5) ? 0n : BigInt(Math.floor(dice.next() * 1_000)) * (base / 1_000n));
  const day = BigInt(Math.floor(world.chain.nowS / 86_400));
  const terms = await world.ask('escrow', 'termsAt', [world.nowMs]);
  const kit = world.draft({
    player,
    key: dice.chance(0.04) ? stranger : key,
    node: dice.chance(0.04) ? stranger.address : dice.pick(machines).address,
    rate,
    baseShare: dice.chance(0.03) ? rate / 3n : base,
    maxAmount: dice.chance(0.05) ? dice.wei(10_000n * DBC) : grainOf(dice.wei(30n * DBC)) + 1_000n,
    startedAtMs: world.nowMs + BigInt(dice.chance(0.1) ? dice.below(1_400) - 700 : dice.below(400) - 390) * 1_000n,
    burnPolicy: terms.burnPolicy,
    gpuTier: dice.chance(0.03) ? 2n : terms.gpuTier,
    // A few play on one of many devices, and some of them with the proof of none.
    devices: dice.chance(0.3) ? keys : [key],
    consent: {
      validFrom: day * 86_400n - 3_600n,
      validUntil: (day + 1n) * 86_400n + 3_600n,
      nonce: day,
      maxAmount: 120n * DBC,
    },
  });
  const signed = dice.chance(0.03) ? { ...kit, key: stranger } : kit;
  const done = await world.openDraft(signed, anybody(run));
  if (done.ok) {
    const [event = {}] = world.events(done, 'escrow', 'Opened');
    run.add(run.free, player.address, -kit.open.maxAmount);
    const { burnBps, platformBps } = event;
    run.leases.set(kit.id, {
      kit,
      maxAmount: kit.open.maxAmount,
      paid: 0n,
      servedMs: 0n,
      seq: 0n,
      open: true,
      burnBps,
      platformBps,
    });
  }
  await run.take('open', done);
}

/** A settlement that is honest, or wrong in one way. */
function item(run: Run, book: LeaseBook) {
  const { world, dice } = run;
  const { kit } = book;
  const passed = world.nowMs - kit.open.startedAtMs;
  const limit = passed < 0n ? 0n : passed;
  let servedMs =
    book.servedMs + BigInt(Math.floor(dice.next() * Number(limit > book.servedMs ? limit - book.servedMs : 1n)));
  let seq = book.seq + 1n + BigInt(dice.below(5));
  let exact = grainOf((kit.open.rate * servedMs) / 3_600_000n);
  if (exact > book.maxAmount) exact = book.maxAmount;
  let amount = exact;
  const wrong = dice.below(20);
  if (wrong === 0) amount = exact + BigInt(dice.below(3_000));
  if (wrong === 1) seq = book.seq;
  if (wrong === 2) servedMs = limit + BigInt(dice.below(80_000));
  if (wrong === 3) amount = grainOf(exact / 2n);
  if (wrong === 4) amount = book.maxAmount + 1_000n;
  if (wrong === 5) servedMs = book.servedMs - (book.servedMs > 0n ? 1n : 0n);
  const signer = wrong === 6 ? stranger : kit.key;
  const closer = dice.chance(0.15) ? machines.find(({ address }) => address === kit.open.node) : undefined;
  return world.settlement(
    { ...kit, key: signer },
    world.voucher(kit, seq, servedMs, amount),
    wrong === 7 ? stranger : closer,
  );
}

const acts: readonly (readonly [weight: number, act: Act])[] = [
  [
    8,
    async (run) => {
      const who = run.dice.pick(players).address;
      const wei = run.dice.chance(0.1) ? run.dice.wei(DBC) : grainOf(run.dice.wei(300n * DBC));
      if (run.dice.chance(0.5)) await run.take('deposit', await run.world.send(who, 'escrow', 'deposit', [], wei));
      else
        await run.take(
          'depositFor',
          await run.world.send(people.hub.address, 'escrow', 'depositFor', [who], grainOf(wei)),
        );
    },
  ],
  [16, openOne],
  [
    26,
    async (run) => {
      const book = someLease(run);
      if (book !== undefined)
        await run.take('settle', await run.world.send(anybody(run), 'escrow', 'settle', [item(run, book)]));
    },
  ],
  [
    10,
    async (run) => {
      const books = Array.from({ length: 1 + run.dice.below(5) }, () => someLease(run)).filter(
        (book) => book !== undefined,
      );
      await run.take(
        'settleMany',
        await run.world.send(anybody(run), 'escrow', 'settleMany', [books.map((book) => item(run, book))]),
      );
    },
  ],
  [
    5,
    async (run) => {
      const book = someLease(run);
      if (book === undefined) return;
      const by = run.dice.chance(0.8) ? book.kit.key : stranger;
      const signature = run.world.sign(by, 'Leave', { lease: book.kit.id });
      await run.take('leave', await run.world.send(anybody(run), 'escrow', 'closeByPlayer', [book.kit.id, signature]));
    },
  ],
  [
    6,
    async (run) => {
      const book = someLease(run);
      if (book !== undefined)
        await run.take('expire', await run.world.send(anybody(run), 'escrow', 'expire', [book.kit.id]));
    },
  ],
  [
    4,
    async (run) => {
      const who = run.dice.pick(players).address;
      await run.take(
        'requestWithdraw',
        await run.world.send(who, 'escrow', 'requestWithdraw', [
          run.dice.chance(0.9) ? grainOf(run.dice.wei(40n * DBC)) : run.dice.wei(DBC),
        ]),
      );
    },
  ],
  [
    5,
    async (run) => {
      const who = run.dice.pick(players).address;
      await run.take('withdraw', await run.world.send(who, 'escrow', 'withdraw', [run.dice.pick([who, run.refuser])]));
    },
  ],
  [
    4,
    async (run) => {
      const who = run.dice.pick([people.treasury.address, people.operator.address, run.refuser, stranger.address]);
      await run.take(
        who === run.refuser ? 'claim for the refuser' : 'claim',
        await run.world.send(anybody(run), 'escrow', 'claim', [who]),
      );
    },
  ],
  [2, async (run) => run.take('flushBurn', await run.world.send(anybody(run), 'escrow', 'flushBurn', []))],
  [
    1,
    async (run) => {
      const book = someLease(run);
      if (book !== undefined)
        await run.take(
          'revoke',
          await run.world.send(run.dice.pick([book.kit.player, stranger]).address, 'escrow', 'revokeConsent', [
            book.kit.open.consent,
          ]),
        );
    },
  ],
  [1, togglePause],
  [
    2,
    async (run) => {
      const node = run.dice.pick(machines).address;
      const closed = [...run.leases.values()]
        .filter(({ open, kit }) => !open && kit.open.node === node)
        .map(({ kit }) => kit.id);
      await run.take(
        'proveActive',
        await run.world.send(anybody(run), 'escrow', 'proveActive', [node, closed.toSorted().slice(-20)]),
      );
    },
  ],
  [
    1,
    async (run) =>
      run.take(
        'announce',
        await run.world.send(people.owner.address, 'escrow', 'announceTerms', [
          [run.dice.below(2_100), 1 + run.dice.below(3), 0],
        ]),
      ),
  ],
  [14, async (run) => run.world.pass(run.dice.chance(0.04) ? 86_400 : run.dice.below(900))],
];
const allWeights = acts.reduce((sum, [weight]) => sum + weight, 0);

/** A pause: by the guardian now and then, ended by the owner soon after. */
async function togglePause(run: Run): Promise<void> {
  const [from, act] = run.paused ? [people.owner, 'unpause'] : [people.guardian, 'pause'];
  const done = await run.world.send(from.address, 'escrow', act, []);
  if (done.ok) run.paused = !run.paused;
  await run.take(act, done);
}

async function anyAct(run: Run): Promise<void> {
  if (run.paused && run.dice.chance(0.2)) return togglePause(run);
  let at = run.dice.below(allWeights);
  for (const [weight, act] of acts) {
    at -= weight;
    if (at < 0) return act(run);
  }
}

/** Goal: nobody's coins are frozen. Method: everybody takes everything; what stays is exactly the refuser's. */
async function drain(run: Run): Promise<void> {
  const { world } = run;
  if (run.paused)
    await run.take('unpause', await world.must(world.send(people.owner.address, 'escrow', 'unpause', [])));
  world.pass(40 * 86_400);
  for (const { kit, open } of run.leases.values()) {
    if (open)
      await run.take('last expire', await world.must(world.send(stranger.address, 'escrow', 'expire', [kit.id])));
  }
  for (const { address } of players) {
    const wei = await world.free(address);
    if (wei === 0n) continue;
    await world.must(world.send(address, 'escrow', 'requestWithdraw', [wei]));
    world.pass(1_200);
    await run.take('last withdraw', await world.must(world.send(address, 'escrow', 'withdraw', [address])));
  }
  for (const who of [people.treasury.address, people.operator.address]) {
    if ((await world.earned(who)) > 0n)
      await run.take('last claim', await world.must(world.send(stranger.address, 'escrow', 'claim', [who])));
  }
  if (run.burnWei > 0n)
    await run.take('last burn', await world.must(world.send(stranger.address, 'escrow', 'flushBurn', [])));
  await run.audit();
  expect(await world.chain.balance(world.escrow)).toBe(await world.earned(run.refuser));
}

/**
 * Runs `calls` random calls from a seed in worlds of at most 1,250 calls, every other one in DBC mode.
 * @returns how often each act ended how
 */
export async function randomCalls(worlds: Worlds, calls: number, seed: number): Promise<ReadonlyMap<string, number>> {
  const total = new Map<string, number>();
  for (let from = 0, at = 0; from < calls; from += 1_250, at++) {
    const run = await Run.start(worlds, at % 2 === 0 ? 'dbc' : 'plain', seed * 1_000 + at);
    try {
      for (let i = from; i < Math.min(from + 1_250, calls); i++) {
        await anyAct(run);
        if (i % 100 === 0) await run.audit();
      }
      await drain(run);
    } catch (fault) {
      throw new Error(`CONTRACT_SEED=${seed}, world ${at}`, { cause: fault });
    }
    for (const [name, count] of run.happened) total.set(name, (total.get(name) ?? 0) + count);
  }
  return total;
}

/** Goal: the arithmetic is one, also where numbers are absurd. Method: random terms of up to 96 bits, as wide as a lease holds, through both. */
async function arithmetic({ bare }: Worlds): Promise<void> {
  const world = await bare();
  const dice = new Dice(7);
  const big = () =>
    BigInt(Math.floor(dice.next() * 2 ** 32)) * 2n ** BigInt(dice.below(64)) + BigInt(dice.below(1_000));
  for (let i = 0; i < 300; i++) {
    const rate = big() + 1n;
    const base = dice.chance(0.2) ? rate : (rate * BigInt(dice.below(1_001))) / 1_000n;
    const ms = BigInt(dice.below(2 ** 31));
    const cost: bigint = await world.ask('escrow', 'priceOf', [rate, ms]);
    expect(cost).toBe(priceWei(rate, ms));
    const [burnBps, platformBps] = [BigInt(dice.below(10_001)), BigInt(dice.below(2_001))];
    const parts = splitCost(cost, { rateWeiPerHour: rate, baseWeiPerHour: base, burnBps, platformBps });
    const onChain = await world.ask('escrow', 'splitOf', [cost, rate, base, burnBps, platformBps]);
    expect([...onChain]).toEqual([parts.burnWei, parts.platformWei, parts.operatorWei]);
  }
}

/** Calls of the suite; test/support/evm/calls.ts runs more from other seeds. */
const CALLS = process.env.NEARCADE_LONG === '1' ? 100_000 : 5_000;
const SEED = Number(process.env.CONTRACT_SEED ?? 1);
/** What must have happened often enough for the run to mean something. */
const LEAST: Readonly<Record<string, number>> = {
  'open: done': 60,
  'settle: done': 60,
  'settleMany: done': 60,
  'expire: done': 5,
  'withdraw: done': 5,
  'claim: done': 5,
};
const REFUSALS = [
  'settle: OverTime',
  'settle: OverRate',
  'settle: OverLock',
  'settle: StaleVoucher',
  'settle: BadVoucherSignature',
  'settle: NoLease',
  'open: TooMuch',
  'claim for the refuser: TransferFailed',
  'withdraw: TransferFailed',
  'withdraw: TooEarly',
];

async function suiteRun(worlds: Worlds): Promise<void> {
  const happened = await randomCalls(worlds, CALLS, SEED);
  for (const [name, least] of Object.entries(LEAST)) expect(happened.get(name) ?? 0, name).toBeGreaterThan(least);
  for (const name of REFUSALS) expect(happened.get(name) ?? 0, name).toBeGreaterThan(0);
}

/** Random laws. */
export const randomLaws: readonly Law[] = [
  { name: 'the laws hold after each of 5,000 random calls, and all coins come out at the end', run: suiteRun },
  { name: 'price and split are those of src/billing, also for absurd numbers', run: arithmetic },
];
