// Goal: the worked numbers of docs/MONEY.md are what a real node's contract moves, signed by somebody else's code. Method: anvil,
// EIP-712 as ethers encodes it, amounts written down as numbers, each session settled in three uneven parts; nothing of the
// product computes or signs here but its address book.
import { SigningKey, TypedDataEncoder } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEV_TREASURY } from '../../src/chain/dev-chain.ts';
import { DBC, HUB, NODE, OPERATOR, type Person, PLAYER, SESSION_KEY, TestChain } from '../support/chain.ts';

const TYPES = {
  Consent:
    'address payer,address sessionKey,uint256 maxAmount,uint256 maxRate,uint64 validFrom,uint64 validUntil,uint256 nonce',
  Open: 'bytes32 consent,address key,address node,uint256 rate,uint256 baseShare,uint16 burnPolicy,uint16 gpuTier,uint256 maxAmount,uint64 startedAtMs,uint256 nonce',
  Voucher: 'bytes32 lease,uint64 seq,uint64 servedMs,uint256 amount',
  Close: 'bytes32 lease,uint64 seq,uint256 amount',
} as const;
let chain: TestChain;
let nonce = 1n;

beforeAll(async () => {
  chain = await TestChain.start();
  await chain.stake(OPERATOR, NODE);
  await chain.call(PLAYER, 'deposit', [], 5_000n * DBC);
}, 60_000);
afterAll(() => chain.stop());

function digest(name: keyof typeof TYPES, value: object): string {
  const fields = TYPES[name].split(',').map((field) => {
    const [type = '', of = ''] = field.split(' ');
    return { type, name: of };
  });
  const domain = { name: 'Nearcade', version: '1', chainId: 19_800_818n, verifyingContract: chain.deployed.escrow };
  return TypedDataEncoder.hash(domain, { [name]: fields }, value);
}
const signed = ({ key }: Person, name: keyof typeof TYPES, value: object): string =>
  new SigningKey(key).sign(digest(name, value)).serialized;

async function openLease(rate: bigint, baseShare: bigint) {
  const atS = BigInt((await chain.reader.head()).atS);
  const span = { validFrom: atS - 60n, validUntil: atS + 86_400n };
  const most = { maxAmount: 800n * DBC, maxRate: 100n * DBC, nonce: nonce++ };
  const consent = { payer: PLAYER.address, sessionKey: SESSION_KEY.address, ...most, ...span };
  const open = {
    ...{ consent: digest('Consent', consent), key: SESSION_KEY.address, node: NODE.address, rate, baseShare },
    ...{ burnPolicy: 1n, gpuTier: 0n, maxAmount: 800n * DBC, startedAtMs: atS * 1_000n, nonce: nonce++ },
  };
  const words = [signed(PLAYER, 'Consent', consent), open, signed(SESSION_KEY, 'Open', open), []];
  await chain.call(HUB, 'open', [consent, ...words]);
  return digest('Open', open);
}

async function standing() {
  const [player, operator, platform, burn] = await Promise.all([
    chain.account(PLAYER.address),
    chain.account(OPERATOR.address),
    chain.account(DEV_TREASURY),
    chain.view('burnOwed', []),
  ]);
  return [player.balance, BigInt(String(burn)), platform.earned, operator.earned] as const;
}

// Rate and base leg in wei per hour, milliseconds, then what is charged, burned, the platform's and the operator's.
test.each<[string, bigint, bigint, bigint, readonly [bigint, bigint, bigint, bigint]]>([
  [
    'an hour',
    50n * DBC,
    50n * DBC,
    3_600_000n,
    [50n * DBC, 15n * DBC, (1_750n * DBC) / 1_000n, (33_250n * DBC) / 1_000n],
  ],
  [
    '37 min 13 s',
    ...([50n * DBC, 50n * DBC, 2_233_000n] as const),
    [31_013_888_888_888_888_000n, 9_304_166_666_666_666_000n, 1_085_486_111_111_111_000n, 20_624_236_111_111_111_000n],
  ],
  [
    '2,233.9 s', // 50e18 * 2,233,900 / 3,600,000 = 31,026,388,888,888,888,888.8...
    ...([50n * DBC, 50n * DBC, 2_233_900n] as const),
    [31_026_388_888_888_888_000n, 9_307_916_666_666_666_000n, 1_085_923_611_111_111_000n, 20_632_548_611_111_111_000n],
  ],
  [
    'a premium',
    70n * DBC,
    50n * DBC,
    3_600_000n,
    [70n * DBC, 15n * DBC, (2_750n * DBC) / 1_000n, (52_250n * DBC) / 1_000n],
  ],
  [
    'a seat for ten hours',
    50n * DBC,
    50n * DBC,
    36_000_000n,
    [500n * DBC, 150n * DBC, (17_500n * DBC) / 1_000n, (332_500n * DBC) / 1_000n],
  ],
])('%s, settled in three parts', async (_name, rate, base, servedMs, [cost, ...parts]) => {
  const lease = await openLease(rate, base);
  const before = await standing();
  await chain.pass(Number(servedMs / 1_000n) + 1);
  for (const [at, ms] of [servedMs / 7n, servedMs / 3n, servedMs].entries()) {
    const exact = (rate * ms) / 3_600_000n;
    const voucher = { lease, seq: BigInt(at + 1), servedMs: ms, amount: exact - (exact % 1_000n) };
    const close = { lease, seq: voucher.seq, amount: voucher.amount };
    const closeSignature = ms === servedMs ? signed(NODE, 'Close', close) : '0x';
    await chain.call(HUB, 'settle', [{ voucher, signature: signed(SESSION_KEY, 'Voucher', voucher), closeSignature }]);
  }
  const after = await standing();
  const moved = after.map((wei, at) => wei - (before[at] ?? 0n));
  expect(moved).toEqual([800n * DBC - cost, ...parts]); // The lock of 800 came back but for the cost.
  expect(parts.reduce((sum, wei) => sum + wei, 0n)).toBe(cost);
  const held = await chain.reader.balanceOf(chain.deployed.escrow);
  expect(held).toBe(BigInt(String(await chain.view('liabilities', []))));
});
