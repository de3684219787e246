// test/unit/web/node-steps.test.ts - the operator's next step follows from what the hub says, at any time and in any browser.
import { expect, test } from 'vitest';
import { dueStep, markOf, STEPS } from '../../../clients/web/src/pages/node/steps.ts';

type Stage = NonNullable<Parameters<typeof dueStep>[0]>['stage'];
const BENCH = { atMs: 1, lines: [] };
const machine = (stage: Stage, earnedWei = '0') => ({ stage, earnedWei, bench: BENCH });

test('without a machine the command is due', () =>
  expect(dueStep(undefined)).toEqual({ step: 'join', missing: 'join' }));

test.each(['offline', 'suspended', 'draining', 'checking'] as const)(
  'a machine that is %s is due to be mended',
  (stage) => expect(dueStep(machine(stage))).toEqual({ step: 'machine', missing: stage }),
);

test('then its stake, then its first paid game, then nothing', () => {
  expect(dueStep(machine('awaiting-stake'))).toEqual({ step: 'stake', missing: 'stake' });
  expect(dueStep(machine('active'))).toEqual({ step: 'first', missing: 'first' });
  expect(dueStep(machine('active', '1'))).toBeUndefined();
});

test('a bench holds up nothing: without one it is due when all else is done', () => {
  const without = (stage: Stage, earnedWei = '0') => ({ stage, earnedWei });
  expect(dueStep(without('awaiting-stake'))).toEqual({ step: 'stake', missing: 'stake' });
  expect(dueStep(without('active'))).toEqual({ step: 'first', missing: 'first' });
  expect(dueStep(without('active', '1'))).toEqual({ step: 'bench', missing: 'bench' });
});

test('a machine that rests keeps what it has', () => {
  const marks = (staked: boolean, earnedWei: string, measured: object) =>
    STEPS.map((step) => markOf(step, 'machine', { staked, earnedWei, ...measured }));
  expect(marks(true, '1', { bench: BENCH })).toEqual(['done', 'done', 'now', 'done', 'done', 'done', 'done']);
  expect(marks(false, '0', {})).toEqual(['done', 'done', 'now', 'later', 'done', 'later', 'later']);
});

test('steps before the due one are done, those after it wait, a bench that is missing stays open', () => {
  const marks = (measured: object) =>
    STEPS.map((step) => markOf(step, 'price', { staked: false, earnedWei: '0', ...measured }));
  expect(marks({ bench: BENCH })).toEqual(['done', 'done', 'done', 'done', 'now', 'later', 'later']);
  expect(marks({})).toEqual(['done', 'done', 'done', 'open', 'now', 'later', 'later']);
});
