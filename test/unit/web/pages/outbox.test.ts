// test/unit/web/pages/outbox.test.ts - what a desk types while the line is down is kept, sent once, and never sent on top of
// what somebody else did. Method: a hub of a few lines that counts by key, and loses requests or answers as told.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type DeskAct,
  expectedSeats,
  type Kept,
  openOutbox,
  renewed,
} from '../../../../clients/web/src/pages/cafe/outbox.ts';
import type { IdempotencyKey } from '../../../../src/base/ids.ts';
import { err, ok, type Result } from '../../../../src/base/result.ts';
import type { CafeActAnswer } from '../../../../src/protocol/cafe-acts.ts';
import type { SeatView } from '../../../../src/protocol/cafe-things.ts';
import type { Problem } from '../../../../src/protocol/http-api.ts';

type Line = 'up' | 'down' | 'answer lost';

/** Seats by number with their version and since when, and what was done. */
class TinyHub {
  line: Line = 'up';
  readonly versions = new Map<string, number>();
  readonly since = new Map<string, number>();
  readonly done = new Map<string, DeskAct>();
  readonly acts: string[] = [];
  readonly send = async (act: DeskAct): Promise<Result<CafeActAnswer, Problem>> => {
    if (this.line === 'down') throw new Error('no line');
    const { key, seat, version, typedAtMs = 0 } = act.body;
    if (!this.done.has(key)) {
      const have = this.versions.get(seat) ?? 0;
      if (have !== version) return err({ code: 'STALE_VERSION', id: '' } as Problem);
      if (typedAtMs < (this.since.get(seat) ?? 0)) return err({ code: 'CLOCK_OUT_OF_RANGE', id: '' } as Problem);
      this.since.set(seat, typedAtMs);
      this.versions.set(seat, have + 1);
      this.done.set(key, act);
      this.acts.push(`${act.act} ${seat}`);
    }
    if (this.line === 'answer lost') throw new Error('no answer');
    return ok({ receipts: [] } as unknown as CafeActAnswer);
  };
}
function box(): Kept {
  const items = new Map<string, string>();
  return {
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
    key: (at) => [...items.keys()][at] ?? null,
    get length() {
      return items.size;
    },
  };
}
let [keys, clockMs] = [0, 0];
const key = () => `outbox-key-${String(++keys).padStart(6, '0')}` as IdempotencyKey;
const start = (seat: string, version: number): DeskAct => ({
  act: 'start',
  body: {
    key: key(),
    seat,
    version,
    who: { kind: 'guest' },
    buy: { kind: 'minutes', minutes: 60 },
    pay: 'cash',
    typedAtMs: ++clockMs,
  },
});
const stop = (seat: string, version: number): DeskAct => ({
  act: 'stop',
  body: { key: key(), seat, version, pay: 'cash', typedAtMs: ++clockMs },
});

test('with a line an act is done at once, or stays with its refusal', async () => {
  const hub = new TinyHub();
  const outbox = openOutbox(box(), 'desk', hub.send);
  await outbox.post(start('1', 0));
  expect(outbox.queued.get()).toEqual([]);
  expect(outbox.sent.get()).toMatchObject([{ act: 'start', waited: false }]);
  await outbox.post(start('1', 0));
  expect(outbox.queued.get()).toMatchObject([{ refused: { code: 'STALE_VERSION' } }]);
});

test('what was typed without a line outlives the page, and is done once in its order', async () => {
  const [hub, kept] = [new TinyHub(), box()];
  const before = openOutbox(kept, 'desk', hub.send);
  hub.line = 'answer lost'; // It reaches the hub; nobody hears of it.
  await before.post(start('1', 0));
  hub.line = 'down';
  await before.post(stop('1', 1));
  await before.post(start('2', 0));
  const after = openOutbox(kept, 'desk', hub.send);
  await after.flush();
  expect(after.queued.get().length).toBe(3);
  hub.line = 'up';
  await Promise.all([after.flush(), before.flush()]); // Two tabs of one browser.
  expect(hub.acts).toEqual(['start 1', 'stop 1', 'start 2']);
  expect([after.queued.get(), openOutbox(kept, 'desk', hub.send).queued.get()]).toEqual([[], []]);
  expect(after.sent.get().map(({ act, body }) => `${act} ${body.seat}`)).toEqual(hub.acts);
  expect(after.sent.get().every(({ waited }) => waited)).toBe(true);
});

// Goal: a stop that was typed for one customer never ends the play of another. Method: while the line is down another desk
// starts the very seat, so that its version is the one that the stop names.
test('what somebody else changed waits for a person, and so does all that was typed after it on that seat', async () => {
  const hub = new TinyHub();
  const outbox = openOutbox(box(), 'desk', hub.send);
  hub.line = 'down';
  await outbox.post(start('7', 0));
  await outbox.post(stop('7', 1));
  await outbox.post(start('8', 0));
  hub.line = 'up';
  await hub.send(start('7', 0)); // The other desk.
  await outbox.flush();
  expect(hub.acts).toEqual(['start 7', 'start 8']);
  const left = outbox.queued.get();
  expect(left.map(({ act, refused }) => [act, refused?.code])).toEqual([
    ['start', 'STALE_VERSION'],
    ['stop', 'STALE_VERSION'],
  ]);
  for (const { body } of left) outbox.drop(body.key);
  expect(outbox.queued.get()).toEqual([]);
});

// Goal: nothing lost, nothing doubled, whatever the line does. Method: random lines between random acts, reloads among them.
test('any line: each act is done once or waits', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.tuple(fc.constantFrom<Line>('up', 'down', 'answer lost'), fc.constantFrom('1', '2', '3'), fc.boolean()),
        {
          maxLength: 12,
        },
      ),
      async (steps) => {
        const [hub, kept] = [new TinyHub(), box()];
        let outbox = openOutbox(kept, 'desk', hub.send);
        const seen = new Map<string, number>();
        const typed: string[] = [];
        for (const [line, seat, reload] of steps) {
          hub.line = line;
          if (reload) outbox = openOutbox(kept, 'desk', hub.send);
          const version = seen.get(seat) ?? 0;
          seen.set(seat, version + 1);
          const act = version % 2 === 0 ? start(seat, version) : stop(seat, version);
          typed.push(`${act.act} ${seat}`);
          await outbox.post(act);
        }
        hub.line = 'up';
        await outbox.flush();
        expect(hub.acts).toEqual(typed);
        expect(outbox.queued.get()).toEqual([]);
      },
    ),
    { numRuns: 60 },
  ));

test('the floor shows what will be, unless the hub has done it already', () => {
  const view: SeatView = {
    ...{ seat: '4', name: '', zone: 'hall', version: 3, state: 'free', sinceMs: 1 },
    device: { paired: false, online: false },
  };
  const [begin, end] = [start('4', 3), stop('4', 4)];
  const at = clockMs - 1;
  expect(expectedSeats([view], [begin])).toMatchObject([
    { state: 'in-use', version: 4, sinceMs: at, tab: { endsAtMs: at + 3_600_000, postpaid: false } },
  ]);
  expect(expectedSeats([view], [begin, end])).toMatchObject([{ state: 'free', version: 5, sinceMs: at + 1 }]);
  const done: SeatView = { ...view, version: 4, state: 'in-use' };
  expect(expectedSeats([done], [begin])).toEqual([done]);
  expect(expectedSeats([view], [{ ...begin, refused: { code: 'SEAT_STATE' } }])).toEqual([view]);
});

test('done all the same: under a fresh key, on the seat as it is now, from when it was typed where that can be', () => {
  const view: SeatView = {
    ...{ seat: '4', name: '', zone: 'hall', version: 8, state: 'free', sinceMs: 1_000_000 },
    device: { paired: false, online: false },
  };
  const old = stop('4', 3);
  const again = renewed({ ...old, refused: { code: 'STALE_VERSION' } }, view, key());
  expect(again.body).toMatchObject({ seat: '4', version: 8, typedAtMs: 1_000_000 });
  expect(again.body.key).not.toBe(old.body.key);
  const late = renewed({ ...old, refused: { code: 'CLOCK_OUT_OF_RANGE' } }, view, key());
  expect('typedAtMs' in late.body).toBe(false);
});

test('what lies there and is nothing of ours is left alone', () => {
  const kept = box();
  kept.setItem('desk/a', '{}');
  kept.setItem('desk/b', 'no json');
  kept.setItem('other/c', JSON.stringify(start('1', 0)));
  kept.setItem('desk/d', JSON.stringify(start('2', 0)));
  const outbox = openOutbox(kept, 'desk', new TinyHub().send);
  expect(outbox.queued.get().map(({ body }) => body.seat)).toEqual(['2']);
});
