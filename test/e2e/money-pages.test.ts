// test/e2e/money-pages.test.ts - a person's money from end to end: a machine joins and its operator stakes for it on the page,
// a player deposits on the page, plays, sees the charge rise, stops, keeps the receipt, and the verify page calls it true;
// the operator claims; books and chain agree to the wei. Method: the real product with its development chain, two browsers,
// and the chain asked by the test itself.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonRpcProvider } from 'ethers';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAccount } from '../../clients/web/src/wallet/contract-reads.ts';
import { priceWei } from '../../src/billing/pricing.ts';
import { splitCost } from '../../src/billing/split.ts';
import { escrowInterface } from '../../src/chain/escrow-events.ts';
import type { ChainFacts } from '../../src/protocol/http-api.ts';
import type { Receipt } from '../../src/protocol/receipt.ts';
import type { Address } from '../../src/protocol/typed-data.ts';
import { launch, until } from './support/browser.ts';
import { InjectedWallet, NAME, REJECTED } from './support/injected.ts';
import { type Product, startProduct } from './support/product.ts';
import { type RoleProcess, startRole } from './support/roles.ts';

const DBC = 10n ** 18n;
const WAIT_MS = 120_000;
let product: Product;
let browser: Browser;
let chain: JsonRpcProvider;
let facts: ChainFacts;
let joined: RoleProcess | undefined;
const folder = mkdtempSync(join(tmpdir(), 'nearcade-money-'));

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(['--slots', '1', '--chain', 'dev']), launch('chromium')]);
  facts = (await (await fetch(`${product.url}/api/chain`)).json()) as ChainFacts;
  chain = new JsonRpcProvider(/"url":"(http:\/\/127\.0\.0\.1:\d+)"/.exec(product.log('chain'))?.[1], undefined, {
    staticNetwork: true,
    cacheTimeout: -1,
  });
});
afterAll(async () => {
  chain?.destroy();
  await browser?.close();
  await joined?.stop();
  if (product !== undefined) process.kill(product.pid('node'), 'SIGCONT');
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const account = (of: Address, nodes: readonly Address[] = []) =>
  readAccount((method, params) => chain.send(method, [...params]), facts, of, nodes);

/** A visitor with a wallet of their own in which the chain's own faucet puts coins. */
async function visitor(path: string, coins: bigint): Promise<{ page: Page; address: Address }> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })).newPage();
  await page.goto(`${product.url}${path}`);
  const code = page.locator('code').filter({ hasText: /^0x[0-9a-f]{40}$/ });
  await page.goto(`${product.url}/account`);
  await code.first().waitFor();
  const address = ((await code.first().textContent()) ?? '') as Address;
  await chain.send('anvil_setBalance', [address, `0x${(coins * DBC).toString(16)}`]);
  await page.goto(`${product.url}${path}`);
  return { page, address };
}
const wei = (value: unknown): bigint => BigInt(typeof value === 'string' ? value : '0');
const acted = (page: Page): Promise<void> => page.locator('[data-act=done]').waitFor({ timeout: WAIT_MS });

// Its waits end with their event; the limit is for a machine that is busy with other things.
test('deposit, play, receipt, verify, claim: every balance agrees to the wei', { timeout: 600_000 }, async () => {
  // The operator's machine joins by the page's own command, and the page stakes for it.
  const operator = await visitor('/node', 1_200n);
  await operator.page.getByRole('button', { name: 'Make a join command' }).click();
  const command = (await operator.page.locator('code').filter({ hasText: '--token' }).textContent()) ?? '';
  const token = /--token (\S+)/.exec(command)?.[1] ?? '';
  const place = ['--data', join(folder, 'node'), '--name', 'Joined-1', '--region', 'Taipei', '--slots', '1'];
  joined = startRole('node', ['--hub', product.url, '--token', token, ...place]);
  await operator.page.getByRole('cell', { name: 'Joined-1' }).first().waitFor({ timeout: WAIT_MS });
  await operator.page.getByRole('button', { name: 'Stake 1,000 DBC' }).click();
  await acted(operator.page);
  await operator.page.locator('[data-stakes="1"]').waitFor({ timeout: WAIT_MS });

  // The player deposits 5 DBC: coins leave the wallet, and count in the account.
  const player = await visitor('/account', 6n);
  const WELCOME_WEI = 1_000n * DBC; // The development chain's own gift comes first.
  await expect.poll(async () => (await account(player.address)).balanceWei, { timeout: WAIT_MS }).toBe(WELCOME_WEI);
  await player.page.getByRole('button', { name: 'Deposit' }).click();
  await player.page.getByLabel('DBC to deposit').fill('5');
  await player.page.getByRole('dialog').getByRole('button', { name: 'Deposit', exact: true }).click();
  await acted(player.page);
  const funded = await account(player.address);
  expect(funded.balanceWei - WELCOME_WEI).toBe(5n * DBC);
  const me = async (): Promise<{ balanceWei: string; heldWei: string }> =>
    (await player.page.request.get(`${product.url}/api/me`)).json();
  await expect.poll(async () => BigInt((await me()).balanceWei), { timeout: WAIT_MS }).toBe(funded.balanceWei);

  // Only the operator's machine is there to play on.
  process.kill(product.pid('node'), 'SIGSTOP');
  await player.page.goto(`${product.url}/play?game=arcade&auto=1&seed=7&path=direct&size=640x360&fps=15`);
  const early = await until(player.page, ({ costWei }) => wei(costWei) > 0n, WAIT_MS);
  const later = await until(player.page, ({ costWei }) => wei(costWei) > 2n * wei(early.costWei), WAIT_MS);
  expect(wei(later.costWei)).toBeGreaterThan(wei(early.costWei));
  await player.page.evaluate(() => (window as unknown as { nearcade: { leave(): void } }).nearcade.leave());
  const ended = await until(player.page, ({ phase, receipt }) => phase === 'ended' && receipt !== null, WAIT_MS);
  const receipt = ended.receipt as unknown as Receipt;
  expect(receipt).toMatchObject({ nodeName: 'Joined-1', operator: operator.address, reason: 'player-left' });
  process.kill(product.pid('node'), 'SIGCONT');

  // The receipt as a file, dropped on the verify page: true. With one field changed: not.
  const [download] = await Promise.all([
    player.page.waitForEvent('download'),
    player.page.getByRole('button', { name: 'Download as JSON' }).click(),
  ]);
  const file = join(folder, 'receipt.json');
  await download.saveAs(file);
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Receipt;
  await player.page.goto(`${product.url}/verify`);
  await player.page.locator('input[type=file]').setInputFiles(file);
  await player.page.locator('[data-verdict=holds]').waitFor();
  await player.page.getByLabel('or paste its text').fill(JSON.stringify({ ...kept, operatorWei: '1000' }));
  await player.page.getByRole('button', { name: 'Check', exact: true }).click();
  await player.page.locator('[data-line=operator][data-state=wrong]').waitFor();

  // The voucher settles: what it pays is what the receipt's own formulas say, on the chain and in the books.
  const amountWei = BigInt(kept.voucher?.amount ?? '0');
  expect(amountWei).toBe(priceWei(BigInt(kept.open.rate), BigInt(kept.voucher?.servedMs ?? '0')));
  const parts = splitCost(amountWei, {
    rateWeiPerHour: BigInt(kept.open.rate),
    baseWeiPerHour: BigInt(kept.open.baseShare),
    burnBps: BigInt(kept.quote.burnBps),
    platformBps: BigInt(kept.quote.platformBps),
  });
  await expect
    .poll(async () => (await account(operator.address)).earnedWei, { timeout: WAIT_MS })
    .toBe(parts.operatorWei);
  await expect
    .poll(async () => (await account(player.address)).balanceWei, { timeout: WAIT_MS })
    .toBe(funded.balanceWei - amountWei);
  await expect
    .poll(async () => BigInt((await me()).balanceWei), { timeout: WAIT_MS })
    .toBe(funded.balanceWei - amountWei);

  // The operator claims on the page: the coins are in the wallet, less the gas of that one transaction.
  const unclaimed = await account(operator.address);
  await operator.page.reload();
  await operator.page.getByRole('button', { name: /^Claim / }).click();
  await acted(operator.page);
  const hash = (await operator.page.locator('[data-act=done] code').textContent()) ?? '';
  const done = await chain.getTransactionReceipt(hash);
  const claimed = await account(operator.address);
  expect(claimed.earnedWei).toBe(0n);
  const gasWei = (done?.gasUsed ?? 0n) * (done?.gasPrice ?? 0n);
  expect(claimed.coinsWei).toBe(unclaimed.coinsWei + parts.operatorWei - gasWei);
});

// Goal: nobody plays on for nothing. Method: the player's address closes the lease at the contract while the picture runs.
test('a player who closes at the contract is stopped, reads why, and has paid', { timeout: 600_000 }, async () => {
  const player = await visitor('/play?game=arcade&auto=1&seed=7&path=direct&size=640x360&fps=15', 6n);
  await until(player.page, ({ costWei }) => wei(costWei) > 0n, WAIT_MS); // Some seconds: the first voucher is not due yet.
  const opened = {
    address: facts.escrow,
    topics: escrowInterface.encodeFilterTopics('Opened', [null, player.address]),
  };
  const leases = async () => (await chain.getLogs({ ...opened, fromBlock: 0 })).map(({ topics }) => topics[1] ?? '');
  await expect.poll(leases, { timeout: WAIT_MS }).toHaveLength(1);
  const [lease] = await leases();
  const data = escrowInterface.encodeFunctionData('closeByPlayer', [lease, '0x']);
  await chain.send('anvil_impersonateAccount', [player.address]);
  await chain.send('eth_sendTransaction', [{ from: player.address, to: facts.escrow, data }]);
  const ended = await until(player.page, ({ phase, receipt }) => phase === 'ended' && receipt !== null, WAIT_MS);
  const receipt = ended.receipt as unknown as Receipt;
  expect(receipt).toMatchObject({ lease, reason: 'closed-on-chain' });
  await player.page.getByText('You closed the session at the contract.').waitFor();
  const paidWei = BigInt(receipt.voucher?.amount ?? '0');
  expect(paidWei).toBeGreaterThan(0n); // The page signed to the last second when it was told.
  const welcomeWei = 1_000n * DBC;
  await expect
    .poll(async () => (await account(player.address)).balanceWei, { timeout: WAIT_MS })
    .toBe(welcomeWei - paidWei);
});

// Goal: a person with a wallet of their own does all of it, and a 'no' in the wallet is told and costs nothing.
test('a wallet extension: log in, deposit, play, pay; each refusal is told', { timeout: 600_000 }, async () => {
  const wallet = new InjectedWallet(1n, (method, params) => chain.send(method, [...params])); // Another chain at first.
  const { address, asked, refuses } = wallet;
  await chain.send('anvil_setBalance', [address, `0x${(6n * DBC).toString(16)}`]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
  await wallet.enter(context);
  const page = await context.newPage();
  await page.goto(`${product.url}/account`);
  const extension = page.getByRole('button', { name: NAME });
  refuses.set('eth_requestAccounts', REJECTED);
  await extension.click();
  await page.getByText('The wallet gave no signature.').waitFor();
  refuses.clear();
  await extension.click();
  await page.locator('code').filter({ hasText: address }).first().waitFor();
  const WELCOME_WEI = 1_000n * DBC; // The development chain's own gift comes first.
  await expect.poll(async () => (await account(address)).balanceWei, { timeout: WAIT_MS }).toBe(WELCOME_WEI);
  await page.getByRole('button', { name: 'Deposit' }).click();
  await page.getByLabel('DBC to deposit').fill('5');
  const send = page.getByRole('dialog').getByRole('button', { name: 'Deposit', exact: true });
  refuses.set('eth_sendTransaction', REJECTED);
  await send.click();
  await page.getByText('The wallet did not send it. Nothing moved.').waitFor();
  expect((await account(address)).balanceWei).toBe(WELCOME_WEI);
  refuses.clear();
  await send.click();
  await acted(page);
  expect((await account(address)).balanceWei).toBe(WELCOME_WEI + 5n * DBC);
  expect(asked).toContain('wallet_switchEthereumChain'); // It was on another chain.

  // A new visit asks for no account again; what is signed for play is a Consent, once.
  const requests = asked.filter((method) => method === 'eth_requestAccounts').length;
  await page.goto(`${product.url}/play?game=arcade&path=direct&size=640x360&fps=15`);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await until(page, ({ costWei }) => wei(costWei) > 0n, WAIT_MS);
  expect(asked.filter((method) => method === 'eth_requestAccounts')).toHaveLength(requests);
  expect(asked.filter((method) => method === 'eth_signTypedData_v4')).toHaveLength(1);
  await page.evaluate(() => (window as unknown as { nearcade: { leave(): void } }).nearcade.leave());
  const ended = await until(page, ({ phase, receipt }) => phase === 'ended' && receipt !== null, WAIT_MS);
  const receipt = ended.receipt as unknown as Receipt;
  expect(receipt.player).toBe(address);
  const paidWei = BigInt(receipt.voucher?.amount ?? '0');
  expect(paidWei).toBeGreaterThan(0n);
  const left = WELCOME_WEI + 5n * DBC - paidWei;
  await expect.poll(async () => (await account(address)).balanceWei, { timeout: WAIT_MS }).toBe(left);
});
