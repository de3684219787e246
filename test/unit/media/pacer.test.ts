// test/unit/media/pacer.test.ts - goal: nothing is lost or reordered, the pace is kept, repairs go first.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BURST_BYTES, Pacer } from '../../../src/media/pacer.ts';

function takeAll<T>(pacer: Pacer<T>, fromMs: number): { item: T; atMs: number }[] {
  const taken: { item: T; atMs: number }[] = [];
  let nowMs = fromMs;
  for (;;) {
    const item = pacer.take(nowMs);
    if (item !== undefined) {
      taken.push({ item, atMs: nowMs });
      continue;
    }
    const nextMs = pacer.nextMs(nowMs);
    if (nextMs === undefined) return taken;
    nowMs = Math.max(nextMs, nowMs + 0.01);
  }
}

test('every packet leaves once, in order, not faster than the pace beyond one burst', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 50, max: 1_200 }), { minLength: 1, maxLength: 200, size: 'max' }),
      fc.integer({ min: 300, max: 50_000 }),
      (sizes, kbps) => {
        const pacer = new Pacer<number>(kbps);
        sizes.forEach((bytes, item) => void pacer.push({ bytes, item }));
        const taken = takeAll(pacer, 0);
        expect(taken.map(({ item }) => item)).toEqual(sizes.map((_, i) => i));
        let bytes = 0;
        for (const { item, atMs } of taken) {
          expect(bytes).toBeLessThanOrEqual(BURST_BYTES + (atMs * kbps) / 8 + 1);
          bytes += sizes[item] ?? 0;
        }
        expect(pacer.isEmpty).toBe(true);
        expect(pacer.backlogMs).toBe(0);
      },
    ),
  );
});

test('a small picture leaves at once, a repair before the rest of a large one', () => {
  const pacer = new Pacer<string>(8_000);
  for (let i = 0; i < 20; i++) pacer.push({ bytes: 1_200, item: `p${i}` });
  for (let i = 0; i < 20; i++) expect(pacer.take(0)).toBe(`p${i}`);
  pacer.push({ bytes: 1_200, item: 'late' });
  pacer.push({ bytes: 1_200, item: 'repair' }, true);
  expect(pacer.take(0)).toBeUndefined();
  expect(pacer.backlogMs).toBeCloseTo(2.4);
  expect(pacer.take(1.3)).toBe('repair');
});

test('clearing forgets what waits', () => {
  const pacer = new Pacer<number>(8_000);
  pacer.push({ bytes: 100, item: 1 });
  pacer.clear();
  expect([pacer.take(0), pacer.isEmpty, pacer.nextMs(0)]).toEqual([undefined, true, undefined]);
});
