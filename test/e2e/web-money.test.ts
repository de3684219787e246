// test/e2e/web-money.test.ts - the dialogs and forms about money: every one is accessible while it is open, says what it
// does, and what the page signs is what the person typed. Method: the built page against a scripted hub and chain.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFaults, overflows, smallTargets, stretchWords } from './web/checks.ts';
import { type Stage, setStage } from './web/harness.ts';

const DBC = 10n ** 18n;
const SETTLE_MS = 250; // Transitions of 180 ms end: axe reads colours as they are.
let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage?.close());

const selector = (signature: 'deposit()' | 'requestWithdraw(uint256)' | 'claim(address)'): string =>
  ({ 'deposit()': '0xd0e30db0', 'requestWithdraw(uint256)': '0x745400c9', 'claim(address)': '0x1e83409a' })[signature];
const lastSent = () => [...stage.hub.money.sent.values()].at(-1)?.transaction;

test('a deposit sends exactly what was typed, refuses what the wallet has not, and shows a code for phones', async () => {
  const page = await stage.visit('/account', { look: 'light' });
  await page.getByRole('button', { name: 'Deposit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('img', { name: 'Code for a phone wallet: deposit for this account' }).waitFor();
  await page.waitForTimeout(SETTLE_MS);
  expect(await axeFaults(page)).toEqual([]);
  const field = dialog.getByLabel('DBC to deposit');
  await field.fill('2500');
  await field.press('Enter');
  await dialog.getByText('That is more than the wallet has.').waitFor();
  expect(stage.hub.money.sent.size).toBe(0);
  await field.fill('12.0000000000000001239');
  await field.press('Enter');
  await dialog.getByText('A number such as 25 or 12.5').waitFor();
  await field.fill('12.5');
  await dialog.getByText(/depositFor\?address=0x[0-9a-f]{40}&value=12500000000000000000$/).waitFor();
  await field.press('Enter');
  await dialog.locator('[data-act=done]').waitFor();
  expect(lastSent()).toMatchObject({ value: 12n * DBC + DBC / 2n, data: selector('deposit()'), type: 0 });
  expect(lastSent()?.to?.toLowerCase()).toBe(stage.hub.money.chain.escrow);
  await page.waitForTimeout(SETTLE_MS);
  expect(await axeFaults(page)).toEqual([]);
  await page.context().close();
});

test('a withdrawal is asked for, its clock runs, and it cannot be taken before', async () => {
  stage.hub.money.account = {
    ...stage.hub.money.account,
    withdrawWei: `${25n * DBC}`,
    withdrawAtMs: Date.now() + 900_000,
  };
  const page = await stage.visit('/account', { language: 'zh-Hant', size: { width: 390, height: 844 }, touch: true });
  await page.getByRole('button', { name: '提領' }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByRole('timer')
    .filter({ hasText: /已申請 25\.00 DBC，還要 1[45]:\d\d。/ })
    .waitFor();
  expect(await dialog.getByRole('button', { name: '領出來' }).isDisabled()).toBe(true);
  await page.waitForTimeout(SETTLE_MS);
  expect([...(await axeFaults(page)), ...(await smallTargets(page)), ...(await overflows(page))]).toEqual([]);
  await dialog.getByLabel('提領多少 DBC').fill('3');
  await dialog.getByRole('button', { name: '提出申請' }).click();
  await dialog.locator('[data-act=done]').waitFor();
  expect(lastSent()?.data).toBe(`${selector('requestWithdraw(uint256)')}${(3n * DBC).toString(16).padStart(64, '0')}`);
  await stretchWords(page);
  expect(await overflows(page)).toEqual([]);
  await page.context().close();
});

test('when the first machine joins, its used command goes, and the stake says what is wrong with a number of GPUs', async () => {
  const { nodes } = stage.hub;
  stage.hub.nodes = [];
  const page = await stage.visit('/node', { look: 'dark', size: { width: 390, height: 844 } });
  await page.getByRole('button', { name: 'Make a join command' }).click();
  await page.locator('code').filter({ hasText: '--token' }).waitFor();
  await page.locator('[data-stakes]').waitFor();
  stage.hub.nodes = nodes;
  await page.locator('[data-machine]').first().waitFor();
  await page.getByRole('button', { name: 'Make a join command' }).waitFor();
  expect(await page.getByRole('heading', { name: 'Join a machine' }).count()).toBe(1);
  expect(await page.locator('[data-stakes]').count()).toBe(1);
  await page.getByLabel('GPUs in it').fill('１');
  await page.getByText('A whole number from 1 to 64').waitFor();
  expect(await page.getByRole('button', { name: 'Stake', exact: true }).isDisabled()).toBe(true);
  expect([...(await axeFaults(page)), ...(await overflows(page))]).toEqual([]);
  await page.context().close();
});

test('an operator claims, and a refusal of the contract is told as one', async () => {
  const page = await stage.visit('/node', { language: 'zh-Hans', look: 'dark' });
  await page.getByRole('button', { name: '领取 332.50 DBC' }).click();
  await page.locator('[data-earnings] [data-act=done]').waitFor();
  expect(lastSent()?.data.slice(0, 10)).toBe(selector('claim(address)'));
  stage.hub.money.fails = true;
  await page.getByRole('button', { name: '领取 332.50 DBC' }).click();
  await page.locator('[data-earnings] [data-act=failed]').waitFor();
  stage.hub.money.fails = false;
  await page.waitForTimeout(SETTLE_MS);
  expect(await axeFaults(page)).toEqual([]);
  await page.context().close();
});

test('an act of an admin asks for its reason first, and is on the record after', async () => {
  const page = await stage.visit('/admin');
  await page.getByLabel('Address').fill('0x12');
  await page.getByRole('button', { name: 'Suspend' }).click();
  await page.getByText('An address: 0x and 40 digits or letters a to f').waitFor();
  await page.getByLabel('Address').fill(`0x${'Ab'.repeat(20)}`);
  await page.getByRole('button', { name: 'Suspend' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(`Suspend: Player 0x${'ab'.repeat(20)}`).waitFor();
  expect(await dialog.getByRole('button', { name: 'Do it' }).isDisabled()).toBe(true);
  await page.waitForTimeout(SETTLE_MS);
  expect(await axeFaults(page)).toEqual([]);
  expect(stage.hub.money.audit).toEqual([]);
  await dialog.getByLabel('Reason').fill('charged back twice');
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await dialog.getByText('Done and written as line 1.').waitFor();
  expect(stage.hub.money.audit[0]).toMatchObject({
    reason: 'charged back twice',
    act: { t: 'suspend', kind: 'player' },
  });
  await dialog.getByRole('button', { name: 'Close' }).first().click();
  const record = page.locator('[data-audit] tr').filter({ hasText: 'charged back twice' });
  await record.filter({ hasText: `suspendedPlayer 0x${'ab'.repeat(20)}` }).waitFor();
  await page.getByRole('button', { name: 'New relay secret' }).click();
  await dialog.getByLabel('Reason').fill('yearly');
  // A refused act is told as one: no player's clock stopped, and nothing is to be tried again.
  await page.route('**/api/admin/acts', (route) =>
    route.fulfill({ status: 404, json: { code: 'SESSION_UNKNOWN', id: 'req-1' } }),
  );
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await dialog.getByText('Nothing was changed.').waitFor();
  await expect.poll(() => stage.hub.faults).toEqual([expect.stringContaining('status of 404')]);
  stage.hub.faults.length = 0; // The browser complains of any refusal; this one was meant.
  await page.unroute('**/api/admin/acts');
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await dialog.getByText('Done and written as line 2.').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).first().click();
  await page.getByLabel('Wallet of the player').fill(`0x${'Ef'.repeat(20)}`);
  await page.getByRole('button', { name: 'Erase', exact: true }).click();
  await dialog.getByText(`Erase personal data: 0x${'ef'.repeat(20)}`).waitFor();
  await page.keyboard.press('Escape');
  expect(stage.hub.money.audit.map(({ act }) => act.t)).toEqual(['suspend', 'rotate']);
  // The word of those who run the hub stands on every page, and only they find the way to this one.
  stage.hub.config = {
    ...stage.hub.config,
    announcements: [{ id: 'a', text: 'Back at ten', untilMs: Date.now() + 9e6 }],
  };
  await page.reload();
  await page
    .locator('[data-announced=a]')
    .filter({ hasText: /^Back at ten.until/ })
    .waitFor();
  await page.getByRole('link', { name: 'Run this hub' }).first().waitFor();
  stage.hub.config = { ...stage.hub.config, announcements: [] };
  stage.hub.money.admin = false;
  await page.reload();
  await page.locator('[data-admin=no]').waitFor();
  stage.hub.money.admin = true;
  await page.context().close();
});

test('an act whose answer was lost is done once, however often it is pressed', async () => {
  const page = await stage.visit('/admin');
  const before = stage.hub.money.audit.length;
  let lost = 0;
  await page.route('**/api/admin/acts', async (route) => {
    if (lost++ > 0) return route.continue();
    await route.fetch(); // The hub did it; the answer does not arrive whole.
    return route.fulfill({ status: 200, contentType: 'application/json', body: '{"seq":' });
  });
  await page.getByLabel('Address').fill(`0x${'Cd'.repeat(20)}`);
  await page.getByRole('button', { name: 'Suspend' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('pressed twice');
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await dialog.locator('[data-code]').waitFor();
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await dialog.getByText(`Done and written as line ${before + 1}.`).waitFor();
  expect(stage.hub.money.audit.length).toBe(before + 1);
  await page.context().close();
});

test('the economics follow what is typed, and say where the example contradicts itself', async () => {
  const page = await stage.visit('/economics');
  const month = page.locator('[data-economics=month]');
  await month
    .locator('[data-tier="0"]')
    .filter({ hasText: '$900,000.00' })
    .filter({ hasText: '450,000,000 DBC' })
    .waitFor();
  await page.locator('[data-wrong=tier]').filter({ hasText: 'burns 30%, but' }).waitFor();
  await page
    .locator('[data-wrong=stake-per-gpu]')
    .filter({ hasText: '1,000 DBC; its totals come to 100,000 DBC' })
    .waitFor();
  await page.getByLabel('Active GPUs in the network').fill('4999');
  await month.getByText('With 4,999 active GPUs, policy seed-2024 burns 30% of the base price.').waitFor();
  await page.getByLabel('USD for one DBC').fill('0');
  await page.getByText('A number above 0').waitFor();
  expect(await month.count()).toBe(0);
  await page.getByRole('button', { name: 'Back to the example' }).click();
  await month.waitFor();
  await page.context().close();
});

test('a chain that is away is told on every page, and nothing is promised', async () => {
  stage.hub.money.chain = { ...stage.hub.money.chain, state: 'offline' };
  const page = await stage.visit('/account');
  await page.locator('[data-chain=offline]').filter({ hasText: 'The chain cannot be reached.' }).waitFor();
  await page.locator('[data-chain-state=offline]').waitFor();
  expect(await page.getByRole('button', { name: 'Deposit' }).count()).toBe(0);
  expect(await axeFaults(page)).toEqual([]);
  stage.hub.money.chain = { ...stage.hub.money.chain, state: 'live' };
  await page.context().close();
});

test('no page threw and no browser complained', () => expect(stage.hub.faults).toEqual([]));
