// test/e2e/cafe-desk.test.ts - what a desk must not get wrong under the hand: the sum of a stop at the moment of the stop, who pays,
// whose age was asked, where a customer is moved. Method: the built page in Chromium on a real hub in this process, over memory,
// with a clock that is put on.
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TAIPEI_AGE_BANDS, TAIPEI_CURFEW } from '../../src/cafe/curfew.ts';
import { buildWeb, repositoryRoot } from '../../src/main/build-web.ts';
import type { CafeActAnswer, CafeActName } from '../../src/protocol/cafe-acts.ts';
import type { CafeInfo, CafeReceiptList, Floor } from '../../src/protocol/cafe-api.ts';
import type { CafeSettings } from '../../src/protocol/cafe-settings.ts';
import type { CafeReceipt, MemberView, SeatView } from '../../src/protocol/cafe-things.ts';
import { addressOf } from '../../src/protocol/typed-data.ts';
import { cafeSettings } from '../support/cafe/settings.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { aheadClock, type TestHub, testHub } from '../support/hub/service.ts';
import { axeFaults, overflows, smallTargets } from './web/checks.ts';
import { launchChromium } from './web/harness.ts';

const MINUTE_MS = 60_000;
const SETTLE_MS = 250; // Transitions of 180 ms end: axe reads colours as they are.
const shots = process.env.NEARCADE_SHOTS;
const FLAT = cafeSettings({
  tariffs: [
    {
      ...{ zone: 'hall', group: 'guest', rates: [{ name: 'all day', minorPerHour: '35' }] },
      week: Array.from({ length: 8 }, () => 'a'.repeat(24)),
    },
  ],
  ...{ zones: [{ id: 'hall', name: 'Hall', postpaid: true }], groups: [], packages: [], curfew: [], ageBands: [] },
});
const clock = aheadClock();
const faults: string[] = [];
let hub: TestHub;
let browser: Browser;
let owner: FakePlayer;
let cafe: string;
let page: Page;
let keys = 0;

async function act(name: CafeActName, body: object): Promise<CafeActAnswer> {
  const key = `desk-key-${String(++keys).padStart(6, '0')}`;
  const response = await owner.post(`/api/cafe/${cafe}/${name.replaceAll('.', '/')}`, { key, ...body });
  const answer = (await response.json()) as CafeActAnswer;
  expect(response.status, `${name} ${JSON.stringify(answer)}`).toBe(200);
  return answer;
}
async function read<T>(path: string): Promise<T> {
  return (await owner.fetch(`/api/cafe/${cafe}${path === '' ? '' : `/${path}`}`)).json() as Promise<T>;
}
async function seatOf(number: string): Promise<SeatView> {
  const found = (await read<Floor>('floor')).seats.find(({ seat }) => seat === number);
  if (found === undefined) throw new Error(`seat ${number}`);
  return found;
}
const at = async (number: string) => ({ seat: number, version: (await seatOf(number)).version });
const lastOf = async (seat: string): Promise<CafeReceipt | undefined> =>
  (await read<CafeReceiptList>(`receipts?seat=${seat}`)).receipts[0];
/** A seat in a state that the hub has confirmed. */
const tile = (number: string, state: string) =>
  page.locator(`[data-seat="${number}"][data-state="${state}"]:not([data-waits])`);
const panel = (number: string) => page.locator(`[data-panel="${number}"]`);
async function type(...typed: readonly string[]): Promise<void> {
  await page.getByLabel('Seat number').focus();
  for (const key of typed) await page.keyboard.press(key);
}

/** What is shown now is accessible and fits, also on a phone. NEARCADE_SHOTS=folder keeps pictures. */
async function looksWell(name: string): Promise<void> {
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 3_000 }); // All of it at once: no bar lies over what is checked.
    await page.waitForTimeout(SETTLE_MS);
    if (shots !== undefined) await page.screenshot({ path: join(shots, `desk-${name}-${width}.png`), fullPage: true });
    expect([...(await axeFaults(page)), ...(await overflows(page)), ...(await smallTargets(page))], name).toEqual([]);
  }
}

beforeAll(async () => {
  await buildWeb();
  [hub, browser] = await Promise.all([
    testHub({ pageFolder: join(repositoryRoot, 'clients/web/dist'), clock }),
    launchChromium(),
  ]);
  owner = await new FakePlayer(hub.url).login();
  const made = await owner.post('/api/cafe', { key: 'desk-key-of-it', settings: FLAT });
  cafe = ((await made.json()) as { cafe: string }).cafe;
  const seats = Array.from({ length: 12 }, (_, i) => ({ seat: String(i + 1), name: '', zone: 'hall' }));
  await act('seats.add', { seats });
  for (const name of ['Lin', 'Chen']) await act('members.add', { name, group: 'guest' });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
  await context.addInitScript(
    ([wallet, site]) => {
      localStorage.setItem('nearcade.development-key', wallet);
      localStorage.setItem('nearcade.cafe', site);
    },
    [`0x${Buffer.from(owner.key).toString('hex')}`, cafe] as const,
  );
  page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${hub.url}/cafe`);
  await tile('12', 'free').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await hub?.remove();
});

// Goal: nobody sells time on a seat that cannot play without having read so. Method: a device that no owner has agreed to; then an
// agreement, and its last hour.
test('a device that may not spend is told of before opening, on the floor, and before a start', async () => {
  const device = new FakePlayer(hub.url);
  const hello = await device.post('/api/cafe-kiosk', { deviceKey: addressOf(device.sessionKey) });
  await act('seats.pair', { ...(await at('4')), code: ((await hello.json()) as { code: string }).code });
  await tile('4', 'free').locator('[data-unsigned="4"]').waitFor();
  await type('4', 'Enter');
  const warning = panel('4').locator('[data-spending=over]');
  await warning.filter({ hasText: 'An owner signs on Till.' }).waitFor();
  await looksWell('unsigned');
  await page.getByRole('button', { name: 'Till', exact: true }).click();
  const row = page.locator('[data-check=consent]');
  await row.filter({ hasText: '1 of 1 not' }).waitFor();
  await looksWell('opening');
  await page.locator('[data-consents="1"]').getByRole('button', { name: 'Sign' }).click();
  await page.locator('[data-check=consent][data-well=true]').waitFor();
  clock.aheadMs += 23.5 * 60 * MINUTE_MS;
  await page.locator('[data-check=consent][data-well=false]').waitFor();
  await act('shift.open', { floatMinor: '2000' });
  const { members } = await read<{ members: readonly MemberView[] }>('members');
  for (const { member } of members) await act('members.top-up', { member, minor: '500', pay: 'cash' });
  await page.getByRole('button', { name: 'Floor', exact: true }).click();
  await type('4', 'Enter');
  await panel('4').locator('[data-spending=soon]').waitFor();
  await page.keyboard.press('Escape');
  expect(await page.locator('[data-unsigned]').count()).toBe(0);
});

// Goal: the button says what is booked. An hour of 35, paid, stopped after 55 minutes; two hours of open play, paid by card.
test('stop and pay says the sum of now, and books it', async () => {
  await act('start', {
    ...(await at('5')),
    ...{ who: { kind: 'guest' }, buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' },
  });
  await act('start', { ...(await at('6')), ...{ who: { kind: 'guest' }, buy: { kind: 'open' }, pay: 'later' } });
  const { members } = await read<{ members: readonly MemberView[] }>('members?q=Lin');
  const who = { kind: 'member', member: members[0]?.member };
  await act('start', { ...(await at('7')), ...{ who, buy: { kind: 'open' }, pay: 'later' } });
  clock.aheadMs += 55 * MINUTE_MS;
  await tile('5', 'in-use')
    .filter({ hasText: /[45]:\d\d left/ })
    .waitFor();
  await type('5', 'Enter', 's');
  await panel('5').locator('[data-charged="35"]').waitFor(); // 32.1, rounded up to a step of 5.
  await panel('5').getByRole('button', { name: 'Stop', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await tile('5', 'free').waitFor();
  expect((await lastOf('5'))?.totalMinor).toBe('0');
  clock.aheadMs += 65 * MINUTE_MS;
  await type('6', 'Enter');
  await panel('6')
    .getByRole('button', { name: /^Stop and take NT\$7[05] \(card\)$/ })
    .click();
  await tile('6', 'free').waitFor();
  expect((await lastOf('6'))?.paid.map(({ by }) => by)).toEqual(['card']);
  await type('7', 'Enter');
  const wallet = panel('7').locator('[data-stop=wallet]');
  await wallet.filter({ hasText: /NT\$7[05] \(wallet\)/ }).waitFor();
  await looksWell('stop');
  await wallet.click();
  await tile('7', 'free').waitFor();
  expect((await lastOf('7'))?.paid.map(({ by }) => by)).toEqual(['wallet']);
});

// Goal: nothing is offered that the hub would refuse. Method: an hour of 35 that is stopped at once costs its minimum of 10: the rest
// is back already.
test('what a stop paid back is said, and only what is left of it is offered', async () => {
  await act('start', {
    ...(await at('5')),
    ...{ who: { kind: 'guest' }, buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' },
  });
  const paid = await lastOf('5');
  await type('5', 'Enter', 'r');
  const payment = panel('5').locator(`[data-payment="${paid?.number}"]`);
  await payment.getByRole('button', { name: 'Void' }).waitFor();
  await act('stop', { ...(await at('5')), pay: 'cash' });
  await payment.getByText('Not played, paid back at the stop: NT$25').waitFor();
  await panel('5').getByLabel('Reason').fill('the headset hummed');
  await panel('5').getByLabel('Amount to give back (TWD)').fill('15');
  expect(await payment.getByRole('button').allTextContents()).toEqual(['Print']);
  await panel('5').getByLabel('Amount to give back (TWD)').fill('10');
  await payment.getByRole('button', { name: 'Give back' }).waitFor();
  await looksWell('paid-back');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Day', exact: true }).click();
  await page.getByLabel('What is looked for').fill(String(paid?.number)); // On any day: this one may be over.
  const row = page.locator(`[data-receipt="${paid?.number}"]`);
  await row.locator('[data-unused="25"]').waitFor();
  await row.getByRole('button', { name: 'Take back' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Amount to give back, at most NT$10').fill('15');
  await dialog.getByLabel('Reason').fill('the headset hummed');
  const give = dialog.getByRole('button', { name: 'Give back' });
  expect([await give.isDisabled(), await dialog.getByRole('button', { name: 'Void' }).count()]).toEqual([true, 0]);
  await dialog.getByLabel('Amount to give back, at most NT$10').fill('10');
  await looksWell('paid-back-day');
  await give.click();
  await row.getByText('NT$10 given back').waitFor();
  expect(await row.getByRole('button', { name: 'Take back' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Floor', exact: true }).click();
});

// Goal: nobody pays because they were looked for before somebody else.
test('a member who was chosen is let go when another is searched for', async () => {
  await type('8', 'Enter');
  const start = panel('8').getByRole('button', { name: 'Start' });
  await panel('8').getByLabel('Customer').selectOption({ label: 'Member' });
  const found = panel('8').getByLabel('Member', { exact: true });
  await panel('8').getByLabel('Name or number').fill('Lin');
  await found.locator('option', { hasText: 'Lin' }).waitFor({ state: 'attached' });
  await found.selectOption({ index: 1 });
  await panel('8').locator('[data-due]').waitFor();
  expect(await start.isDisabled()).toBe(false);
  await panel('8').getByLabel('Name or number').fill('Chen');
  expect(await start.isDisabled()).toBe(true);
  await page.keyboard.press('Enter');
  await found.locator('option', { hasText: 'Chen' }).waitFor({ state: 'attached' });
  await found.selectOption({ index: 1 });
  await start.click();
  await tile('8', 'in-use').filter({ hasText: 'Chen' }).waitFor();
});

// Goal: whoever cannot buy this is told why before anything is sent.
test('the start dialog says why a price is refused', async () => {
  await type('9', 'Enter');
  await panel('9').getByLabel('Customer').selectOption({ label: 'Printed code' });
  await panel('9').getByLabel('Code', { exact: true }).fill('ABCD1234');
  await panel('9')
    .locator('[data-refused=CODE_UNKNOWN]')
    .filter({ hasText: 'The code is unknown, used up or over.' })
    .waitFor();
  await looksWell('refused');
  await page.keyboard.press('Escape');
});

// Goal: what the hand is over stays what it is. Method: another desk takes the seat that was chosen, and the one that was offered.
test('a seat that is taken meanwhile is not swapped with, and no other takes its place unseen', async () => {
  const guest = { who: { kind: 'guest' }, buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' };
  await act('start', { ...(await at('10')), ...guest });
  await tile('10', 'in-use').waitFor();
  await type('1', '0', 'Enter', 'm');
  const form = panel('10');
  const to = form.getByLabel('To seat');
  expect(await to.inputValue()).toBe('1'); // The first free one.
  await act('start', { ...(await at('1')), ...guest });
  await form.getByText('Seat 1 changed meanwhile: In use. Choose again.').waitFor();
  expect(await to.inputValue()).toBe('');
  await looksWell('move');
  expect(await form.getByRole('button', { name: 'Move' }).isDisabled()).toBe(true);
  await to.selectOption('1');
  await form.getByRole('button', { name: 'Swap' }).waitFor();
  await to.selectOption('2');
  await act('start', { ...(await at('2')), ...guest });
  await form.getByText('Seat 2 changed meanwhile: In use. Choose again.').waitFor();
  expect(await form.getByRole('button', { name: 'Move' }).isDisabled()).toBe(true);
  expect(await form.getByRole('button', { name: 'Swap' }).count()).toBe(0);
  await to.selectOption('3');
  await act('message', { text: 'closing soon' }); // No change of who sits where.
  await panel('10').locator('[data-message="10"]').waitFor({ state: 'attached' });
  const paid = await lastOf('10');
  await form.getByRole('button', { name: 'Move' }).click();
  await tile('3', 'in-use').waitFor();
  // What was paid on seat 10 is taken back where its customer sits now, and there alone.
  await type('3', 'Enter', 'r');
  const payment = page.locator(`[data-payment="${paid?.number}"]`);
  await payment.getByText(`Receipt ${paid?.number} · Seat 10 ·`).waitFor();
  await looksWell('moved');
  await act('start', { ...(await at('10')), ...guest });
  const next = await lastOf('10');
  await tile('10', 'in-use').waitFor();
  await type('1', '0', 'Enter', 'r');
  await panel('10').locator(`[data-payment="${next?.number}"]`).waitFor();
  expect(await panel('10').locator('[data-payment]').count()).toBe(1);
  await page.keyboard.press('Escape');
});

// Goal: a seat is called, placed, freed of its device and taken away from the page.
test('a seat gets a name, loses its device, and is removed, each from its panel', async () => {
  await type('4', 'Enter');
  const form = panel('4');
  await form.locator('summary').filter({ hasText: 'Device' }).click();
  await form.getByRole('button', { name: 'Unpair the device of seat 4' }).click();
  await form.locator('form[aria-label^=Unpair]').getByLabel('Reason').fill('goes to repair');
  await form.locator('form[aria-label^=Unpair]').getByRole('button', { name: 'Unpair' }).click();
  await form.locator('[data-device=none]').waitFor();
  await form.locator('summary').filter({ hasText: 'Name, room' }).click();
  await form.getByLabel('Name beside the number').fill('window');
  await form.getByRole('button', { name: 'Save' }).click();
  await tile('4', 'free').filter({ hasText: '4 window' }).waitFor();
  await form.getByRole('button', { name: 'Remove seat 4' }).click();
  await looksWell('edit');
  await form.locator('form[aria-label="Remove seat 4"]').getByLabel('Reason').fill('sold to a friend');
  await form.locator('form[aria-label="Remove seat 4"]').getByRole('button').click();
  await page.locator('[data-seat="4"]').waitFor({ state: 'detached' });
});

// Goal: a package says its hours and is not sold beyond them; a code that was sold as a package shows what it was sold for, and once
// something was taken from it what is left. Method: the package costs more by now, another is sold in three hours only.
test('what a package and a typed code are worth now is to be seen before the start', async () => {
  const { version, minute } = await read<CafeInfo>('');
  const fromMinute = (minute + 180) % 1_440;
  const days = [0, 1, 2, 3, 4, 5, 6, 7];
  const sold = { zones: ['hall'], groups: ['guest'] };
  const packages = (priceMinor: string): CafeSettings['packages'] => [
    { ...sold, id: 'three-hours', name: 'Three hours', priceMinor, rule: { kind: 'duration', minutes: 180 } },
    {
      ...{ ...sold, id: 'later', name: 'Later', priceMinor: '40' },
      rule: { kind: 'window', days, fromMinute, toMinute: fromMinute + 120 },
    },
  ];
  await act('settings', { version, settings: { ...FLAT, packages: packages('60') } });
  const card = { package: 'three-hours', pay: 'cash', days: 30 };
  const [{ code: whole }, { code: begun }] = [await act('codes.sell', card), await act('codes.sell', card)];
  await act('settings', { version: version + 1, settings: { ...FLAT, packages: packages('80') } });
  await act('start', {
    ...(await at('6')),
    ...{ who: { kind: 'code', code: begun?.code }, buy: { kind: 'minutes', minutes: 60 }, pay: 'code' },
  });
  await act('stop', { ...(await at('6')), pay: 'cash' }); // Ten of sixty are gone.
  await page.reload();
  await type('6', 'Enter');
  const form = panel('6').locator('[data-buy=start]');
  const start = form.getByRole('button', { name: 'Start' });
  const option = (name: string) => form.locator('label').filter({ hasText: name });
  await option('Three hours').getByText('NT$80').waitFor();
  const hours = await option('Later').locator('[data-only]').getAttribute('data-only');
  expect(hours).toMatch(/^\d\d:\d\d–\d\d:\d\d$/);
  await option('Later').click();
  await form
    .locator('[data-closed]')
    .filter({ hasText: `Sold from ${hours} only.` })
    .waitFor();
  expect([await start.isDisabled(), await form.locator('[data-due]').count()]).toEqual([true, 0]);
  await looksWell('hours');
  await form.getByLabel('Customer').selectOption({ label: 'Printed code' });
  await form.getByLabel('Code', { exact: true }).fill(begun?.code ?? '');
  await form.getByText('On this code: NT$50, NT$50 left.').waitFor();
  await option('Three hours').getByText('NT$80').waitFor();
  await form.getByLabel('Code', { exact: true }).fill(whole?.code ?? '');
  await form.getByText('On this code: Three hours, NT$60 left.').waitFor();
  await form
    .locator('label[data-chosen=true]')
    .filter({ hasText: /Three hours.*NT\$60/ })
    .waitFor();
  await form.locator('[data-due]').filter({ hasText: 'To pay: NT$60.' }).waitFor();
  await looksWell('code-package');
  await start.click();
  await tile('6', 'in-use').waitFor();
  await expect
    .poll(async () => (await lastOf('6'))?.lines)
    .toEqual([{ what: 'package', about: 'Three hours', minor: '60' }]);
  await act('stop', { ...(await at('6')), pay: 'cash' });
});

// Goal: age rules cost one digit, never a refusal afterwards. Method: the rules begin while the page is open; a start that was
// typed before them waits in the browser.
test('where age rules are, the age is asked before anything is sent, by one digit', async () => {
  const { version } = await read<CafeInfo>('');
  const curfew = TAIPEI_CURFEW.filter(({ id }) => id === 'under-15'); // Of several rules the one that ends last is told: after 22:00 another.
  await act('settings', { version, settings: { ...FLAT, ageBands: TAIPEI_AGE_BANDS, curfew } });
  await page.reload();
  await type('1', '1', 'Enter', '1', 'Enter');
  const ages = panel('11').locator('[data-ages]');
  await ages.getByText('Age? Its digit starts').waitFor();
  await page.keyboard.press('1');
  await panel('11')
    .locator('[data-refused=CURFEW]')
    .filter({ hasText: 'Under 15: not admitted' })
    .filter({ hasText: 'until 00:00' })
    .waitFor();
  await looksWell('age');
  await ages.locator('input').first().focus();
  expect((await seatOf('11')).state).toBe('free');
  await page.keyboard.press('3');
  expect(await page.getByLabel('Seat number').inputValue()).toBe(''); // Else the next seat would be 3 and what is typed.
  await tile('11', 'in-use').waitFor();
  await expect.poll(async () => (await seatOf('11')).tab?.ageBand).toBe('18-up');
  expect(await page.locator('[data-conflicts]').count()).toBe(0);
  const body = {
    ...{ key: 'typed-before-the-rules', ...(await at('12')), who: { kind: 'guest' } },
    ...{ buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' },
  };
  await page.evaluate(([name, one]) => localStorage.setItem(name, one), [
    `nearcade.outbox/${cafe}/${owner.address.toLowerCase()}/${body.key}`,
    JSON.stringify({ act: 'start', body }),
  ] as const);
  await page.reload();
  const conflict = page.locator('[data-conflict="12"][data-code=AGE_BAND_REQUIRED]');
  await conflict.waitFor();
  expect(await conflict.getByRole('button').allTextContents()).toEqual([
    ...['under 15', '15 to 17', '18 and over'].map((age) => `Do it: ${age}`),
    'Leave it',
  ]);
  await looksWell('conflict');
  await conflict.getByRole('button', { name: 'Do it: 18 and over' }).click();
  await tile('12', 'in-use').waitFor();
  expect((await seatOf('12')).tab?.ageBand).toBe('18-up');
});

// Goal: nobody is sold time that a rule forbids to play, and the desk reads so before the sale. Method: a rule for those of 15 to 17
// that begins in half an hour; a preset, more of it, and a package.
test('where an age rule begins soon, minutes are sold up to it, and of a package it is said', async () => {
  const { version, minute } = await read<CafeInfo>('');
  const fromMinute = (minute + 31) % 1_440;
  const soon = { id: 'soon', name: 'Soon', ageBands: ['15-to-17'], days: 'any', guardianLifts: true };
  const packages = [
    {
      ...{ id: 'three-hours', name: 'Three hours', priceMinor: '60', zones: ['hall'], groups: ['guest'] },
      rule: { kind: 'duration', minutes: 180 },
    },
  ];
  const curfew = [{ ...soon, fromMinute, toMinute: fromMinute + 60 }];
  await act('settings', { version, settings: { ...FLAT, packages, ageBands: TAIPEI_AGE_BANDS, curfew } });
  await page.reload();
  await type('5', 'Enter', '1', 'Enter');
  await panel('5').getByText('Age? Its digit starts').waitFor();
  await page.keyboard.press('2');
  await panel('5')
    .locator('[data-cut=minutes]')
    .filter({ hasText: /An age rule ends play at \d\d:\d\d: (29|30)\smins? are sold, not more\./ })
    .waitFor();
  await panel('5').locator('[data-due]').filter({ hasText: 'To pay: NT$20.' }).waitFor();
  await looksWell('rule');
  expect((await seatOf('5')).state).toBe('free');
  await panel('5').locator('[data-ages] input').nth(1).focus();
  await page.keyboard.press('2'); // Read, and pressed again.
  await tile('5', 'in-use').waitFor();
  await expect.poll(async () => (await seatOf('5')).tab).toMatchObject({ ageBand: '15-to-17', paidMinor: '20' });
  await type('5', 'Enter', 'e');
  const more = panel('5').locator('[data-buy=extend]');
  await more.locator('[data-cut=nothing]').filter({ hasText: 'there is nothing left to sell.' }).waitFor();
  expect(await more.getByRole('button', { name: 'Extend' }).isDisabled()).toBe(true);
  await looksWell('rule-extend');
  await type('7', 'Enter', '4');
  const start = panel('7').locator('[data-buy=start]');
  await start.locator('[data-ages] input').nth(1).check();
  await start
    .locator('[data-cut=whole]')
    .filter({ hasText: 'The package costs its whole price all the same.' })
    .waitFor();
  await start.getByLabel('A guardian is present').check();
  await start.locator('[data-cut]').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
});

// Goal: a code is no proof of an age; its holder is sent to the desk in words, and begins there.
test('a printed code where age rules are: the seat says that staff must see its holder', async () => {
  const { code } = await act('codes.sell', { minor: '100', pay: 'cash', days: 30 });
  const device = await (await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en-GB' })).newPage();
  await device.goto(`${hub.url}/kiosk`);
  const digits = device.locator('[data-digits]').filter({ hasText: /^\d{6}$/ });
  await act('seats.pair', { ...(await at('9')), code: (await digits.textContent())?.trim() });
  await device.getByLabel('Printed code').fill(code?.code ?? '');
  await device.getByRole('button', { name: 'Begin with the code' }).click();
  const told = device.locator('[data-code=AGE_BAND_REQUIRED]');
  await told.getByText('Staff must check your age here first.').waitFor();
  expect(await told.getByText('Check a document').count()).toBe(0);
  await device.waitForTimeout(SETTLE_MS);
  expect([...(await axeFaults(device)), ...(await overflows(device))]).toEqual([]);
  const who = { kind: 'code', code: code?.code };
  await act('start', { ...(await at('9')), who, buy: { kind: 'open' }, pay: 'code', ageBand: '18-up' });
  await device.locator('[data-kiosk=in-use]').waitFor();
  await device.context().close();
});

test('no page failed', () => expect(faults).toEqual([]));
