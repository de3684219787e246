// clients/web/src/pages/cafe/outbox.ts - starts and stops on their way to the hub. Each is kept in the browser before it is sent
// and leaves when it was answered: a line that is down, a lost answer or a reload lose nothing and double nothing, because the
// key stays the same. What the hub refuses is kept for a person who decides.
import type { IdempotencyKey } from '../../../../../src/base/ids.ts';
import type { Result } from '../../../../../src/base/result.ts';
import type { CafeActAnswer, CafeActBody } from '../../../../../src/protocol/cafe-acts.ts';
import { veiledCode } from '../../../../../src/protocol/cafe-shapes.ts';
import type { CafeReceipt, SeatView } from '../../../../../src/protocol/cafe-things.ts';
import type { Problem } from '../../../../../src/protocol/http-api.ts';
import { type PlayerProblem, problemFrom } from '../../player/problem.ts';
import { createStore, type Store } from '../../player/store.ts';

/** A start or a stop with its body. */
export type DeskAct =
  | { readonly act: 'start'; readonly body: CafeActBody<'start'> }
  | { readonly act: 'stop'; readonly body: CafeActBody<'stop'> };
/** One on its way; `refused`: the hub did not do it. */
export type Queued = DeskAct & { readonly refused?: PlayerProblem };
/** One that was done. `waited`: not at once, so that its receipts are news. */
export type Sent = DeskAct & { readonly receipts: readonly CafeReceipt[]; readonly waited: boolean };

/** Acts of one café on their way. */
export type Outbox = {
  readonly queued: Store<readonly Queued[]>;
  /** What was done since the page was opened, the last ones. */
  readonly sent: Store<readonly Sent[]>;
  /** Keeps an act and sends it after those before it. Whoever types need not wait. */
  post(act: DeskAct): Promise<void>;
  /** Sends what waits; called when the line is there. */
  flush(): Promise<void>;
  /** Forgets a refused act. */
  drop(key: IdempotencyKey): void;
  /** Forgets what was done. */
  clearSent(): void;
};

const SENT_KEPT = 50;
/** Refusals that say: not now. The act waits as if no answer had come. */
const LATER: ReadonlySet<string> = new Set(['STORE_UNAVAILABLE', 'SHUTTING_DOWN', 'RATE_TOO_HIGH', 'LOGIN_REQUIRED']);

/** Where acts lie between two visits, one item each: two tabs of a browser do not overwrite each other. */
export type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** What was kept under one name, unless it is nothing of ours. The hub reads every body anew. */
function readOne(text: string | null): readonly Queued[] {
  try {
    const one = JSON.parse(text ?? '') as Partial<Queued> | null;
    const ours = (one?.act === 'start' || one?.act === 'stop') && typeof one.body?.key === 'string';
    return ours ? [one as Queued] : [];
  } catch {
    return [];
  }
}

function readKept(kept: Kept, name: string): readonly Queued[] {
  const names = Array.from({ length: kept.length }, (_, at) => kept.key(at) ?? '');
  return names
    .filter((item) => item.startsWith(`${name}/`))
    .flatMap((item) => readOne(kept.getItem(item)))
    .sort(
      (a, b) => (a.body.typedAtMs ?? 0) - (b.body.typedAtMs ?? 0) || a.body.version - b.body.version, // As typed.
    );
}

const actOf = ({ refused: _, ...act }: Queued): DeskAct => act;

/**
 * Opens the outbox of a café.
 * @param kept where it lies between two visits
 * @param name under which name
 * @param send does one act; rejects when no answer came
 */
export function openOutbox(
  kept: Kept,
  name: string,
  send: (act: DeskAct) => Promise<Result<CafeActAnswer, Problem>>,
): Outbox {
  const queued = createStore(readKept(kept, name));
  const sent = createStore<readonly Sent[]>([]);
  const late = new Set<string>(queued.get().map(({ body }) => body.key));
  let running: Promise<void> = Promise.resolve();

  const item = (key: string): string => `${name}/${key}`;
  const keep = (one: Queued): void => {
    const list = queued.get();
    const known = list.some(({ body }) => body.key === one.body.key);
    queued.set(known ? list.map((old) => (old.body.key === one.body.key ? one : old)) : [...list, one]);
    try {
      kept.setItem(item(one.body.key), JSON.stringify(one));
    } catch {
      // A browser that keeps nothing: it lasts as long as this page.
    }
  };
  const forget = (key: string): void => {
    queued.set(queued.get().filter(({ body }) => body.key !== key));
    kept.removeItem(item(key));
  };
  /** An act on a seat where an act before it was refused was typed for another state of things. */
  const standsOnRefused = ({ body }: Queued): boolean => {
    const list = queued.get();
    const at = list.findIndex((one) => one.body.key === body.key);
    return list.slice(0, at).some((one) => one.refused !== undefined && one.body.seat === body.seat);
  };

  /** Sends one; false when no answer came. */
  async function sendOne(one: Queued): Promise<boolean> {
    const { key } = one.body;
    if (standsOnRefused(one)) {
      keep({ ...one, refused: { code: 'STALE_VERSION' } });
      return true;
    }
    const answer = await send(actOf(one)).catch(() => undefined);
    if (answer === undefined || (!answer.ok && LATER.has(answer.error.code))) return false;
    if (!answer.ok) {
      keep({ ...one, refused: problemFrom(answer.error) });
      return true;
    }
    forget(key);
    const done = { ...actOf(one), receipts: answer.value.receipts, waited: late.delete(key) };
    sent.set([...sent.get(), done].slice(-SENT_KEPT));
    return true;
  }

  async function sendAll(): Promise<void> {
    for (;;) {
      const next = queued.get().find(({ refused }) => refused === undefined);
      if (next === undefined || !(await sendOne(next))) break;
    }
    for (const { body } of queued.get()) late.add(body.key);
  }
  const flush = (): Promise<void> => {
    running = running.then(sendAll);
    return running;
  };

  return {
    queued,
    sent,
    flush,
    post(act) {
      keep(act);
      return flush();
    },
    drop: forget,
    clearSent: () => sent.set([]),
  };
}

/**
 * A refused act as it would be typed now, on the seat as it is now. One whose time was out of range counts from now.
 * @param ageBand for a start that was refused because nobody had asked
 */
export function renewed({ refused, ...act }: Queued, view: SeatView, key: IdempotencyKey, ageBand?: string): DeskAct {
  const typedMs = refused?.code === 'CLOCK_OUT_OF_RANGE' ? undefined : act.body.typedAtMs;
  const at = typedMs === undefined ? {} : { typedAtMs: Math.max(typedMs, view.sinceMs) };
  const now = { key, version: view.version, ...at };
  if (act.act === 'start') {
    const { typedAtMs: _, ...body } = act.body;
    return { act: 'start', body: { ...body, ...now, ...(ageBand === undefined ? {} : { ageBand }) } };
  }
  const { typedAtMs: _, ...body } = act.body;
  return { act: 'stop', body: { ...body, ...now } };
}

/** What a start costs where it is typed, reckoned by whoever knows the prices. */
type Reckon = (view: SeatView, start: CafeActBody<'start'>, atMs: number) => Partial<NonNullable<SeatView['tab']>>;

/** A guest's tab as it will be; the hub's own takes its place. */
function expectedTab(view: SeatView, { body }: DeskAct & { act: 'start' }, reckon: Reckon) {
  const { who, buy, typedAtMs = view.sinceMs } = body;
  const label = who.kind === 'guest' ? (who.label ?? '') : who.kind === 'code' ? veiledCode(who.code) : '';
  return {
    tab: `b_${'0'.repeat(26)}` as NonNullable<SeatView['tab']>['tab'],
    who: who.kind,
    label,
    group: 'guest',
    openedAtMs: typedAtMs,
    atMs: typedAtMs,
    playedMs: 0,
    creditedMs: 0,
    chargedMinor: '0',
    paidMinor: '0',
    packages: [],
    postpaid: buy.kind === 'open',
    ...(buy.kind === 'minutes' ? { endsAtMs: typedAtMs + buy.minutes * 60_000, endsBy: 'money' as const } : {}),
    ...reckon(view, body, typedAtMs),
  };
}

/** The seats as they will be when what waits is done. An act that the hub has done already changes nothing. */
export function expectedSeats(
  seats: readonly SeatView[],
  queued: readonly Queued[],
  reckon: Reckon = () => ({}),
): readonly SeatView[] {
  return queued
    .filter(({ refused }) => refused === undefined)
    .reduce<readonly SeatView[]>(
      (now, one) =>
        now.map((view) => {
          if (view.seat !== one.body.seat || view.version !== one.body.version) return view;
          const { tab: _, reason: __, play: ___, untilMs: ____, ...rest } = view;
          const next = { ...rest, version: view.version + 1, sinceMs: one.body.typedAtMs ?? view.sinceMs };
          if (one.act === 'stop') return { ...next, state: 'free' as const };
          return { ...next, state: 'in-use' as const, tab: expectedTab(view, one, reckon) };
        }),
      seats,
    );
}
