// Goal: a machine serves no longer than the contract takes an Open on a lease that is not there, and is paid where it can help
// itself. Method: the watch with time and a chain that the test moves.
import { expect, test } from 'vitest';
import type { Claim } from '../../../src/agent/claims.ts';
import { type LeaseSeen, LeaseWatch } from '../../../src/agent/lease-watch.ts';
import type { DatedClaim } from '../../../src/agent/own-claims.ts';
import { OutageError } from '../../../src/base/assert.ts';
import { silentLog } from '../../../src/observe/log.ts';
import { domain, Player } from '../../support/agent/player.ts';

const MINUTE_MS = 60_000;
const NODE = `0x${'22'.repeat(20)}`;

/** One watched session, its chain and its clock. Without `gas` nobody pays for transactions. */
class World {
  nowMs = 1_000_000;
  /** How far the chain's clock was when the session was signed for, against the Open's own start. */
  readonly #aheadMs: number;
  state: LeaseSeen['state'] | 'away' = 'none';
  releaseAtS: number;
  /** The contract takes what the machine sends. */
  takes = true;
  looks = 0;
  readonly sent: boolean[] = [];
  readonly ended: string[] = [];
  readonly claim: Claim;
  readonly watch: LeaseWatch;
  readonly #beganMs = this.nowMs;

  constructor({ gas = false, aheadMs = 0 } = {}) {
    this.#aheadMs = aheadMs;
    const { session, consent, open, lease } = new Player(NODE);
    const signature = '0x01' as const;
    const signed = { consent, consentSignature: signature, open, openSignature: signature };
    this.claim = { session, domain, lease, ...signed };
    this.releaseAtS = Number(consent.validUntil) + 86_400;
    const highest = { voucher: { lease, seq: 1n, servedMs: 1_000n, amount: 1_000n }, signature };
    const own: DatedClaim = { lease, domain, facts: this.claim, openSignature: signature, highest };
    this.watch = new LeaseWatch({
      chain: {
        look: () => this.#look(),
        ...(gas && { settle: (claim) => this.#settle(claim) }),
      },
      claimOf: (_session, over) => Promise.resolve(over ? { ...own, closeSignature: signature } : own),
      end: (_session, reason) => {
        this.ended.push(reason);
      },
      clock: { monotonicMs: () => this.nowMs },
      log: silentLog,
    });
    this.watch.opened(this.claim);
  }

  #look(): Promise<LeaseSeen> {
    this.looks++;
    if (this.state === 'away') return Promise.reject(new OutageError('no address answers'));
    const headMs = Number(this.claim.open.startedAtMs) + this.#aheadMs + this.nowMs - this.#beganMs;
    return Promise.resolve({
      state: this.state,
      paidWei: 0n,
      releaseAtS: this.releaseAtS,
      headS: Math.floor(headMs / 1_000),
    });
  }

  #settle({ closeSignature }: DatedClaim): Promise<string> {
    this.sent.push(closeSignature !== undefined);
    if (this.takes && this.state === 'none') this.state = 'open';
    return Promise.resolve('settled');
  }

  /** Lets time pass, a beat a second; every answer is there before the next. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1_000) {
      this.nowMs += 1_000;
      this.watch.beat();
      for (let turn = 0; turn < 8; turn++) await Promise.resolve();
    }
  }
  get agedMs(): number {
    return this.nowMs - this.#beganMs;
  }
}

test('a lease that is there is played to its end, and looked at once a minute', async () => {
  const world = new World();
  world.state = 'open';
  await world.pass(60 * MINUTE_MS);
  expect([world.ended, world.sent]).toEqual([[], []]);
  expect(world.looks).toBe(58);
});

test('an open that was kept back is sent by the machine itself, once; nothing ends, and nothing is closed', async () => {
  const world = new World({ gas: true });
  await world.pass(60 * MINUTE_MS);
  expect([world.ended, world.sent]).toEqual([[], [false]]);
});

test.each([
  ['nobody pays for gas', {}, 'none', []],
  ['the contract takes it from nobody', { gas: true }, 'none', [false, false]],
  ['no address answers', { gas: true }, 'away', []],
] as const)('a lease that never comes ends the session before ten minutes: %s', async (_name, wish, state, sent) => {
  const world = new World(wish);
  world.state = state;
  world.takes = false;
  await world.pass(8 * MINUTE_MS);
  expect(world.ended).toEqual([]);
  await world.pass(MINUTE_MS);
  expect(world.ended).toEqual(['open-missing']);
  expect(world.sent).toEqual(sent);
  await world.pass(60 * MINUTE_MS);
  expect(world.ended).toEqual(['open-missing']); // Told once.
});

test('an open that was dated back, too old to be taken, ends at the first look; one dated ahead gains nothing', async () => {
  const [old, ahead] = [new World({ gas: true, aheadMs: 60 * MINUTE_MS }), new World({ aheadMs: -60 * MINUTE_MS })];
  await old.pass(3 * MINUTE_MS);
  expect([old.ended, old.sent]).toEqual([['open-missing'], []]);
  await ahead.pass(9 * MINUTE_MS);
  expect(ahead.ended).toEqual(['open-missing']);
});

test('it comes late, and then no address answers for an hour: play goes on', async () => {
  const world = new World();
  await world.pass(5 * MINUTE_MS);
  world.state = 'open';
  await world.pass(MINUTE_MS);
  world.state = 'away';
  await world.pass(60 * MINUTE_MS);
  expect(world.ended).toEqual([]);
  world.state = 'none'; // A later block has it no more.
  await world.pass(MINUTE_MS);
  expect(world.ended).toEqual(['open-missing']);
});

test('a player that closes at the contract is stopped, and what was served is settled and closed when play is over', async () => {
  const world = new World({ gas: true });
  world.state = 'open';
  await world.pass(10 * MINUTE_MS);
  world.releaseAtS = Math.floor(Number(world.claim.open.startedAtMs) / 1_000) + 1_200;
  await world.pass(MINUTE_MS);
  expect([world.ended, world.sent]).toEqual([['closed-on-chain'], []]);
  world.watch.over(world.claim.session);
  await world.pass(60 * MINUTE_MS);
  expect(world.sent).toEqual([true]);

  const closed = new World();
  closed.state = 'closed';
  await closed.pass(4 * MINUTE_MS);
  expect(closed.ended).toEqual(['closed-on-chain']);
});

test('a session that is over is looked at no more', async () => {
  const world = new World({ gas: true });
  await world.pass(MINUTE_MS);
  world.watch.over(world.claim.session);
  await world.pass(20 * MINUTE_MS);
  expect([world.looks, world.ended, world.sent]).toEqual([0, [], []]);
});
