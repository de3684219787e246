// test/e2e/web-pages.test.ts - every page in every language and theme: it shows what it must, axe finds nothing, nothing
// overflows, and it weighs little. Method: the built page in Chromium against a scripted hub.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryRoot } from '../../src/main/build-web.ts';
import { axeFaults, overflows, smallTargets, stretchWords } from './web/checks.ts';
import { type Stage, setStage, until } from './web/harness.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage?.close());

const planned = (page: Page) => until(page, (now) => now.plan === 'ready');
/** Pages with what must be seen before they count as shown. */
const PAGES: readonly { readonly path: string; readonly ready: (page: Page) => Promise<unknown> }[] = [
  { path: '/', ready: (page) => page.getByText('$0.002').waitFor() },
  { path: '/play', ready: (page) => page.locator('[data-game=arcade]').waitFor() },
  { path: '/play?game=arcade', ready: planned },
  { path: '/account', ready: (page) => page.locator('[data-ledger=me]').waitFor() },
  {
    path: '/node',
    async ready(page) {
      await page.locator('[data-earnings]').waitFor();
      await page.locator('[data-stakes]').waitFor();
      await page.locator('[data-price]').waitFor();
      await page.locator('main button').first().click();
      await page.locator('code').filter({ hasText: '--token' }).waitFor();
    },
  },
  {
    path: '/test',
    async ready(page) {
      await page.locator('main button').first().click();
      await planned(page);
      await page.getByTestId('verdict').filter({ hasText: 'Taipei-2' }).waitFor();
    },
  },
  { path: '/verify', ready: (page) => page.locator('input[type=file]').waitFor({ state: 'attached' }) },
  { path: '/economics', ready: (page) => page.locator('[data-economics=wrong]').waitFor() },
  { path: '/admin', ready: (page) => page.locator('[data-revenue]').waitFor() },
  { path: '/cafe', ready: (page) => page.locator('[data-open-cafe]').waitFor() },
  { path: '/nowhere', ready: (page) => page.locator('main h1').waitFor() },
];
const LOOKS = [
  { language: 'zh-Hant', look: 'dark' },
  { language: 'zh-Hans', look: 'light' },
  { language: 'en', look: 'light' },
] as const;

// One visitor walks through all pages: what the browser keeps makes that three times as quick as a fresh one each.
test.each(LOOKS)('every page in $language and $look is accessible', async ({ language, look }) => {
  const page = await stage.visit('/', { language, look });
  const faults: Record<string, readonly string[]> = {};
  for (const { path, ready } of PAGES) {
    await page.goto(`${stage.origin}${path}`);
    await ready(page);
    await page.waitForTimeout(200); // Let transitions of 180 ms end: axe reads colours as they are.
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
    faults[path] = await axeFaults(page);
  }
  expect(faults).toEqual(Object.fromEntries(PAGES.map(({ path }) => [path, []])));
  await page.context().close();
});

test('every page fits a phone, also with words 40 % longer, and every target can be hit', async () => {
  const page = await stage.visit('/', { language: 'en', size: { width: 390, height: 844 }, touch: true });
  const faults: Record<string, readonly string[]> = {};
  for (const { path, ready } of PAGES) {
    await page.goto(`${stage.origin}${path}`);
    await ready(page);
    const before = [...(await overflows(page)), ...(await smallTargets(page))];
    await stretchWords(page);
    faults[path] = [...before, ...(await overflows(page))];
  }
  expect(faults).toEqual(Object.fromEntries(PAGES.map(({ path }) => [path, []])));
  await page.context().close();
});

test('the front page loads at most 200 KiB, brotli', async () => {
  const page = await stage.visit('/robots.txt');
  const files = new Set<string>();
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.startsWith('/api/')) files.add(pathname === '/' ? '/index.html' : pathname);
  });
  await page.goto(`${stage.origin}/`);
  await page.getByText('$0.002').waitFor();
  await page.waitForLoadState('networkidle');
  const dist = join(repositoryRoot, 'clients/web/dist');
  const size = (file: string): number => {
    const path = existsSync(join(dist, `${file}.br`)) ? join(dist, `${file}.br`) : join(dist, file);
    return existsSync(path) ? statSync(path).size : 0;
  };
  const bytes = [...files].reduce((sum, file) => sum + size(file), 0);
  expect(files.size).toBeGreaterThan(3);
  expect(bytes).toBeLessThan(200 * 1024);
  await page.context().close();
});

test('language and look are chosen in one menu, by keyboard, and kept', async () => {
  const page = await stage.visit('/', { language: 'en' });
  await page.getByRole('button', { name: 'Language, light or dark' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('radio', { name: '繁體中文' }).waitFor();
  await page.waitForTimeout(200);
  expect(await axeFaults(page)).toEqual([]);
  await page.getByRole('radio', { name: 'English' }).focus();
  await page.keyboard.press('ArrowUp');
  // The words of the next language are fetched first; the choice keeps the keyboard meanwhile and after.
  await page.getByRole('heading', { name: '最近的 GPU，就是你的游戏厅。' }).waitFor();
  expect(await page.getByRole('radio', { name: '简体中文' }).evaluate((radio) => radio.matches(':focus'))).toBe(true);
  await page.keyboard.press('ArrowUp');
  await page.getByRole('heading', { name: '最近的 GPU，就是你的遊戲廳。' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: '最近的 GPU，就是你的遊戲廳。' }).waitFor();
  await page.context().close();
});

test('before anything costs: verdict, price in both currencies, promise, hold, and who can see', async () => {
  const page = await stage.visit('/play?game=arcade');
  const now = await planned(page);
  const heard = stage.hub.heard.length;
  await page
    .getByTestId('verdict')
    .filter({ hasText: /720p60 .+: .+ms direct to Taipei-2/ })
    .waitFor();
  const text = ((await page.locator('main').textContent()) ?? '').replaceAll('\u00a0', ' ');
  for (const words of [
    /Hong Kong-1 [\d.]+ ms/,
    '50 DBC an hour',
    '$0.10',
    /rate of \d\d:\d\d, \w+/,
    /360 lines, 30 pictures a second, at most 60 ms/,
    '0.83 DBC',
    'could see your picture and your keys',
    'Ctrl+Alt+Shift+Q',
    'Games may flash',
    'Hide my address',
    /may spend at most 400 DBC until \w+ \d+, \d\d:\d\d, and never more than 50 DBC an hour/,
  ]) {
    expect(text).toMatch(words);
  }
  // The measured distance is the one the node pretends, within the probe's own cost on a busy machine.
  const taipei = (now.measurements as { node: string; rttMinMs: number }[]).find(({ node }) => node.startsWith('0xbb'));
  expect(taipei?.rttMinMs).toBeGreaterThan(9);
  expect(taipei?.rttMinMs).toBeLessThan(40);
  expect(stage.hub.heard.slice(heard).filter(({ t }) => t === 'play')).toEqual([]);
  await page.context().close();
});

test('a refused plan is told in words with what one can do', async () => {
  stage.hub.refuse.set('plan', { code: 'NO_NODE' });
  const page = await stage.visit('/play?game=arcade', { language: 'zh-Hant' });
  const card = page.locator('[data-code=NO_NODE]');
  await card.waitFor();
  expect(await card.textContent()).toContain('沒有在線的機器能跑這款遊戲。');
  expect(await axeFaults(page)).toEqual([]);
  await page.getByRole('button', { name: '再試一次' }).click();
  await planned(page);
  await page.context().close();
});

test('a hub that does not answer is told so, and tried again by a press', async () => {
  const page = await stage.visit('/', { language: 'en' });
  await page.route('**/api/config', (route) => route.abort());
  await page.goto(`${stage.origin}/play`);
  await page.locator('[data-code=HUB_UNREACHABLE]').waitFor({ timeout: 20_000 });
  await page.unroute('**/api/config');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('[data-game=arcade]').waitFor();
  stage.hub.faults.splice(0); // The browser's own lines about the cut requests.
  await page.context().close();
});

test('an own limit is set, shown and taken away', async () => {
  const page = await stage.visit('/account');
  await page.getByLabel('DBC a day').fill('abc');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('A number such as 25 or 12.5').waitFor();
  await page.getByLabel('DBC a day').fill('25');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('13 of 25 DBC left today').waitFor();
  expect(stage.hub.capWei).toBe('25000000000000000000');
  await page.getByRole('button', { name: 'Remove the limit' }).click();
  await page.getByText('No limit is set.').waitFor();
  await page.context().close();
});

test('an operator sets a premium, drains a machine, and takes one out only when sure', async () => {
  const page = await stage.visit('/node', { size: { width: 390, height: 844 }, touch: true });
  const change = page.getByRole('button', { name: /^Change / });
  await change.first().waitFor();
  const [acts, online] = [stage.hub.operatorActs, String(stage.hub.nodes[0]?.node)];
  await change.first().click();
  const dialog = page.getByRole('dialog');
  const premium = dialog.getByRole('textbox');
  await premium.fill('101');
  await dialog.getByText('A number from 0 to 100').waitFor();
  expect(await dialog.getByRole('button', { name: 'Set premium' }).isDisabled()).toBe(true);
  expect(await axeFaults(page)).toEqual([]);
  await page.screenshot({ path: 'test-results/node-machine.png' });
  await premium.fill('12.5');
  await dialog.getByRole('button', { name: 'Set premium' }).click();
  await dialog.waitFor({ state: 'detached' });
  await change.first().click();
  await dialog.getByRole('button', { name: 'Drain' }).click();
  await dialog.waitFor({ state: 'detached' });
  await change.first().click();
  await dialog.getByRole('button', { name: 'Take out' }).click();
  expect(acts).toHaveLength(2); // The first press only asks.
  await dialog.getByRole('button', { name: /for good$/ }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(acts).toEqual([
    `PUT /api/operator/nodes/${online}/premium {"premiumBps":1250}`,
    `POST /api/operator/nodes/${online}/drain`,
    `DELETE /api/operator/nodes/${online}`,
  ]);
});

test('an operator sees which step is due, what is missing and how to mend it, and finds it again after a reload', async () => {
  const page = await stage.visit('/node', { size: { width: 390, height: 844 }, touch: true });
  const way = page.locator('details[data-due="stake"]').first();
  await way.getByText('No players come before the stake is in, for each of its GPUs.').waitFor();
  expect(await way.locator('[aria-current="step"]').count()).toBe(1);
  const games = way.locator('[data-check="games"]');
  expect(await games.getAttribute('data-verdict')).toBe('bad');
  expect(await games.textContent()).toContain('names what each game still needs');
  await way.locator('[data-check="gpu"]').getByText('NVIDIA GeForce RTX 4070, 580.159.04').waitFor();
  await way.locator('[data-check="display"]').getByText('X11 games are drawn by the processor.').waitFor();
  expect(await way.locator('[data-check="encoder"]').textContent()).toMatch(/21\.4 ms\s*at most 16\.7 ms/);
  const closed = page.locator('details:not([open]) > summary');
  while ((await closed.count()) > 0) await closed.first().click();
  expect(await axeFaults(page)).toEqual([]);
  await page.screenshot({ path: 'test-results/node-steps.png', fullPage: true });
  await page.reload();
  await way.getByText('No players come before the stake is in, for each of its GPUs.').waitFor();
  await page.getByRole('button', { name: 'Make a join command' }).click(); // The hub is at 127.0.0.1.
  await page.getByText('This address works on the hub’s own machine only.').waitFor();
  await page.context().close();
});

test('an operator reads what a machine measured, by limit, value and verdict, and how to get the rest measured', async () => {
  const page = await stage.visit('/node', { language: 'zh-Hant', look: 'dark', size: { width: 390, height: 844 } });
  const part = page.locator('[data-benches]');
  const rows = part.locator('details[open] [data-bench]');
  await rows.first().waitFor();
  const seen = await rows.evaluateAll((all) => all.map(({ dataset }) => `${dataset.bench} ${dataset.verdict}`));
  expect(seen.slice(0, 6)).toEqual([...Array(3).fill('encode ok'), 'encode bad', ...Array(2).fill('encode less')]);
  expect(seen.slice(6)).toEqual([
    'sessions less',
    'upload less',
    'nat less',
    'rtt ok',
    'loss ok',
    'rtt less',
    'loss bad',
  ]);
  expect(await part.locator('[data-bench=sessions]').first().textContent()).toMatch(/--slots.*3\s*至少 4/);
  expect(await part.locator('[data-bench=nat]').first().textContent()).toContain('每個中繼不同');
  const closed = part.locator('details:not([open]) > summary');
  while ((await closed.count()) > 0) await closed.first().click();
  await part.getByText('./nearcade node bench --hub http').waitFor();
  expect([...(await axeFaults(page)), ...(await overflows(page))]).toEqual([]);
  await page.screenshot({ path: 'test-results/node-bench.png', fullPage: true });
  await page.context().close();
});

test('an operator tries a premium: what is left of an hour at each tier, the pool’s middle, and the own place', async () => {
  const page = await stage.visit('/node', { size: { width: 390, height: 844 }, touch: true });
  const part = page.locator('[data-price=gpu-small]');
  await part.getByText('the middle one asks 5% on top').waitFor();
  await part.getByText(/Tokyo-1 asks 0%: percentile \d+ of its class/).waitFor();
  const kept = () => part.locator('[data-tier] td:nth-child(2) strong').allTextContents();
  // 50 DBC an hour of base: 30, 70 and 100 % burned, 5 % of the rest to the platform.
  expect(await kept()).toEqual(['33.25 DBC', '14.25 DBC', '0.00 DBC']);
  expect(await part.locator('[data-now=true]').getAttribute('data-tier')).toBe('0');
  await part.getByRole('textbox').fill('20');
  await expect.poll(kept).toEqual(['42.75 DBC', '23.75 DBC', '9.50 DBC']);
  await part.getByRole('textbox').fill('101');
  await part.getByText('A number from 0 to 100').waitFor();
  expect([...(await axeFaults(page)), ...(await overflows(page))]).toEqual([]);
  await part.screenshot({ path: 'test-results/node-price.png' });
  await page.context().close();
});

test('no page threw and no browser complained', () => expect(stage.hub.faults).toEqual([]));
