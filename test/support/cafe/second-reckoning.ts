// test/support/cafe/second-reckoning.ts - what a customer's play costs and when it ends, reckoned by other means than the hub's: the
// wall is read by Intl for each quarter of an hour, and the end is found by halving. It knows nothing of src.
const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000n;
const LONGEST_MS = 13 * 24 * 3_600_000;

/** Prices as a site's settings have them. */
type Terms = {
  readonly timeZone: string;
  readonly holidays: readonly string[];
  readonly minimumMinor: string;
  readonly rounding: { readonly stepMinor: string; readonly mode: 'up' | 'down' | 'nearest' };
  readonly tariffs: readonly {
    readonly zone: string;
    readonly group: string;
    readonly rates: readonly { readonly minorPerHour: string }[];
    readonly week: readonly string[];
  }[];
};
type Span = { readonly zone: string; readonly fromMs: number; toMs: number | undefined };
/** A package: so many milliseconds of play in its zones, until an instant. */
export type Bought = {
  readonly zones: readonly string[];
  readonly ms: number;
  readonly untilMs: number;
  readonly fromMs: number;
  readonly minor: bigint;
};

const formats = new Map<string, Intl.DateTimeFormat>();
function wallOf(timeZone: string, atMs: number): { date: string; weekday: number; hour: number; minute: number } {
  const known = formats.get(timeZone);
  const format =
    known ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' });
  formats.set(timeZone, format);
  const [date = '', time = ''] = format.format(atMs).split(' ');
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return { date, weekday: new Date(`${date}T00:00Z`).getUTCDay(), hour, minute };
}

/** The next instant at which the wall shows a minute of the day; of an hour that comes twice, the second. */
export function nextOnWall(timeZone: string, minuteOfDay: number, afterMs: number): number {
  const shows = (atMs: number): boolean => {
    const { hour, minute } = wallOf(timeZone, atMs);
    return hour * 60 + minute === minuteOfDay;
  };
  let at = (Math.floor(afterMs / QUARTER_MS) + 1) * QUARTER_MS;
  while (!shows(at)) at += QUARTER_MS;
  return at;
}

/** One customer, as whoever stands beside the desk would write it down. */
export class Onlooker {
  readonly terms: Terms;
  readonly postpaid: boolean;
  spans: Span[] = [];
  readonly bought: Bought[] = [];
  paidMinor = 0n;
  /** Bought minutes that cost nothing. */
  hasFreeMinutes = false;
  /** When play was found to be over. */
  isOver = false;
  readonly #rates = new Map<string, bigint>();

  constructor(terms: Terms, postpaid: boolean) {
    this.terms = terms;
    this.postpaid = postpaid;
  }

  get playing(): Span | undefined {
    return this.spans.find(({ toMs }) => toMs === undefined);
  }

  sit(zone: string, fromMs: number): void {
    this.spans.push({ zone, fromMs, toMs: undefined });
  }

  rise(atMs: number): void {
    if (this.playing !== undefined) this.playing.toMs = atMs;
  }

  /** The last milliseconds of play were free. */
  credit(ms: number, atMs: number): void {
    const on = this.playing;
    this.rise(atMs);
    let left = ms;
    for (const span of this.spans.toReversed()) {
      const cut = Math.min(left, (span.toMs ?? atMs) - span.fromMs);
      span.toMs = (span.toMs ?? atMs) - cut;
      left -= cut;
    }
    if (on !== undefined) this.sit(on.zone, atMs);
  }

  #rate(zone: string, quarter: number): bigint {
    const key = `${zone} ${quarter}`;
    const known = this.#rates.get(key);
    if (known !== undefined) return known;
    const { timeZone, holidays, tariffs } = this.terms;
    const { date, weekday, hour } = wallOf(timeZone, quarter * QUARTER_MS);
    const tariff = tariffs.find((one) => one.zone === zone && one.group === 'guest');
    const letter = tariff?.week[holidays.includes(date) ? 7 : weekday]?.[hour] ?? '?';
    const rate = BigInt(tariff?.rates['abcdefgh'.indexOf(letter)]?.minorPerHour ?? '-1');
    this.#rates.set(key, rate);
    return rate;
  }

  /** Play outside of packages up to an instant: milliseconds, and their weight. */
  #open(untilMs: number): { readonly ms: number; readonly weight: bigint } {
    const left = this.bought.map(({ ms }) => ms);
    let [ms, weight] = [0, 0n];
    for (const { zone, fromMs, toMs = untilMs } of this.spans) {
      const end = Math.min(toMs, untilMs);
      for (let at = fromMs; at < end; ) {
        const now = at;
        const nth = this.bought.findIndex(
          (one, n) => one.zones.includes(zone) && (left[n] ?? 0) > 0 && one.fromMs <= now && now < one.untilMs,
        );
        const cover = this.bought[nth];
        const starts = this.bought.map((one) => one.fromMs).filter((start) => start > now);
        const quarterEnd = (Math.floor(now / QUARTER_MS) + 1) * QUARTER_MS;
        at = Math.min(
          end,
          ...(cover === undefined ? [quarterEnd, ...starts] : [cover.untilMs, now + (left[nth] ?? 0)]),
        );
        if (cover !== undefined) left[nth] = (left[nth] ?? 0) - (at - now);
        else {
          ms += at - now;
          weight += this.#rate(zone, Math.floor(now / QUARTER_MS)) * BigInt(at - now);
        }
      }
    }
    return { ms, weight };
  }

  get #packagesMinor(): bigint {
    return this.bought.reduce((sum, { minor }) => sum + minor, 0n);
  }

  /** What open play up to an instant costs. */
  openMinor(untilMs: number): bigint {
    const { minimumMinor, rounding } = this.terms;
    const { weight } = this.#open(untilMs);
    const least = BigInt(minimumMinor) * HOUR_MS;
    const exact = weight > 0n && weight < least ? least : weight;
    const step = BigInt(rounding.stepMinor) * HOUR_MS;
    const [steps, rest] = [exact / step, exact % step];
    const up = rounding.mode === 'up' ? rest > 0n : rounding.mode === 'nearest' && 2n * rest >= step;
    return (steps + (up ? 1n : 0n)) * BigInt(rounding.stepMinor);
  }

  totalMinor(untilMs: number): bigint {
    return this.#packagesMinor + this.openMinor(untilMs);
  }

  /** The last millisecond that is paid for, seen from an instant up to which all was; nothing where none is in sight. */
  endMs(sinceMs: number): number | undefined {
    if (this.postpaid || this.playing === undefined) return undefined;
    const onPackage = this.bought.length > 0 && this.paidMinor <= this.#packagesMinor && !this.hasFreeMinutes;
    const openMs = this.#open(sinceMs).ms;
    const isPaid = (atMs: number): boolean =>
      onPackage ? this.#open(atMs).ms === openMs : this.totalMinor(atMs) <= this.paidMinor;
    let [paid, not] = [sinceMs, sinceMs + LONGEST_MS];
    if (!isPaid(paid)) return paid;
    if (isPaid(not)) return undefined;
    while (not - paid > 1) {
      const middle = Math.floor((paid + not) / 2);
      if (isPaid(middle)) paid = middle;
      else not = middle;
    }
    return paid;
  }
}
