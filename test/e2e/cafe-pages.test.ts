// test/e2e/cafe-pages.test.ts - how the pages of a café look: every part with its dialogs and panels open is accessible, and the
// layout holds in three languages, at three widths, in both looks, with words 40 % longer. NEARCADE_SHOTS=folder keeps pictures.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LocalTime } from '../../src/cafe/local-time.ts';
import { buildWeb, repositoryRoot } from '../../src/main/build-web.ts';
import type { CafeActName } from '../../src/protocol/cafe-acts.ts';
import type { CafeReceiptList, Floor } from '../../src/protocol/cafe-api.ts';
import { cafeSettings } from '../support/cafe/settings.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { type TestHub, testHub } from '../support/hub/service.ts';
import { axeFaults, overflows, smallTargets, stretchWords } from './web/checks.ts';
import { launchChromium } from './web/harness.ts';

const SETTLE_MS = 250; // Transitions of 180 ms end: axe reads colours as they are.
const LANGUAGES = ['en', 'zh-Hant', 'zh-Hans'] as const;
const LOOKS = ['light', 'dark'] as const;
const WIDTHS = [390, 820, 1280] as const;
const PARTS = ['floor', 'shift', 'members', 'codes', 'report', 'cloud', 'prices', 'devices', 'team', 'audit'] as const;
/** What is to be seen of a part once it is whole. */
const SHOWN = {
  shift: '[data-close]',
  members: '[data-member="1"]',
  codes: '[data-ends]',
  report: '[data-agrees]',
  cloud: '[data-zones]',
  prices: '[data-week]',
  devices: '[data-enrol]',
  team: '[data-add-hook]',
  audit: '[data-audit]',
} as const;
/** What opens a dialog there. */
const DIALOGS: Partial<Record<(typeof PARTS)[number], readonly string[]>> = {
  codes: ['[data-batch] button'],
  report: ['[data-receipt="3"] button:last-child'],
};
const shots = process.env.NEARCADE_SHOTS;
let hub: TestHub;
let browser: Browser;
let owner: FakePlayer;
let cafe: string;
let day: string;
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
  day = new Intl.DateTimeFormat('en-CA', { timeZone: cafeSettings().timeZone }).format(Date.now());
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
  const { members } = (await (await owner.fetch(`/api/cafe/${cafe}/members`)).json()) as {
    members: { member: string }[];
  };
  await act('members.top-up', { member: members[0]?.member, minor: '5', pay: 'card' });
  await act('codes.sell', { minor: '100', pay: 'cash', days: 30 });
  await act('codes.batch', { name: 'Spring fair', count: 40, package: 'three-hours', days: 90 });
  for (const seat of ['1', '2', '4']) await on('start', seat, guest(`guest ${seat}`, 60 * Number(seat)));
  await on('start', '6', { ...guest('', 1), buy: { kind: 'open' }, pay: 'later' });
  await on('start', '5', { ...guest('', 1), buy: { kind: 'money', minor: '5' } });
  await on('pause', '4', { reason: 'phone call' });
  await on('reserve', '8', { label: 'Chen', untilMs: Date.now() + 3_600_000 });
  await on('break', '9', { reason: 'mouse broken' });
  await on('stop', '5', { pay: 'cash' });
  const { receipts } = (await (
    await owner.fetch(`/api/cafe/${cafe}/receipts?seat=5&minor=5`)
  ).json()) as CafeReceiptList;
  await act('refund', { receipt: receipts[0]?.number, minor: '5', reason: 'the headset hummed all the time' });
});
afterAll(async () => {
  await browser?.close();
  await hub?.remove();
});

async function visit(language: string, look: string, width: number, who = owner): Promise<Page> {
  // A browser far away: every time on these pages is the café's own.
  const context = await browser.newContext({ viewport: { width, height: 900 }, timezoneId: 'America/New_York' });
  await context.addInitScript(
    ([wallet, site, words, colours]) => {
      localStorage.setItem('nearcade.development-key', wallet);
      localStorage.setItem('nearcade.cafe', site);
      localStorage.setItem('nearcade.language', words);
      localStorage.setItem('nearcade.look', colours);
    },
    [`0x${Buffer.from(who.key).toString('hex')}`, cafe, language, look] as const,
  );
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${hub.url}/cafe`);
  await page.locator('[data-seat="1"][data-state=in-use]').waitFor();
  return page;
}
/** Opens a part; the report is of the day on which all was sold, also when it is over by now. */
async function part(page: Page, name: (typeof PARTS)[number]): Promise<void> {
  await page.locator('nav[aria-label] button').nth(PARTS.indexOf(name)).click();
  if (name === 'report') await page.locator('[data-report] input[type=date]').first().fill(day);
}
async function shoot(page: Page, name: string): Promise<void> {
  if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}
/** The panel of seat 1 with all its folds open. */
async function openPanel(page: Page): Promise<void> {
  await page.locator('[data-seat="1"]').first().click();
  await page.locator('[data-panel="1"]').waitFor();
  await unfold(page);
}
const unfold = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const fold of document.querySelectorAll('details')) fold.open = true;
  });

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
  for (const name of PARTS.slice(1) as (keyof typeof SHOWN)[]) {
    await part(page, name);
    await page.locator(SHOWN[name]).first().waitFor();
    await unfold(page);
    await check(name);
    for (const opens of DIALOGS[name] ?? []) {
      await page.locator(opens).first().click();
      await page.getByRole('dialog').waitFor();
      await check(`${name}-dialog`);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
  }
  await part(page, 'members');
  await page.locator('[data-member="1"] button').click();
  await page.locator('[data-receipt]').first().waitFor();
  await check('member');
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

// Goal: a desk whose line or power goes has on paper who sits where, since when, for what money and until when.
test('who is playing is a list on the screen and on A4', async () => {
  for (const [language, look] of [
    ['en', 'light'],
    ['zh-Hant', 'dark'],
  ] as const) {
    const page = await visit(language, look, WIDTHS[0]);
    await page.locator('[data-open-button]').click();
    await page.locator('[role=dialog] [data-open-list]').waitFor();
    await page.waitForTimeout(SETTLE_MS);
    await shoot(page, `${look}-open-list`);
    expect([...(await axeFaults(page)), ...(await smallTargets(page)), ...(await overflows(page))]).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ media: 'print' });
    const rows = page.locator('[data-open]').filter({ visible: true });
    expect(await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-open')))).toEqual([
      '1',
      '2',
      '4',
      '6',
    ]);
    expect(await page.locator('#root').isVisible()).toBe(false);
    if (language === 'en') {
      expect(await rows.nth(0).locator('td').nth(1).textContent()).toBe('guest 1');
      const { seats } = (await (await owner.fetch(`/api/cafe/${cafe}/floor`)).json()) as Floor;
      const openedAtMs = seats.find(({ seat }) => seat === '1')?.tab?.openedAtMs ?? 0;
      const wall = new LocalTime(cafeSettings().timeZone);
      expect(await rows.nth(0).locator('td').nth(2).textContent()).toBe(wall.clockAt(openedAtMs));
      expect(await rows.nth(2).locator('td').last().textContent()).toBe('Paused');
      expect(await rows.nth(3).locator('td').nth(4).textContent()).toBe('at the end');
    }
    await shoot(page, `${look}-printed-open-list`);
    await page.context().close();
  }
});

// Goal: a day's report on A4 is what an owner files: every table, nothing to press or type in, black on white. Method: the page
// under the rules of print, as wide as the paper between its margins, from the dark look.
test('the close of a day is printed on A4', async () => {
  const page = await visit('zh-Hant', 'dark', 1280);
  await part(page, 'report');
  for (const one of ['[data-agrees]', '[data-margin]', '[data-receipt]', '[data-heat]']) {
    await page.locator(one).first().waitFor();
  }
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 687, height: 1000 }); // 210 mm less twice 14, at 96 dots an inch.
  const pressed = page.locator('button, a[download], input, select, nav, header').filter({ visible: true });
  expect(await pressed.allTextContents()).toEqual([]);
  const inks = await page.evaluate(() => {
    const shown = [...document.querySelectorAll('main *')].filter((one) => one.getClientRects().length > 0);
    const paper = (colour: string) => ['rgba(0, 0, 0, 0)', 'rgb(255, 255, 255)'].includes(colour);
    return [
      shown.length,
      getComputedStyle(document.body).backgroundColor,
      [...new Set(shown.map((one) => getComputedStyle(one).color))],
      [...new Set(shown.map((one) => getComputedStyle(one).backgroundColor))].filter((colour) => !paper(colour)),
    ] as const;
  });
  expect(inks[0]).toBeGreaterThan(100);
  expect(inks.slice(1)).toEqual(['rgb(255, 255, 255)', ['rgb(0, 0, 0)'], []]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(687);
  await shoot(page, 'printed-day');
  if (shots !== undefined) await page.pdf({ path: join(shots, 'printed-day.pdf'), preferCSSPageSize: true });
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
  for (const name of PARTS.slice(1) as (keyof typeof SHOWN)[]) {
    await part(page, name);
    await page.locator(SHOWN[name]).first().waitFor();
    await unfold(page);
    await check(name);
  }
  await part(page, 'members');
  await page.locator('[data-member="1"] button').click();
  await page.locator('[data-receipt]').first().waitFor();
  await check('member');
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

// Goal: what a cashier does with members and codes all day is done on these pages, and the money is where they say.
test('a member is added, topped up with a bonus, and has its receipt; codes are sold and shown once', async () => {
  const page = await visit('en', 'light', 1280);
  await part(page, 'members');
  const add = page.locator('[data-add-member]');
  await add.getByLabel('Name').fill('Wu Da');
  await add.getByLabel('PIN').fill('4711');
  await add.getByRole('button', { name: 'Add' }).click();
  await page.locator('[data-member-card="2"]').waitFor();
  const form = page.locator('[data-top-up]');
  await form.getByLabel('Amount (TWD)').fill('200');
  await form.getByLabel('Bonus on top').fill('20');
  await form.getByRole('button', { name: 'Take the money' }).click();
  await page.locator('[role=dialog] [data-paper] [data-total="200"]').waitFor();
  const paper = await page.locator('[role=dialog] [data-paper]').textContent();
  expect([paper?.includes('NT$200'), paper?.includes('Rounded')]).toEqual([true, false]); // No play is reckoned on it.
  await page.keyboard.press('Escape');
  await page.locator('[data-real="200"]').waitFor();
  await page.locator('[data-bonus="20"]').waitFor();
  await expect.poll(() => page.locator('[data-receipt]').count(), { timeout: 10_000 }).toBe(1);
  await page.getByRole('button', { name: 'All members' }).click();
  await page.getByLabel('Name or number').fill('2');
  await page.locator('[data-member="2"]').filter({ hasText: 'NT$200' }).waitFor();
  const file = await page.getByRole('link', { name: 'CSV: Members' }).getAttribute('href');
  expect(await (await owner.fetch(file ?? '')).text()).toContain('2,Wu Da,guest,,200,20,');

  await part(page, 'codes');
  const sell = page.locator('[data-sell-codes]');
  await sell.getByLabel('On each').fill('50');
  await sell.getByLabel('How many').fill('3');
  await page.getByText('To pay: NT$150.').waitFor();
  await sell.getByRole('button', { name: 'Sell' }).click();
  await page.locator('[data-codes="3"]').first().waitFor();
  expect(await sell.count()).toBe(0); // No Enter sells again before these are printed,
  await part(page, 'floor');
  await part(page, 'codes');
  await page.locator('[data-codes="3"]').first().waitFor(); // and a look elsewhere loses none.
  await page.getByRole('button', { name: 'Print', exact: true }).waitFor();
  await page.goBack();
  await page.locator('[data-floor]').waitFor(); // The part before, not another page.
  await page.goForward();
  const sold = await page
    .locator('section [data-code]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-code')));
  await page.getByLabel('A code, or its last four').fill(sold[1] ?? '');
  await page
    .locator(`[data-ends="${sold[1]?.slice(-4)}"]`)
    .filter({ hasText: 'NT$50' })
    .waitFor();
  await page.reload(); // The page is where it was.
  await page.locator('[data-ends]').first().waitFor();
  expect(await page.content()).not.toContain(sold[1]); // Once is once.

  // Cards for the drawer: made, printed on A4, saved once, one sold, the rest withdrawn.
  const make = page.locator('[data-make-batch]');
  await make.getByLabel('Name of the batch').fill('=Night owls');
  await make.getByLabel('How many').fill('25');
  await make.getByLabel('Worth').selectOption('three-hours');
  await make.getByRole('button', { name: 'Make the cards' }).click();
  await page.locator('[data-cards="25"]').first().waitFor();
  await page.setViewportSize({ width: WIDTHS[0], height: 900 });
  await page.waitForTimeout(SETTLE_MS);
  await shoot(page, 'light-cards');
  expect([...(await axeFaults(page)), ...(await smallTargets(page)), ...(await overflows(page))]).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ media: 'print' });
  const cards = page.locator('[data-card]').filter({ visible: true });
  expect(await cards.count()).toBe(25);
  expect(await page.locator('#root').isVisible()).toBe(false);
  expect((await cards.nth(0).boundingBox())?.height).toBeLessThan(130); // 33 mm and its line.
  await shoot(page, 'printed-cards');
  const pdf = await page.pdf({ preferCSSPageSize: true, ...(shots && { path: join(shots, 'printed-cards.pdf') }) });
  const pages = [...pdf.toString('latin1').matchAll(/MediaBox \[([^\]]*)\]/g)].map(([, box]) =>
    box?.split(' ').slice(2),
  );
  expect(pages.map((size) => size?.map((points) => Math.round(Number(points))))).toEqual(Array(2).fill([595, 842])); // A4.
  await page.emulateMedia({ media: 'screen' });
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Codes as CSV' }).click();
  const rows = readFileSync((await (await saved).path()) ?? '', 'utf8')
    .replace('\uFEFF', '')
    .trimEnd()
    .split('\r\n');
  const made = await page
    .locator('section [data-card]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-card')));
  expect(rows).toEqual(['code,batch,worth', ...made.map((code) => `${code},'=Night owls,Three hours`)]);
  await page.getByRole('button', { name: 'Done: hide the codes' }).click();
  const card = page.locator('[data-sell-card]');
  await card
    .getByLabel('Code on the card')
    .fill(` ${made[3]?.slice(0, 4)} ${made[3]?.slice(4).toLowerCase()}`.slice(1));
  await card.getByRole('button', { name: 'Sell' }).click();
  await page
    .locator(`[data-card-sold="${made[3]?.slice(-4)}"]`)
    .filter({ hasText: 'NT$60' })
    .waitFor();
  await page.getByRole('button', { name: 'Withdraw the rest of =Night owls' }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('the fair is over');
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw the rest' }).click();
  const counted = page.locator('[data-batch="=Night owls"] td').nth(7);
  await counted.filter({ hasText: '24' }).waitFor();
  expect((await page.locator('[data-batch="=Night owls"] td').allTextContents()).slice(3, 9)).toEqual([
    ...['25', '0', '1', '0', '24', 'NT$60'],
  ]);
  await page.context().close();
});

// Goal: PCs without a disk get their file from the page. Method: a list with faults, the file as it is saved, a line taken back.
test('a list of PCs becomes the file that makes them seats; wrong lines are named', async () => {
  const page = await visit('en', 'light', 1280);
  await part(page, 'devices');
  await page.locator('[data-rent-out] [data-fact="cost"]').waitFor(); // For the owner: what machines earn beside what play costs.
  expect(await page.getByRole('link', { name: 'To your machines' }).getAttribute('href')).toBe('/node');
  const list = page.getByLabel('One PC a line: seat, then host name or MAC address');
  await list.fill('1 PC-01\n2 52-54-00-AA-BB-CC\n99 pc-99\n3 pc-01');
  await page.locator('[data-bad-lines="2"]').getByText('Line 3: “99 pc-99” names a seat that is not here.').waitFor();
  const make = page.getByRole('button', { name: /^Make the file for/ });
  expect(await make.isDisabled()).toBe(true);
  await list.fill('1 PC-01\n2 52-54-00-AA-BB-CC');
  await make.click();
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('[data-enrol-file]').getByRole('link', { name: 'Save the file' }).click(),
  ]);
  const rows = readFileSync(await saved.path(), 'utf8')
    .split('\n')
    .filter((row) => row !== '' && !row.startsWith('#'));
  expect(rows.map((row) => row.split('\t').slice(0, 2))).toEqual([
    ['pc-01', '1'],
    ['52:54:00:aa:bb:cc', '2'],
  ]);
  const line = page.locator('[data-host="pc-01"]');
  expect(await line.textContent()).toMatch(/^1pc-01never came/);
  expect([...(await axeFaults(page)), ...(await overflows(page))]).toEqual([]);
  if (shots !== undefined) await page.screenshot({ path: join(shots, 'devices.png'), fullPage: true });
  await line.getByRole('button').click();
  await line.getByLabel('Reason').fill('sold the PC');
  await page.keyboard.press('Enter');
  await line.waitFor({ state: 'detached' });
  await page.locator('[data-enrolled="1"]').waitFor();
  await page.context().close();
});

// Goal: staff, programs and the audit are looked after on the page: what was done, and what was refused, is found there.
test('somebody is hired and let go, a program gets its key once, and the audit says both', async () => {
  const page = await visit('en', 'light', 1280);
  await part(page, 'team');
  const wallet = `0x${'ab'.repeat(20)}`;
  const hire = page.locator('[data-add-staff]');
  await hire.getByLabel('Wallet address').fill(`0x${'AB'.repeat(20)}`);
  await hire.getByLabel('Name').fill('Ah-Mei');
  await hire.getByLabel('Reason').fill('evening shift');
  await hire.getByRole('button', { name: 'Give the role' }).click();
  await page.locator(`[data-staff="${wallet}"]`).filter({ hasText: 'Ah-Mei' }).filter({ hasText: 'Cashier' }).waitFor();
  await page.getByRole('button', { name: 'Remove Ah-Mei' }).click();
  await page.getByRole('form', { name: 'Remove Ah-Mei' }).getByLabel('Reason').fill('moved away');
  await page.keyboard.press('Enter');
  await page.locator(`[data-staff="${wallet}"]`).waitFor({ state: 'detached' });
  // The last owner stays: told, and nothing changed.
  await page.getByRole('button', { name: `Remove ${owner.address}` }).click();
  await page
    .getByRole('form', { name: `Remove ${owner.address}` })
    .getByLabel('Reason')
    .fill('try it');
  await page.keyboard.press('Enter');
  await page.locator('[role=alert][data-code=LAST_OWNER]').waitFor();

  const key = page.locator('[data-add-key]');
  await key.getByLabel('Short name').fill('pos-1');
  await key.getByRole('button', { name: 'Make a key' }).click();
  const secret = await page.locator('[data-secret]').textContent();
  expect(secret).toMatch(/^nck_/);
  await page.locator('[data-key="pos-1"]').waitFor();

  await part(page, 'audit');
  await page.locator('[data-audit]').first().filter({ hasText: 'api-keys.add' }).waitFor();
  expect(await page.content()).not.toContain(secret);
  await page.getByLabel('Act', { exact: true }).selectOption('staff');
  await page.locator('[data-audit][data-outcome=LAST_OWNER]').waitFor();
  await page
    .locator('[data-audit]')
    .filter({ hasText: 'Ah-Mei · no role any more' })
    .filter({ hasText: 'moved away' })
    .waitFor();
  await page.getByLabel('only what was refused').check();
  await page.locator('[data-outcome=done]').first().waitFor({ state: 'detached' });
  await page.locator('[data-audit][data-outcome=LAST_OWNER]').waitFor(); // The list is empty while it is asked for anew.
  expect(await page.locator('[data-audit]').count()).toBe(1);
  const file = await page.locator('a[download]').getAttribute('href');
  const rows = (await (await owner.fetch(file ?? '')).text()).trim().split('\r\n');
  expect(rows).toHaveLength(2);
  expect(rows[1]).toContain('LAST_OWNER');
  await page.context().close();
});

// Goal: a new colleague knows what to give to the owner, and is at work when the owner has typed it. Method: a page of somebody
// without a role; what its button copies is hired.
test('who has no role yet finds their address, and the café once they are hired', async () => {
  const hand = await new FakePlayer(hub.url).login();
  const context = await browser.newContext({ viewport: { width: 390, height: 900 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: hub.url });
  await context.addInitScript(
    ([key]) => {
      localStorage.setItem('nearcade.development-key', key);
      localStorage.setItem('nearcade.language', 'zh-Hant');
    },
    [`0x${Buffer.from(hand.key).toString('hex')}`] as const,
  );
  const page = await context.newPage();
  await page.goto(`${hub.url}/cafe`);
  const card = page.locator('[data-own-address]');
  await card.getByRole('button').click();
  await card.getByText('已複製').waitFor();
  await page.waitForTimeout(SETTLE_MS);
  await shoot(page, 'zh-Hant-no-role');
  expect([...(await axeFaults(page)), ...(await smallTargets(page)), ...(await overflows(page))]).toEqual([]);
  const wallet = (await page.evaluate(() => navigator.clipboard.readText())).toLowerCase();
  await act('staff', { wallet, role: 'cashier', reason: '新人' });
  await page.getByRole('button', { name: /櫃檯/ }).click();
  await page.locator('[data-seat="1"]').first().waitFor();
  await act('staff', { wallet, role: null, reason: '離職' });
  await page.context().close();
});

/** The settings as the hub has them. */
type Kept = { version: number; settings: ReturnType<typeof cafeSettings> };
const kept = async (): Promise<Kept> => (await (await owner.fetch(`/api/cafe/${cafe}`)).json()) as Kept;
/** Somebody else saves: the settings of now with a change. */
async function saveElsewhere(change: Partial<Kept['settings']>): Promise<void> {
  const { version, settings } = await kept();
  await act('settings', { version, settings: { ...settings, ...change } });
}

// Goal: prices are painted by keyboard, tried before they count, and saved; a package of a window is added.
test('the week is painted by keyboard, tried, and saved with a new package', async () => {
  const before = await kept();
  const page = await visit('en', 'light', 1280);
  await part(page, 'prices');
  const trial = page.locator('[data-preview]');
  await trial.getByLabel('Somebody comes at').fill('2026-12-05T23:10'); // A Saturday.
  await trial.locator('[data-fact=hour]').filter({ hasText: 'NT$35' }).waitFor();
  await page.locator('[data-add-rate]').click();
  await page.locator('[data-rate=c]').getByLabel('Price name').fill('late');
  await page.locator('[data-rate=c]').getByLabel('An hour (TWD)').fill('4O');
  await page.getByText('Not right yet: Price of an hour.').waitFor();
  expect(await page.locator('[data-save]').isDisabled()).toBe(true);
  await page.locator('[data-rate=c]').getByLabel('An hour (TWD)').fill('40');
  await page.locator('[data-at="2,10"]').hover(); // The new price is the one that a mouse draws with.
  await page.mouse.down();
  await page.locator('[data-at="2,11"]').hover();
  await page.locator('[data-at="2,12"]').hover();
  await page.mouse.up();
  await page.locator('[data-at="2,13"]').hover(); // Not pressed any more.
  await page.locator('[data-at="6,22"]').focus();
  await page.keyboard.press('c'); // Paints 22 o'clock and goes on to 23.
  await page.keyboard.press('c');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown'); // The head of the holidays: the whole row with Enter.
  await page.keyboard.press('Enter');
  await trial.locator('[data-fact=hour]').filter({ hasText: 'NT$40' }).waitFor();

  await page.locator('[data-add-package]').click();
  const pack = page.locator('[data-package="package-1"]');
  await pack.locator('summary').click();
  await pack.getByLabel('Name').fill('Late night');
  await pack.getByLabel('Amount (TWD)').fill('120');
  await pack.getByLabel('Kind').selectOption('window');
  await pack.getByLabel('From').fill('22:00');
  await pack.getByLabel('To, on the next day').fill('06:00');
  await trial.locator('[data-fact="package package-1"]').filter({ hasText: 'NT$120, until Sun 06:00' }).waitFor();
  await part(page, 'shift'); // A look elsewhere loses nothing.
  await part(page, 'prices');
  await page.locator('[data-changed="tariffs packages"]').waitFor();
  await page.locator('[data-save]').click();
  await page.locator(`[data-settings="${before.version + 1}"] [data-changed=""]`).waitFor();

  const { settings } = await kept();
  const [tariff] = settings.tariffs;
  expect(tariff?.rates[2]).toEqual({ name: 'late', minorPerHour: '40' });
  expect(tariff?.week[6]).toBe(`${'b'.repeat(22)}cc`);
  expect(tariff?.week[7]).toBe('c'.repeat(24));
  expect(tariff?.week[2]).toBe('bbbbbbbbaacccaaaaabbbbbb');
  expect(tariff?.week.slice(3, 6)).toEqual(before.settings.tariffs[0]?.week.slice(3, 6));
  expect(settings.packages.at(-1)?.rule).toEqual({
    ...{ kind: 'window', days: [0, 1, 2, 3, 4, 5, 6, 7], fromMinute: 22 * 60, toMinute: 30 * 60 },
  });
  await saveElsewhere({ tariffs: before.settings.tariffs, packages: before.settings.packages });
  await page.context().close();
});

// Goal: two people edit at once; the slower one is told, keeps what was typed, and chooses.
test('who saves second is told, loses nothing that was typed, and saves on top', async () => {
  const before = await kept();
  const page = await visit('en', 'dark', 1280);
  await part(page, 'prices');
  const form = page.locator('[data-reckoning]');
  await form.getByLabel('Minutes to void').fill('15');
  await page.locator('[data-holidays]').getByLabel('Dates').fill('');
  await page.locator('[data-holidays]').getByLabel('Dates').pressSequentially('2027-01-01, 2027-02-30');
  await page.getByText('2027-02-30 is no date.').waitFor();
  await page.locator('[data-holidays]').getByLabel('Dates').fill('2027-01-01');
  await saveElsewhere({ holidays: ['2027-02-28'], refundMinutes: 60 });
  await page.locator('[data-save]').click();
  await page.locator('[data-meanwhile=holidays]').waitFor();
  await page.setViewportSize({ width: WIDTHS[0], height: 900 });
  await page.waitForTimeout(SETTLE_MS);
  await shoot(page, 'dark-meanwhile');
  expect([...(await axeFaults(page)), ...(await smallTargets(page)), ...(await overflows(page))]).toEqual([]);
  await page.getByRole('button', { name: 'Put mine on top of theirs' }).click();
  expect(await form.getByLabel('Minutes to refund').inputValue()).toBe('60');
  expect(await form.getByLabel('Minutes to void').inputValue()).toBe('15');
  await page.locator('[data-save]').click();
  await page.locator(`[data-settings="${before.version + 2}"] [data-changed=""]`).waitFor();
  expect((await kept()).settings).toEqual({
    ...before.settings,
    ...{ holidays: ['2027-01-01'], refundMinutes: 60, voidMinutes: 15 },
  });
  await saveElsewhere({ ...before.settings });
  await page.context().close();
});

// Goal: what a hub would refuse is told where it is typed, what only it knows is told as it says; nothing typed goes away.
test('a zone with seats stays; an auditor reads the settings and changes none', async () => {
  const page = await visit('en', 'light', 1280);
  await part(page, 'prices');
  const before = await kept();
  await page.locator('[data-idle]').getByRole('checkbox').first().check();
  await page.locator('[data-idle]').getByLabel('Seconds to answer').fill('5');
  await page.getByText('Not right yet: Seats that nobody touches.').waitFor();
  await page.locator('[data-idle]').getByLabel('Seconds to answer').fill('30');
  await page.locator('[data-caps]').getByLabel('DBC a day').fill('12.5');
  await page.locator('[data-rule=school-hours] summary').click();
  await page
    .locator('[data-rule=school-hours]')
    .getByRole('button', { name: /^Remove/ })
    .click();
  await page.locator('[data-rule=school-hours]').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Put Taipei’s rules here' }).click();
  await page.locator('[data-rule=school-hours]').waitFor();
  await page.locator('[data-changed="caps idle"]').waitFor(); // The same rules as before: no change.
  await page.locator('[data-zone=vip]').getByRole('button', { name: 'Remove VIP' }).click();
  await page.locator('[data-save]').click();
  await page.locator('[data-code=SETTINGS_BAD]').filter({ hasText: '“Zones · Seat 11”' }).waitFor();
  expect((await kept()).version).toBe(before.version);
  await page.getByRole('button', { name: 'Undo all' }).click();
  await page.locator('[data-zone=vip]').waitFor();
  await page.locator('[data-caps]').getByLabel('DBC a day').fill('12.5');
  await page.locator('[data-save]').click();
  await page.locator(`[data-settings="${before.version + 1}"] [data-changed=""]`).waitFor();
  expect((await kept()).settings.caps).toEqual({ dayWei: '12500000000000000000' });
  await saveElsewhere({ caps: {} });
  await page.context().close();

  const auditor = await new FakePlayer(hub.url).login();
  await act('staff', { wallet: auditor.address, role: 'auditor', reason: 'reads the books' });
  const reader = await visit('en', 'light', 390, auditor);
  await reader.getByRole('button', { name: 'Prices' }).click();
  await reader.locator('[data-preview] [data-fact=hour]').waitFor();
  for (const one of ['[data-at="1,8"]', '[data-add-package]']) await reader.locator(`${one}:disabled`).waitFor();
  expect(await reader.locator('[data-save]').count()).toBe(0);
  await act('staff', { wallet: auditor.address, role: null, reason: 'has read them' });
  await reader.context().close();
});

// Goal: a receipt of today is found, taken back with a reason, and says so; seats by hour are told in numbers.
test('a receipt is voided from the day, and how full seats were can be read and saved', async () => {
  await on('start', '12', guest('wrong seat', 60));
  const page = await visit('en', 'light', 1280);
  await part(page, 'report');
  await page.locator('[data-receipt]').first().waitFor();
  const search = page.getByRole('search');
  await search.getByLabel('What is looked for').fill('999');
  await page.getByText('No receipt is found for “999”').waitFor();
  await search.getByLabel('By').selectOption('seat');
  await search.getByLabel('What is looked for').fill('12');
  const row = page.locator('[data-receipt]').filter({ hasText: 'In advance' });
  await row.waitFor();
  const number = await row.getAttribute('data-receipt');
  await page.getByRole('button', { name: `Take back receipt ${number}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('wrong seat');
  await dialog.getByRole('button', { name: `Void ${number}` }).click();
  await row.locator('[data-after=void]').filter({ hasText: ': wrong seat' }).waitFor();
  await page.locator('[data-agrees=true]').waitFor();
  await page.locator('[data-heat="1"] [data-share]').first().waitFor();
  const files = await page
    .locator('a[data-file]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
  expect(files.length).toBeGreaterThan(5);
  for (const href of files) expect((await owner.fetch(href)).status, href).toBe(200);
  const file = await page.locator('[data-heat-map] a[download]').getAttribute('href');
  const rows = (await (await owner.fetch(file ?? '')).text()).trim().split('\r\n');
  expect(rows).toHaveLength(15);
  expect(rows[0]?.split(',')).toHaveLength(25);
  await page.context().close();
});

test('a message reaches all seats; a member starts with money from the wallet', async () => {
  const page = await visit('en', 'light', 1280);
  await page.getByRole('button', { name: 'Message to all' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Text').fill('We close at 23:00');
  await dialog.getByLabel('Text').press('Enter');
  await dialog.locator('[data-shown="14"]').waitFor();
  // Closing time: all who play end then, or by themselves again.
  await dialog.getByLabel('End play at').fill('23:00');
  await dialog.getByRole('button', { name: /^End (one seat|\d+ seats) then$/ }).click();
  await dialog.locator('[data-ended]').waitFor();
  await page.locator('[data-seat][data-state=in-use]').first().waitFor({ state: 'attached' });
  await dialog.getByRole('button', { name: 'Take it back' }).click();
  await page.keyboard.press('Escape');
  await page.locator('[data-seat="3"]').click();
  const form = page.locator('[data-buy=start]');
  await form.getByLabel('Customer').selectOption('member');
  await form.getByLabel('Name or number').fill('mei');
  await form.getByLabel('Member', { exact: true }).selectOption({ index: 1 });
  await form.getByLabel('Paid by').selectOption('wallet');
  await form.getByRole('button', { name: 'Start' }).click();
  await page.locator('[data-conflict="3"][data-code=WALLET_TOO_LOW]').waitFor(); // Not enough lies on it.
  await page.getByRole('button', { name: 'Leave it' }).click();
  await page.locator('[data-seat="3"]').click();
  await form.getByLabel('Customer').selectOption('member');
  await form.getByLabel('Member', { exact: true }).selectOption({ index: 1 });
  await form.getByLabel('Paid by').selectOption('cash');
  await form.getByRole('button', { name: 'Start' }).click();
  await page.locator('[data-seat="3"][data-state=in-use]').filter({ hasText: 'Lin Mei-hua' }).waitFor();
  await page.context().close();
});
