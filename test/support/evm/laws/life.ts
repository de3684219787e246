// test/support/evm/laws/life.ts - what happens to a lease, to coins that are asked for, and to those who refuse them.
import { expect } from 'vitest';
import { openDigest } from '../../../../src/protocol/voucher.ts';
import { signerNamed } from '../keys.ts';
import { DBC, node, people, type World } from '../world.ts';
import { type Law, solvent, type Worlds } from './law.ts';

const HOUR = 3_600_000n;
const player = people.player.address;

/** Goal: a request to withdraw cannot take coins from a session that began. Method: ask, then land an Open from before. */
async function withdrawCannotOutrun({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  const kit = world.draft({ maxAmount: 400n * DBC });
  await world.must(world.send(player, 'escrow', 'requestWithdraw', [1_000n * DBC]));
  world.pass(600); // The last second in which the Open may land; the coins are still there.
  expect((await world.send(player, 'escrow', 'withdraw', [player])).error).toBe('TooEarly');
  await world.must(world.openDraft(kit));
  world.pass(600);
  const before = await world.chain.balance(player);
  await world.must(world.send(player, 'escrow', 'withdraw', [player]));
  expect((await world.chain.balance(player)) - before).toBe(600n * DBC); // What is left of it.
  world.pass(3_600);
  await world.must(world.settle(kit, world.voucher(kit, 1n, HOUR), node));
  expect(await world.free(player)).toBe(350n * DBC);
  await solvent(world);
}

/** Goal: neither side loses by the player's close. Method: leave with less settled than signed; settle more in the window. */
async function closeByPlayer({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  const kit = await world.open();
  world.pass(1_800);
  await world.must(world.settle(kit, world.voucher(kit, 1n, HOUR / 4n)));
  await world.must(world.leave(kit));
  world.pass(599);
  await world.must(world.settle(kit, world.voucher(kit, 2n, HOUR / 2n))); // The challenge: more was signed.
  world.pass(1);
  await world.must(world.send(people.other.address, 'escrow', 'expire', [kit.id]));
  expect(await world.free(player)).toBe(975n * DBC);
  expect((await world.settle(kit, world.voucher(kit, 3n, HOUR))).error).toBe('NoLease');
  await solvent(world);
}

/**
 * Goal: whoever closes and plays on pays for what is served until the release. Method: two leases alike, one closed by its
 * player after half an hour; both play on, and the same vouchers pay the same. Later time, and a voucher after the release,
 * pay nothing.
 */
async function playsOn({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  const [left, stayed] = [await world.open(), await world.open()];
  world.pass(1_800);
  await world.must(world.leave(left));
  world.pass(590);
  const paid = [];
  for (const kit of [left, stayed]) {
    const done = await world.must(world.settle(kit, world.voucher(kit, 1n, 2_390_000n)));
    paid.push(world.events(done, 'escrow', 'Settled')[0]?.amount);
  }
  expect(paid[0]).toBe(paid[1]);
  world.pass(60); // 50 s past the release: 30 s are the clocks' slack, the rest is late.
  expect((await world.settle(left, world.voucher(left, 2n, 2_450_000n))).error).toBe('OverTime');
  await world.must(world.settle(stayed, world.voucher(stayed, 2n, 2_450_000n)));
  await world.must(world.settle(left, world.voucher(left, 2n, 2_400_000n))); // Nobody released it yet.
  await world.must(world.send(people.other.address, 'escrow', 'expire', [left.id]));
  expect((await world.settle(left, world.voucher(left, 3n, 2_400_000n))).error).toBe('NoLease');
  // Closing never makes a lease longer: this one's consent ends before the release.
  const short = await world.open({ consent: { validUntil: BigInt(world.chain.nowS + 300), nonce: 2n } });
  world.pass(200);
  await world.must(world.leave(short));
  world.pass(200);
  expect((await world.settle(short, world.voucher(short, 1n, 400_000n))).error).toBe('OverTime');
  await world.must(world.settle(short, world.voucher(short, 1n, 300_000n)));
  await solvent(world);
}

/** Goal: what never was played gives its lock back at once. Method: the node closes with number 0, without a voucher. */
async function nothingPlayed({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  const kit = await world.open();
  const item = { ...world.settlement(kit, world.voucher(kit, 0n, 0n), node), signature: '0x' };
  const done = await world.must(world.send(people.hub.address, 'escrow', 'settle', [item]));
  expect(world.events(done, 'escrow', 'Settled')).toEqual([]);
  expect(world.events(done, 'escrow', 'Closed')[0]?.released).toBe(100n * DBC);
  expect(await world.free(player)).toBe(1_000n * DBC);
}

/** Goal: coins never stay locked though everybody is gone. Method: nobody does anything until the end. */
async function expiry({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  const until = BigInt(world.chain.nowS + 3_600);
  const kit = await world.open({ consent: { validUntil: until } });
  world.pass(3_600 + 86_399);
  expect((await world.send(people.hub.address, 'escrow', 'expire', [kit.id])).error).toBe('TooEarly');
  world.pass(1);
  await world.must(world.settle(kit, world.voucher(kit, 1n, HOUR), undefined)); // Late, not lost, while nobody expired it.
  await world.must(world.send(people.hub.address, 'escrow', 'expire', [kit.id]));
  expect(await world.free(player)).toBe(950n * DBC);
  // A consent without an end holds a lease for 31 days at most.
  const endless = await world.open({ consent: { validUntil: 2n ** 64n - 1n, nonce: 2n } });
  world.pass(32 * 86_400);
  await world.must(world.send(people.hub.address, 'escrow', 'expire', [endless.id]));
  expect(await world.free(player)).toBe(950n * DBC);
}

/** Goal: what a consent may spend is counted to the end. Method: close leases, and open with what came back. */
async function consentRoom({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  const kit = await world.open({ maxAmount: 500n * DBC });
  expect((await world.openDraft(world.draft({ maxAmount: 1_000n }))).error).toBe('ConsentExceeded');
  world.pass(3_600);
  await world.must(world.settle(kit, world.voucher(kit, 1n, HOUR), node));
  expect(await world.ask('escrow', 'consentLocked', [kit.open.consent])).toBe(50n * DBC);
  const wish = { consent: { validUntil: kit.consent.validUntil } };
  expect((await world.openDraft(world.draft({ ...wish, maxAmount: 450n * DBC + 1_000n }))).error).toBe(
    'ConsentExceeded',
  );
  await world.must(world.openDraft(world.draft({ ...wish, maxAmount: 450n * DBC })));
}

/** Goal: the rest of a batch is settled whatever is wrong with some. Method: five good items among five bad ones. */
async function batches({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  const kits = [];
  for (let i = 0; i < 5; i++) kits.push(await world.open({ maxAmount: 60n * DBC }));
  world.pass(3_600);
  const good = kits.map((kit) => world.settlement(kit, world.voucher(kit, 1n, HOUR), node));
  const bad = kits.map((kit) => world.settlement(kit, world.voucher(kit, 1n, HOUR, 51n * DBC)));
  const done = await world.must(world.send(people.hub.address, 'escrow', 'settleMany', [[...bad, ...good, ...good]]));
  const skipped = world.events(done, 'escrow', 'SettleSkipped').map(({ reason }) => reason);
  expect(skipped).toEqual([...Array(5).fill(world.selector('OverRate')), ...Array(5).fill(world.selector('NoLease'))]);
  expect(world.events(done, 'escrow', 'Closed').length).toBe(5);
  expect(await world.free(player)).toBe(750n * DBC);
}

/** Goal: who does not take coins harms nobody else. Method: operator and player as contracts that refuse. */
async function refusers({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  const { puppet } = await helpers(world);
  await world.must(world.send(player, 'escrow', 'depositFor', [puppet.address], 10n * DBC));
  const ask = world.callData('escrow', 'requestWithdraw', [10n * DBC]);
  await puppet.send('act', [world.escrow, 0n, ask]);
  await puppet.send('setMood', [1, world.escrow, '0x']);
  world.pass(1_200);
  const take = world.callData('escrow', 'withdraw', [puppet.address]);
  expect((await puppet.send('act', [world.escrow, 0n, take])).error).toBe('TransferFailed');
  await world.must(world.send(player, 'escrow', 'requestWithdraw', [1_000n * DBC]));
  world.pass(1_200);
  await world.must(world.send(player, 'escrow', 'withdraw', [player]));
  // It is not lost either: it may say where to.
  const elsewhere = world.callData('escrow', 'withdraw', [people.other.address]);
  expect((await puppet.send('act', [world.escrow, 0n, elsewhere])).error).toBe('');
  await solvent(world);
}

/** Goal: no way back in. Method: a receiver that calls every door that pays, while it is being paid. */
async function reentrancy({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  const { puppet } = await helpers(world);
  const item = world.settlement(world.draft(), world.voucher(world.draft(), 1n, 1n));
  const doors = [
    world.callData('escrow', 'withdraw', [puppet.address]),
    world.callData('escrow', 'claim', [people.operator.address]),
    world.callData('escrow', 'flushBurn', []),
    world.callData('escrow', 'settle', [item]),
    world.callData('escrow', 'settleMany', [[]]),
  ];
  // So that each door but for the lock would do something.
  const kit = await world.open();
  world.pass(3_600);
  await world.must(world.settle(kit, world.voucher(kit, 1n, HOUR)));
  for (const door of doors) {
    const back = await world.chain.snapshot();
    await world.must(world.send(player, 'escrow', 'depositFor', [puppet.address], 2n * DBC));
    await puppet.send('act', [world.escrow, 0n, world.callData('escrow', 'requestWithdraw', [DBC])]);
    await puppet.send('setMood', [2, world.escrow, door]);
    world.pass(1_200);
    await world.must(puppet.send('act', [world.escrow, 0n, world.callData('escrow', 'withdraw', [puppet.address])]));
    expect([await puppet.ask('calledBack'), await puppet.ask('backRefused')]).toEqual([true, true]);
    expect(await world.chain.balance(puppet.address)).toBe(DBC);
    await solvent(world);
    await back();
  }
}

/** Goal: a contract wallet consents by its own word. Method: the same consent before and after the wallet approved it. */
async function contractWallet({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  const { puppet } = await helpers(world);
  await world.must(world.send(player, 'escrow', 'depositFor', [puppet.address], 100n * DBC));
  const kit = world.draft({ consent: { payer: puppet.address } });
  const open = () =>
    world.send(people.hub.address, 'escrow', 'open', [kit.consent, '0x', kit.open, kit.key.sign(kit.id), []]);
  expect((await open()).error).toBe('BadConsentSignature');
  await puppet.send('approve', [kit.open.consent]);
  expect((await open()).error).toBe('');
}

/** Goal: forced coins belong to nobody and confuse nothing. Method: a creation that is only `SELFDESTRUCT(escrow)`. */
async function forcedCoins({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  const bomb = `0x73${world.escrow.slice(2)}ff`;
  await world.must(world.raw({ from: people.other.address, data: bomb, value: 5n * DBC }));
  expect(await world.chain.balance(world.escrow)).toBe(1_005n * DBC);
  expect(await world.ask('escrow', 'liabilities')).toBe(1_000n * DBC);
}

/** Goal: the dust trap is real, and closed. Method: a bank without the rule beside ours, two users, 1,999 wei each. */
async function dustTrap({ bare }: Worlds): Promise<void> {
  for (const mode of ['dbc', 'plain'] as const) {
    const world = await bare({ mode });
    const { make } = await helpers(world);
    const bank = await make('NaiveBank', []);
    const users = [people.player.address, people.other.address];
    for (const user of users) await world.must(bank.from(user, 'deposit', [], 1_999n));
    const naive = [
      (await bank.from(player, 'withdraw', [])).ok,
      (await bank.from(people.other.address, 'withdraw', [])).ok,
    ];
    expect(naive).toEqual(mode === 'dbc' ? [true, false] : [true, true]);
    if (mode === 'dbc') {
      expect(await bank.ask('owedInAll')).toBe(1_999n);
      expect(await world.chain.balance(bank.address)).toBe(1_000n); // 'Owed 3,998, holds 2,000', after the first took 1,000.
    }
    for (const user of users) {
      expect((await world.send(user, 'escrow', 'deposit', [], 1_999n)).error).toBe('NotAGrain');
      await world.must(world.send(user, 'escrow', 'deposit', [], 2_000n));
      await world.must(world.send(user, 'escrow', 'requestWithdraw', [2_000n]));
    }
    world.pass(1_200);
    for (const user of users) await world.must(world.send(user, 'escrow', 'withdraw', [user]));
    expect(await world.chain.balance(world.escrow)).toBe(0n);
  }
}

/** Goal: pause stops deposit and open, nothing else. Method: every other act while paused. */
async function pause({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  const [kit, left] = [await world.open(), await world.open()];
  await world.must(world.send(player, 'escrow', 'requestWithdraw', [100n * DBC]));
  await world.must(world.send(people.guardian.address, 'escrow', 'pause', []));
  world.pass(3_600);
  await world.must(world.settle(kit, world.voucher(kit, 1n, HOUR), node));
  await world.must(world.leave(left));
  world.pass(600);
  await world.must(world.send(people.hub.address, 'escrow', 'expire', [left.id]));
  await world.must(world.send(player, 'escrow', 'withdraw', [player]));
  await world.must(world.send(people.hub.address, 'escrow', 'claim', [people.operator.address]));
  await world.must(world.send(people.hub.address, 'escrow', 'flushBurn', []));
  expect((await world.send(player, 'escrow', 'deposit', [], 1_000n)).error).toBe('EnforcedPause');
}

/** Goal: terms never touch a session that began before them. Method: a fee comes into force between start and landing. */
async function frozenTerms({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  await world.must(world.send(people.owner.address, 'escrow', 'announceTerms', [[1_000, 3, DBC]]));
  world.pass(2 * 86_400 - 1);
  const [before, running] = [world.draft(), await world.open()];
  world.pass(60);
  const after = world.draft({ burnPolicy: 3n });
  await world.must(world.openDraft(before));
  await world.must(world.openDraft(after));
  expect((await world.openDraft(world.draft({ burnPolicy: 3n, rate: DBC - 1n }))).error).toBe('BadBaseShare');
  const shares = [];
  for (const { id } of [before, running, after]) {
    const { burnBps, platformBps } = await world.ask('escrow', 'leaseOf', [id]);
    shares.push([burnBps, platformBps]);
  }
  expect(shares).toEqual([
    [3_000n, 500n],
    [3_000n, 500n],
    [500n, 1_000n],
  ]);
  // The next announcement waits until nothing from before can land any more.
  const again = () => world.send(people.owner.address, 'escrow', 'announceTerms', [[500, 1, 0]]);
  expect((await again()).error).toBe('TooEarly');
  world.pass(600);
  await world.must(again());
}

/** Goal: a lease's id is what player and hub compute. */
async function sameDigests({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  const kit = world.draft();
  const done = await world.must(world.openDraft(kit));
  expect(world.events(done, 'escrow', 'Opened')[0]?.lease).toBe(openDigest(world.domain, kit.open));
}

type Helper = {
  address: `0x${string}`;
  from(sender: `0x${string}`, fn: string, args: readonly unknown[], value?: bigint): ReturnType<World['raw']>;
  send(fn: string, args: readonly unknown[]): ReturnType<World['raw']>;
  /** The same code at another address. */
  fromAt(at: `0x${string}`, fn: string, args: readonly unknown[]): ReturnType<World['raw']>;
  ask(fn: string): Promise<unknown>;
};

/** Contracts of test/support/evm/sol on the world's chain. */
export async function helpers(world: World) {
  const { helperContract } = await import('../helpers.ts');
  const make = async (name: string, args: readonly unknown[], value = 0n): Promise<Helper> => {
    const { iface, bytecode } = helperContract(name);
    const made = await world.raw({
      from: people.deployer.address,
      data: bytecode + iface.encodeDeploy(args).slice(2),
      value,
    });
    const address = made.created;
    if (!made.ok || address === undefined) throw new Error(`${name} was not made: ${made.error}`);
    const from: Helper['from'] = (sender, fn, values, wei = 0n) =>
      world.raw({ from: sender, to: address, data: iface.encodeFunctionData(fn, values), value: wei });
    return {
      address,
      from,
      fromAt: (at, fn, values) =>
        world.raw({ from: people.hub.address, to: at, data: iface.encodeFunctionData(fn, values) }),
      send: (fn, values) => from(people.hub.address, fn, values),
      ask: async (fn) =>
        iface.decodeFunctionResult(fn, await world.chain.ask(address, iface.encodeFunctionData(fn, [])))[0],
    };
  };
  return { make, puppet: await make('Puppet', []) };
}

/** Lives of leases and coins. */
/**
 * Goal: a consent of many devices is as good as one for each, its maximum is for all together, and no device pays for
 * another. Method: five devices, two leases on the first two, the voucher of one signed by the other, a lock too many.
 */
async function manyDevices({ furnished }: Worlds): Promise<void> {
  const world = await furnished();
  const devices = [1, 2, 3, 4, 5].map((n) => signerNamed(`device ${n}`));
  const [one = node, two = node, three = node] = devices;
  const first = await world.open({ key: one, devices, maxAmount: 250n * DBC });
  const second = await world.open({ key: two, devices, maxAmount: 200n * DBC });
  expect(first.consent).toEqual(second.consent);
  const over = world.draft({ key: three, devices, maxAmount: 51n * DBC }); // 500 DBC for all.
  expect((await world.openDraft(over)).error).toBe('ConsentExceeded');
  await world.open({ key: three, devices, maxAmount: 50n * DBC });
  expect((await world.ask('escrow', 'leaseOf', [second.id])).sessionKey.toLowerCase()).toBe(two.address);
  world.pass(3_600);
  const others = await world.settle({ ...first, key: two }, world.voucher(first, 1n, HOUR));
  expect(others.error).toBe('BadVoucherSignature');
  for (const kit of [first, second]) await world.must(world.settle(kit, world.voucher(kit, 1n, HOUR), node));
  expect(await world.free(player)).toBe(850n * DBC); // Two hours at 50, and 50 that the third still locks.
  const left = world.draft({ key: three, devices });
  expect((await world.leave({ ...left, id: second.id })).error).toBe('NoLease');
  await solvent(world);
}

export const lifeLaws: readonly Law[] = [
  { name: 'withdrawing cannot outrun a session that began', run: withdrawCannotOutrun },
  { name: 'a player may close, and what was signed is still paid for ten minutes', run: closeByPlayer },
  { name: 'a player who closes and plays on pays until the release', run: playsOn },
  { name: 'a lease without play closes without a voucher', run: nothingPlayed },
  { name: 'a lease ends though everybody is gone', run: expiry },
  { name: 'a consent counts open locks and closed costs, not more', run: consentRoom },
  { name: 'one consent speaks for many devices, each for itself', run: manyDevices },
  { name: 'a batch settles what it can and says why not', run: batches },
  { name: 'who refuses coins freezes nobody else', run: refusers },
  { name: 'a receiver that calls back gets in nowhere', run: reentrancy },
  { name: 'a contract wallet consents by its own word', run: contractWallet },
  { name: 'coins forced on the escrow are nobody’s', run: forcedCoins },
  { name: 'the dust trap catches a naive bank, only in DBC mode, and not us', run: dustTrap },
  { name: 'pause stops deposit and open, nothing else', run: pause },
  { name: 'policy, fee and floor are those of the moment a session began', run: frozenTerms },
  { name: 'contract and product compute the same lease', run: sameDigests },
];
