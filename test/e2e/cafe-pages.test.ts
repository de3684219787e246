// test/e2e/cafe-pages.test.ts - how the pages of a café look: every part with its dialogs and panels open is accessible, and the
// layout holds in three languages, at three widths, in both looks, with words 40 % longer. NEARCADE_SHOTS=folder keeps pictures.
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWeb, repositoryRoot } from '../../src/main/build-web.ts';
import type { CafeActName } from '../../src/protocol/cafe-acts.ts';
import type { Floor } from '../../src/protocol/cafe-api.ts';
import { cafeSettings } from '../support/cafe/settings.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { type TestHub, testHub } from '../support/hub/service.ts';
import { axeFaults, overflows, smallTargets, stretchWords } from './web/checks.ts';
import { launchChromium } from './web/harness.ts';

const SETTLE_MS = 250; // Transitions of 180 ms end: axe reads colours as they are.
const LANGUAGES = ['en', 'zh-Hant', 'zh-Hans'] as const;
const LOOKS = ['light', 'dark'] as const;
const WIDTHS = [390, 820, 1280] as const;
const PARTS = ['floor', 'shift', 'report'] as const;
const shots = process.env.NEARCADE_SHOTS;
let hub: TestHub;
let browser: Browser;
let owner: FakePlayer;
let cafe: string;
let keys = 0;
const faults: string[] = [];

async function act(name: CafeActName, body: object): Promise<void> {
  const key = `pages-key-${String(++keys).padStart(6, '0')}`;
  const response = await owner.post(`/api/cafe/${cafe}/${name.replaceAll('.', '/')}`, { key, ...body });
  expect(response.status, `${name} ${await response.text()}`).toBe(200);
}
async function on(name: CafeActName, number: string, body: object = {}): Promise<void> {
  const { seats } = (await (await owner.fetch(`/api/cafe/${cafe}/floor`)).json()) as Floor;
  await act(name, { seat: number, version: seats.find(({ seat }) => seat === number)?.version, ...body });
}
const guest = (label: string, minutes: number) => ({
  ...{ who: { kind: 'guest', label }, buy: { kind: 'minutes', minutes }, pay: 'cash', ageBand: '18-up' },
});

/** A floor on which every state but a lost machine is to be seen. */
beforeAll(async () => {
  await buildWeb();
  [hub, browser] = await Promise.all([
    testHub({ pageFolder: join(repositoryRoot, 'clients/web/dist') }),
    launchChromium(),
  ]);
  owner = await new FakePlayer(hub.url).login();
  // No package: an overnight one is for sale at some hours only.
  const made = await owner.post('/api/cafe', { key: 'pages-key-of-it', settings: cafeSettings({ minimumMinor: '0' }) });
  cafe = ((await made.json()) as { cafe: string }).cafe;
  const seats = Array.from({ length: 14 }, (_, i) => ({
    ...{ seat: String(i + 1), name: '', zone: i < 10 ? 'hall' : 'vip' },
    ...(i < 12 ? { place: { x: i % 5, y: Math.floor(i / 5) } } : {}),
  }));
  await act('seats.add', { seats });
  await act('shift.open', { floatMinor: '2000' });
  await act('members.add', { name: 'Lin Mei-hua', group: 'gold', ageBand: '18-up' });
  for (const seat of ['1', '2', '4']) await on('start', seat, guest(`guest ${seat}`, 60 * Number(seat)));
  await on('start', '6', { ...guest('', 1), buy: { kind: 'open' }, pay: 'later' });
  await on('start', '5', { ...guest('', 1), buy: { kind: 'money', minor: '5' } });
  await on('pause', '4', { reason: 'phone call' });
  await on('reserve', '8', { label: 'Chen', untilMs: Date.now() + 3_600_000 });
  await on('break', '9', { reason: 'mouse broken' });
  await on('stop', '5', { pay: 'cash' });
});
afterAll(async () => {
  await browser?.close();
  await hub?.remove();
});

async function visit(language: string, look: string, width: number): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  await context.addInitScript(
    ([wallet, site, words, colours]) => {
      localStorage.setItem('nearcade.development-key', wallet);
      localStorage.setItem('nearcade.cafe', site);
      localStorage.setItem('nearcade.language', words);
      localStorage.setItem('nearcade.look', colours);
    },
    [`0x${Buffer.from(owner.key).toString('hex')}`, cafe, language, look] as const,
  );
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${hub.url}/cafe`);
  await page.locator('[data-seat="1"][data-state=in-use]').waitFor();
  return page;
}
const part = (page: Page, name: (typeof PARTS)[number]) =>
  page.locator('nav[aria-label] button').nth(PARTS.indexOf(name)).click();
async function shoot(page: Page, name: string): Promise<void> {
  if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}
/** The panel of seat 1 with all its folds open. */
async function openPanel(page: Page): Promise<void> {
  await page.locator('[data-seat="1"]').first().click();
  await page.locator('[data-panel="1"]').waitFor();
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll('details')) fold.open = true;
  });
}

test.each(LOOKS)('every part is accessible with its panels and dialogs open, %s', async (look) => {
  const page = await visit(look === 'dark' ? 'zh-Hant' : 'en', look, look === 'dark' ? 390 : 1280);
  const found: string[] = [];
  const check = async (name: string): Promise<void> => {
    await page.waitForTimeout(SETTLE_MS);
    await shoot(page, `${look}-${name}`);
    const all = [...(await axeFaults(page)), ...(await smallTargets(page)), ...(await overflows(page))];
    found.push(...all.map((fault) => `${name}: ${fault}`));
  };
  await openPanel(page);
  await check('panel');
  await page.keyboard.press('Escape');
  for (const [index, view] of ['tiles', 'plan', 'list'].entries()) {
    await page.locator('fieldset button').nth(index).click();
    if (view === 'plan') {
      await page.getByRole('button', { name: look === 'dark' ? '排列' : 'Arrange' }).click();
      await page.locator('[data-seat="13"]').click();
    }
    await check(view);
  }
  await page.locator('fieldset button').nth(0).click();
  await page.getByRole('button', { name: look === 'dark' ? '群發訊息' : 'Message to all' }).click();
  await page.getByRole('dialog').waitFor();
  await check('message');
  await page.keyboard.press('Escape');
  await page.locator('[data-seat="3"]').click();
  await page.locator('[data-buy=start]').waitFor();
  await page.locator('[data-buy=start] select').nth(1).selectOption('member');
  await check('start');
  await page.keyboard.press('Escape');
  for (const name of ['shift', 'report'] as const) {
    await part(page, name);
    await page.locator(name === 'shift' ? '[data-close]' : '[data-agrees]').waitFor();
    await check(name);
  }
  await part(page, 'floor');
  await openPanel(page);
  await page.locator(`[data-panel="1"] li button`).first().click();
  await page.locator('[role=dialog] [data-paper]').waitFor();
  await check('receipt');
  expect([...found, ...faults, ...hub.faults]).toEqual([]);
  await page.context().close();
});

// Goal: the paper says all that was reckoned, and nothing else of the page is on it.
test('a receipt is printed on paper of 80 mm', async () => {
  const page = await visit('en', 'light', 1280);
  await openPanel(page);
  await page.locator(`[data-panel="1"] li button`).first().click();
  await page.getByRole('dialog').waitFor();
  await page.emulateMedia({ media: 'print' });
  const paper = page.locator('body > div [data-paper]').filter({ visible: true });
  expect(await paper.count()).toBe(1);
  const text = await paper.textContent();
  for (const words of [
    'Ximen Net Café',
    'Seat 1',
    'In advance',
    'cash',
    'Rounded up to NT$5; at least NT$0.',
    'Thank you',
  ]) {
    expect(text).toContain(words);
  }
  expect(await page.getByLabel('Seat number').isVisible()).toBe(false);
  const box = await paper.boundingBox();
  expect(box?.width).toBeLessThanOrEqual(303); // 80 mm at 96 dots an inch.
  await page.context().close();
});

test.each(LANGUAGES)('the layout holds with longer words: %s', async (language) => {
  const page = await visit(language, 'light', WIDTHS[0]);
  const found: string[] = [];
  const check = async (name: string): Promise<void> => {
    await shoot(page, `${language}-${name}`);
    await stretchWords(page);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      for (const look of LOOKS) {
        await page.evaluate((one) => document.documentElement.setAttribute('data-mantine-color-scheme', one), look);
        found.push(...(await overflows(page)).map((fault) => `${name}, ${look}, at ${width}: ${fault}`));
      }
    }
    await page.setViewportSize({ width: WIDTHS[0], height: 900 });
  };
  await openPanel(page);
  await check('floor');
  await part(page, 'shift');
  await page.locator('[data-close]').waitFor();
  await check('shift');
  await part(page, 'report');
  await page.locator('[data-agrees]').waitFor();
  await check('report');
  expect([...found, ...faults]).toEqual([]);
  await page.context().close();
});

// The plan is arranged at the desk, and everybody sees it.
test('a seat is put on the plan', async () => {
  const page = await visit('en', 'light', 1280);
  await page.locator('fieldset button').nth(1).click();
  await page.getByRole('button', { name: 'Arrange' }).click();
  await page.locator('[data-seat="14"]').click();
  await page.locator('[data-cell="2,2"]').click();
  await page.locator('[data-place="2,2"] [data-seat="14"]').waitFor();
  const { seats } = (await (await owner.fetch(`/api/cafe/${cafe}/floor`)).json()) as Floor;
  expect(seats.find(({ seat }) => seat === '14')?.place).toEqual({ x: 2, y: 2 });
  await page.context().close();
});

test('a message reaches all seats; a member starts with money from the wallet', async () => {
  const page = await visit('en', 'light', 1280);
  await page.getByRole('button', { name: 'Message to all' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Text').fill('We close at 23:00');
  await dialog.getByLabel('Text').press('Enter');
  await dialog.locator('[data-shown="14"]').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('[data-seat="3"]').click();
  const form = page.locator('[data-buy=start]');
  await form.getByLabel('Customer').selectOption('member');
  await form.getByLabel('Name or number').fill('mei');
  await form.getByLabel('Member', { exact: true }).selectOption({ index: 1 });
  await form.getByLabel('Paid by').selectOption('wallet');
  await form.getByRole('button', { name: 'Start' }).click();
  await page.locator('[data-conflict="3"][data-code=WALLET_TOO_LOW]').waitFor(); // Nothing lies on it.
  await page.getByRole('button', { name: 'Leave it' }).click();
  await page.locator('[data-seat="3"]').click();
  await form.getByLabel('Customer').selectOption('member');
  await form.getByLabel('Member', { exact: true }).selectOption({ index: 1 });
  await form.getByLabel('Paid by').selectOption('cash');
  await form.getByRole('button', { name: 'Start' }).click();
  await page.locator('[data-seat="3"][data-state=in-use]').filter({ hasText: 'Lin Mei-hua' }).waitFor();
  await page.context().close();
});
