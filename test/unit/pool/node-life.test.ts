// test/unit/pool/node-life.test.ts - what falls short of a machine is found, and one stage says what to do first.
import { expect, test } from 'vitest';
import {
  CLOCK_OFF_MS,
  checkNode,
  FRAME_BUDGET_MS,
  type JoinedFacts,
  nodeStage,
  type StageFacts,
} from '../../../src/pool/node-life.ts';

const encoder = (msPerFrame: number) => ({ name: 'h264_nvenc', codec: 'h264' as const, msPerFrame });
const good: JoinedFacts = {
  machine: {
    encoders: [encoder(30), encoder(2)],
    gpus: ['A card'],
    gpuClass: 'gpu-small',
    driver: '580.1',
    drawnBy: 'A card/PCIe',
    virtualPads: true,
    sandbox: 'user',
  },
  games: 3,
  addresses: 1,
  twinFrom: undefined,
  clockOffMs: 40,
};
const verdicts = (facts: JoinedFacts) =>
  Object.fromEntries(checkNode(facts).map(({ check, verdict }) => [check, verdict]));
const allOk = {
  identity: 'ok',
  encoder: 'ok',
  games: 'ok',
  address: 'ok',
  gpu: 'ok',
  display: 'ok',
  pads: 'ok',
  sandbox: 'ok',
  clock: 'ok',
};

test('a machine that has everything passes, by its fastest encoder', () => {
  expect(verdicts(good)).toEqual(allOk);
  expect(checkNode(good).find(({ check }) => check === 'encoder')).toMatchObject({ value: 2, limit: FRAME_BUDGET_MS });
  const says = (check: string) => checkNode(good).find((each) => each.check === check)?.says;
  expect([says('gpu'), says('display'), says('pads')]).toEqual(['A card, 580.1', 'A card/PCIe', undefined]);
});

test.each([
  ['a second machine with its key', { twinFrom: '192.0.2.2' }, { identity: 'bad' }],
  ['no encoder', { machine: { ...good.machine, encoders: [] } }, { encoder: 'bad' }],
  ['a slow encoder', { machine: { ...good.machine, encoders: [encoder(FRAME_BUDGET_MS + 1)] } }, { encoder: 'less' }],
  ['no game', { games: 0 }, { games: 'bad' }],
  ['no address', { addresses: 0 }, { address: 'less' }],
  ['a card whose encoder does not open', { machine: { ...good.machine, gpuClass: 'cpu' } }, { gpu: 'less' }],
  ['games drawn by the processor', { machine: { ...good.machine, drawnBy: undefined } }, { display: 'less' }],
  ['games that nothing shuts in', { machine: { ...good.machine, sandbox: 'none' } }, { sandbox: 'less' }],
  ['a clock that is off', { clockOffMs: CLOCK_OFF_MS + 1 }, { clock: 'less' }],
  ['no pads', { machine: { ...good.machine, virtualPads: false } }, { pads: 'less' }],
] as const)('%s is named, and nothing else', (_, change, changed) =>
  expect(verdicts({ ...good, ...change } as JoinedFacts)).toEqual({ ...allOk, ...changed }),
);

test('what an older agent does not tell is not judged', () => {
  const { sandbox: _, clock: __, ...left } = allOk;
  const { sandbox: ___, ...machine } = good.machine;
  expect(verdicts({ ...good, machine, clockOffMs: undefined })).toEqual(left);
});

test('the first thing that is wrong is the stage; with nothing wrong the machine is active', () => {
  const bad = checkNode({ ...good, games: 0 });
  let facts: StageFacts = {
    suspended: true,
    maintained: true,
    here: false,
    draining: true,
    staked: false,
    checks: bad,
  };
  const stages = [nodeStage(facts)];
  for (const mended of [
    { suspended: false },
    { maintained: false },
    { here: true },
    { draining: false },
    { checks: checkNode(good) },
    { staked: true },
  ]) {
    facts = { ...facts, ...mended };
    stages.push(nodeStage(facts));
  }
  expect(stages).toEqual(['suspended', 'maintenance', 'offline', 'draining', 'checking', 'awaiting-stake', 'active']);
});

test('a machine is active although something could be better', () => {
  const checks = checkNode({
    ...good,
    addresses: 0,
    machine: { ...good.machine, gpuClass: 'cpu', virtualPads: false },
  });
  expect(nodeStage({ suspended: false, maintained: false, here: true, draining: false, staked: true, checks })).toBe(
    'active',
  );
});
