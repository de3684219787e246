// Goal: a guest of a café plays on its seat. Method: the real product and a real browser; a desk over the interface starts
// and stops the seat; that the key reached the game is read from the decoded picture.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SeatView } from '../../src/protocol/cafe-things.ts';
import type { PublicConfig } from '../../src/protocol/http-api.ts';
import { privateKeyFrom } from '../../src/protocol/typed-data.ts';
import { cafeSettings } from '../support/cafe/settings.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { arcadeState, seeUntil } from './support/picture.ts';
import { type Product, startProduct } from './support/product.ts';
import { axeFaults } from './web/checks.ts';
import { launchChromium } from './web/harness.ts';

let product: Product;
let browser: Browser;
beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(['--slots', '1', '--chain', 'off']), launchChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** A café of its own, and what its desk does. */
type Desk = {
  readonly act: (name: string, body: object) => Promise<void>;
  readonly at: (seat: string) => Promise<{ seat: string; version: number }>;
  readonly seat: (seat: string) => Promise<SeatView>;
  readonly owner: FakePlayer;
  readonly cafe: string;
};

let nonce = 5n;
let keys = 0;
async function openDesk(seats: readonly string[]): Promise<Desk> {
  const owner = await new FakePlayer(product.url).login();
  const key = () => `kiosk-play-${String(++keys).padStart(6, '0')}`;
  const made = await owner.post('/api/cafe', { key: key(), settings: cafeSettings({ curfew: [], ageBands: [] }) });
  const { cafe } = (await made.json()) as { cafe: string };
  const act = async (name: string, body: object) => {
    const response = await owner.post(`/api/cafe/${cafe}/${name}`, { key: key(), ...body });
    expect(response.status, `${name} ${await response.text()}`).toBe(200);
  };
  const seat = async (number: string) => {
    const floor = (await (await owner.fetch(`/api/cafe/${cafe}/floor`)).json()) as { seats: SeatView[] };
    const found = floor.seats.find((each) => each.seat === number);
    if (found === undefined) throw new Error(`seat ${number}`);
    return found;
  };
  await act('seats/add', { seats: seats.map((number) => ({ seat: number, name: '', zone: 'hall' })) });
  await act('shift/open', { floatMinor: '100' });
  return { act, seat, at: async (number) => ({ seat: number, version: (await seat(number)).version }), owner, cafe };
}

/** A device of its own on a seat, paired and allowed to spend. */
async function openSeat({ act, at, owner }: Desk, number: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(`${product.url}/kiosk`);
  const digits = page.locator('[data-digits]').filter({ hasText: /\d{6}/ });
  await digits.waitFor();
  await act('seats/pair', { ...(await at(number)), code: (await digits.textContent())?.trim() });
  await page.locator('[data-kiosk=free]').waitFor();
  const kept = await page.evaluate(() => localStorage.getItem('nearcade.seat-key'));
  const device = privateKeyFrom(new Uint8Array(Buffer.from((kept ?? '').replace('0x', ''), 'hex')));
  const keys = [{ sessionKey: device ?? new Uint8Array(32) }];
  await act('seats/consent', owner.consentTo(keys, { nonce: nonce++, maxAmount: 300n * 10n ** 18n }));
  return page;
}
const guestHour = { who: { kind: 'guest' }, buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' } as const;

test('a guest plays on a seat until the desk stops it', async () => {
  const desk = await openDesk(['1']);
  const { act, at } = desk;
  const page = await openSeat(desk, '1');
  await act('start', { ...(await at('1')), ...guestHour });

  await page.locator('[data-game=arcade]').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await page.locator('[data-game=arcade]').click();
  const before = arcadeState((await seeUntil(page, () => true, 20_000)).code);
  await page.keyboard.press('Space');
  await seeUntil(page, (code) => arcadeState(code).inputs > before.inputs);

  // While the desk lets the clock stand, nobody plays on: keys reach the page and not the game.
  await act('pause', { ...(await at('1')), reason: 'police check' });
  await page.locator('[data-still]').waitFor();
  const { code: paused } = await seeUntil(page, () => true);
  await page.mouse.click(640, 400);
  await page.keyboard.press('Space');
  const { code: later } = await seeUntil(page, ({ frameSeq }) => ((frameSeq - paused.frameSeq) & 0xffff) > 60);
  expect(arcadeState(later).inputs).toBe(arcadeState(paused).inputs);
  await act('resume', await at('1'));
  await page.locator('[data-still]').waitFor({ state: 'detached' });
  await page.keyboard.press('Space');
  await seeUntil(page, (code) => arcadeState(code).inputs > arcadeState(later).inputs);

  await act('stop', { ...(await at('1')), pay: 'cash' });
  await page.locator('[data-kiosk=free]').waitFor();
  await page.locator('video').waitFor({ state: 'detached' });
  const sessionKept = () => page.evaluate(() => sessionStorage.getItem('nearcade.session'));
  expect(await sessionKept()).toBeNull();
  // A page that was away while the desk ended the tab comes back with its session, and drops it when it sees the seat.
  await page.evaluate(() => sessionStorage.setItem('nearcade.session', '{"session":"of the guest before"}'));
  await page.reload();
  await page.locator('[data-kiosk=free]').waitFor();
  await expect.poll(sessionKept).toBeNull();
  await page.context().close();
});

test('a guest who changes seats goes on with the game there, by itself, on the one machine that there is', async () => {
  const desk = await openDesk(['1', '2']);
  const { act, at, seat } = desk;
  const [one, two] = [await openSeat(desk, '1'), await openSeat(desk, '2')];
  await act('start', { ...(await at('1')), ...guestHour });
  // The one machine may still wipe what the test before left.
  const free = async () => ((await (await fetch(`${product.url}/api/config`)).json()) as PublicConfig).nodes.freeSlots;
  await expect.poll(free, { timeout: 60_000 }).toBe(1);
  await one.locator('[data-game=arcade]').click();
  await seeUntil(one, () => true, 20_000);
  const first = (await seat('1')).play?.session;
  const to = await at('2');
  await act('move', { ...(await at('1')), to: '2', toVersion: to.version });
  await one.locator('[data-kiosk=free]').waitFor();
  await one.locator('video').waitFor({ state: 'detached' });
  await two.locator('[data-playing=arcade]').waitFor({ timeout: 40_000 }); // Nobody touched it.
  const before = arcadeState((await seeUntil(two, () => true, 20_000)).code);
  await two.keyboard.press('Space');
  await seeUntil(two, (code) => arcadeState(code).inputs > before.inputs);
  const { play, tab } = await seat('2');
  expect(play?.session).not.toBe(first);
  expect(tab?.who).toBe('guest');
  await act('stop', { ...(await at('2')), pay: 'cash' });
  await two.locator('[data-kiosk=free]').waitFor();
  const games = async () => {
    const { today, cafe } = (await (await desk.owner.fetch(`/api/cafe/${desk.cafe}`)).json()) as Record<string, string>;
    const report = await desk.owner.fetch(`/api/cafe/${cafe}/reports/day?date=${today}`);
    return ((await report.json()) as { games: { game: string; sessions: number }[] }).games;
  };
  await expect.poll(games, { timeout: 20_000 }).toMatchObject([{ game: 'arcade', sessions: 2 }]);
});

test('a guest whose time was up goes on with the game, by itself, when more time is paid', async () => {
  const desk = await openDesk(['1']);
  const { act, at, seat } = desk;
  const page = await openSeat(desk, '1');
  const free = async () => ((await (await fetch(`${product.url}/api/config`)).json()) as PublicConfig).nodes.freeSlots;
  await expect.poll(free, { timeout: 60_000 }).toBe(1);
  await act('start', { ...(await at('1')), ...guestHour });
  await page.locator('[data-game=arcade]').click();
  await seeUntil(page, () => true, 30_000);
  const first = (await seat('1')).play?.session;
  await act('end-at', { seats: ['1'], atMs: Date.now() + 8_000 }); // The desk ends it soon, for all that is paid.
  await page.locator('[data-ends-soon="1"]').waitFor();
  await page.keyboard.press('Space'); // The notice takes no key from the game.
  await page.locator('[data-kiosk=ending]').waitFor({ timeout: 60_000 });
  await page.locator('video').waitFor({ state: 'detached' });
  await act('extend', { ...(await at('1')), buy: guestHour.buy, pay: 'cash' });
  await page.locator('[data-playing=arcade]').waitFor({ timeout: 60_000 }); // Nobody touched it.
  const before = arcadeState((await seeUntil(page, () => true, 30_000)).code);
  await page.keyboard.press('Space');
  await seeUntil(page, (code) => arcadeState(code).inputs > before.inputs);
  expect((await seat('1')).play?.session).not.toBe(first);
  await act('stop', { ...(await at('1')), pay: 'cash' });
  await page.context().close();
});
