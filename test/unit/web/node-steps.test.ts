// test/unit/web/node-steps.test.ts - the operator's next step follows from what the hub says, at any time and in any browser.
import { expect, test } from 'vitest';
import { dueStep, markOf, STEPS } from '../../../clients/web/src/pages/node/steps.ts';

type Stage = NonNullable<Parameters<typeof dueStep>[0]>['stage'];
const machine = (stage: Stage, earnedWei = '0') => ({ stage, earnedWei });

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

test('steps before the due one are done, those after it wait', () =>
  expect(STEPS.map((step) => markOf(step, 'price'))).toEqual(['done', 'done', 'done', 'now', 'later', 'later']));
