// test/e2e/web-verify.test.ts - a receipt is checked in the browser, also by the saved copy of the page with no network and
// no hub: a true one is called true, one with a changed field is refused with the line that is wrong.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trueReceipt } from '../support/true-receipt.ts';
import { axeFaults, overflows, stretchWords } from './web/checks.ts';
import { type Stage, setStage } from './web/harness.ts';

let stage: Stage;
const folder = mkdtempSync(join(tmpdir(), 'nearcade-verify-'));
const receipt = trueReceipt();
const file = (name: string, value: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
};
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function give(page: Page, path: string, verdict: 'holds' | 'wrong' | 'form'): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(path);
  await page.locator(`[data-verdict=${verdict}]`).waitFor();
}
const wrongLines = (page: Page): Promise<(string | null)[]> =>
  page.locator('[data-state=wrong]').evaluateAll((lines) => lines.map((line) => line.getAttribute('data-line')));

test('the saved copy checks receipts without hub or network, in three languages', async () => {
  const online = await stage.visit('/verify', { language: 'zh-Hant' });
  const [download] = await Promise.all([
    online.waitForEvent('download'),
    online.getByRole('link', { name: '存下這一頁' }).click(),
  ]);
  const copy = join(folder, 'saved.html');
  await download.saveAs(copy);
  await online.context().close();

  const context = await stage.browser.newContext({ locale: 'en-GB', offline: true });
  const page = await context.newPage();
  const asked: string[] = [];
  const faults: string[] = [];
  page.on('request', (request) => asked.push(request.url().slice(0, 60)));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => line.type() === 'error' && faults.push(line.text()));
  await page.goto(pathToFileURL(copy).href);
  await give(page, file('true.json', receipt), 'holds');
  expect(await wrongLines(page)).toEqual([]);
  expect(await page.locator('[data-line]').count()).toBe(20);
  expect(await axeFaults(page)).toEqual([]);

  await give(page, file('cost.json', { ...receipt, costWei: '1000' }), 'wrong');
  expect(await wrongLines(page)).toEqual(['cost', 'rest', 'seal']);
  await page.getByText('Field costWei says 1000; it must be 43419444444444444000.').waitFor();
  await page.getByRole('button', { name: '简体中文' }).click();
  await page.getByText('字段 costWei 写着 1000，应当是 43419444444444444000。').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await give(page, file('odd.json', { receipt: 'none' }), 'form');
  // Nothing but the file itself was ever asked for, and its own policy lets it ask for nothing.
  expect(asked.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
  expect(faults).toEqual([]);
  expect(
    await page.evaluate(() =>
      fetch('data:text/plain,x').then(
        () => 'went out',
        () => 'forbidden',
      ),
    ),
  ).toBe('forbidden');
  await context.close();
});

test('in the app a dropped receipt is checked too, on a phone and with longer words', async () => {
  const page = await stage.visit('/verify', { size: { width: 390, height: 844 } });
  await give(page, file('name.json', { ...receipt, nodeName: 'Tokyo-9' }), 'wrong');
  expect(await wrongLines(page)).toEqual(['seal']);
  await page.getByText('Field nodeName was changed').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await stretchWords(page);
  expect(await overflows(page)).toEqual([]);
  const text = JSON.stringify(receipt);
  await page.reload();
  await page.getByLabel('or paste its text').fill(text);
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.locator('[data-verdict=holds]').waitFor();
  expect(stage.hub.faults).toEqual([]);
  await page.context().close();
});
