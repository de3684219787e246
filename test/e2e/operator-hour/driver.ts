// test/e2e/operator-hour/driver.ts - an operator's first hour as it is lived: what is pressed and typed is what the page says
// at that moment, and the page is closed and opened again before each step. Prints what was seen; operator-hour.test.ts says
// what must hold.

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { JsonRpcProvider } from 'ethers';
import { readAccount } from '../../../clients/web/src/wallet/contract-reads.ts';
import type { ChainFacts } from '../../../src/protocol/http-api.ts';
import type { Earnings } from '../../../src/protocol/money-api.ts';
import type { Receipt } from '../../../src/protocol/receipt.ts';
import type { Address } from '../../../src/protocol/typed-data.ts';
import { launch, until } from '../support/browser.ts';
import { startProduct } from '../support/product.ts';
import type { Refused, Seen } from './seen.ts';
import { makeTown, NAME, typeOnMachine } from './world.ts';

const WAIT_MS = 120_000;
/** A folder to work in, and the time to be paid for before the player leaves. */
const [folder = '', paidMs = ''] = process.argv.slice(2);

const begunMs = performance.now();
/** For whoever reads a run that failed. */
function note(text: string): void {
  process.stderr.write(`${((performance.now() - begunMs) / 1_000).toFixed(1)} s: ${text}\n`);
}

makeTown();
const [product, browser] = await Promise.all([
  startProduct(['--slots', '1', '--public-play-money'], { host: '0.0.0.0', data: join(folder, 'town') }),
  launch('chromium'),
]);
const url = product.urlElsewhere ?? '';
const facts = (await (await fetch(`${product.url}/api/chain`)).json()) as ChainFacts;
const chain = new JsonRpcProvider(/"url":"(http:\/\/127\.0\.0\.1:\d+)"/.exec(product.log('chain'))?.[1], undefined, {
  staticNetwork: true,
  cacheTimeout: -1,
});
const lies = async (where: string): Promise<string> => (await chain.getBalance(where)).toString();

const visitor = () => browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name }).click({ timeout: WAIT_MS });
const operator = await visitor();
let page = await operator.newPage();
page.setDefaultTimeout(WAIT_MS);

/** An act on the chain: pressed, and done once it is in a block. */
async function act(name: string | RegExp): Promise<void> {
  await press(name);
  await page.locator('[data-act=done]').waitFor();
  note(`${name}`);
}
/** The page is closed, and opened again from its address alone. */
async function comeBack(): Promise<void> {
  await page.close();
  page = await operator.newPage();
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(`${url}/node`);
}
const ofHub = <T>(path: string): Promise<T> => page.evaluate(async (at) => (await fetch(at)).json(), path);
const steps: { due: string; staked: boolean }[] = [];
let stakeBefore = '';
/** Opens the page anew and reads which step is due; `wish`: it comes to that within the time that the hub needs to see it. */
async function step(wish: string): Promise<void> {
  await comeBack();
  const due = page.locator('li[aria-current=step] strong');
  await due
    .filter({ hasText: wish })
    .waitFor({ timeout: 20_000 })
    .catch(() => {});
  steps.push({ due: (await due.textContent()) ?? '', staked: (await lies(facts.registry)) !== stakeBefore });
  note(`due: ${steps.at(-1)?.due}`);
}
/** The sums of the panel 'What you earned', as they are shown. */
async function sums(): Promise<Record<string, string>> {
  const all = await page.locator('[data-sum]').all();
  const read = all.map(async (sum) => [await sum.getAttribute('data-sum'), await sum.locator('strong').textContent()]);
  return Object.fromEntries(await Promise.all(read));
}
/** What all transactions of an account cost. */
async function gasOf(from: string): Promise<string> {
  const numbers = Array.from({ length: (await chain.getBlockNumber()) + 1 }, (_, number) => number);
  const blocks = await Promise.all(numbers.map((number) => chain.getBlock(number, true)));
  const own = blocks
    .flatMap((block) => block?.prefetchedTransactions ?? [])
    .filter((sent) => sent.from.toLowerCase() === from);
  const receipts = await Promise.all(own.map(({ hash }) => chain.getTransactionReceipt(hash)));
  return receipts.reduce((sum, done) => sum + (done?.fee ?? 0n), 0n).toString();
}
/** Waits until a game's income can be claimed at the contract, and the hub's books have followed it there. */
async function settled(of: string): Promise<void> {
  const onChain = () => readAccount((method, params) => chain.send(method, [...params]), facts, of as Address, []);
  const end = performance.now() + WAIT_MS;
  for (; performance.now() < end; await pause(200)) {
    const { earnedWei } = await onChain();
    // The receipt stands first; the last voucher's milliseconds come into the books with the block.
    if (earnedWei > 0n && (await ofHub<Earnings>('/api/operator/earnings')).redeemableWei === `${earnedWei}`) return;
  }
}
async function refused(command: string, where: string): Promise<Refused> {
  const typed = typeOnMachine(command, join(folder, where));
  return { code: await typed.ended, said: typed.said() };
}

// From the landing page to a command.
await page.goto(url);
await page
  .getByRole('main')
  .getByRole('link', { name: /Rent out a GPU/ })
  .click();
// `up` stakes for its own machine by itself: that is in before anything is compared with it.
for (; stakeBefore === '' || stakeBefore === '0'; await pause(100)) stakeBefore = await lies(facts.registry);
await step('Run the join command');
await press('Make a join command');
const command = (await page.locator('code').filter({ hasText: '--token' }).textContent()) ?? '';
note(command);
const { operator: address } = await ofHub<{ operator: string }>('/api/operator/nodes');
const coinsBefore = await lies(address);

// The machine.
const machine = typeOnMachine(command, join(folder, 'checkout'));
await page.getByRole('cell', { name: NAME }).first().waitFor();

// The price, and the stake: at first without the coins for it.
await chain.send('anvil_setBalance', [address, '0x0']);
await step('Put in the stake');
const stakeButton = page.getByRole('button', { name: /^Stake [\d,]+ DBC$/ });
await stakeButton.waitFor();
const poor = {
  told: await page.getByText('Your wallet has 0.00 DBC. The stake needs 1,000 DBC').isVisible(),
  stakes: await stakeButton.isEnabled(),
};
await press(`Change ${NAME}`);
await page.getByLabel('Premium, % of the base price').fill('10');
await press('Set premium');
await page.getByText('You ask 10% on top of the base price').waitFor();
const player = await (await visitor()).newPage();
player.setDefaultTimeout(WAIT_MS);
await player.goto(`${url}/play?game=arcade&seed=7&path=direct&size=640x360&fps=15`);
const names = (): Promise<string[]> => player.locator('[data-node] strong').allTextContents();
await player.locator('[data-node]').first().waitFor();
const offeredBefore = await names();
await chain.send('anvil_setBalance', [address, `0x${BigInt(coinsBefore).toString(16)}`]);
await comeBack();
await act(/^Stake [\d,]+ DBC$/);
const stakeDuring = await lies(facts.registry);
const stakesTwice = await page.getByRole('button', { name: /^(Stake [\d,]+ DBC|Its stake is in)$/ }).isEnabled();

// Somebody plays; meanwhile the command is tried on another machine.
await step('First test session');
await player.reload();
await player.getByRole('radio', { name: new RegExp(NAME) }).check();
const offeredAfter = await names();
// The page leads to a game on this machine and no other.
const testWay = await page.locator('[data-try]').getAttribute('href');
await player.goto(`${url}${testWay}&seed=7&path=direct&size=640x360&fps=15`);
await player.locator('[data-node]').first().waitFor();
const offeredAlone = await names();
await player.getByRole('button', { name: 'Play', exact: true }).click();
await until(player, ({ costWei }) => BigInt(String(costWei ?? '0')) > 0n, WAIT_MS);
const [elsewhere, playing] = await Promise.all([
  refused(command, 'elsewhere'),
  ofHub<Earnings>('/api/operator/earnings'),
  until(player, ({ billedMs }) => Number(billedMs ?? 0) >= Number(paidMs), WAIT_MS),
]);
await player.evaluate(() => (window as unknown as { nearcade: { leave(): void } }).nearcade.leave());
const left = await until(player, ({ phase, receipt }) => phase === 'ended' && receipt !== null, WAIT_MS);
const receipt = left.receipt as unknown as Receipt;
await player.close();
note(`paid: ${receipt.billedMs} ms`);

// The income.
await settled(address);
await comeBack();
await page.locator('[data-sum=redeemable]').filter({ hasText: /[1-9]/ }).waitFor();
const ended = await ofHub<Earnings>('/api/operator/earnings');
const shownEnded = await sums();
await press(new RegExp(`^Log of ${NAME}, ended`));
await page.locator('[data-line="session.ended"]').waitFor();
const logged = await page.locator('[data-line]').evaluateAll((rows) => rows.map((row) => row.dataset.line ?? ''));
await page.keyboard.press('Escape');
await act(/^Claim [\d.,]+ DBC$/);
await page
  .locator('[data-sum=redeemable]')
  .filter({ hasText: /^0\.00/ })
  .waitFor();
const [claimed, shownClaimed] = [await ofHub<Earnings>('/api/operator/earnings'), await sums()];

// The machine rests, and is started again as the page says.
await press(`Change ${NAME}`);
await press('Drain');
const drained = await machine.ended;
await comeBack();
const restartCommand =
  /\.\/nearcade node --hub \S+/.exec((await page.locator('li[aria-current=step] p').textContent()) ?? '')?.[0] ?? '';
const resting = await page.locator('li[data-mark=done] strong').allTextContents();
note(restartCommand);
const again = typeOnMachine(restartCommand, join(folder, 'checkout'));
const row = page.getByRole('row').filter({ has: page.getByRole('button', { name: `Change ${NAME}` }) });
await row.getByRole('cell', { name: 'active' }).waitFor();
const stage = (await row.locator('[data-state]').textContent()) ?? '';

// It is taken out for good; the stake stays in sight, and comes back when its time has passed.
await press(`Change ${NAME}`);
await press('Take out');
await press(`Take ${NAME} out for good`);
await again.ended;
const tried = refused(command, 'checkout');
await comeBack();
await act('Unstake');
const takenOut = await tried;
const release = () => page.getByRole('button', { name: 'Release the stake' });
await page.getByRole('button', { name: 'Stay' }).waitFor();
const releasedEarly = await release().isVisible();
await chain.send('evm_increaseTime', [86_400]);
await chain.send('evm_mine', []);
await comeBack();
await release().waitFor();
await act('Release the stake');
await act(/^Claim [\d.,]+ DBC of stake$/);

const seen: Seen = {
  ...{ address, url, command, steps, receipt, logged, drained },
  offered: { before: offeredBefore, after: offeredAfter, alone: offeredAlone },
  tokenAgain: { elsewhere, takenOut },
  earnings: { playing, ended, claimed },
  shown: { ended: shownEnded, claimed: shownClaimed },
  restart: { done: resting, command: restartCommand, stage },
  ...{ poor, stakesTwice, releasedEarly },
  coins: { before: coinsBefore, after: await lies(address), gas: await gasOf(address) },
  stake: { before: stakeBefore, during: stakeDuring, after: await lies(facts.registry) },
};
process.stdout.write(JSON.stringify(seen));
process.exit(0); // The namespaces end with us, and every process in them.
