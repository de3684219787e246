// test/e2e/web-cafe.test.ts - a day in a net café by its page: opened from a form, a seat started by keyboard alone, stopped
// and paid, a till that is short closed, and the day report with the totals of the interface. Method: the built page in
// Chromium on a real hub in this process, over memory.
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWeb, repositoryRoot } from '../../src/main/build-web.ts';
import type { DayReport, Floor } from '../../src/protocol/cafe-api.ts';
import { aheadClock, type TestHub, testHub } from '../support/hub/service.ts';
import { axeFaults, overflows, smallTargets, stretchWords } from './web/checks.ts';
import { launchChromium } from './web/harness.ts';

const SETTLE_MS = 250; // Transitions of 180 ms end: axe reads colours as they are.
const clock = aheadClock();
let hub: TestHub;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  await buildWeb();
  [hub, browser] = await Promise.all([
    testHub({ pageFolder: join(repositoryRoot, 'clients/web/dist'), clock }),
    launchChromium(),
  ]);
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
  page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${hub.url}/cafe`);
});
afterAll(async () => {
  await browser?.close();
  await hub?.remove();
});

async function read<T>(path: string): Promise<T> {
  const cafe = await page.evaluate(() => localStorage.getItem('nearcade.cafe'));
  return page.evaluate(async (at) => (await fetch(at)).json(), `/api/cafe/${cafe}/${path}`);
}
const part = (name: string) => page.getByRole('button', { name, exact: true }).click();
const seat = (number: string, state: string) => page.locator(`[data-seat="${number}"][data-state="${state}"]`);
const accessible = async (): Promise<void> => {
  await page.waitForTimeout(SETTLE_MS);
  expect(await axeFaults(page)).toEqual([]);
};

test('a café is opened, gets seats, and its till is opened', async () => {
  await page.getByLabel('Name').fill('Ximen');
  await page.getByLabel('Time zone').fill('Asia/Taipei');
  await accessible();
  await page.getByRole('button', { name: 'Open the café' }).click();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await seat('10', 'free').waitFor();
  await part('Till');
  await page.getByLabel('In the drawer now (TWD)').fill('2000');
  await page.getByRole('button', { name: 'Open the till' }).click();
  await page.locator('[data-shift=open]').waitFor();
  await accessible();
  expect((await read<Floor>('floor')).shift?.floatMinor).toBe('2000');
  await part('Floor');
});

// Goal: two hours on seat 7 with the keyboard alone, in at most five keys.
test('a seat is started by four keys', async () => {
  await page.getByLabel('Seat number').focus();
  for (const key of ['7', 'Enter', '2', 'Enter']) await page.keyboard.press(key);
  await seat('7', 'in-use').waitFor();
  await page.locator('[data-receipt]').filter({ hasText: 'NT$70' }).waitFor();
  const played = (await read<Floor>('floor')).seats.find((one) => one.seat === '7');
  expect(played?.tab?.paidMinor).toBe('70');
  await page.locator('[data-next]').filter({ hasText: 'Seat 7' }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT'); // Ready for the next customer.
  await page.keyboard.press('9');
  await page.keyboard.press('9');
  await page.keyboard.press('Enter');
  await page.getByText('There is no seat with this number.').waitFor();
});

test('pause with a reason, go on, move, stop and pay; out of order and void', async () => {
  await seat('7', 'in-use').click();
  const panel = page.locator('[data-panel="7"]');
  await panel.getByText('Pause, credit, out of order, money back').click();
  expect(await panel.getByRole('button', { name: 'Pause' }).isDisabled()).toBe(true);
  await panel.getByLabel('Reason').fill('phone call');
  await accessible();
  await panel.getByRole('button', { name: 'Pause' }).click();
  await seat('7', 'paused').filter({ hasText: 'phone call' }).waitFor();
  await panel.getByRole('button', { name: 'Go on' }).click();
  await seat('7', 'in-use').waitFor();
  await panel.locator('summary').filter({ hasText: 'Move' }).click();
  await panel.getByLabel('To seat').selectOption('8');
  await panel.getByRole('button', { name: 'Move' }).click();
  await seat('8', 'in-use').click();
  await page
    .locator('[data-panel="8"]')
    .getByRole('button', { name: /Stop and give back/ })
    .click();
  await seat('8', 'free').waitFor();
  await page.locator('[data-receipt]').filter({ hasText: 'given back' }).waitFor();
  // Open play, paid at the end.
  await page.getByLabel('Seat number').focus();
  for (const key of ['3', 'Enter', '4', 'Enter']) await page.keyboard.press(key);
  await seat('3', 'in-use').click();
  await page.locator('[data-panel="3"]').getByRole('button', { name: /^Stop/ }).first().click();
  await seat('3', 'free').waitFor();
  // A payment that was a mistake: voided, which frees the seat; then the seat is out of order.
  for (const key of ['2', 'Enter', '1', 'Enter']) await page.keyboard.press(key);
  await seat('2', 'in-use').click();
  await page.locator('summary').filter({ hasText: 'money back' }).click();
  await page.getByLabel('Reason').fill('wrong seat');
  await page.getByRole('button', { name: /^Void/ }).click();
  await seat('2', 'free').waitFor();
  await page.locator('[data-receipt]').filter({ hasText: 'NT$35 given back' }).waitFor();
  await page.getByLabel('Reason').fill('mouse broken');
  await page.getByRole('button', { name: 'Out of order' }).click();
  await seat('2', 'out-of-order').filter({ hasText: 'mouse broken' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('[data-panel]').waitFor({ state: 'detached' });
});

test('reserve and release, extend and message by letters, and a credit that is more than was played', async () => {
  await seat('5', 'free').click();
  const panel = page.locator('[data-panel="5"]');
  await panel.locator('summary').filter({ hasText: 'Reserve' }).click();
  await panel.getByLabel('For whom').fill('Chen');
  await panel.getByLabel('For whom').press('Enter');
  await seat('5', 'reserved').filter({ hasText: 'Chen' }).waitFor();
  await panel.getByRole('button', { name: 'Release' }).click();
  await seat('5', 'free').waitFor();
  await page.keyboard.press('Escape');
  for (const key of ['5', 'Enter', '1', 'Enter']) await page.keyboard.press(key);
  await seat('5', 'in-use').waitFor(); // `e` extends who sits there.
  for (const key of ['5', 'Enter', 'e', '2', 'Enter']) await page.keyboard.press(key);
  await panel.waitFor({ state: 'detached' });
  await page.keyboard.press('Enter'); // One too many: it buys nothing.
  await expect
    .poll(async () => (await read<Floor>('floor')).seats.find((one) => one.seat === '5')?.tab?.paidMinor, {
      timeout: 60_000,
      interval: 500, // Seldom enough for the hub's limit of questions.
    })
    .toBe('105');
  for (const key of ['5', 'Enter', 'g', 'H', 'i', 'Enter']) await page.keyboard.press(key);
  await panel.locator('[data-message="5"]').filter({ hasText: 'Hi' }).waitFor();
  await page.keyboard.press('Escape');
  for (const key of ['5', 'Enter', 'r']) await page.keyboard.press(key);
  await panel.getByLabel('Reason').fill('the picture froze');
  await panel.getByRole('button', { name: 'Credit minutes' }).click();
  await panel.locator('[data-code=CREDIT_TOO_LARGE]').waitFor();
  await page.keyboard.press('Escape');
  for (const key of ['5', 'Enter', 's', 'Enter']) await page.keyboard.press(key);
  const hubs = async () => (await read<Floor>('floor')).seats.find((one) => one.seat === '5');
  await expect.poll(async () => (await hubs())?.state, { timeout: 60_000, interval: 500 }).toBe('free');
  expect((await hubs())?.message).toBeUndefined();
});

// Goal: a browser is a seat once its digits were typed at the desk, is locked until somebody paid, and then shows the time.
test('a device is paired by its six digits and shows its seat', async () => {
  const device = await (await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en-GB' })).newPage();
  device.on('pageerror', (error) => faults.push(error.message));
  await device.goto(`${hub.url}/kiosk`);
  const digits = device.locator('[data-digits]').filter({ hasText: /^\d{6}$/ });
  const code = (await digits.textContent()) ?? '';
  expect(await axeFaults(device)).toEqual([]);
  await seat('1', 'free').click();
  await page.locator('summary').filter({ hasText: 'Device' }).click();
  await page.getByLabel('Six digits').fill(code);
  await page.getByRole('button', { name: 'Pair' }).click();
  await device.locator('[data-kiosk=free]').filter({ hasText: 'Seat 1' }).waitFor();
  await page.locator('[data-panel="1"] [data-device=online]').waitFor();
  await device.getByLabel('Printed code').fill('ABCD1234');
  await device.getByRole('button', { name: 'Begin with the code' }).click();
  await device.locator('[data-code=CODE_UNKNOWN]').waitFor();
  await device.getByLabel('Printed code').fill('uuuu 1234'); // No letter of a code: not a message that nobody understands.
  await device.getByRole('button', { name: 'Begin with the code' }).click();
  await device.locator('[data-code=CODE_UNKNOWN]').waitFor();
  expect([...(await axeFaults(device)), ...(await overflows(device)), ...(await smallTargets(device))]).toEqual([]);
  await page.keyboard.press('Escape');
  for (const key of ['1', 'Enter', '1', 'Enter']) await page.keyboard.press(key);
  await device.locator('[data-kiosk=in-use]').filter({ hasText: 'left' }).waitFor();
  const cloned = await browser.newContext({ storageState: await device.context().storageState() });
  const clone = await cloned.newPage();
  await clone.goto(`${hub.url}/kiosk`);
  await clone.locator('[data-kiosk=in-use]').waitFor();
  clock.aheadMs += 6_000; // A page that is reloaded has two lines for a moment; these two stay.
  await clone.locator('[data-kiosk=doubled]').waitFor();
  await seat('1', 'paused').filter({ hasText: 'Two devices show this seat' }).waitFor();
  await Promise.all([cloned.close(), device.context().close()]);
});

test('a till that is short is closed with its reason, and the day report has the totals of the interface', async () => {
  await part('Till');
  const { expectedMinor } = (await read<Floor>('floor')).shift ?? { expectedMinor: '' };
  const close = page.locator('[data-close]');
  await close.getByLabel('NT$5 ×').fill(String((Number(expectedMinor) - (Number(expectedMinor) % 5)) / 5 - 1));
  await close.getByLabel('NT$1 ×', { exact: true }).fill(String(Number(expectedMinor) % 5));
  await close.locator('[data-variance="-5"]').filter({ hasText: 'NT$5 short' }).waitFor();
  expect(await close.getByRole('button', { name: 'Close the till' }).isDisabled()).toBe(true);
  await close.getByLabel('Why it differs').fill('a coin rolled away');
  await accessible();
  await close.getByRole('button', { name: 'Close the till' }).click();
  await page.locator('[data-closed="-5"]').filter({ hasText: 'a coin rolled away' }).waitFor();
  await part('Day');
  await page.locator('[data-agrees=true]').waitFor();
  const date = await page.getByLabel('Day', { exact: true }).inputValue();
  const report = await read<DayReport>(`reports/day?date=${date}`);
  expect(report.varianceMinor).toBe('-5');
  const money = (minor: string) => `${minor.startsWith('-') ? '-' : ''}NT$${minor.replace('-', '')}`;
  for (const name of ['cashMinor', 'earnedMinor', 'varianceMinor'] as const) {
    expect(await page.locator(`[data-sum=${name}] dd`).textContent()).toBe(money(report[name]));
  }
  await accessible();
});

test('the floor fits a phone in Chinese, also with longer words', async () => {
  await part('Floor');
  await page.evaluate(() => localStorage.setItem('nearcade.language', 'zh-Hant'));
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await page.getByLabel('座位號碼').waitFor();
  await seat('7', 'free').click();
  await page.locator('[data-panel="7"]').waitFor();
  await accessible();
  const before = [...(await overflows(page)), ...(await smallTargets(page))];
  await stretchWords(page);
  expect([...before, ...(await overflows(page)), ...faults, ...hub.faults]).toEqual([]);
});
