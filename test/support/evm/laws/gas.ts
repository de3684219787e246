// test/support/evm/laws/gas.ts - what each call costs, within 10 % of a committed table (docs/MONEY.md prints it). Gas is
// what a hub pays and what a block of DBC holds, so a change of a tenth is a decision, not an accident.
import { expect } from 'vitest';
import { CREATION_GAS, planDeployment } from '../../../../src/chain/deployment.ts';
import { type Signer, signerNamed } from '../keys.ts';
import { DBC, type Done, node, people, type World } from '../world.ts';
import type { Law, Worlds } from './law.ts';

/** Gas by call, London rules. */
export const gasTable: Readonly<Record<string, number>> = {
  'deploy registry': 2_117_932,
  'deploy escrow': 5_172_535,
  'stake a machine': 104_468,
  'deposit, first': 69_937,
  'deposit, again': 35_737,
  'depositFor, first': 53_361,
  requestWithdraw: 48_019,
  withdraw: 44_145,
  'open, first of a consent': 250_052,
  'open, again': 232_952,
  'open, one of 100 devices': 238_500,
  'settle, first ever': 126_419,
  'settle, again': 76_871,
  'settle and close': 95_963,
  closeByPlayer: 40_804,
  expire: 51_575,
  claim: 40_665,
  flushBurn: 64_557,
  proveFault: 143_945,
  'settleMany, 50 that close, each': 54_873,
};
const SETTLE_MANY_MOST = 55_000n;
const HOUR = 3_600_000n;

type Meter = (name: string, done: Promise<Done>) => Promise<Done>;

async function coins(world: World, meter: Meter): Promise<void> {
  const { player, hub, operator } = people;
  await meter('stake a machine', world.stake(node, 8));
  await meter('deposit, first', world.send(player.address, 'escrow', 'deposit', [], 500n * DBC));
  await meter('deposit, again', world.send(player.address, 'escrow', 'deposit', [], 500n * DBC));
  await meter('depositFor, first', world.send(hub.address, 'escrow', 'depositFor', [people.other.address], DBC));
  await meter('requestWithdraw', world.send(player.address, 'escrow', 'requestWithdraw', [DBC]));
  world.pass(1_200);
  await meter('withdraw', world.send(player.address, 'escrow', 'withdraw', [player.address]));
  const first = world.draft();
  await meter('open, first of a consent', world.openDraft(first));
  const second = world.draft();
  await meter('open, again', world.openDraft(second));
  const devices = Array.from({ length: 100 }, (_, i) => signerNamed(`device ${i}`));
  for (const [name, key] of [
    ['', devices[0]],
    ['open, one of 100 devices', devices[1]],
  ] as const) {
    const draft = world.draft({ ...(key && { key }), devices, maxAmount: DBC });
    await (name === '' ? world.must(world.openDraft(draft)) : meter(name, world.openDraft(draft)));
  }
  world.pass(3_600);
  await meter('settle, first ever', world.settle(first, world.voucher(first, 1n, HOUR / 2n)));
  await meter('settle, again', world.settle(first, world.voucher(first, 2n, (HOUR * 3n) / 4n)));
  await meter('settle and close', world.settle(first, world.voucher(first, 3n, HOUR), node));
  await meter('closeByPlayer', world.leave(second));
  world.pass(600);
  await meter('expire', world.send(hub.address, 'escrow', 'expire', [second.id]));
  await meter('claim', world.send(hub.address, 'escrow', 'claim', [operator.address]));
  await meter('flushBurn', world.send(hub.address, 'escrow', 'flushBurn', []));
  const record = world.record(first);
  await meter('proveFault', world.prove(record, { ...record, slot: 1n }));
}

/** Fifty players who each close one lease: the hub's evening. */
async function batch(world: World, meter: Meter): Promise<void> {
  const kits = [];
  const seats: readonly Signer[] = Array.from({ length: 50 }, (_, i) => signerNamed(`seat ${i}`));
  for (const player of seats) {
    await world.must(world.send(people.hub.address, 'escrow', 'depositFor', [player.address], 150n * DBC));
    kits.push(await world.open({ player, key: player }));
  }
  const warm = await world.open();
  world.pass(3_600);
  await world.must(world.settle(warm, world.voucher(warm, 1n, HOUR))); // The operator has earned before.
  const items = kits.map((kit) => world.settlement(kit, world.voucher(kit, 1n, HOUR), node));
  const done = await meter(
    'settleMany, 50 that close, each',
    world.send(people.hub.address, 'escrow', 'settleMany', [items]),
  );
  expect(world.events(done, 'escrow', 'Closed').length).toBe(50);
  expect(done.gasUsed / 50n <= SETTLE_MANY_MOST, `${done.gasUsed / 50n} gas each`).toBe(true);
}

async function table({ bare, furnished }: Worlds): Promise<void> {
  const measured: Record<string, number> = {};
  const meter: Meter = async (name, act) => {
    const done = await act;
    expect(done.error, name).toBe('');
    measured[name] = Number(done.gasUsed) / (name.endsWith('each') ? 50 : 1);
    return done;
  };
  const world = await bare();
  const { address: deployer } = people.other;
  const plan = planDeployment({ ...world.deployment, deployer, nonce: 0 });
  for (const name of ['registry', 'escrow'] as const) {
    const made = await meter(
      `deploy ${name}`,
      world.raw({ from: deployer, data: plan[name].data, gas: CREATION_GAS[name] }),
    );
    expect(made.created).toBe(plan[name].address);
  }
  await coins(world, meter);
  await batch(await furnished(), meter);
  const rounded = Object.fromEntries(Object.entries(measured).map(([name, gas]) => [name, Math.round(gas)]));
  expect(Object.keys(rounded)).toEqual(Object.keys(gasTable));
  for (const [name, gas] of Object.entries(rounded)) {
    const planned = gasTable[name] ?? 0;
    expect(Math.abs(gas - planned) <= planned / 10, `${name}: ${gas} gas, the table says ${planned}`).toBe(true);
  }
}

/** Gas. */
export const gasLaws: readonly Law[] = [
  { name: 'gas is within a tenth of the table, and a batch of 50 within 55,000 each', run: table },
];
