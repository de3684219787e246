// src/chain/deployment.ts - what a deployment of the two contracts sends, and where they will lie. Pure: the caller signs
// and sends. Each contract names the other for ever, so the registry is made first, with the address that the escrow will
// get from the deployer's next nonce; the escrow's constructor refuses when that was wrong.
import { AbiCoder, concat, getCreateAddress, Interface, keccak256 } from 'ethers';
import { present } from '../base/assert.ts';
import { burnPolicies, burnPolicyNamed } from '../billing/burn-policy.ts';
import { type StakePreset, stakePresets } from '../billing/stake.ts';
import type { Address } from '../protocol/typed-data.ts';
import { sessionEscrowAbi, sessionEscrowBytecode } from './abi/session-escrow.ts';
import { stakeRegistryAbi, stakeRegistryBytecode } from './abi/stake-registry.ts';

/** What a person decides about a deployment. */
export type DeploymentWish = {
  /** Who sends both transactions, and its next nonce. */
  readonly deployer: Address;
  readonly nonce: number;
  /** Announces terms, pauses; a wallet of several people on a public chain. */
  readonly owner: Address;
  /** Earns the platform's share. */
  readonly treasury: Address;
  /** May pause. */
  readonly guardian: Address;
  readonly platformBps: number;
  /** Name of a burn policy (src/billing/burn-policy.ts). */
  readonly burnPolicy: string;
  /** Least base leg that an Open may carry, in wei per hour: it keeps the count of paid hours worth something. */
  readonly baseFloorWeiPerHour: bigint;
  readonly stakePreset: StakePreset['name'];
  /** 1 to 60 days. */
  readonly exitDelayS: number;
};
/** One creation: its `data` with no receiver, and the address that it will have. */
export type Creation = { readonly address: Address; readonly data: `0x${string}` };
/** Both, in the order in which they must be sent. */
export type Deployment = { readonly registry: Creation; readonly escrow: Creation };

/** Gas limits that are enough for each creation; DBC's estimates may be off (docs/MONEY.md, 'Gas'). */
export const CREATION_GAS = { registry: 2_600_000n, escrow: 5_400_000n } as const;

/** The inputs of a contract's constructor, as the ABI has them. */
function constructorData(bytecode: string, abi: readonly object[], values: readonly unknown[]): `0x${string}` {
  const { inputs } = new Interface(abi).deploy;
  return concat([bytecode, AbiCoder.defaultAbiCoder().encode(inputs, values)]) as `0x${string}`;
}

const createdBy = (from: Address, nonce: number): Address => getCreateAddress({ from, nonce }).toLowerCase() as Address;

/** Every policy that the product knows, as the escrow's constructor takes it. */
export function policiesForChain() {
  return burnPolicies.map(({ number, ratchet, tiers }) => ({
    number,
    ratchet,
    tiers: tiers.map((tier) => ({ ...tier })),
  }));
}

/** Creation code as it is committed. */
const COMMITTED = { registry: stakeRegistryBytecode, escrow: sessionEscrowBytecode };
/** Names the committed contracts: another version has another. */
export const CODE_ID = keccak256(concat([COMMITTED.registry, COMMITTED.escrow]));

/**
 * Builds both creations. Send the registry with nonce `wish.nonce` and the escrow with the next one.
 * @param code other creation code, for tests of changed contracts
 * @throws InvariantError when policy or preset has no such name
 */
export function planDeployment(
  wish: DeploymentWish,
  code: { readonly registry: string; readonly escrow: string } = COMMITTED,
): Deployment {
  const registry = createdBy(wish.deployer, wish.nonce);
  const escrow = createdBy(wish.deployer, wish.nonce + 1);
  const policy = present(burnPolicyNamed(wish.burnPolicy), 'the burn policy is known');
  const preset = present(
    stakePresets.find(({ name }) => name === wish.stakePreset),
    'the stake preset is known',
  );
  const rules = {
    firstWeiPerGpu: preset.firstWeiPerGpu,
    capWeiPerGpu: preset.capWeiPerGpu,
    capMicroUsdPerGpu: preset.capMicroUsdPerGpu,
    exitDelay: wish.exitDelayS,
  };
  const setup = {
    registry,
    owner: wish.owner,
    treasury: wish.treasury,
    guardian: wish.guardian,
    platformBps: wish.platformBps,
    burnPolicy: policy.number,
    baseFloor: wish.baseFloorWeiPerHour,
  };
  return {
    registry: { address: registry, data: constructorData(code.registry, stakeRegistryAbi, [escrow, rules]) },
    escrow: {
      address: escrow,
      data: constructorData(code.escrow, sessionEscrowAbi, [setup, policiesForChain()]),
    },
  };
}
