// test/unit/pool/choose-node.test.ts - the nearest wins, by the path that was really measured, and the choice says why.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NodeId } from '../../../src/base/ids.ts';
import { type ChooseNode, chooseNode, type Rankable } from '../../../src/pool/choose-node.ts';
import type { Measurement, Path } from '../../../src/protocol/shapes.ts';

const id = (name: string): NodeId => `0x${name.repeat(40).slice(0, 40)}` as NodeId;
const [A, B, C] = [id('a'), id('b'), id('c')];
const node = (of: NodeId, change: Partial<Rankable> = {}): Rankable => ({
  node: of,
  name: of.slice(0, 3),
  free: true,
  load: 0,
  rateWeiPerHour: 50n,
  ...change,
});
const echo = (of: NodeId, rttMinMs: number, change: Partial<Measurement> = {}): Measurement => ({
  node: of,
  path: 'direct',
  rttMinMs,
  rttMedianMs: rttMinMs,
  jitterMs: 0,
  loss: 0,
  ...change,
});
const choose = (change: Partial<ChooseNode>) =>
  chooseNode({
    candidates: [node(A), node(B), node(C)],
    measurements: [],
    wish: 'auto',
    unmeasuredPath: 'direct',
    unmeasuredOk: false,
    ...change,
  });
const chosen = (change: Partial<ChooseNode>) => {
  const result = choose(change);
  return result.ok ? [result.value.node, result.value.path, result.value.reason] : result.error;
};

test.each<[string, Partial<ChooseNode>, unknown]>([
  ['the smallest RTT', { measurements: [echo(A, 60), echo(B, 5), echo(C, 25)] }, [B, 'direct', 'nearest']],
  [
    'within 3 ms the steadier',
    { measurements: [echo(A, 10, { jitterMs: 4 }), echo(B, 13)] },
    [B, 'direct', 'tie-jitter'],
  ],
  ['but not beyond 3 ms', { measurements: [echo(A, 10, { jitterMs: 4 }), echo(B, 13.1)] }, [A, 'direct', 'nearest']],
  [
    'then the one that lost less',
    { measurements: [echo(A, 10, { loss: 0.1 }), echo(B, 12)] },
    [B, 'direct', 'tie-loss'],
  ],
  [
    'then the idler',
    { candidates: [node(A, { load: 0.9 }), node(B)], measurements: [echo(A, 10), echo(B, 12)] },
    [B, 'direct', 'tie-load'],
  ],
  [
    'then the cheaper',
    { candidates: [node(A, { rateWeiPerHour: 60n }), node(B)], measurements: [echo(A, 10), echo(B, 12)] },
    [B, 'direct', 'tie-price'],
  ],
  ['equal in all: the shorter', { measurements: [echo(A, 12), echo(B, 10)] }, [B, 'direct', 'nearest']],
  [
    'a relay that is the shorter way wins',
    { measurements: [echo(A, 40), echo(A, 20, { path: 'relay' }), echo(B, 30)] },
    [A, 'relay', 'nearest'],
  ],
  [
    'relay and direct rank the nodes differently, and the shorter real path counts',
    { measurements: [echo(A, 20), echo(A, 60, { path: 'relay' }), echo(B, 35), echo(B, 12, { path: 'relay' })] },
    [B, 'relay', 'nearest'],
  ],
  [
    'direct wins a tie with its own relay',
    { measurements: [echo(A, 12), echo(A, 10, { path: 'relay' }), echo(B, 40)] },
    [A, 'direct', 'nearest'],
  ],
  [
    'a wished path is the only one looked at',
    {
      wish: 'relay-tcp',
      measurements: [echo(A, 1), echo(B, 30, { path: 'relay-tcp' }), echo(C, 40, { path: 'relay-tcp' })],
    },
    [B, 'relay-tcp', 'nearest'],
  ],
  [
    'a picked node over its best path',
    { picked: C, measurements: [echo(A, 1), echo(C, 50), echo(C, 30, { path: 'relay' })] },
    [C, 'relay', 'picked'],
  ],
  ['a picked node that nobody measured', { picked: C, measurements: [echo(A, 1)] }, [C, 'direct', 'picked']],
  ['a picked node that is taken', { picked: C, candidates: [node(A), node(C, { free: false })] }, 'busy'],
  [
    'a busy node never, however near',
    { candidates: [node(A, { free: false }), node(B)], measurements: [echo(A, 1), echo(B, 50)] },
    [B, 'direct', 'nearest'],
  ],
  ['nobody free', { candidates: [node(A, { free: false })], measurements: [echo(A, 1)] }, 'busy'],
  ['several and none measured', {}, 'unmeasured'],
  ['only one', { candidates: [node(A)] }, [A, 'direct', 'only']],
  ['only one, measured', { candidates: [node(A)], measurements: [echo(A, 9)] }, [A, 'direct', 'only']],
  [
    "several, none measured, the line's turn: the idlest",
    { candidates: [node(A, { load: 0.5 }), node(B)], unmeasuredOk: true },
    [B, 'direct', 'unmeasured'],
  ],
  [
    'measurements of strangers count for nothing',
    { candidates: [node(A), node(B)], measurements: [echo(C, 1)] },
    'unmeasured',
  ],
])('%s', (_, change, expected) => expect(chosen(change)).toEqual(expected));

test('the explanation lists every pair once, best first, free nodes before busy ones', () => {
  const result = choose({
    candidates: [node(A), node(B, { free: false }), node(C)],
    measurements: [echo(C, 30), echo(A, 20), echo(B, 1), echo(A, 50, { path: 'relay' }), echo(A, 20)],
  });
  if (!result.ok) throw new Error(result.error);
  expect(result.value.ranked.map((line) => [line.node, line.path])).toEqual([
    [A, 'direct'],
    [C, 'direct'],
    [A, 'relay'],
    [B, 'direct'],
  ]);
});

const paths: readonly Path[] = ['direct', 'relay', 'relay-tcp'];
const ids = ['a', 'b', 'c', 'd', 'e'].map(id);
const anyInput = fc.record({
  candidates: fc
    .array(fc.record({ free: fc.boolean(), load: fc.double({ min: 0, max: 1, noNaN: true }), rate: fc.nat(100) }), {
      minLength: 1,
      maxLength: 5,
    })
    .map((rows) =>
      rows.map(({ free, load, rate }, i) => node(ids[i] ?? A, { free, load, rateWeiPerHour: BigInt(rate) })),
    ),
  measurements: fc
    .uniqueArray(
      fc.record({
        of: fc.nat(4),
        path: fc.constantFrom(...paths),
        rtt: fc.double({ min: 0, max: 200, noNaN: true }),
        jitter: fc.double({ min: 0, max: 20, noNaN: true }),
        loss: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { maxLength: 15, selector: ({ of, path }) => `${of} ${path}` },
    )
    .map((rows) =>
      rows.map(({ of, path, rtt, jitter, loss }) => echo(ids[of] ?? A, rtt, { path, jitterMs: jitter, loss })),
    ),
  wish: fc.constantFrom('auto' as const, ...paths),
});

// Goal: the laws of the choice. Method: any nodes, any measurements, compared with a plain reading of the rule.
test('the chosen pair is free, wished for, and at most 3 ms from the shortest there is', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const result = choose(input);
      const free = input.candidates.filter((candidate) => candidate.free).map((candidate) => candidate.node);
      const usable = input.measurements.filter(
        (found) => free.includes(found.node) && (input.wish === 'auto' || input.wish === found.path),
      );
      if (!result.ok) {
        expect(result.error).toBe(free.length === 0 ? 'busy' : 'unmeasured');
        if (free.length > 0) expect(usable).toEqual([]);
        return;
      }
      const { node: got, path } = result.value;
      expect(free).toContain(got);
      if (usable.length === 0) return;
      const rtt = usable.find((found) => found.node === got && found.path === path)?.rttMinMs;
      expect(rtt).toBeLessThanOrEqual(Math.min(...usable.map((found) => found.rttMinMs)) + 3);
      expect(result.value.ranked[0]).toMatchObject({ node: got, path });
    }),
    { numRuns: 500 },
  );
});

test('the order in which nodes and measurements come changes nothing', () => {
  fc.assert(
    fc.property(anyInput, fc.nat(), (input, turn) => {
      const turned = <T>(list: readonly T[]): T[] => list.map((_, i) => list[(i + turn) % list.length] as T).reverse();
      const again = { ...input, candidates: turned(input.candidates), measurements: turned(input.measurements) };
      expect(choose(again)).toEqual(choose(input));
    }),
    { numRuns: 300 },
  );
});
