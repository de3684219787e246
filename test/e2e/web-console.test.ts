// test/e2e/web-console.test.ts - the operator's console on /node: games that run, reports, plans and alerts, as a person uses
// them. Method: the built page in Chromium against a scripted hub, which notes what the page asks for.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFaults, overflows } from './web/checks.ts';
import { type Stage, setStage } from './web/harness.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage?.close());

test('games that run are listed with picture, line and encoder; what nobody told is a dash', async () => {
  const page = await stage.visit('/node');
  const live = page.locator('[data-live="2"]');
  await live.waitFor();
  const rows = await live.locator('tbody tr').allTextContents();
  expect(rows[0]).toMatch(/playing.*22\smin.*50 DBC60\s*9\.4\s?ms0\.2\s?%4\.2\s?ms/);
  expect(rows[1]).toMatch(/player’s page is away.*––––Log$/);
  await page.context().close();
});

test('the last sessions say why they ended, and what the machine wrote down about each', async () => {
  const page = await stage.visit('/node');
  const ended = page.locator('[data-ended="2"]');
  await ended.waitFor();
  expect(await ended.locator('tbody tr').first().textContent()).toMatch(/Tokyo-1.*The game crashed\..*12 DBCLog$/);
  await ended.getByRole('button', { name: /^Log of Tokyo-1, ended/ }).click();
  const log = page.getByRole('dialog', { name: 'Log of Tokyo-1' });
  await log.locator('[data-line="session.start-failed"]').waitFor();
  expect(await log.locator('tbody tr').allTextContents()).toMatchObject([
    expect.stringMatching(/infosession\.startinggame: arcade$/),
    expect.stringMatching(/errorsession\.start-failedcause: Error: no such display$/),
    '–a word that is no line of a log',
  ]);
  expect([...(await axeFaults(page)), ...(await overflows(page))]).toEqual([]);
  await page.context().close();
});

test('alerts: an address proves itself, a program gets its secret once, wrong fields are named', async () => {
  const page = await stage.visit('/node');
  const alerts = page.locator('[data-alerts]');
  await alerts.getByText('Osaka-3 is silent').waitFor();
  await alerts.getByText(/^Nobody is told, and nobody looks/).waitFor();
  const acts = stage.hub.operatorActs;
  acts.length = 0;
  await alerts.getByLabel('Mail address').fill('me@example.org');
  await alerts.getByRole('button', { name: 'Send a code' }).click();
  const code = alerts.getByLabel('The code that was sent to me@example.org');
  await code.fill('ffffffffff');
  await alerts.getByRole('button', { name: 'Confirm' }).click();
  await alerts.getByText('This code does not fit this address.').waitFor();
  await code.fill(' 0123456789 ');
  await alerts.getByRole('button', { name: 'Confirm' }).click();
  await alerts.getByText('Mail goes to me@example.org.').waitFor();
  expect(await alerts.locator('[data-nobody-told]').count()).toBe(0);
  const [save, url] = [alerts.getByRole('button', { name: 'Save' }), alerts.getByLabel('Address of your own program')];
  await url.fill('example.org');
  await alerts.getByText('An address begins with https:// or http://').waitFor();
  expect(await save.isDisabled()).toBe(true);
  await url.fill('https://example.org/alerts');
  await alerts.getByLabel(/^Tell me from this payout on/).fill('0');
  await alerts.getByText('An amount above 0').waitFor();
  await alerts.getByLabel(/^Tell me from this payout on/).fill('12.5');
  await save.click();
  await alerts.locator('[data-secret]').filter({ hasText: 'whs_shown_once' }).waitFor();
  expect([...(await axeFaults(page)), ...(await overflows(page))]).toEqual([]);
  await alerts.getByRole('button', { name: 'No more mail' }).click();
  await alerts.getByLabel('Mail address').waitFor();
  const set = { webhookUrl: 'https://example.org/alerts', offlineMinutes: 5, payoutWei: '12500000000000000000' };
  expect(acts.filter((act) => act.startsWith('PUT')).map((act) => JSON.parse(act.replace(/^\S+ \S+ /, '')))).toEqual([
    { ...set, keepMail: true, language: 'en' },
    expect.objectContaining({ webhookUrl: set.webhookUrl, keepMail: false }),
  ]);
  acts.length = 0;
  await page.context().close();
});

test('use and reliability: each event with its points, and both tables as files', async () => {
  const page = await stage.visit('/node');
  const report = page.locator('[data-report]');
  await report.waitFor();
  expect(await report.locator('tbody tr').first().textContent()).toMatch(/86\.542\s?%31/);
  await report.getByText('3 events that cost points').click();
  const events = await report.locator('details tbody tr').allTextContents();
  expect(events).toHaveLength(3);
  expect(events[1]).toMatch(/gone during a game-10s_a/);
  expect(await report.getByRole('link', { name: 'Earnings by game as CSV' }).getAttribute('href')).toBe(
    '/api/operator/earnings.csv',
  );
  await page.context().close();
});

test('several machines at once: tag, premium, drain, maintenance, and a plan taken back', async () => {
  const page = await stage.visit('/node');
  await page.locator('[data-behind="true"]').getByText('version 0.0.9, the hub has 0.1.0').waitFor();
  await page.locator('[data-update]').waitFor();
  const machines = page.locator('[data-machines]');
  await machines.getByText(/ends by \d\d:\d\d$/).waitFor();
  await machines.getByRole('button', { name: 'rack 1' }).click();
  expect(await machines.getAttribute('data-machines')).toBe('2');
  await machines.getByLabel('Choose all that are shown').check();
  const bulk = machines.locator('[data-bulk="2"]');
  const acts = stage.hub.operatorActs;
  acts.length = 0;
  const premium = bulk.getByLabel('Premium, % of the base price');
  await premium.fill('101');
  expect(await premium.getAttribute('aria-invalid')).toBe('true');
  await bulk.getByText('A number from 0 to 100, with at most two decimals.').waitFor();
  await premium.fill('12.5');
  await bulk.getByRole('button', { name: 'Set premium' }).click();
  await bulk.getByText(/^Done on one machine\. Not on Taipei-2.*: no machine of yours any more/).waitFor();
  await bulk.getByLabel('Tag', { exact: true }).fill('a,b');
  expect(await bulk.getByRole('button', { name: 'Add tag' }).isDisabled()).toBe(true);
  await bulk.getByLabel('Tag', { exact: true }).fill(' rack 2 ');
  await bulk.getByRole('button', { name: 'Add tag' }).click();
  await expect.poll(() => acts.length).toBe(2);
  await bulk.getByLabel('Minutes that players have').fill('45');
  await bulk.getByRole('button', { name: 'Drain' }).click();
  await expect.poll(() => acts.length).toBe(3);
  const local = (ms: number) => {
    const at = new Date(Date.now() + ms);
    return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  };
  await bulk.getByLabel('Away from').fill(local(120_000));
  await bulk.getByLabel('until').fill(local(7_200_000));
  await bulk.getByText('at least ten minutes from now').waitFor();
  expect(await bulk.getByRole('button', { name: 'Plan maintenance' }).isDisabled()).toBe(true);
  await bulk.getByLabel('Away from').fill(local(3_600_000));
  await bulk.getByRole('button', { name: 'Plan maintenance' }).click();
  await bulk.getByText('Planned for 2 machines.').waitFor();
  await page.evaluate('window.scrollTo(0, 0)'); // Nothing lies under the header.
  expect(await axeFaults(page)).toEqual([]);
  await machines
    .locator('[data-plans="1"]')
    .getByRole('button', { name: /^Take back the plan for Tokyo-1/ })
    .click();
  await expect.poll(() => acts.length).toBe(5);
  const nodes = JSON.stringify(stage.hub.nodes.slice(0, 2).map(({ node }) => node));
  expect(acts.slice(0, 3)).toEqual([
    `POST /api/operator/fleet {"nodes":${nodes},"act":{"t":"premium","premiumBps":1250}}`,
    `POST /api/operator/fleet {"nodes":${nodes},"act":{"t":"tag","tag":"rack 2"}}`,
    `POST /api/operator/fleet {"nodes":${nodes},"act":{"t":"drain","minutes":45}}`,
  ]);
  expect(acts[3]).toContain(`POST /api/operator/windows {"nodes":${nodes},"fromMs":`);
  expect(acts[4]).toBe(`DELETE /api/operator/windows/w_${'a'.repeat(26)}`);
  acts.length = 0;
  await page.context().close();
});

test('the console stands in every language, look and width', async () => {
  for (const { language, look, width } of [
    { language: 'zh-Hant', look: 'light', width: 390 },
    { language: 'en', look: 'dark', width: 1280 },
  ] as const) {
    const page = await stage.visit('/node', { language, look, size: { width, height: 844 } });
    await page.locator('[data-live]').waitFor();
    await page.locator('[data-report]').waitFor();
    await page.locator('[data-plans]').waitFor();
    await page.locator('[data-machines] label input').check();
    const closed = page.locator('main details:not([open]) > summary');
    while ((await closed.count()) > 0) await closed.first().click();
    await page.screenshot({ path: `test-results/console-${language}-${look}-${width}.png`, fullPage: true });
    expect(await axeFaults(page)).toEqual([]);
    expect(await overflows(page)).toEqual([]);
    await page.context().close();
  }
});
