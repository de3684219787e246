// Goal: many ticks share a write, none is lost when a write fails, and acts of one player keep their order. Method: stores
// that answer when told to.
import { expect, test } from 'vitest';
import { Flusher } from '../../../../src/app/money/flusher.ts';
import type { LiveSession } from '../../../../src/app/money/live-session.ts';
import type { CounterRow } from '../../../../src/app/money/ports.ts';
import { SerialByKey } from '../../../../src/app/money/serial.ts';
import { OutageError, UnkeepableError } from '../../../../src/base/assert.ts';
import type { SessionId } from '../../../../src/base/ids.ts';
import { sessionId } from '../../../support/money.ts';

/** The part of a live session that a flusher sees. */
function session(number: number) {
  let [rev, saved] = [1, 0];
  const part = {
    id: sessionId(number),
    fence: 1,
    get dirty() {
      return rev > saved;
    },
    counters: () => ({ rev }),
    samples: () => [],
    saved: (to: number) => {
      saved = to;
    },
    change: () => {
      rev++;
    },
  };
  return part as typeof part & LiveSession;
}

/** A store whose writes wait for an answer from the test. */
function store() {
  const writes: { rows: readonly CounterRow[]; answer: (ours?: readonly SessionId[] | Error) => void }[] = [];
  return {
    writes,
    saveCounters: (rows: readonly CounterRow[]) =>
      new Promise<ReadonlySet<SessionId>>((done, fail) => {
        const answer = (ours: readonly SessionId[] | Error = rows.map((row) => row.session)) =>
          ours instanceof Error ? fail(ours) : done(new Set(ours));
        writes.push({ rows, answer });
      }),
  };
}
const settle = () => new Promise((done) => setImmediate(done));
const sent = (of: ReturnType<typeof store>) =>
  of.writes.map(({ rows }) => rows.map((row) => [row.session, row.counters.rev]));

test('while one write is on its way the next one fills up', async () => {
  const wire = store();
  const flusher = new Flusher(wire, () => {});
  const [one, two, three] = [session(1), session(2), session(3)];
  const first = flusher.save(one);
  await settle();
  const later = [flusher.save(two), flusher.save(three), flusher.save(two)];
  await settle();
  expect(sent(wire)).toEqual([[[one.id, 1]]]);
  wire.writes[0]?.answer();
  await first;
  await settle();
  expect(sent(wire)[1]).toEqual([
    [two.id, 1],
    [three.id, 1],
  ]);
  wire.writes[1]?.answer();
  await Promise.all(later);
  expect([one.dirty, two.dirty, three.dirty]).toEqual([false, false, false]);
  await flusher.save(one); // Nothing to say: no write.
  expect(wire.writes).toHaveLength(2);
});

test('what changed while it was written is written again', async () => {
  const wire = store();
  const flusher = new Flusher(wire, () => {});
  const one = session(1);
  const first = flusher.save(one);
  await settle();
  one.change();
  const second = flusher.save(one);
  wire.writes[0]?.answer();
  await first;
  expect(one.dirty).toBe(true);
  await settle();
  wire.writes[1]?.answer();
  await second;
  expect([sent(wire)[1], one.dirty]).toEqual([[[one.id, 2]], false]);
});

test('a failed write is told to everybody who waits, and the next one carries it', async () => {
  const wire = store();
  const flusher = new Flusher(wire, () => {});
  const one = session(1);
  const waiting = [flusher.save(one), flusher.save(one)].map((save) => expect(save).rejects.toThrow(OutageError));
  await settle();
  wire.writes[0]?.answer(new OutageError('away'));
  await Promise.all(waiting);
  expect(one.dirty).toBe(true);
  const again = flusher.save(one);
  await settle();
  wire.writes[1]?.answer();
  await again;
  expect(one.dirty).toBe(false);
});

test('a session that another hub owns is reported, not counted as saved', async () => {
  const wire = store();
  const lost: string[] = [];
  const flusher = new Flusher(wire, ({ id }) => lost.push(id));
  const one = session(1);
  const save = flusher.save(one);
  await settle();
  wire.writes[0]?.answer([]);
  await save;
  expect([lost, one.dirty]).toEqual([[one.id], true]);
});

test('acts of one key run one after the other, also after one that failed; other keys do not wait', async () => {
  const line = new SerialByKey<string>();
  const order: string[] = [];
  let release = (): void => {};
  const slow = line.run('a', async () => {
    await new Promise<void>((done) => {
      release = done;
    });
    order.push('a1');
    throw new Error('as planned');
  });
  const second = line.run('a', async () => order.push('a2'));
  await line.run('b', async () => order.push('b1'));
  expect(order).toEqual(['b1']);
  release();
  await expect(slow).rejects.toThrow('as planned');
  await second;
  expect(order).toEqual(['b1', 'a1', 'a2']);
});

test('a line that a thousand wait in takes no more', async () => {
  const line = new SerialByKey<string>();
  let release = (): void => {};
  const gate = new Promise<void>((done) => {
    release = done;
  });
  const waiting = Array.from({ length: 1_000 }, () => line.run('a', () => gate));
  await expect(line.run('a', async () => {})).rejects.toThrow(OutageError);
  release();
  await Promise.all(waiting);
  await line.run('a', async () => {});
});

test('points that the store cannot hold are left out, and nobody else’s are', async () => {
  const point = { atMs: 1, goodMs: 1, costWei: '0', fps: 30, rttMs: 1, lossShare: 0, kbps: 1 };
  const [one, two] = [session(1), session(2)];
  const bad = { ...two, samples: () => [{ ...point, fps: 1e-60 }] } as typeof two;
  const good = { ...one, samples: () => [point] } as typeof one;
  const kept: CounterRow[] = [];
  const saveCounters = async (rows: readonly CounterRow[]) => {
    if (rows.some(({ samples }) => samples.some(({ fps }) => fps < 1e-45))) throw new UnkeepableError('out of range');
    kept.push(...rows);
    return new Set(rows.map((row) => row.session));
  };
  const lost: SessionId[] = [];
  const flusher = new Flusher({ saveCounters }, ({ id }) => lost.push(id));
  await Promise.all([flusher.save(good), flusher.save(bad)]);
  expect(kept.map((row) => [row.session, row.samples.length])).toEqual([
    [one.id, 1],
    [two.id, 0],
  ]);
  expect(lost).toEqual([]);
});
