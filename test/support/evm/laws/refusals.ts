// test/support/evm/laws/refusals.ts - everything that the escrow refuses, each row with its control.
import { consentDigest } from '../../../../src/protocol/voucher.ts';
import { signerNamed } from '../keys.ts';
import { DBC, type LeaseKit, node, people, sessionKey, World } from '../world.ts';
import { checkRefusals, type Law, type RefusalRow } from './law.ts';

const stranger = signerNamed('stranger');
const player = people.player.address;
const N = 2n ** 255n;
/** Devices that one consent speaks for. */
const [deviceOne, deviceTwo] = [signerNamed('device 1'), signerNamed('device 2')];
const devices = [deviceOne, deviceTwo, ...[3, 4, 5].map((n) => signerNamed(`device ${n}`))];

type Wish = Parameters<World['draft']>[0];
const opens =
  (wish: Wish = {}) =>
  (world: World) =>
    world.openDraft(world.draft(wish));

/** Rows about opening. Each wrong wish differs from the plain one in one thing. */
const openRows: readonly RefusalRow[] = [
  {
    what: 'a consent that another wallet signed',
    error: 'BadConsentSignature',
    wrong: (world) => {
      const kit = world.draft();
      return world.openDraft({ ...kit, player: stranger });
    },
    right: opens(),
  },
  {
    what: 'an Open that another key signed',
    error: 'BadOpenSignature',
    wrong: (world) => world.openDraft({ ...world.draft(), key: stranger }),
    right: opens(),
  },
  {
    what: 'a consent of nobody',
    error: 'BadConsentSignature',
    wrong: async (world) => {
      const kit = world.draft({ consent: { payer: `0x${'0'.repeat(40)}` }, maxAmount: 1_000n });
      await world.must(world.send(player, 'escrow', 'depositFor', [kit.consent.payer], 1_000n));
      return world.send(player, 'escrow', 'open', [kit.consent, '0x', kit.open, kit.key.sign(kit.id), []]);
    },
    right: opens({ maxAmount: 1_000n }),
  },
  {
    what: 'a session key of nobody',
    error: 'BadOpenSignature',
    wrong: (world) => {
      const nobody = `0x${'0'.repeat(40)}` as const;
      const kit = world.draft({ consent: { sessionKey: nobody } });
      const consentSignature = people.player.sign(consentDigest(world.domain, kit.consent));
      const open = { ...kit.open, key: nobody };
      return world.send(player, 'escrow', 'open', [kit.consent, consentSignature, open, `0x${'00'.repeat(65)}`, []]);
    },
    right: opens(),
  },
  {
    what: 'a key that the consent does not name',
    error: 'WrongKey',
    wrong: (world) => world.openDraft(world.draft({ key: stranger, consent: { sessionKey: sessionKey.address } })),
    right: opens(),
  },
  {
    what: 'a key that is none of those of the consent',
    error: 'WrongKey',
    wrong: (world) => {
      const { proof } = world.draft({ key: deviceOne, devices });
      return world.openDraft({ ...world.draft({ key: stranger, devices }), proof });
    },
    right: opens({ key: deviceOne, devices }),
  },
  {
    what: 'a key with the proof of another',
    error: 'WrongKey',
    wrong: (world) => {
      const { proof } = world.draft({ key: deviceTwo, devices });
      return world.openDraft({ ...world.draft({ key: deviceOne, devices }), proof });
    },
    right: opens({ key: deviceOne, devices }),
  },
  {
    what: 'a key of many without its proof',
    error: 'WrongKey',
    wrong: (world) => world.openDraft({ ...world.draft({ key: deviceOne, devices }), proof: [] }),
    right: opens({ key: deviceOne, devices }),
  },
  {
    what: 'an Open that another device of the consent signed',
    error: 'BadOpenSignature',
    wrong: (world) => world.openDraft({ ...world.draft({ key: deviceOne, devices }), key: deviceTwo }),
    right: opens({ key: deviceOne, devices }),
  },
  {
    what: 'an Open under another consent',
    error: 'WrongConsent',
    wrong: (world) => {
      const kit = world.draft();
      return world.openDraft({ ...kit, consent: { ...kit.consent, nonce: 2n } });
    },
    right: opens(),
  },
  {
    what: 'the signatures of another chain',
    error: 'WrongConsent',
    wrong: async (world) => {
      const elsewhere = await World.bare({ chainId: 19_880_818 }); // The same addresses there.
      return world.openDraft(elsewhere.draft());
    },
    right: opens(),
  },
  {
    what: 'a rate above the consent',
    error: 'RateTooHigh',
    wrong: opens({ rate: 201n * DBC }),
    right: opens({ rate: 200n * DBC }),
  },
  {
    what: 'a rate of 97 bits',
    error: 'RateTooHigh',
    wrong: opens({ rate: 2n ** 96n, consent: { maxRate: N } }),
    right: opens({ rate: 2n ** 96n - 1n, consent: { maxRate: N } }),
  },
  { what: 'no rate', error: 'RateTooHigh', wrong: opens({ rate: 0n }), right: opens({ rate: 1n }) },
  {
    what: 'a base above the rate',
    error: 'BadBaseShare',
    wrong: opens({ baseShare: 50n * DBC + 1n }),
    right: opens({ baseShare: 50n * DBC }),
  },
  {
    what: 'a premium above the base',
    error: 'BadBaseShare',
    wrong: opens({ baseShare: 25n * DBC - 1n }),
    right: opens({ baseShare: 25n * DBC }),
  },
  { what: 'no lock', error: 'OverLock', wrong: opens({ maxAmount: 0n }), right: opens({ maxAmount: 1_000n }) },
  {
    what: 'a lock of 97 bits',
    error: 'OverLock',
    wrong: opens({ maxAmount: 2n ** 96n * 1_000n, consent: { maxAmount: N } }),
    right: opens({ consent: { maxAmount: N } }),
  },
  {
    what: 'a lock with dust',
    error: 'NotAGrain',
    wrong: opens({ maxAmount: DBC + 1n }),
    right: opens({ maxAmount: DBC }),
  },
  {
    what: 'a lock above the balance',
    error: 'TooMuch',
    wrong: opens({ maxAmount: 1_000n * DBC + 1_000n, consent: { maxAmount: N } }),
    right: opens({ maxAmount: 1_000n * DBC, consent: { maxAmount: N } }),
  },
  {
    what: 'locks above the consent, over two nodes',
    error: 'ConsentExceeded',
    wrong: (world) => twice(world, 400n * DBC, 100n * DBC + 1_000n),
    right: (world) => twice(world, 400n * DBC, 100n * DBC),
  },
  {
    what: 'the same Open again',
    error: 'LeaseExists',
    wrong: async (world) => world.openDraft(await world.open()),
    right: async (world) => {
      await world.open();
      return world.openDraft(world.draft());
    },
  },
  {
    what: 'a start before the consent',
    error: 'ConsentNotValid',
    wrong: (world) => opens({ consent: { validFrom: BigInt(world.chain.nowS + 1) } })(world),
    right: (world) => opens({ consent: { validFrom: BigInt(world.chain.nowS) } })(world),
  },
  {
    what: 'a start after the consent',
    error: 'ConsentNotValid',
    wrong: (world) => opens({ consent: { validUntil: BigInt(world.chain.nowS - 1) } })(world),
    right: (world) => opens({ consent: { validUntil: BigInt(world.chain.nowS) } })(world),
  },
  {
    what: 'a start far ahead',
    error: 'StartedInFuture',
    wrong: (world) => opens({ startedAtMs: world.nowMs + 30_001n })(world),
    right: (world) => opens({ startedAtMs: world.nowMs + 30_000n })(world),
  },
  {
    what: 'an Open that lands late',
    error: 'OpenTooLate',
    wrong: (world) => opens({ startedAtMs: world.nowMs - 601_000n })(world),
    right: (world) => opens({ startedAtMs: world.nowMs - 600_000n })(world),
  },
  { what: 'another policy', error: 'BadTerms', wrong: opens({ burnPolicy: 3n }), right: opens({ burnPolicy: 1n }) },
  { what: 'another tier', error: 'BadTerms', wrong: opens({ gpuTier: 1n }), right: opens({ gpuTier: 0n }) },
  { what: 'a node without stake', error: 'NodeNotStaked', wrong: opens({ node: stranger.address }), right: opens() },
  {
    what: 'a node that leaves',
    error: 'NodeNotStaked',
    wrong: async (world) => {
      await world.must(world.send(people.operator.address, 'registry', 'requestExit', [node.address]));
      return opens()(world);
    },
    right: opens(),
  },
  {
    what: 'a session that began after the consent was revoked',
    error: 'ConsentNotValid',
    wrong: (world) => revoked(world, 0n),
    right: (world) => revoked(world, -1_000n),
  },
  {
    what: 'an Open while paused',
    error: 'EnforcedPause',
    wrong: async (world) => {
      await world.must(world.send(people.guardian.address, 'escrow', 'pause', []));
      return opens()(world);
    },
    right: opens(),
  },
];

async function twice(world: World, firstWei: bigint, secondWei: bigint) {
  const second = signerNamed('second node');
  await world.must(world.stake(second, 1));
  await world.open({ maxAmount: firstWei });
  return world.openDraft(world.draft({ node: second.address, maxAmount: secondWei }));
}

async function revoked(world: World, startedAfterMs: bigint) {
  const kit = world.draft({ startedAtMs: world.nowMs + startedAfterMs });
  await world.must(world.send(player, 'escrow', 'revokeConsent', [kit.open.consent]));
  return world.openDraft(kit);
}

const HOUR = 3_600_000n;
const PRICE = 50n * DBC;
type Pay = (world: World, kit: LeaseKit) => ReturnType<World['settle']>;
const onLease =
  (pay: Pay, wish: Wish = {}) =>
  async (world: World) => {
    const kit = await world.open(wish);
    world.pass(3_600);
    return pay(world, kit);
  };
const pays =
  (seq: bigint, servedMs: bigint, amount?: bigint): Pay =>
  (world, kit) =>
    world.settle(kit, world.voucher(kit, seq, servedMs, amount));
const after =
  (first: Pay, second: Pay): Pay =>
  async (world, kit) => {
    await world.must(first(world, kit));
    return second(world, kit);
  };
const fine = onLease(pays(1n, HOUR));

/** Rows about vouchers: one hour at 50 DBC is honest. */
const voucherRows: readonly RefusalRow[] = [
  {
    what: 'a voucher of another key',
    error: 'BadVoucherSignature',
    wrong: onLease((world, kit) => world.settle({ ...kit, key: stranger }, world.voucher(kit, 1n, HOUR))),
    right: fine,
  },
  {
    what: 'the wallet itself signs a voucher',
    error: 'BadVoucherSignature',
    wrong: onLease((world, kit) => world.settle({ ...kit, key: people.player }, world.voucher(kit, 1n, HOUR))),
    right: fine,
  },
  {
    what: 'a signature with high s',
    error: 'BadVoucherSignature',
    wrong: onLease((world, kit) => {
      const item = world.settlement(kit, world.voucher(kit, 1n, HOUR));
      return world.send(player, 'escrow', 'settle', [{ ...item, signature: mirrored(item.signature) }]);
    }),
    right: fine,
  },
  {
    what: 'a signature of 64 bytes',
    error: 'BadVoucherSignature',
    wrong: onLease((world, kit) => {
      const item = world.settlement(kit, world.voucher(kit, 1n, HOUR));
      return world.send(player, 'escrow', 'settle', [{ ...item, signature: item.signature.slice(0, 130) }]);
    }),
    right: fine,
  },
  {
    what: 'a voucher for another lease under the same key',
    error: 'BadVoucherSignature',
    wrong: onLease(async (world, kit) => {
      const other = await world.open();
      const item = world.settlement(other, world.voucher(other, 1n, 0n));
      return world.send(player, 'escrow', 'settle', [{ ...item, voucher: { ...item.voucher, lease: kit.id } }]);
    }),
    right: fine,
  },
  {
    what: 'the same voucher again',
    error: 'StaleVoucher',
    wrong: onLease(after(pays(1n, HOUR), pays(1n, HOUR))),
    right: onLease(after(pays(1n, HOUR), pays(2n, HOUR))),
  },
  {
    what: 'a lower number with more money',
    error: 'StaleVoucher',
    wrong: onLease(after(pays(5n, HOUR / 2n), pays(4n, HOUR))),
    right: onLease(after(pays(5n, HOUR / 2n), pays(6n, HOUR))),
  },
  {
    what: 'less money',
    error: 'StaleVoucher',
    wrong: onLease(after(pays(1n, HOUR), pays(2n, HOUR, PRICE - 1_000n))),
    right: onLease(after(pays(1n, HOUR), pays(2n, HOUR, PRICE))),
  },
  {
    what: 'less time',
    error: 'StaleVoucher',
    wrong: onLease(after(pays(1n, HOUR, 1_000n), pays(2n, HOUR - 1n, 1_000n))),
    right: onLease(after(pays(1n, HOUR, 1_000n), pays(2n, HOUR, 1_000n))),
  },
  {
    what: 'dust',
    error: 'NotAGrain',
    wrong: onLease(pays(1n, HOUR, PRICE - 1n)),
    right: onLease(pays(1n, HOUR, PRICE - 1_000n)),
  },
  {
    what: 'more than the price of the time',
    error: 'OverRate',
    wrong: onLease(pays(1n, HOUR, PRICE + 1_000n)),
    right: onLease(pays(1n, HOUR, PRICE)),
  },
  {
    what: 'more than the lock',
    error: 'OverLock',
    wrong: onLease(pays(1n, HOUR), { maxAmount: PRICE - 1_000n }),
    right: onLease(pays(1n, HOUR), { maxAmount: PRICE }),
  },
  {
    what: 'more time than has passed',
    error: 'OverTime',
    wrong: onLease(pays(1n, HOUR + 30_001n)),
    right: onLease(pays(1n, HOUR + 30_000n)),
  },
  {
    what: 'time after the end of the consent',
    error: 'OverTime',
    wrong: onLease(pays(1n, HOUR / 2n + 30_001n), { consent: { validUntil: 1_800_001_800n } }),
    right: onLease(pays(1n, HOUR / 2n + 30_000n), { consent: { validUntil: 1_800_001_800n } }),
  },
  {
    what: 'time after the release of a player who left',
    error: 'OverTime',
    wrong: onLease(after((world, kit) => leftThen(world, kit, 700), pays(1n, HOUR + 630_001n))),
    right: onLease(after((world, kit) => leftThen(world, kit, 700), pays(1n, HOUR + 630_000n))),
  },
  {
    what: 'a lease that nobody opened',
    error: 'NoLease',
    wrong: async (world) => {
      const kit = world.draft();
      world.pass(3_600);
      return world.settle(kit, world.voucher(kit, 1n, HOUR));
    },
    right: fine,
  },
  {
    what: 'a closed lease',
    error: 'NoLease',
    wrong: onLease(after((world, kit) => world.settle(kit, world.voucher(kit, 1n, 1_000n), node), pays(2n, HOUR))),
    right: onLease(after((world, kit) => world.settle(kit, world.voucher(kit, 1n, 1_000n)), pays(2n, HOUR))),
  },
  {
    what: 'a close that another machine signed',
    error: 'BadCloseSignature',
    wrong: onLease((world, kit) => world.settle(kit, world.voucher(kit, 1n, HOUR), stranger)),
    right: onLease((world, kit) => world.settle(kit, world.voucher(kit, 1n, HOUR), node)),
  },
  {
    what: "the node's close of a higher voucher under a lower one of the same number",
    error: 'BadCloseSignature',
    wrong: onLease((world, kit) => {
      const { closeSignature } = world.settlement(kit, world.voucher(kit, 1n, HOUR), node);
      const lower = world.settlement(kit, world.voucher(kit, 1n, 1_000n));
      return world.send(player, 'escrow', 'settle', [{ ...lower, closeSignature }]);
    }),
    right: onLease((world, kit) => world.settle(kit, world.voucher(kit, 1n, 1_000n), node)),
  },
  {
    what: 'a close below what is settled',
    error: 'StaleVoucher',
    wrong: onLease(after(pays(1n, HOUR), (world, kit) => world.settle(kit, world.voucher(kit, 0n, 0n), node))),
    right: onLease(after(pays(1n, HOUR), (world, kit) => world.settle(kit, world.voucher(kit, 1n, HOUR), node))),
  },
];

async function leftThen(world: World, kit: LeaseKit, seconds: number) {
  const left = await world.leave(kit);
  world.pass(seconds);
  return left;
}

/** The other half of each signature: as good to the curve, not to us. */
function mirrored(signature: string): string {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = order - BigInt(`0x${signature.slice(66, 130)}`);
  const v = signature.slice(130) === '1b' ? '1c' : '1b';
  return `${signature.slice(0, 66)}${s.toString(16).padStart(64, '0')}${v}`;
}

const HALF = 500n * DBC;
const asked = async (world: World, waitS: number) => {
  await world.must(world.send(player, 'escrow', 'requestWithdraw', [HALF]));
  world.pass(waitS);
  return world.send(player, 'escrow', 'withdraw', [player]);
};
const leftAfter = async (world: World, waitS: number) => {
  const kit = await world.open();
  await world.must(world.leave(kit));
  world.pass(waitS);
  return world.send(people.other.address, 'escrow', 'expire', [kit.id]);
};
const deposits = (wei: bigint) => (world: World) => world.send(player, 'escrow', 'deposit', [], wei);
const asks = (wei: bigint) => (world: World) => world.send(player, 'escrow', 'requestWithdraw', [wei]);

/** Rows about coins, clocks and who may do what. */
const otherRows: readonly RefusalRow[] = [
  { what: 'a deposit with dust', error: 'NotAGrain', wrong: deposits(1_999n), right: deposits(2_000n) },
  { what: 'an empty deposit', error: 'NothingToDo', wrong: deposits(0n), right: deposits(1_000n) },
  {
    what: 'a deposit while paused',
    error: 'EnforcedPause',
    wrong: async (world) => {
      await world.must(world.send(people.owner.address, 'escrow', 'pause', []));
      return deposits(1_000n)(world);
    },
    right: async (world) => {
      await world.must(world.send(people.owner.address, 'escrow', 'pause', []));
      await world.must(world.send(people.owner.address, 'escrow', 'unpause', []));
      return deposits(1_000n)(world);
    },
  },
  {
    what: 'coins sent without a word',
    error: '0x revert',
    wrong: (world) => world.raw({ from: player, to: world.escrow, data: '0x', value: DBC }),
    right: deposits(DBC),
  },
  { what: 'to withdraw dust', error: 'NotAGrain', wrong: asks(HALF + 1n), right: asks(HALF) },
  {
    what: 'to withdraw more than there is',
    error: 'TooMuch',
    wrong: asks(1_000n * DBC + 1_000n),
    right: asks(1_000n * DBC),
  },
  { what: 'to withdraw early', error: 'TooEarly', wrong: (w) => asked(w, 1_199), right: (w) => asked(w, 1_200) },
  {
    what: 'to withdraw unasked',
    error: 'NothingToDo',
    wrong: (world) => world.send(player, 'escrow', 'withdraw', [player]),
    right: (world) => asked(world, 1_200),
  },
  { what: 'to expire early', error: 'TooEarly', wrong: (w) => leftAfter(w, 599), right: (w) => leftAfter(w, 600) },
  {
    what: 'to close for another player',
    error: 'NotAllowed',
    wrong: async (world) =>
      world.send(people.other.address, 'escrow', 'closeByPlayer', [(await world.open()).id, '0x']),
    right: async (world) => world.send(player, 'escrow', 'closeByPlayer', [(await world.open()).id, '0x']),
  },
  {
    what: 'a leave that is signed for another lease',
    error: 'NotAllowed',
    wrong: async (world) => {
      const [one, two] = [await world.open(), await world.open()];
      const signature = world.sign(sessionKey, 'Leave', { lease: two.id });
      return world.send(people.hub.address, 'escrow', 'closeByPlayer', [one.id, signature]);
    },
    right: async (world) => world.leave(await world.open()),
  },
  {
    what: 'to leave twice, which would push the end away',
    error: 'NothingToDo',
    wrong: async (world) => {
      const kit = await world.open();
      await world.must(world.leave(kit));
      return world.leave(kit);
    },
    right: async (world) => world.leave(await world.open()),
  },
  {
    what: 'to claim nothing',
    error: 'NothingToDo',
    wrong: (world) => world.send(people.hub.address, 'escrow', 'claim', [people.operator.address]),
    right: async (world) => {
      await world.must(fine(world));
      return world.send(people.hub.address, 'escrow', 'claim', [people.operator.address]);
    },
  },
  {
    what: 'to burn nothing',
    error: 'NothingToDo',
    wrong: (world) => world.send(people.hub.address, 'escrow', 'flushBurn', []),
    right: async (world) => {
      await world.must(fine(world));
      return world.send(people.hub.address, 'escrow', 'flushBurn', []);
    },
  },
  ...(['pause', 'unpause', 'setTreasury', 'setGuardian', 'announceTerms', 'addPolicy'] as const).map(
    (fn): RefusalRow => ({
      what: `${fn} by anybody`,
      error: fn === 'pause' ? 'NotAllowed' : 'OwnableUnauthorizedAccount',
      wrong: (world) => rule(world, fn, player),
      right: (world) => rule(world, fn, people.owner.address),
    }),
  ),
  {
    what: 'a fee above 20 %',
    error: 'BadTerms',
    wrong: (world) => world.send(people.owner.address, 'escrow', 'announceTerms', [[2_001, 1, 0]]),
    right: (world) => world.send(people.owner.address, 'escrow', 'announceTerms', [[2_000, 1, 0]]),
  },
  {
    what: 'terms by a policy that nobody knows',
    error: 'BadTerms',
    wrong: (world) => world.send(people.owner.address, 'escrow', 'announceTerms', [[500, 9, 0]]),
    right: (world) => world.send(people.owner.address, 'escrow', 'announceTerms', [[500, 2, 0]]),
  },
  {
    what: 'another policy under a known number',
    error: 'BadTerms',
    wrong: (world) => world.send(people.owner.address, 'escrow', 'addPolicy', [[3, false, [[0, 0]]]]),
    right: (world) => world.send(people.owner.address, 'escrow', 'addPolicy', [[4, false, [[0, 0]]]]),
  },
];

async function rule(world: World, fn: string, from: typeof player) {
  if (fn === 'unpause') await world.must(world.send(people.guardian.address, 'escrow', 'pause', []));
  const args: Readonly<Record<string, readonly unknown[]>> = {
    setTreasury: [people.hub.address],
    setGuardian: [people.hub.address],
    announceTerms: [[400, 1, 0]],
    addPolicy: [[7, false, [[0, 1_000]]]],
  };
  return world.send(from, 'escrow', fn, args[fn] ?? []);
}

/** Everything refused, in three laws. */
export const refusalLaws: readonly Law[] = [
  { name: 'what may not open does not', run: async (worlds) => checkRefusals(await worlds.furnished(), openRows) },
  { name: 'what may not be paid is not', run: async (worlds) => checkRefusals(await worlds.furnished(), voucherRows) },
  {
    name: 'coins, clocks and rules keep their doors',
    run: async (worlds) => checkRefusals(await worlds.furnished(), otherRows),
  },
];
