// Goal: a hub that never settles costs the operator nothing, although nobody sits before the machine. Method: claims of one
// consent on a chain and with clocks that the test moves.
import { expect, test } from 'vitest';
import { ClaimSweep } from '../../../src/agent/claim-sweep.ts';
import type { Claim } from '../../../src/agent/claims.ts';
import type { LeaseSeen } from '../../../src/agent/lease-watch.ts';
import { OutageError } from '../../../src/base/assert.ts';
import type { SessionId } from '../../../src/base/ids.ts';
import { silentLog } from '../../../src/observe/log.ts';
import { domain, Player } from '../../support/agent/player.ts';

const HOUR_MS = 3_600_000;
const signature = '0x01' as const;

function claim(): Claim {
  const { session, consent, open, lease } = new Player(`0x${'22'.repeat(20)}`);
  return { session, domain, lease, consent, consentSignature: signature, open, openSignature: signature };
}

/** A node that holds a voucher of 1,000 wei of each claim; on the chain each stands as said. */
function world(stands: readonly (Pick<LeaseSeen, 'state' | 'paidWei'> | 'served' | 'unsigned')[], gas = true) {
  const all = stands.map(claim);
  const sent: number[] = [];
  const told: string[] = [];
  const looked: number[] = [];
  const clock = { ms: 0, monotonicMs: () => clock.ms, wallMs: () => clock.ms + Number(all[0]?.open.startedAtMs) };
  const state = { away: false };
  const place = (session: SessionId) => all.findIndex((each) => each.session === session);
  const sweep = new ClaimSweep({
    chain: {
      look: async (of) => {
        if (state.away) throw new OutageError('no address answers');
        looked.push(place(of.session));
        const stand = stands[place(of.session)];
        const seen = typeof stand === 'object' ? stand : { state: 'open' as const, paidWei: 0n };
        return { ...seen, releaseAtS: Number(of.consent.validUntil) + 86_400, headS: 0 };
      },
      ...(gas && {
        settle: async ({ lease, closeSignature }) => {
          expect(closeSignature).toBeDefined();
          sent.push(all.findIndex((each) => each.lease === lease));
          return 'settled';
        },
      }),
    },
    claims: { all: async () => all },
    claimOf: async (session) => {
      const of = all[place(session)];
      if (of === undefined) return undefined;
      const own = { lease: of.lease, domain, facts: of, openSignature: signature, closeSignature: signature };
      if (stands[place(session)] === 'unsigned') return own;
      const voucher = { lease: of.lease, seq: 1n, servedMs: 1_000n, amount: 1_000n };
      return { ...own, highest: { voucher, signature } };
    },
    isServed: (session) => stands[place(session)] === 'served',
    clock,
    log: { ...silentLog, error: (_facts, event) => told.push(event) },
  });
  const pass = async (hours: number) => {
    for (let tenth = 0; tenth < hours * 10; tenth++) {
      clock.ms += HOUR_MS / 10;
      sweep.beat();
      for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    }
  };
  return { sent, told, looked, state, pass };
}

const unpaid = { state: 'open', paidWei: 0n } as const;

test('what is not paid when the consent has ended is settled, each once; what is paid, closed, unsigned or served is left', async () => {
  const less = { state: 'open', paidWei: 999n } as const;
  const paid = { state: 'open', paidWei: 1_000n } as const;
  const closed = { state: 'closed', paidWei: 0n } as const;
  const { sent, looked, pass } = world([unpaid, less, paid, closed, 'unsigned', 'served']);
  await pass(23); // The consent lasts a day: its hub may still settle, and somebody may play.
  expect(looked).toEqual([]);
  await pass(3);
  expect(sent).toEqual([0, 1]);
  await pass(40);
  expect([sent, looked]).toEqual([
    [0, 1],
    [0, 1, 2, 3, 4],
  ]);
});

test('a chain that is away is asked again; without a key for gas the operator is told, once', async () => {
  const away = world([unpaid]);
  away.state.away = true;
  await away.pass(30);
  away.state.away = false;
  await away.pass(1);
  expect(away.sent).toEqual([0]);
  const poor = world([unpaid], false);
  await poor.pass(40);
  expect(poor.told).toEqual(['lease.unsettled']);
});

test('after the release there is nothing to settle', async () => {
  const { state, looked, pass } = world([unpaid]);
  state.away = true;
  await pass(49);
  state.away = false;
  await pass(10);
  expect(looked).toEqual([]);
});
