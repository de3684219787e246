// test/support/evm/world.ts - both contracts on a test chain, with people who use them. Laws and tests speak through it.
import { Interface } from 'ethers';
import { sessionEscrowAbi } from '../../../src/chain/abi/session-escrow.ts';
import { stakeRegistryAbi } from '../../../src/chain/abi/stake-registry.ts';
import { type DeploymentWish, planDeployment } from '../../../src/chain/deployment.ts';
import { joinKeys } from '../../../src/protocol/session-keys.ts';
import {
  bindType,
  closeType,
  leaveType,
  type NodeRecord,
  nodeRecordType,
} from '../../../src/protocol/settlement-data.ts';
import {
  type Address,
  type Hash32,
  type SigningDomain,
  type StructValue,
  typedDataDigest,
} from '../../../src/protocol/typed-data.ts';
import {
  type Consent,
  consentDigest,
  type Open,
  openDigest,
  type Voucher,
  voucherDigest,
} from '../../../src/protocol/voucher.ts';
import { type Call, type ChainMode, type Outcome, START_S, TestChain } from './chain.ts';
import { type Signer, signerNamed } from './keys.ts';

/** Creation code to test; without it the committed one. */
export type Code = { readonly registry: string; readonly escrow: string };
/** What a world may differ in. */
export type WorldWish = {
  readonly mode?: ChainMode;
  readonly code?: Code;
  readonly chainId?: number;
  readonly deployment?: Partial<DeploymentWish>;
};
/** A transaction's end, with the name of the error. */
export type Done = Outcome & { readonly error: string };
/** Which contract. */
export type Target = 'escrow' | 'registry';
/** What an open may differ in. */
export type OpenWish = Partial<
  Pick<Open, 'rate' | 'baseShare' | 'maxAmount' | 'startedAtMs' | 'burnPolicy' | 'gpuTier'>
> & {
  readonly player?: Signer;
  readonly key?: Signer;
  readonly node?: Address;
  readonly consent?: Partial<Consent>;
  /** The consent speaks for all of these; `key` is one of them. */
  readonly devices?: readonly Signer[];
};
/** A lease with all that belongs to it. */
export type LeaseKit = {
  readonly id: Hash32;
  readonly consent: Consent;
  readonly open: Open;
  readonly player: Signer;
  readonly key: Signer;
  readonly proof: readonly Hash32[];
};

export const DBC = 10n ** 18n;
/** Plain names of people; each has coins. */
export const people = {
  deployer: signerNamed('deployer'),
  owner: signerNamed('owner'),
  treasury: signerNamed('treasury'),
  guardian: signerNamed('guardian'),
  operator: signerNamed('operator'),
  player: signerNamed('player'),
  other: signerNamed('other player'),
  hub: signerNamed('hub'),
} as const;
/** The machine that is staked for at the start, and the player's session key. */
export const node = signerNamed('node');
export const sessionKey = signerNamed('session key');

const interfaces: Readonly<Record<Target, Interface>> = {
  escrow: new Interface(sessionEscrowAbi as unknown as object[]),
  registry: new Interface(stakeRegistryAbi as unknown as object[]),
};
const PLAIN_DEPLOYMENT = {
  nonce: 0,
  deployer: people.deployer.address,
  owner: people.owner.address,
  treasury: people.treasury.address,
  guardian: people.guardian.address,
  platformBps: 500,
  burnPolicy: 'seed-2024',
  baseFloorWeiPerHour: 0n,
  stakePreset: 'seed-2024',
  exitDelayS: 7 * 86_400,
} as const satisfies DeploymentWish;

/** Both contracts, deployed. */
export class World {
  readonly chain: TestChain;
  readonly escrow: Address;
  readonly registry: Address;
  readonly domain: SigningDomain;
  /** How these contracts were deployed. */
  readonly deployment: DeploymentWish = PLAIN_DEPLOYMENT;
  #nonces = 0n;

  private constructor(chain: TestChain, chainId: number, { registry, escrow }: { registry: Address; escrow: Address }) {
    this.chain = chain;
    this.registry = registry;
    this.escrow = escrow;
    this.domain = { chainId: BigInt(chainId), verifyingContract: escrow };
  }

  /** A world with `people` who own a million DBC each, and nothing staked or deposited. */
  static async bare({ mode = 'plain', code, chainId = 19_850_818, deployment = {} }: WorldWish = {}): Promise<World> {
    const chain = await TestChain.start(mode, chainId, code !== undefined);
    for (const { address } of Object.values(people)) await chain.fund(address, 1_000_000n * DBC);
    const plan = planDeployment({ ...PLAIN_DEPLOYMENT, ...deployment }, code);
    for (const { address, data } of [plan.registry, plan.escrow]) {
      const made = await chain.send({ from: PLAIN_DEPLOYMENT.deployer, data });
      if (!made.ok || made.created !== address) throw new Error(`not deployed: ${made.refusal}`);
    }
    return new World(chain, chainId, { registry: plan.registry.address, escrow: plan.escrow.address });
  }

  /** A world in which `node` is staked for with 8 GPUs and `player` has deposited 1,000 DBC. */
  static async furnished(wish: WorldWish = {}): Promise<World> {
    const world = await World.bare(wish);
    await world.must(world.stake(node, 8));
    await world.must(world.send(people.player.address, 'escrow', 'deposit', [], 1_000n * DBC));
    return world;
  }

  async send(from: Address, target: Target, fn: string, args: readonly unknown[], value = 0n): Promise<Done> {
    return this.raw({ from, to: this[target], data: interfaces[target].encodeFunctionData(fn, args), value }, target);
  }

  async raw(call: Call, target: Target = 'escrow'): Promise<Done> {
    const outcome = await this.chain.send(call);
    if (outcome.ok) return { ...outcome, error: '' };
    if (!/^0x[0-9a-f]{8}$/.test(outcome.refusal)) return { ...outcome, error: outcome.refusal };
    return { ...outcome, error: interfaces[target].parseError(outcome.returned)?.name ?? outcome.refusal };
  }

  /** Waits for an act that must work. */
  async must(act: Promise<Done>): Promise<Done> {
    const done = await act;
    if (!done.ok) throw new Error(`refused: ${done.error}`);
    return done;
  }

  /** A view's answer: its one value, or all of them. */
  async ask(target: Target, fn: string, args: readonly unknown[] = []) {
    const returned = await this.chain.ask(this[target], interfaces[target].encodeFunctionData(fn, args));
    const values = interfaces[target].decodeFunctionResult(fn, returned);
    return values.length === 1 ? values[0] : values;
  }

  /** Events of one name in an outcome. */
  events(done: Outcome, target: Target, name: string) {
    return done.logs
      .filter(({ address }) => address === this[target])
      .map((log) => interfaces[target].parseLog(log))
      .filter((event) => event?.name === name)
      .map((event) => event?.args.toObject() ?? {});
  }

  callData(target: Target, fn: string, args: readonly unknown[]): string {
    return interfaces[target].encodeFunctionData(fn, args);
  }

  selector(error: string): string {
    return interfaces.escrow.getError(error)?.selector ?? 'unknown';
  }

  pass(seconds: number): void {
    this.chain.nowS += seconds;
  }

  get nowMs(): bigint {
    return BigInt(this.chain.nowS) * 1_000n;
  }

  async stake(machine: Signer, gpus: number, value?: bigint, operator = people.operator): Promise<Done> {
    const nonce: bigint = await this.ask('registry', 'bindNonce', [machine.address]);
    const binding = this.sign(machine, 'Bind', { node: machine.address, operator: operator.address, nonce });
    const wei = value ?? BigInt(gpus) * 1_000n * DBC;
    return this.send(operator.address, 'registry', 'stake', [machine.address, gpus, binding], wei);
  }

  sign(signer: Signer, type: 'Bind' | 'Close' | 'Leave' | 'NodeRecord', value: StructValue): string {
    const types = { Bind: bindType, Close: closeType, Leave: leaveType, NodeRecord: nodeRecordType };
    return signer.sign(typedDataDigest(this.domain, types[type], value));
  }

  /** Consent and Open as the player's side makes them; nothing is sent. 50 DBC an hour, no premium, at most 100 DBC. */
  draft(wish: OpenWish = {}): LeaseKit {
    const { player = people.player, key = sessionKey, devices = [key] } = wish;
    const joined = joinKeys(devices.map(({ address }) => address));
    const consent: Consent = {
      payer: player.address,
      sessionKey: joined.sessionKey,
      maxAmount: 500n * DBC,
      maxRate: 200n * DBC,
      validFrom: BigInt(START_S - 3_600),
      validUntil: BigInt(this.chain.nowS + 86_400),
      nonce: 1n,
      ...wish.consent,
    };
    const rate = wish.rate ?? 50n * DBC;
    const open: Open = {
      consent: consentDigest(this.domain, consent),
      key: key.address,
      node: wish.node ?? node.address,
      rate,
      baseShare: wish.baseShare ?? rate,
      burnPolicy: wish.burnPolicy ?? 1n,
      gpuTier: wish.gpuTier ?? 0n,
      maxAmount: wish.maxAmount ?? 100n * DBC,
      startedAtMs: wish.startedAtMs ?? this.nowMs,
      nonce: ++this.#nonces,
    };
    const proof = joined.proofs.get(key.address) ?? [];
    return { id: openDigest(this.domain, open), consent, open, player, key, proof };
  }

  async openDraft({ consent, open, player, key, id, proof }: LeaseKit, from = people.hub.address): Promise<Done> {
    const consentSignature = player.sign(consentDigest(this.domain, consent));
    return this.send(from, 'escrow', 'open', [consent, consentSignature, open, key.sign(id), proof]);
  }

  async open(wish: OpenWish = {}): Promise<LeaseKit> {
    const kit = this.draft(wish);
    await this.must(this.openDraft(kit));
    return kit;
  }

  voucher({ id, open }: LeaseKit, seq: bigint, servedMs: bigint, amount?: bigint): Voucher {
    const exact = (open.rate * servedMs) / 3_600_000n;
    return { lease: id, seq, servedMs, amount: amount ?? exact - (exact % 1_000n) };
  }

  /** One item of settleMany. `closer`: the machine key, when this voucher is the last. */
  settlement(kit: LeaseKit, voucher: Voucher, closer?: Signer) {
    const { lease, seq, amount } = voucher;
    return {
      voucher,
      signature: kit.key.sign(voucherDigest(this.domain, voucher)),
      closeSignature: closer === undefined ? '0x' : this.sign(closer, 'Close', { lease, seq, amount }),
    };
  }

  async settle(kit: LeaseKit, voucher: Voucher, closer?: Signer, from = people.hub.address): Promise<Done> {
    return this.send(from, 'escrow', 'settle', [this.settlement(kit, voucher, closer)]);
  }

  async leave(kit: LeaseKit): Promise<Done> {
    const signature = this.sign(kit.key, 'Leave', { lease: kit.id });
    return this.send(people.hub.address, 'escrow', 'closeByPlayer', [kit.id, signature]);
  }

  record(kit: LeaseKit, wish: Partial<NodeRecord> = {}): NodeRecord {
    const content: Hash32 = `0x${'11'.repeat(32)}`;
    return { lease: kit.id, seq: 1n, slot: 0n, fromMs: this.nowMs, untilMs: this.nowMs + 60_000n, content, ...wish };
  }

  async prove(a: NodeRecord, b: NodeRecord, signers: readonly [Signer, Signer] = [node, node]): Promise<Done> {
    const [signedA, signedB] = [this.sign(signers[0], 'NodeRecord', a), this.sign(signers[1], 'NodeRecord', b)];
    return this.send(people.other.address, 'registry', 'proveFault', [a, signedA, b, signedB]);
  }

  /** Free coins of an account in the escrow. */
  async free(account: Address): Promise<bigint> {
    return (await this.ask('escrow', 'accountOf', [account])).balance;
  }

  async earned(account: Address): Promise<bigint> {
    return (await this.ask('escrow', 'accountOf', [account])).earned;
  }
}
