// test/support/evm/laws/tier.ts - the count of active GPUs and the tier that follows it, against src/billing/gpu-tier.ts.
import { expect } from 'vitest';
import { activeGpus, firstTier, observeGpus } from '../../../../src/billing/gpu-tier.ts';
import { signerNamed } from '../keys.ts';
import { DBC, type LeaseKit, node, people, type World } from '../world.ts';
import type { Law, Worlds } from './law.ts';

const DAY_S = 86_400;
const payers = ['a', 'b', 'c'].map((name) => signerNamed(`payer ${name}`));

/** A policy that moves with single GPUs, so that a small world can cross its steps. */
const steps = {
  name: 'steps',
  number: 50,
  since: '',
  tiers: [
    { gpusFrom: 0, burnBps: 3_000 },
    { gpusFrom: 5, burnBps: 7_000 },
    { gpusFrom: 10, burnBps: 10_000 },
  ],
};
const policies = [
  { ...steps, number: 50, ratchet: false },
  { ...steps, number: 51, ratchet: true },
];

async function rich(worlds: Worlds): Promise<World> {
  const world = await worlds.furnished();
  for (const { address } of payers)
    await world.must(world.send(people.hub.address, 'escrow', 'depositFor', [address], 100_000n * DBC));
  return world;
}

/** Plays and closes sessions of ten hours on a machine, one after the other in rounds of all payers. */
async function play(world: World, machine: typeof node, sessions: number, who = payers): Promise<LeaseKit[]> {
  const kits: LeaseKit[] = [];
  const rate = 1_000n * DBC;
  const terms = await world.ask('escrow', 'termsAt', [world.nowMs]);
  for (let i = 0; i < sessions; i++) {
    const payer = who[i % who.length] ?? people.player;
    const wish = {
      maxAmount: 2n ** 100n,
      maxRate: rate,
      validUntil: BigInt(world.chain.nowS + DAY_S),
      nonce: BigInt(world.chain.nowS),
    };
    const lock = { rate, maxAmount: 10_000n * DBC, burnPolicy: terms.burnPolicy, gpuTier: terms.gpuTier };
    kits.push(await world.open({ player: payer, node: machine.address, consent: wish, ...lock }));
  }
  world.pass(36_000);
  for (const kit of kits) await world.must(world.settle(kit, world.voucher(kit, 1n, 36_000_000n), machine));
  return kits;
}

const ids = (kits: readonly LeaseKit[]) => kits.map(({ id }) => id).toSorted();

/** Goal: a GPU counts as the ledger counts it. Method: few payers, few hours, more hours than GPUs; each side's count. */
async function counting(worlds: Worlds): Promise<void> {
  const stories = [
    { sessions: 2, who: payers.slice(0, 2), gpus: 0 }, // Twenty hours from two payers.
    { sessions: 3, who: payers, gpus: 3 },
    { sessions: 10, who: payers, gpus: 8 }, // No more than it has.
  ];
  for (const { sessions, who, gpus } of stories) {
    const world = await rich(worlds);
    const kits = await play(world, node, sessions, who);
    const paid = who.map((_, at) => kits.filter((_kit, i) => i % who.length === at).length * 36_000_000);
    expect(activeGpus([{ gpus: 8, paidMsByPayer: paid }])).toBe(gpus);
    const done = await world.send(people.other.address, 'escrow', 'proveActive', [node.address, ids(kits)]);
    expect(done.error).toBe(gpus === 0 ? 'NothingToDo' : '');
    expect((await world.ask('escrow', 'tierState')).activeGpus).toBe(BigInt(gpus));
  }
}

/** Goal: no count without paid time. Method: leases twice, of another machine, open ones, free ones, old ones, worse ones. */
async function cheats(worlds: Worlds): Promise<void> {
  const world = await rich(worlds);
  const prove = async (leases: readonly string[], machine = node) =>
    (await world.send(people.other.address, 'escrow', 'proveActive', [machine.address, leases])).error;
  const second = signerNamed('second');
  await world.must(world.stake(second, 4));
  const kits = await play(world, node, 6);
  const [first = '', ...rest] = ids(kits);
  expect(await prove([first, first, ...rest])).toBe('BadTerms');
  expect(await prove([first, ...rest], second)).toBe('NoLease');
  const open = await world.open({ player: payers[0] ?? people.player });
  expect(await prove([first, ...rest, open.id].toSorted())).toBe('NoLease');
  const free: LeaseKit[] = [];
  for (const player of payers) free.push(await world.open({ player }));
  world.pass(36_000);
  for (const kit of free) await world.must(world.settle(kit, world.voucher(kit, 1n, 36_000_000n, 0n), node)); // Nothing paid.
  expect(await prove(ids(free))).toBe('NothingToDo');
  expect(await prove([first, ...rest])).toBe('');
  expect(await prove(rest)).toBe('NothingToDo'); // A worse proof does not take a better one down.
  world.pass(30 * DAY_S + 1);
  expect(await prove([first, ...rest])).toBe('NoLease');
  expect((await world.ask('escrow', 'tierState')).activeGpus).toBe(0n);
}

/** Goal: the tier of 40 random days is the ledger's. Method: machines get active and lapse; each day's lowest count is told to both. */
async function days(worlds: Worlds): Promise<void> {
  const world = await rich(worlds);
  const machines = Array.from({ length: 5 }, (_, i) => signerNamed(`tier machine ${i}`));
  for (const machine of machines) await world.must(world.stake(machine, 3));
  for (const { number, ratchet, tiers } of policies) {
    const args = [[number, ratchet, tiers.map(({ gpusFrom, burnBps }) => [gpusFrom, burnBps])]];
    await world.must(world.send(people.owner.address, 'escrow', 'addPolicy', args));
  }
  await world.must(world.send(people.owner.address, 'escrow', 'announceTerms', [[500, 50, 0]]));
  const today = () => Math.floor(world.chain.nowS / DAY_S);
  const state = () => world.ask('escrow', 'tierState');
  const tierOf = (gpus: bigint) => steps.tiers.findLastIndex(({ gpusFrom }) => BigInt(gpusFrom) <= gpus);
  let twins = policies.map((policy) => observeGpus(policy, firstTier(policy, today()), 0, today()));
  const seen = new Set<number>();
  for (let day = 0; day < 45; day++) {
    world.pass(DAY_S - (world.chain.nowS % DAY_S));
    const { activeGpus: count, basisGpus, peakGpus } = await state(); // Within a day the count only rises.
    twins = policies.map((policy, i) => observeGpus(policy, twins[i] ?? firstTier(policy, 0), Number(count), today()));
    expect([tierOf(basisGpus), tierOf(peakGpus)], `day ${day}`).toEqual(twins.map(({ tier }) => tier));
    const tier = twins[0]?.tier ?? -1;
    if (day > 3) expect(Number((await world.ask('escrow', 'termsAt', [world.nowMs])).gpuTier)).toBe(tier);
    seen.add(tier);
    const machine = machines[day % 3 === 0 ? day / 3 : -1];
    if (machine === undefined) continue;
    const kits = await play(world, machine, 3);
    await world.must(world.send(people.other.address, 'escrow', 'proveActive', [machine.address, ids(kits)]));
  }
  expect([...seen].toSorted()).toEqual([0, 1, 2]);
  expect(twins.map(({ tier }) => tier)).toEqual([0, 2]); // All have lapsed; the ratchet remembers.
}

/** Goal: cards borrowed for an hour move nothing, and a session across midnight keeps its day's tier. */
async function midnight(worlds: Worlds): Promise<void> {
  const world = await rich(worlds);
  await world.must(
    world.send(people.owner.address, 'escrow', 'addPolicy', [
      [
        50,
        false,
        [
          [0, 3_000],
          [3, 7_000],
        ],
      ],
    ]),
  );
  await world.must(world.send(people.owner.address, 'escrow', 'announceTerms', [[500, 50, 0]]));
  world.pass(3 * DAY_S - (world.chain.nowS % DAY_S));
  const kits = await play(world, node, 3);
  await world.must(world.send(people.other.address, 'escrow', 'proveActive', [node.address, ids(kits)]));
  const tierNow = async () => (await world.ask('escrow', 'termsAt', [world.nowMs])).gpuTier;
  expect(await tierNow()).toBe(0n); // Today's lowest was none.
  world.pass(DAY_S - (world.chain.nowS % DAY_S));
  expect(await tierNow()).toBe(0n); // And that is what counts on the day after.
  world.pass(DAY_S - 20);
  const late = world.draft({ burnPolicy: 50n });
  expect((await world.ask('escrow', 'termsAt', [world.nowMs + 25_000n])).gpuTier).toBe(1n); // Foretold over midnight.
  world.pass(60);
  expect(await tierNow()).toBe(1n);
  await world.must(world.openDraft(late));
  expect((await world.openDraft(world.draft({ burnPolicy: 50n }))).error).toBe('BadTerms');
  await world.must(world.openDraft(world.draft({ burnPolicy: 50n, gpuTier: 1n })));
  // A year without anybody: all lapses, in one step that a block can hold.
  world.pass(365 * DAY_S);
  const done = await world.must(world.send(people.hub.address, 'escrow', 'rollTier', []));
  expect(done.gasUsed < 400_000n).toBe(true);
  expect(await tierNow()).toBe(0n);
}

/** The tier. */
export const tierLaws: readonly Law[] = [
  { name: 'a GPU counts as the ledger counts it', run: counting },
  { name: 'nothing counts but time that three payers paid for', run: cheats },
  { name: 'forty days of coming and going: tier of contract and ledger are one', run: days },
  { name: 'the tier moves a day later, and a session across midnight keeps its own', run: midnight },
];
