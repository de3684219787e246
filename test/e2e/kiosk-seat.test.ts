// Goal: a seat's own page does what a customer meets there. Method: the built page in real browsers on a hub in this process,
// over memory; a desk over the interface.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { encode } from 'uqr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWeb, repositoryRoot } from '../../src/main/build-web.ts';
import type { CafeActAnswer } from '../../src/protocol/cafe-acts.ts';
import type { SeatView } from '../../src/protocol/cafe-things.ts';
import { cafeSettings } from '../support/cafe/settings.ts';
import { bodyOf } from '../support/hub/body.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { aheadClock, type TestHub, testHub } from '../support/hub/service.ts';
import { axeFaults } from './web/checks.ts';
import { launchChromium } from './web/harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'nearcade-seat-'));
const clock = aheadClock();
const shots = process.env.NEARCADE_SHOTS;
let hub: TestHub;
let browser: Browser;
let owner: FakePlayer;
let cafe: string;
let keys = 0;
async function act(name: string, body: object): Promise<CafeActAnswer> {
  const key = `kiosk-seat-${String(++keys).padStart(6, '0')}`;
  const response = await owner.post(`/api/cafe/${cafe}/${name}`, { key, ...body });
  const answer = (await response.json()) as CafeActAnswer;
  expect(response.status, `${name} ${JSON.stringify(answer)}`).toBe(200);
  return answer;
}
async function seatNow(number: string): Promise<SeatView> {
  const { seats } = await bodyOf<{ seats: SeatView[] }>(owner.fetch(`/api/cafe/${cafe}/floor`));
  const found = seats.find(({ seat }) => seat === number);
  if (found === undefined) throw new Error(`seat ${number}`);
  return found;
}

beforeAll(async () => {
  await buildWeb();
  [hub, browser] = await Promise.all([
    testHub({ pageFolder: join(repositoryRoot, 'clients/web/dist'), clock }),
    launchChromium(),
  ]);
  owner = await new FakePlayer(hub.url).login();
  const idle = { minutes: 5, graceSeconds: 300, guestsGoOn: true };
  const settings = cafeSettings({ curfew: [], ageBands: [], idle });
  const made = owner.post('/api/cafe', { key: 'kiosk-seat-cafe-1', settings });
  cafe = (await bodyOf<{ cafe: string }>(made)).cafe;
  await act('seats/add', { seats: ['1', '2'].map((seat) => ({ seat, name: '', zone: 'hall' })) });
  await act('shift/open', { floatMinor: '100' });
});
afterAll(async () => {
  await browser?.close();
  expect(hub.faults).toEqual([]);
  await hub?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const at = async (number: string) => ({ seat: number, version: (await seatNow(number)).version });

/** Runs the boot script as a PC with these cards; the browser is a word that is said back. */
function boot(file: string, mac: string) {
  const net = join(folder, 'net');
  mkdirSync(join(net, 'eth0'), { recursive: true });
  writeFileSync(join(net, 'eth0', 'address'), `${mac}\n`);
  const script = join(repositoryRoot, 'clients/kiosk/seat.sh');
  const env = { ...process.env, NEARCADE_NET: net };
  const { status, stdout, stderr } = spawnSync('sh', [script, hub.url, file, 'echo'], { env, encoding: 'utf8' });
  return { status, url: stdout.trim(), said: stderr.trim() };
}
/** A browser that was never here, on an address. `clock`: its time is the test's to move. */
async function freshPage(url: string, { width = 1280, clock = false } = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, locale: 'en-GB' });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  if (clock) await page.clock.install();
  await page.goto(url);
  return page;
}
const keyOf = (page: Page) => page.evaluate(() => localStorage.getItem('nearcade.seat-key'));

test('the boot script finds its own line by MAC address or host name, and says what is wrong', async () => {
  const seats = [
    { seat: '1', host: '52:54:00:12:34:56' },
    { seat: '2', host: hostname().toLowerCase() },
  ];
  const { secret = '' } = await act('seats/enrol', { seats: seats.slice(0, 1) });
  const file = join(folder, 'one');
  writeFileSync(file, secret);
  expect(boot(file, '52:54:00:12:34:56').url).toMatch(new RegExp(`^${hub.url}/kiosk#enrol=${cafe}\\.1\\.[\\w-]{43}$`));
  expect(boot(file, '52:54:00:12:34:5')).toMatchObject({ status: 1, said: expect.stringContaining('has no line for') });
  const both = (await act('seats/enrol', { seats })).secret ?? '';
  writeFileSync(file, both);
  expect(boot(file, '52:54:00:99:99:99').url).toContain(`#enrol=${cafe}.2.`);
  expect(boot(file, '52:54:00:12:34:56')).toMatchObject({ status: 1, said: expect.stringContaining('several lines') });
});

test('a PC without a disk is its seat at each boot, with one key; two of them are both stopped and told', async () => {
  const { secret = '' } = await act('seats/enrol', { seats: [{ seat: '1', host: '52:54:00:12:34:56' }] });
  const file = join(folder, 'two');
  writeFileSync(file, secret);
  const { url } = boot(file, '52:54:00:12:34:56');
  const first = await freshPage(url);
  await first.locator('[data-kiosk=free]').waitFor();
  expect(first.url()).toBe(`${hub.url}/kiosk`); // No customer reads the line in the address.
  const key = await keyOf(first);
  await first.context().close();

  const again = await freshPage(url);
  await again.locator('[data-kiosk=free]').waitFor();
  expect(await keyOf(again)).toBe(key);
  const clone = await freshPage(url);
  await clone.locator('[data-kiosk=free]').waitFor();
  clock.aheadMs += 6_000; // A page that is reloaded has two lines for a moment; these two stay.
  await Promise.all([again, clone].map((page) => page.locator('[data-kiosk=doubled]').waitFor()));
  expect(await axeFaults(clone)).toEqual([]);
  expect((await seatNow('1')).device).toMatchObject({ doubled: true });
  await clone.context().close();
  await again.locator('[data-kiosk=free]').waitFor();

  await act('seats/unenrol', { seat: '1', reason: 'file was lost' });
  await again.locator('[data-kiosk=unpaired]').waitFor();
  const late = await freshPage(url);
  await late.getByText('is not a seat of this hub any more').waitFor();
  await Promise.all([again, late].map((page) => page.context().close()));
});

test('a member reads the code of a locked seat by phone and begins there; a seat that nobody touches asks, stands still, and is theirs again by PIN', async () => {
  const { secret = '' } = await act('seats/enrol', { seats: [{ seat: '2', host: '52:54:00:12:34:99' }] });
  const added = await act('members/add', { name: 'Lin', group: 'guest', pin: '2468' });
  const member = added.member?.member ?? '';
  await act('members/top-up', { member, minor: '100', pay: 'cash' });
  const key = secret.trim().split('\t').at(-1);
  const seat = await freshPage(`${hub.url}/kiosk#enrol=${key}`, { clock: true });
  const code = seat.locator('[data-link]');
  await code.waitFor();
  expect(await axeFaults(seat)).toEqual([]);
  const link = `${hub.url}/seat#${await code.getAttribute('data-link')}`;
  const { data } = encode(link, { border: 3 });
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  expect(await code.locator('svg path').getAttribute('d')).toBe(dark);

  const phone = await freshPage(link, { width: 390 });
  await phone.getByLabel('Member number').waitFor();
  expect(await axeFaults(phone)).toEqual([]);
  const type = async (pin: string) => {
    await phone.getByLabel('Member number').fill(String(added.member?.number));
    await phone.getByLabel('PIN').fill(pin);
    await phone.getByRole('button', { name: 'Begin as a member' }).click();
  };
  await type('1111');
  await phone.getByText('The PIN is wrong').first().waitFor();
  await type('2468');
  await phone.locator('[data-join=begun]').waitFor();
  await seat.locator('[data-kiosk=in-use]').waitFor();
  await phone.reload();
  await type('2468');
  await phone.getByText('does not show this code any more').waitFor();
  await phone.context().close();

  const question = seat.locator('[data-still-there]');
  await seat.clock.fastForward('04:00');
  expect(await question.count()).toBe(0);
  await seat.clock.fastForward('01:05');
  await question.waitFor();
  expect(await axeFaults(seat)).toEqual([]);
  await seat.mouse.move(100, 100); // Any move is an answer.
  await seat.clock.fastForward('00:02');
  await question.waitFor({ state: 'detached' });
  expect((await seatNow('2')).state).toBe('in-use');

  await seat.clock.fastForward('10:05');
  await seat.locator('[data-kiosk=paused]').waitFor();
  expect(await seatNow('2')).toMatchObject({ reason: 'nobody there' });
  expect(await axeFaults(seat)).toEqual([]);
  await seat.getByLabel('PIN').fill('2468');
  await seat.getByRole('button', { name: 'Go on' }).click();
  await seat.locator('[data-kiosk=in-use]').waitFor();
  await act('stop', { ...(await at('2')), pay: 'wallet' });
  await seat.locator('[data-kiosk=free]').waitFor();
  await seat.context().close();
});

// Goal: nobody's time ends unannounced, and what announces it is in nobody's way. Method: the hub's clock is put on, to each of the
// three warnings, to the end, and past an extension.
test('a customer is told ten, five and one minute before the end, and goes on after an extension', async () => {
  const seat = await freshPage(`${hub.url}/kiosk`);
  const digits = seat.locator('[data-digits]').filter({ hasText: /\d{6}/ });
  await digits.waitFor();
  await act('seats/pair', { ...(await at('1')), code: (await digits.textContent())?.trim() });
  await seat.locator('[data-kiosk=free]').waitFor();
  const hour = { buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' };
  await act('start', { ...(await at('1')), ...hour, who: { kind: 'guest' } });
  await seat.locator('[data-kiosk=in-use]').waitFor();
  const soon = seat.locator('[data-ends-soon]');
  expect(await soon.count()).toBe(0);
  const { endsAtMs = 0 } = (await seatNow('1')).tab ?? {};
  for (const minutes of [10, 5, 1]) {
    clock.aheadMs = endsAtMs - minutes * 60_000 - Date.now();
    await seat.locator(`[data-ends-soon="${minutes}"]`).waitFor();
    expect(await axeFaults(seat)).toEqual([]);
    const rest = await seat.evaluate(() => [
      document.activeElement?.tagName,
      getComputedStyle(document.querySelector('[data-ends-soon]') ?? document.body).pointerEvents,
    ]);
    expect(rest).toEqual(['BODY', 'none']);
  }
  if (shots !== undefined) await seat.screenshot({ path: join(shots, 'kiosk-ends-soon.png') });
  clock.aheadMs += 61_000;
  await seat.locator('[data-kiosk=ending]').filter({ hasText: 'What was paid is used up' }).waitFor();
  await soon.waitFor({ state: 'detached' });
  await act('extend', { ...(await at('1')), ...hour });
  await seat.locator('[data-kiosk=in-use]').waitFor();
  await act('stop', { ...(await at('1')), pay: 'cash' });
  await seat.context().close();
});
