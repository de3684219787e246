// test/e2e/operator-hour.test.ts - an operator's first hour: from the landing page to the first paid play on a second machine,
// and from the console to a clean exit. Method: the real product in a network namespace of its own, a machine in another
// one that runs the page's command and knows nothing else; the driver presses what the page offers, and this file holds
// what it saw against the chain, to the wei. Needs root, for namespaces; 5 s of play, with --long a minute.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatDbc, WEI_PER_DBC } from '../../src/base/units.ts';
import { splitCost } from '../../src/billing/split.ts';
import type { Seen } from './operator-hour/seen.ts';

const PAID_MS = process.env.NEARCADE_LONG === '1' ? 60_000 : 5_000;
// `ip netns` keeps its names under /run: a file system of our own there, so that nobody else's names are touched.
const WORDS = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c'];
const SCRIPT = 'mount -t tmpfs none /run && exec "$0" "$@"';

/** Lets the driver live the hour. */
async function live(): Promise<Seen> {
  const driver = join(import.meta.dirname, 'operator-hour', 'driver.ts');
  const child = spawn('unshare', [...WORDS, SCRIPT, process.execPath, driver, folder, String(PAID_MS)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [said, told] = ['', ''];
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  child.stderr.on('data', (chunk) => {
    told += chunk;
  });
  const code = await new Promise((done) => child.once('close', done));
  if (code !== 0) throw new Error(`the hour ended early (${code}):\n${told}`);
  return JSON.parse(said);
}

const folder = mkdtempSync(join(tmpdir(), 'nearcade-hour-'));
let hour: Promise<Seen>;
beforeAll(async () => {
  hour = live();
  await hour.catch(() => {}); // Each test says what became of it.
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the command names the hub as the operator found it; the token binds one machine and is of no use again', async () => {
  const seen = await hour;
  expect(seen.command).toMatch(new RegExp(`^\\./nearcade node --hub ${seen.url} --token t_[0-9a-z]{26}$`));
  expect(seen.receipt.nodeName).toBe('second-machine'); // The control: it did bind the first.
  expect(seen.tokenAgain.elsewhere).toMatchObject({ code: 78, said: expect.stringContaining('was used already') });
  expect(seen.tokenAgain.takenOut).toMatchObject({
    code: 78,
    said: expect.stringContaining('does not know the token'),
  });
});

test('each time the page is opened anew it names the step that is due, in this order, and no stake is done before it is in', async () => {
  const seen = await hour;
  expect(seen.steps).toEqual([
    { due: 'Run the join command', staked: false },
    { due: 'Put in the stake', staked: false },
    { due: 'First test session', staked: true },
  ]);
  expect(seen.poor).toEqual({ told: true, stakes: false });
  expect(seen.offered.before).not.toContain('second-machine');
  expect(seen.offered.after).toContain('second-machine');
  expect(seen.offered.alone).toEqual(['second-machine']); // The page's own way to a first test.
});

test('a player pays for play on that machine, at the price that its operator set', async () => {
  const seen = await hour;
  expect(seen.receipt).toMatchObject({ operator: seen.address, reason: 'player-left' });
  expect(seen.receipt.billedMs).toBeGreaterThanOrEqual(PAID_MS);
  const { rateWeiPerHour, baseWeiPerHour } = seen.receipt.quote;
  expect(BigInt(rateWeiPerHour) * 10n).toBe(BigInt(baseWeiPerHour) * 11n);
  expect(seen.logged).toEqual(expect.arrayContaining(['session.starting', 'session.ended']));
});

/** What the last voucher brings the operator, once it is settled. */
function incomeWei({ quote, open, voucher }: Seen['receipt']): bigint {
  return splitCost(BigInt(voucher?.amount ?? '0'), {
    rateWeiPerHour: BigInt(open.rate),
    baseWeiPerHour: BigInt(open.baseShare),
    burnBps: BigInt(quote.burnBps),
    platformBps: BigInt(quote.platformBps),
  }).operatorWei;
}

test('the page shows the income as it goes: in the running game, redeemable, redeemed', async () => {
  const seen = await hour;
  const income = incomeWei(seen.receipt);
  const { playing, ended, claimed } = seen.earnings;
  expect(BigInt(playing.runningWei)).toBeGreaterThan(0n);
  expect(playing).toMatchObject({ earnedWei: '0', redeemableWei: '0', redeemedWei: '0' });
  expect(ended).toMatchObject({ runningWei: '0', redeemableWei: `${income}`, redeemedWei: '0' });
  expect(claimed).toMatchObject({ redeemableWei: '0', redeemedWei: `${income}` });
  const text = `${formatDbc(income, 6, 2)} DBC`;
  // By the receipt: the last voucher may pay some milliseconds more.
  expect(seen.shown.ended.today).toBe(`${formatDbc(BigInt(seen.receipt.operatorWei), 6, 2)} DBC`);
  expect(seen.shown.ended).toMatchObject({ earned: text, redeemable: text, redeemed: '0.00 DBC' });
  expect(seen.shown.claimed).toMatchObject({ earned: text, redeemable: '0.00 DBC', redeemed: text });
});

test('a drained node ends by itself, and the command that the page then names brings it back', async () => {
  const seen = await hour;
  expect(seen.drained).toBe(0);
  const done = [
    'Log in with your wallet',
    'Run the join command',
    'Set your price',
    'Put in the stake',
    'First test session',
  ];
  expect(seen.restart).toEqual({ done, command: `./nearcade node --hub ${seen.url}`, stage: 'active' });
});

test('the stake of a machine that was taken out comes back in its time, and the wallet is right to the wei', async () => {
  const seen = await hour;
  expect(seen).toMatchObject({ stakesTwice: false, releasedEarly: false });
  const { before, during, after } = seen.stake;
  expect(BigInt(during) - BigInt(before)).toBe(1_000n * WEI_PER_DBC);
  expect(after).toBe(before);
  const { coins } = seen;
  expect(BigInt(coins.gas)).toBeGreaterThan(0n);
  expect(BigInt(coins.after)).toBe(BigInt(coins.before) + incomeWei(seen.receipt) - BigInt(coins.gas));
});
