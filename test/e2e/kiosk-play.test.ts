// Goal: a guest of a café plays on its seat. Method: the real product and a real browser; a desk over the interface starts
// and stops the seat; that the key reached the game is read from the decoded picture.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SeatView } from '../../src/protocol/cafe-things.ts';
import { type Address, addressOf, privateKeyFrom } from '../../src/protocol/typed-data.ts';
import { toWire } from '../../src/protocol/voucher.ts';
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

test('a guest plays on a seat until the desk stops it', async () => {
  const owner = await new FakePlayer(product.url).login();
  let keys = 0;
  const key = () => `kiosk-play-${String(++keys).padStart(6, '0')}`;
  const made = await owner.post('/api/cafe', { key: key(), settings: cafeSettings({ curfew: [], ageBands: [] }) });
  const { cafe } = (await made.json()) as { cafe: string };
  const act = async (name: string, body: object) => {
    const response = await owner.post(`/api/cafe/${cafe}/${name}`, { key: key(), ...body });
    expect(response.status, `${name} ${await response.text()}`).toBe(200);
  };
  const at = async () => {
    const { seats } = (await (await owner.fetch(`/api/cafe/${cafe}/floor`)).json()) as { seats: SeatView[] };
    return { seat: '1', version: seats[0]?.version };
  };
  await act('seats/add', { seats: [{ seat: '1', name: '', zone: 'hall' }] });
  await act('shift/open', { floatMinor: '100' });

  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  await page.goto(`${product.url}/kiosk`);
  const digits = page.locator('[data-digits]').filter({ hasText: /\d{6}/ });
  await digits.waitFor();
  await act('seats/pair', { ...(await at()), code: (await digits.textContent())?.trim() });
  await page.locator('[data-kiosk=free]').waitFor();
  const kept = await page.evaluate(() => localStorage.getItem('nearcade.seat-key'));
  const device = privateKeyFrom(new Uint8Array(Buffer.from((kept ?? '').replace('0x', ''), 'hex')));
  const sessionKey: Address = addressOf(device ?? new Uint8Array(32));
  const { consent, signature } = owner.consent({ sessionKey, nonce: 5n, maxAmount: 300n * 10n ** 18n });
  await act('seats/consent', { consents: [{ consent: toWire(consent), signature }] });
  await act('start', { ...(await at()), who: { kind: 'guest' }, buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' });

  await page.locator('[data-game=arcade]').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await page.locator('[data-game=arcade]').click();
  const before = arcadeState((await seeUntil(page, () => true, 20_000)).code);
  await page.keyboard.press('Space');
  await seeUntil(page, (code) => arcadeState(code).inputs > before.inputs);

  await act('stop', { ...(await at()), pay: 'cash' });
  await page.locator('[data-kiosk=free]').waitFor();
  expect(await page.locator('video').count()).toBe(0);
  const sessionKept = () => page.evaluate(() => sessionStorage.getItem('nearcade.session'));
  expect(await sessionKept()).toBeNull();
  // A page that was away while the desk ended the tab comes back with its session, and drops it when it sees the seat.
  await page.evaluate(() => sessionStorage.setItem('nearcade.session', '{"session":"of the guest before"}'));
  await page.reload();
  await page.locator('[data-kiosk=free]').waitFor();
  await expect.poll(sessionKept).toBeNull();
});
