// Goal: whatever is done with a customer, the price on the receipt and the end of play are what somebody would reckon who stands
// beside. Method: random acts at random instants in time zones with odd hours, around clock changes, with the hub's look of each
// second and without, a hub that starts anew, and prices that change meanwhile; after each act the two are compared.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CafeActAnswer, CafeActName } from '../../../../src/protocol/cafe-acts.ts';
import type { CafeSettings } from '../../../../src/protocol/cafe-settings.ts';
import type { Buy } from '../../../../src/protocol/cafe-shapes.ts';
import { nextOnWall, Onlooker } from '../../../support/cafe/second-reckoning.ts';
import { cafeSettings, utc } from '../../../support/cafe/settings.ts';
import { CafeWorld, checkCafeBooks } from '../../../support/cafe/world.ts';

const RUNS = process.env.NEARCADE_LONG === '1' ? 1_500 : 25;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SEATS = ['1', '2', 'V1'];

const buys = fc.oneof(
  fc.constant<Buy>({ kind: 'open' }),
  fc.record({ kind: fc.constant('minutes' as const), minutes: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ kind: fc.constant('money' as const), minor: fc.integer({ min: 1, max: 200 }).map(String) }),
  fc.record({ kind: fc.constant('package' as const), package: fc.constantFrom('three-hours', 'overnight', 'lunch') }),
);
const steps = fc.record({
  waitMs: fc.oneof(fc.integer({ min: 0, max: 3 * HOUR }), fc.integer({ min: 0, max: 2_000 })),
  looks: fc.boolean(),
  act: fc.constantFrom(
    'start',
    'start',
    'extend',
    'stop',
    'pause',
    'resume',
    'move',
    'swap',
    'credit',
    'anew',
    'prices',
  ),
  seat: fc.constantFrom(...SEATS),
  other: fc.constantFrom(...SEATS),
  buy: buys,
});
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;
const sites = fc.record({
  timeZone: fc.constantFrom(
    'Asia/Taipei',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
  ),
  minimumMinor: fc.constantFrom('0', '10'),
  rounding: fc.record({ stepMinor: fc.constantFrom('1', '5'), mode: fc.constantFrom('up', 'down', 'nearest') }),
  night: fc.constantFrom('0', '35'),
});
type Site = typeof sites extends fc.Arbitrary<infer T> ? T : never;

const settingsOf = ({ night, ...terms }: Site): CafeSettings => {
  const rates = ['25', night].map((minorPerHour) => ({ name: 'x', minorPerHour }));
  const tariffs = cafeSettings().tariffs.map((one) => ({ ...one, rates }));
  return cafeSettings({ ...terms, tariffs, curfew: [], ageBands: [], holidays: ['2026-03-08', '2026-10-25'] });
};

class Day {
  readonly #world = new CafeWorld();
  readonly #there = new Map<string, Onlooker>();
  #settings: CafeSettings;
  /** Receipts that agreed. */
  settled = 0;

  constructor(site: Site, beginMs: number) {
    this.#settings = settingsOf(site);
    this.#world.nowMs = beginMs;
  }

  async open(): Promise<void> {
    await this.#world.build(this.#settings);
    await this.#world.ok('shift.open', { floatMinor: '0' });
  }

  async close(): Promise<void> {
    const [shift] = [...(await this.#world.now()).things.shift.values()];
    await checkCafeBooks(this.#world, [shift?.date ?? '']);
  }

  async do(step: Step, next: Site): Promise<void> {
    const world = this.#world;
    world.nowMs += step.waitMs;
    if (step.looks) await world.pass(0);
    const now = world.nowMs;
    for (const one of this.#there.values()) {
      const endMs = one.endMs(one.playing?.fromMs ?? now) ?? Number.POSITIVE_INFINITY;
      if (endMs > now) continue;
      one.rise(endMs);
      one.isOver = true;
    }
    if (step.act === 'anew') return world.restart();
    if (step.act === 'prices') {
      const { settingsVersion: version } = await world.now();
      this.#settings = { ...settingsOf(next), timeZone: this.#settings.timeZone };
      await world.ok('settings', { version, settings: this.#settings }, 'manager');
      return;
    }
    await this.#atDesk({ ...step, act: step.act });
  }

  /** An act of the desk; one that is refused changes nothing for anybody. */
  async #ask(act: CafeActName, body: object): Promise<CafeActAnswer | undefined> {
    const done = await this.#world.act(act, body as never);
    return done.ok ? done.value : undefined;
  }

  async #atDesk({ act, seat, other, buy }: Step & { act: Exclude<Step['act'], 'anew' | 'prices'> }): Promise<void> {
    const { nowMs: now } = this.#world;
    const { seat: seats } = (await this.#world.now()).things;
    const [here, there] = [seats.get(seat), seats.get(other)];
    const [one, two] = [this.#there.get(seat), this.#there.get(other)];
    if (here === undefined || there === undefined || (one === undefined) !== (act === 'start')) return;
    const at = { seat, version: here.version };
    const wish = { start: { who: { kind: 'guest' }, buy, pay: buy.kind === 'open' ? 'later' : 'cash' } } as const;
    const bodies = {
      ...wish,
      ...{ extend: { buy, pay: 'cash' }, stop: { pay: 'card' }, pause: { reason: 'a call' }, resume: {} },
      ...{ move: { to: other, toVersion: there.version }, swap: { with: other, withVersion: there.version } },
      credit: { minutes: 7, reason: 'it froze' },
    };
    const before = one?.endMs(one.playing?.fromMs ?? now);
    const answer = await this.#ask(act, { ...at, ...bodies[act] });
    if (answer === undefined) return;
    const customer = one ?? new Onlooker(this.#settings, buy.kind === 'open');
    if (act === 'start' || ((act === 'extend' || act === 'resume') && (customer.isOver || act === 'resume'))) {
      customer.sit(here.zone, now);
      customer.isOver = false;
    }
    if (act === 'start') this.#there.set(seat, customer);
    if (act === 'start' || act === 'extend') this.#paid(customer, buy, answer, before);
    if (act === 'pause') customer.rise(now);
    if (act === 'credit') customer.credit(7 * MINUTE, now);
    if (act === 'move' || act === 'swap') {
      for (const [who, zone] of [
        [customer, there.zone],
        [act === 'swap' ? two : undefined, here.zone],
      ] as const) {
        if (who?.playing === undefined) continue;
        who.rise(now);
        who.sit(zone, now);
      }
      this.#there.delete(seat);
      if (act === 'swap' && two !== undefined) this.#there.set(seat, two);
      this.#there.set(other, customer);
    }
    if (act === 'stop') this.#settle(seat, customer, answer);
    for (const [number, who] of this.#there) this.#compare(number, who, answer);
  }

  #paid(customer: Onlooker, buy: Buy, { receipts }: CafeActAnswer, before: number | undefined): void {
    const { nowMs: now } = this.#world;
    const minor = BigInt(receipts[0]?.totalMinor ?? 0);
    const pack = this.#settings.packages.find(({ id }) => buy.kind === 'package' && id === buy.package);
    if (pack !== undefined) {
      const { rule, zones } = pack;
      const ms = rule.kind === 'window' ? Number.POSITIVE_INFINITY : rule.minutes * MINUTE;
      const untilMs =
        rule.kind === 'duration'
          ? Number.POSITIVE_INFINITY
          : nextOnWall(this.#settings.timeZone, rule.toMinute % 1_440, now);
      expect(minor).toBe(BigInt(pack.priceMinor));
      customer.bought.push({ zones, ms, untilMs, fromMs: now, minor });
    }
    const isFirst = customer.paidMinor === 0n && customer.bought.length === 0;
    customer.paidMinor += minor;
    if (buy.kind !== 'minutes') return;
    if (minor === 0n) customer.hasFreeMinutes = true;
    if (customer.postpaid || customer.playing === undefined || customer.paidMinor === 0n) return;
    const fromMs = isFirst ? now : (before ?? now);
    expect(customer.endMs(now) ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(fromMs + buy.minutes * MINUTE);
  }

  #settle(seat: string, customer: Onlooker, { receipts: [receipt] }: CafeActAnswer): void {
    const { nowMs: now } = this.#world;
    customer.rise(now);
    const play = ['open-play', 'minimum', 'rounding'];
    const lines = receipt?.lines.filter(({ what }) => play.includes(what)) ?? [];
    expect(lines.reduce((sum, { minor }) => sum + BigInt(minor), 0n)).toBe(customer.openMinor(now));
    const total = customer.totalMinor(now);
    const moved = receipt?.paid.reduce((sum, { minor }) => sum + BigInt(minor), 0n);
    expect(moved).toBe(total - customer.paidMinor);
    if (!customer.postpaid) expect(total <= customer.paidMinor, 'who paid before owes nothing').toBe(true);
    this.#there.delete(seat);
    this.settled += 1;
  }

  #compare(number: string, who: Onlooker, { seats }: CafeActAnswer): void {
    const shown = seats.find(({ seat }) => seat === number);
    if (shown?.tab === undefined) return;
    expect(shown.tab.chargedMinor).toBe(who.totalMinor(shown.tab.atMs).toString());
    if (shown.state === 'in-use') expect(shown.tab.endsAtMs).toBe(who.endMs(this.#world.nowMs));
  }
}

test('somebody who stands beside reckons the same price, end and money back', async () => {
  let settled = 0;
  const begins = fc.constantFrom(
    '2026-03-07T06:00',
    '2026-03-28T06:00',
    '2026-04-04T00:00',
    '2026-10-24T06:00',
    '2026-10-31T06:00',
  );
  const day = fc.asyncProperty(
    sites,
    sites,
    begins,
    fc.integer({ min: 0, max: 24 * HOUR }),
    fc.array(steps, { minLength: 30, maxLength: 60 }),
    async (site, next, begin, offsetMs, list) => {
      const one = new Day(site, utc(begin) + offsetMs);
      await one.open();
      for (const step of list) await one.do(step, next);
      await one.close();
      settled += one.settled;
    },
  );
  await fc.assert(day, { numRuns: RUNS, endOnFailure: true }); // Shrinking such days takes minutes.
  expect(settled).toBeGreaterThan(RUNS / 5);
});
