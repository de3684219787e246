// test/unit/web/wallet/contract-calls.test.ts - the page's hand-written calls and reads against ethers over the committed ABI,
// and the payment request of EIP-681.
import { Interface } from 'ethers';
import { expect, test } from 'vitest';
import { depositRequest, escrowCalls, stakeCalls } from '../../../../clients/web/src/wallet/contract-calls.ts';
import { chainTimeMs, readAccount, readTransaction, words } from '../../../../clients/web/src/wallet/contract-reads.ts';
import { OutageError } from '../../../../src/base/assert.ts';
import { sessionEscrowAbi } from '../../../../src/chain/abi/session-escrow.ts';
import { stakeRegistryAbi } from '../../../../src/chain/abi/stake-registry.ts';

const escrow = `0x${'c0'.repeat(20)}` as const;
const registry = `0x${'5a'.repeat(20)}` as const;
const player = `0x${'0b'.repeat(20)}` as const;
const node = `0x${'0a'.repeat(20)}` as const;
const escrowAbi = new Interface(sessionEscrowAbi);
const registryAbi = new Interface(stakeRegistryAbi);
const DBC = 10n ** 18n;

test('every call has the bytes that the ABI gives it, goes to its contract, and carries its coins', () => {
  const binding = `0x${'ab'.repeat(65)}` as const;
  const rows = [
    [escrowCalls.deposit(escrow, 5n * DBC), escrow, 5n * DBC, escrowAbi.encodeFunctionData('deposit')],
    [
      escrowCalls.requestWithdraw(escrow, 7_000n),
      escrow,
      0n,
      escrowAbi.encodeFunctionData('requestWithdraw', [7_000n]),
    ],
    [escrowCalls.withdraw(escrow, player), escrow, 0n, escrowAbi.encodeFunctionData('withdraw', [player])],
    [escrowCalls.claim(escrow, player), escrow, 0n, escrowAbi.encodeFunctionData('claim', [player])],
    [
      stakeCalls.stake(registry, { node, gpus: 3, binding, amountWei: 3_000n * DBC }),
      registry,
      3_000n * DBC,
      registryAbi.encodeFunctionData('stake', [node, 3, binding]),
    ],
    [stakeCalls.requestExit(registry, node), registry, 0n, registryAbi.encodeFunctionData('requestExit', [node])],
    [stakeCalls.cancelExit(registry, node), registry, 0n, registryAbi.encodeFunctionData('cancelExit', [node])],
    [stakeCalls.exit(registry, node), registry, 0n, registryAbi.encodeFunctionData('exit', [node])],
  ] as const;
  for (const [call, to, valueWei, data] of rows) expect(call).toMatchObject({ to, valueWei, data });
});

test('an account is read from what the contracts answer', async () => {
  const stake = [player, 2, 1_790_000_000, 2_000n * DBC, 1, 0];
  const answers: Record<string, string> = {
    [escrowAbi.encodeFunctionData('accountOf', [player])]: escrowAbi.encodeFunctionResult('accountOf', [
      [11n, 22n, 33n, 44n],
    ]),
    [registryAbi.encodeFunctionData('claimable', [player])]: registryAbi.encodeFunctionResult('claimable', [55n]),
    [registryAbi.encodeFunctionData('rules')]: registryAbi.encodeFunctionResult('rules', [
      [1_000n * DBC, 9n, 8n, 604_800],
    ]),
    [registryAbi.encodeFunctionData('stakeOf', [node])]: registryAbi.encodeFunctionResult('stakeOf', [stake]),
  };
  const rpc = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    if (method === 'eth_getBalance') return '0x64';
    if (method === 'eth_gasPrice') return '0x2540be400';
    if (method === 'eth_getBlockByNumber') return { timestamp: '0x7' };
    return answers[String(Reflect.get(params[0] as object, 'data'))];
  };
  expect(await readAccount(rpc, { escrow, registry }, player, [node])).toEqual({
    coinsWei: 100n,
    gasPriceWei: 10_000_000_000n,
    balanceWei: 11n,
    earnedWei: 22n,
    withdrawWei: 33n,
    withdrawAtMs: 44_000,
    stakes: [{ node, gpus: 2, exitAtMs: 1_790_000_000_000, amountWei: 2_000n * DBC }],
    stakeBackWei: 55n,
    stakeWeiPerGpu: 1_000n * DBC,
    exitDelayMs: 604_800_000,
    headAtMs: 7_000,
  });
  expect(() => words('0x', 1)).toThrow(OutageError);
});

test('the contracts go by their own clock; where no block comes, by ours', () => {
  expect(chainTimeMs({ headAtMs: 86_400_000 }, 5)).toBe(86_400_000);
  expect(chainTimeMs({ headAtMs: 5 }, 86_400_000)).toBe(86_400_000);
});

test('a transaction waits, is done with its blocks, or failed', async () => {
  const at = (receipt: unknown) =>
    readTransaction(async (method) => (method === 'eth_blockNumber' ? '0xc' : receipt), `0x${'1'.repeat(64)}`);
  expect(await at(null)).toEqual({ state: 'waiting', blocks: 0 });
  expect(await at({ blockNumber: '0xa', status: '0x1' })).toEqual({ state: 'done', blocks: 3 });
  expect(await at({ blockNumber: '0xc', status: '0x0' })).toEqual({ state: 'failed', blocks: 1 });
});

test('a phone is asked to pay for this account, with and without an amount', () => {
  const of = { escrow, chainId: 19_880_818n, player };
  expect(depositRequest({ ...of, amountWei: 0n })).toBe(`ethereum:${escrow}@19880818/depositFor?address=${player}`);
  expect(depositRequest({ ...of, amountWei: 2_000n })).toBe(
    `ethereum:${escrow}@19880818/depositFor?address=${player}&value=2000`,
  );
});
