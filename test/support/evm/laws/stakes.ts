// test/support/evm/laws/stakes.ts - binding, exit and the two provable faults.
import { expect } from 'vitest';
import { slash } from '../../../../src/billing/stake.ts';
import { signerNamed } from '../keys.ts';
import { DBC, node, people, type World } from '../world.ts';
import { checkRefusals, type Law, type RefusalRow, solvent, type Worlds } from './law.ts';
import { helpers } from './life.ts';

const { operator, other, player } = people;
const machine = signerNamed('fresh machine');
const exitDelayS = 7 * 86_400;

const registry = (world: World, fn: string, args: readonly unknown[], from = operator.address, value = 0n) =>
  world.send(from, 'registry', fn, args, value);
const left = async (world: World, waitS: number) => {
  await world.must(registry(world, 'requestExit', [node.address]));
  world.pass(waitS);
  return registry(world, 'exit', [node.address], other.address);
};

const rows: readonly RefusalRow[] = [
  {
    what: 'a machine whose key did not sign',
    error: 'BadBinding',
    wrong: async (world) => {
      const binding = world.sign(other, 'Bind', { node: machine.address, operator: operator.address, nonce: 0n });
      return registry(world, 'stake', [machine.address, 1, binding], operator.address, 1_000n * DBC);
    },
    right: (world) => world.stake(machine, 1),
  },
  {
    what: 'a binding that names another operator',
    error: 'BadBinding',
    wrong: async (world) => {
      const binding = world.sign(machine, 'Bind', { node: machine.address, operator: operator.address, nonce: 0n });
      return registry(world, 'stake', [machine.address, 1, binding], other.address, 1_000n * DBC);
    },
    right: (world) => world.stake(machine, 1, undefined, other),
  },
  {
    what: 'the old binding after an exit',
    error: 'BadBinding',
    wrong: async (world) => {
      await world.must(left(world, exitDelayS));
      const old = world.sign(node, 'Bind', { node: node.address, operator: operator.address, nonce: 0n });
      return registry(world, 'stake', [node.address, 1, old], operator.address, 1_000n * DBC);
    },
    right: async (world) => {
      await world.must(left(world, exitDelayS));
      return world.stake(node, 1);
    },
  },
  {
    what: 'stake for the machine of another',
    error: 'NotOperator',
    wrong: (world) => registry(world, 'stake', [node.address, 9, '0x'], other.address, 1_000n * DBC),
    right: (world) => registry(world, 'stake', [node.address, 9, '0x'], operator.address, 1_000n * DBC),
  },
  {
    what: 'fewer GPUs',
    error: 'BadGpus',
    wrong: (world) => registry(world, 'stake', [node.address, 7, '0x']),
    right: (world) => registry(world, 'stake', [node.address, 9, '0x'], operator.address, 1_000n * DBC),
  },
  {
    what: 'more stake than counts',
    error: 'StakeTooHigh',
    wrong: (world) => registry(world, 'stake', [node.address, 8, '0x'], operator.address, 1_000n),
    right: (world) => registry(world, 'stake', [node.address, 9, '0x'], operator.address, 1_000n * DBC),
  },
  {
    what: 'to exit early',
    error: 'TooEarly',
    wrong: (w) => left(w, exitDelayS - 1),
    right: (w) => left(w, exitDelayS),
  },
  {
    what: 'to exit unasked',
    error: 'NotExiting',
    wrong: (world) => registry(world, 'exit', [node.address]),
    right: (world) => left(world, exitDelayS),
  },
  {
    what: 'an exit by another',
    error: 'NotOperator',
    wrong: (world) => registry(world, 'requestExit', [node.address], other.address),
    right: (world) => registry(world, 'requestExit', [node.address]),
  },
  {
    what: 'stake while exiting',
    error: 'Exiting',
    wrong: async (world) => {
      await world.must(registry(world, 'requestExit', [node.address]));
      return registry(world, 'stake', [node.address, 9, '0x'], operator.address, 1_000n * DBC);
    },
    right: async (world) => {
      await world.must(registry(world, 'requestExit', [node.address]));
      await world.must(registry(world, 'cancelExit', [node.address]));
      return registry(world, 'stake', [node.address, 9, '0x'], operator.address, 1_000n * DBC);
    },
  },
  // Faults. The control of each is a pair that does contradict itself.
  {
    what: 'the same record twice',
    error: 'NotAFault',
    wrong: async (world) => {
      const record = world.record(await world.open());
      return world.prove(record, record);
    },
    right: signedTwice,
  },
  {
    what: 'two numbers of one lease',
    error: 'NotAFault',
    wrong: async (world) => {
      const kit = await world.open();
      return world.prove(world.record(kit), world.record(kit, { seq: 2n }));
    },
    right: signedTwice,
  },
  {
    what: 'two leases on two slots',
    error: 'NotAFault',
    wrong: (world) => leasedTwice(world, { slot: 1n }),
    right: (world) => leasedTwice(world),
  },
  {
    what: 'two leases one after the other on a slot',
    error: 'NotAFault',
    wrong: (world) => leasedTwice(world, { fromMs: world.nowMs + 60_000n, untilMs: world.nowMs + 120_000n }),
    right: (world) => leasedTwice(world, { fromMs: world.nowMs + 59_999n, untilMs: world.nowMs + 120_000n }),
  },
  {
    what: 'a record that another machine signed',
    error: 'NotAFault',
    wrong: (world) => signedTwice(world, [node, machine]),
    right: signedTwice,
  },
  {
    what: 'records of a machine without stake',
    error: 'NotStaked',
    wrong: (world) => signedTwice(world, [machine, machine]),
    right: signedTwice,
  },
  {
    what: 'records from before the binding',
    error: 'NotAFault',
    wrong: async (world) => {
      const kit = await world.open();
      const old = { fromMs: world.nowMs - 1_000n };
      return world.prove(world.record(kit, old), world.record(kit, { ...old, slot: 3n }));
    },
    right: signedTwice,
  },
  {
    what: 'the same case again, the other way round, a day later',
    error: 'CaseKnown',
    wrong: async (world) => {
      const kit = await world.open();
      const [a, b] = [world.record(kit), world.record(kit, { slot: 1n })];
      await world.must(world.prove(a, b));
      world.pass(86_400);
      return world.prove(b, a);
    },
    right: async (world) => {
      await world.must(signedTwice(world));
      world.pass(86_400);
      return signedTwice(world);
    },
  },
  {
    what: 'a second case within a day',
    error: 'TooEarly',
    wrong: async (world) => {
      await world.must(signedTwice(world));
      world.pass(86_399);
      return signedTwice(world);
    },
    right: signedTwice,
  },
];

async function signedTwice(world: World, signers?: Parameters<World['prove']>[2] | object) {
  const kit = await world.open();
  const by = Array.isArray(signers) ? (signers as [typeof node, typeof node]) : undefined;
  return world.prove(world.record(kit), world.record(kit, { slot: 1n }), by);
}

async function leasedTwice(world: World, wish: Parameters<World['record']>[1] = {}) {
  const [one, two] = [await world.open(), await world.open()];
  return world.prove(world.record(one), world.record(two, wish));
}

/** Goal: a fault costs what stake.ts says, the harmed players get their tenth, the rest burns, and nothing is lost. */
async function slashes({ furnished }: Worlds): Promise<void> {
  const cases = [
    [signedTwice, 400n, 1n],
    [leasedTwice, 800n, 2n],
  ] as const;
  for (const [fault, bps, kind] of cases) {
    const world = await furnished({ mode: 'dbc' });
    const done = await world.must(fault(world));
    const { slashedWei, playerWei } = slash(8_000n * DBC, bps);
    expect(world.events(done, 'registry', 'Slashed')[0]).toMatchObject({
      fault: kind,
      slashed: slashedWei,
      toPlayers: playerWei,
    });
    expect(await world.ask('registry', 'claimable', [player.address])).toBe(playerWei);
    expect(await world.ask('registry', 'burnOwed')).toBe(slashedWei - playerWei);
    expect((await world.ask('registry', 'standing', [node.address])).gpus).toBe(7n); // The eighth is not paid for.
    await world.must(registry(world, 'claim', [player.address]));
    await world.must(registry(world, 'flushBurn', []));
    await world.must(left(world, exitDelayS));
    await world.must(registry(world, 'claim', [operator.address], other.address));
    expect(await world.chain.balance(world.registry)).toBe(0n);
    expect(await world.chain.balance(operator.address)).toBe(1_000_000n * DBC - slashedWei);
  }
}

/** Goal: leases that no escrow knows make nobody rich. Method: prove a fault over an invented lease. */
async function inventedLease({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  const kit = world.draft();
  await world.must(world.prove(world.record(kit), world.record(kit, { slot: 1n })));
  expect(await world.ask('registry', 'burnOwed')).toBe(320n * DBC);
  await solvent(world);
}

/** Goal: slashing is bounded. Method: prove a fault a day from the request to exit until the stake is gone from reach. */
async function boundedSlash({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  await world.open();
  await world.must(registry(world, 'requestExit', [node.address]));
  const kit = world.draft();
  let cases = 0;
  for (let day = 0; day < 8; day++) {
    const span = { fromMs: world.nowMs, untilMs: world.nowMs + 1_000n, seq: BigInt(day) };
    if ((await world.prove(world.record(kit, span), world.record(kit, { ...span, slot: 1n }))).ok) cases++;
    world.pass(86_400);
  }
  expect(cases).toBe(8);
  await world.must(registry(world, 'exit', [node.address]));
  const kept: bigint = await world.ask('registry', 'claimable', [operator.address]);
  expect(kept > (8_000n * DBC * 70n) / 100n).toBe(true); // 0.96^8
}

/** Goal: the dollar cap follows the chain's price, and a silent oracle lifts only that cap. */
async function oracle({ bare }: Worlds): Promise<void> {
  const world = await bare({ deployment: { stakePreset: 'chain-2026' } });
  const cap = () => world.ask('registry', 'capWeiPerGpu');
  expect(await cap()).toBe(100_000n * DBC);
  const { make } = await helpers(world);
  const priced = await make('PriceOracle', []);
  const at = '0x0000000000000000000000000000000000000801';
  await world.chain.copyCode(priced.address, at);
  for (const [nanoUsd, expected] of [
    [0n, 100_000n],
    [4_000_000n, 75_000n],
    [10n ** 15n, 10_000n], // Never below the first stake: that would lock everybody out.
  ] as const) {
    await priced.fromAt(at, 'setPrice', [nanoUsd]);
    expect(await cap()).toBe(expected * DBC);
  }
}

/** Stakes. */
export const stakeLaws: readonly Law[] = [
  {
    name: 'what may not stake, leave or accuse does not',
    run: async (worlds) => checkRefusals(await worlds.furnished(), rows),
  },
  { name: 'a fault costs 4 or 8 %, a tenth of it to the players, the rest burns', run: slashes },
  { name: 'a fault over an invented lease makes nobody rich', run: inventedLease },
  { name: 'slashing is bounded: one case a day', run: boundedSlash },
  { name: "the cap follows the chain's price, and a silent oracle lifts only the dollars", run: oracle },
];
