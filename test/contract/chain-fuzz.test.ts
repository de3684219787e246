// Goal: whatever players, node, strangers, hub and chain do, in whatever order, in the end the books say of everybody what the
// contract says. Method: random acts of all of them on a real anvil, among them blocks that are lost with all that was in them;
// then everything ends, and each account is compared to the wei. `SEED=n WORLDS=1 ACTS=m` repeats one world.
import { expect, test } from 'vitest';
import { sessionLog } from '../../src/app/money/read-account.ts';
import { seededRandom } from '../../src/base/random.ts';
import { auditSession } from '../../src/billing/session-audit.ts';
import { DEV_TREASURY } from '../../src/chain/dev-chain.ts';
import { closeType } from '../../src/protocol/settlement-data.ts';
import { signDigest, typedDataDigest } from '../../src/protocol/typed-data.ts';
import { pgBooks } from '../../src/storage/pg-books.ts';
import { checkBooks } from '../../src/storage/pg-ledger.ts';
import {
  DBC,
  dbcAccounts,
  HubSide,
  NODE,
  OPERATOR,
  OTHER,
  type Person,
  PLAYER,
  playerId,
  SESSION_KEY,
} from '../support/chain.ts';
import { chain, database, startChainWorld } from '../support/chain-world.ts';

startChainWorld();

const SEED = Number(process.env.SEED ?? 0);
const WORLDS = Number(process.env.WORLDS ?? 3);
const ACTS = Number(process.env.ACTS ?? 60);
const DAY_S = 86_400;
/** Nothing is sealed here, and players sign for less than a node would serve for. */
const UNTRUE_HERE: readonly string[] = ['receipt.seal', 'receipt (seal)', 'receipt.billedMs'];
/** How often an act is drawn beside one without a number. */
const WEIGHTS: Readonly<Record<string, number>> = {
  turn: 8,
  mine: 2,
  pass: 4,
  open: 5,
  play: 12,
  end: 3,
  settle: 3,
  lose: 2,
  remember: 2,
};

type Playing = Awaited<ReturnType<HubSide['open']>>;
type Signed = Awaited<ReturnType<Playing['vouch']>>;
type Session = { playing: Playing; payer: Person; goodMs: number; vouched: Signed[]; live: boolean };

class Chaos {
  readonly random;
  readonly hub: HubSide;
  readonly sessions: Session[] = [];
  readonly startS: number;
  readonly said: string[] = [];
  number = 0;
  fork: unknown;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    const nodeSigns = this.random.below(4) > 0;
    this.hub = new HubSide(chain, database, { confirmations: 1 + this.random.below(3), nodeSigns, movesAlone: false });
    this.startS = Math.floor(chain.wallMs / 1_000);
  }
  among<T>(list: readonly T[]): T | undefined {
    return list.length === 0 ? undefined : list[this.random.below(list.length)];
  }
  payer(): Person {
    return this.random.below(3) === 0 ? OTHER : PLAYER;
  }
  async pass(seconds: number) {
    await chain.pass(seconds);
    await chain.mine();
    this.hub.nowMs += seconds * 1_000;
    this.hub.wallMs = Math.max(this.hub.wallMs, (await chain.reader.head()).atS * 1_000);
  }
  try(from: Person, name: string, values: readonly unknown[], valueWei = 0n) {
    return chain.call(from, name, values, valueWei, false);
  }

  readonly acts: Readonly<Record<string, () => Promise<unknown>>> = {
    turn: () => this.hub.turn(this.among([1_000, 12_000, 61_000]) ?? 1_000),
    mine: () => chain.mine(1 + this.random.below(3)),
    pass: () => this.pass(this.among([5, 20, 60, 300]) ?? 5),
    passLong: () => this.pass(this.among([620, 1_300]) ?? 620),
    deposit: () => this.try(this.payer(), 'deposit', [], BigInt(20 + this.random.below(300)) * DBC),
    ask: () => this.try(this.payer(), 'requestWithdraw', [BigInt(this.random.below(200)) * DBC]),
    withdraw: async () => {
      const who = this.payer();
      await this.try(who, 'withdraw', [who.address]);
    },
    claim: () => this.try(OTHER, 'claim', [this.among([OPERATOR.address, DEV_TREASURY])]),
    burn: () => this.try(OTHER, 'flushBurn', []),
    open: async () => {
      const payer = this.payer();
      const terms = {
        validFrom: BigInt(this.startS - 3_600),
        validUntil: BigInt(this.startS + DAY_S),
        maxAmount: 900n * DBC,
      };
      this.number += 1;
      const playing = await this.hub
        .open(this.number, payer === PLAYER ? 1n : 2n, payer, terms)
        .catch((cause: Error) => void this.said.push(cause.message));
      if (playing === undefined) return;
      this.sessions.push({ playing, payer, goodMs: 0, vouched: [], live: true });
    },
    openForeign: async () => {
      const session = this.among(this.sessions);
      if (session === undefined) return;
      const { command, open, lease } = session.playing;
      await this.try(OTHER, 'open', [
        command.consent,
        command.consentSignature,
        open,
        signDigest(lease, SESSION_KEY.key),
        [],
      ]);
    },
    play: () => this.play(),
    end: async () => {
      const session = this.among(this.sessions.filter(({ live }) => live));
      if (session !== undefined) await this.end(session);
    },
    settle: async () => {
      const session = this.among(this.sessions);
      const signed = session && this.among(session.vouched);
      if (session === undefined || signed === undefined) return;
      await this.try(OTHER, 'settle', [{ ...signed, closeSignature: '0x' }]);
    },
    closeByNode: async () => {
      const session = this.among(this.sessions);
      if (session === undefined || this.random.below(3) > 0) return;
      const { lease } = session.playing;
      const signed = this.random.below(3) > 0 ? session.vouched.at(-1) : undefined;
      const voucher = signed?.voucher ?? { lease, seq: 0n, servedMs: 0n, amount: 0n };
      const { seq, amount } = voucher;
      const closeSignature = signDigest(typedDataDigest(chain.domain, closeType, { lease, seq, amount }), NODE.key);
      await this.try(OTHER, 'settle', [{ voucher, signature: signed?.signature ?? '0x', closeSignature }]);
    },
    closeByPlayer: async () => {
      const session = this.among(this.sessions);
      if (session !== undefined) await this.try(session.payer, 'closeByPlayer', [session.playing.lease, '0x']);
    },
    expire: async () => {
      const session = this.among(this.sessions);
      if (session !== undefined) await this.try(OTHER, 'expire', [session.playing.lease]);
    },
    remember: async () => {
      this.fork ??= await chain.rpc('evm_snapshot');
    },
    lose: async () => {
      if (this.fork === undefined) return;
      await chain.rpc('evm_revert', this.fork);
      this.fork = undefined;
      await chain.mine(1 + this.random.below(6));
      await chain.quiet();
    },
  };

  async play() {
    const session = this.among(this.sessions.filter(({ live }) => live));
    if (session === undefined) return;
    const passedMs = this.hub.wallMs - Number(session.playing.open.startedAtMs);
    session.goodMs += Math.max(0, Math.min(passedMs - session.goodMs, 1_000 * (5 + this.random.below(240))));
    await session.playing.count(session.goodMs).catch(() => undefined);
    const vouchMs = session.goodMs - (this.among([0, 0, 1_000, 7_000]) ?? 0);
    const servedMs = Number(session.vouched.at(-1)?.voucher.servedMs ?? 0n);
    if (vouchMs <= servedMs || this.random.below(3) === 0) return;
    const signed = await session.playing.vouch(vouchMs).catch((cause: Error) => void this.said.push(cause.message));
    if (signed !== undefined) session.vouched.push(signed);
  }
  async end(session: Session) {
    session.live = false;
    await session.playing
      .end(session.goodMs, 0, 'player-left')
      .catch((cause: Error) => void this.said.push(cause.message));
  }
}

async function account(hub: HubSide, name: string): Promise<bigint> {
  return hub.balance(database, name);
}

for (let world = 1; world <= WORLDS; world++) {
  const seed = SEED === 0 ? world : SEED;
  test(`world ${seed}: ${ACTS} acts of everybody, and the books end as the contract does`, async () => {
    const chaos = new Chaos(seed);
    const { hub } = chaos;
    await hub.turn();
    await chain.call(PLAYER, 'deposit', [], 500n * DBC);
    await chain.call(OTHER, 'deposit', [], 300n * DBC);
    await chain.mine(3);
    await hub.turn();
    const names = Object.keys(chaos.acts).flatMap((name) => Array.from({ length: WEIGHTS[name] ?? 1 }, () => name));
    const done: string[] = [];
    for (let act = 0; act < ACTS; act++) {
      const name = chaos.among(names) ?? 'turn';
      done.push(name);
      await chaos.acts[name]?.();
      await chain.quiet();
      expect(await checkBooks(database), `SEED=${seed} after ${done.join(' ')}`).toEqual({ sumWei: 0n, wrong: [] });
    }
    for (const session of chaos.sessions) if (session.live) await chaos.end(session);
    for (let turn = 0; turn < 6; turn++) {
      await chaos.pass(61);
      await hub.turn();
    }
    await chaos.pass(3 * DAY_S);
    for (const { playing } of chaos.sessions) await chaos.try(OTHER, 'expire', [playing.lease]);
    for (let turn = 0; turn < 8; turn++) {
      await chain.mine(3);
      await hub.turn();
    }
    const seen = `SEED=${seed} ACTS=${ACTS}: ${done.join(' ')}`;
    for (const [name, who] of [
      ['player', PLAYER],
      ['other', OTHER],
    ] as const) {
      const id = playerId(who);
      const inBooks =
        (await account(hub, dbcAccounts.player(id))) +
        (await account(hub, dbcAccounts.leaving(id))) +
        (await account(hub, dbcAccounts.short(who.address)));
      expect(inBooks, `${name} ${seen}`).toBe((await chain.account(who.address)).balance);
    }
    const operator =
      (await account(hub, `DBC/operator/${OPERATOR.address}`)) +
      (await account(hub, dbcAccounts.short(OPERATOR.address)));
    expect(operator, `operator ${seen}`).toBe((await chain.account(OPERATOR.address)).earned);
    const platform = (await account(hub, dbcAccounts.platform)) + (await account(hub, dbcAccounts.short('fees')));
    expect(platform, `platform ${seen}`).toBe((await chain.account(DEV_TREASURY)).earned);
    const burns = await database.query<{ sum: bigint }>(
      "select coalesce(sum(balance), 0) as sum from account where id like 'DBC/burn/%' or id = 'DBC/chain/short/burn'",
    );
    expect(burns[0]?.sum, `burn ${seen}`).toBe(await chain.escrow.burnOwedWei());
    expect((await hub.keeper.reconcile()).holds, seen).toBe(true);
    expect((await hub.store.waiting()).length, seen).toBe(0);
    const left = await database.query(
      'select s.id from session s where not exists (select from chain_done d where d.session = s.id and d.counts)',
    );
    expect(left, `not done ${seen}`).toEqual([]);
    const held = await database.query("select id, balance from account where id like 'DBC/held/%' and balance <> 0");
    expect(held, seen).toEqual([]);
    const parts = { money: hub.money, books: pgBooks(database) };
    for (const { playing } of chaos.sessions) {
      const log = await sessionLog(parts, playing.session, undefined);
      if (!log.ok) throw new Error(log.error.code);
      const wrong = (auditSession(log.value) ?? []).filter(({ ok, line }) => !ok && !UNTRUE_HERE.includes(line));
      expect(wrong, `audit of ${playing.session} ${seen}`).toEqual([]);
    }
    if (process.env.TALK === '1') process.stdout.write(`${seen}\n${chaos.said.join('\n')}\n`);
  }, 120_000);
}
