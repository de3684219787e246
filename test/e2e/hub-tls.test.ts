// Goal: a seat that opens the hub's plain address on the LAN is led to the encrypted one, where gamepads, clipboard and keyboard
// lock exist, as soon as it has the authority's certificate, and not before. Method: Chromium with and without it; a name of
// the LAN that leads to this machine.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openOwnTls } from '../../src/main/hub-tls.ts';
import { silentLog } from '../../src/observe/log.ts';
import { type TestHub, testHub } from '../support/hub/service.ts';
import { launch } from './support/browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'nearcade-tls-'));
let hub: TestHub;
let port: string;
beforeAll(async () => {
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Nearcade</title>');
  const parts = { data: folder, hostName: 'cafe', given: [], addresses: () => [] };
  const tls = await openOwnTls(parts, Date.now(), silentLog);
  hub = await testHub({ tls, pageFolder: folder });
  port = new URL(hub.url).port;
});
afterAll(async () => {
  await hub.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** A browser of a seat whose user has installed the certificate, or not. */
function seatBrowser(trusts: boolean): Promise<Browser> {
  const home = join(folder, trusts ? 'home' : 'stranger');
  const store = join(home, '.pki', 'nssdb');
  mkdirSync(store, { recursive: true });
  const db = `sql:${store}`;
  execFileSync('certutil', ['-d', db, '-N', '--empty-password']);
  const ca = join(folder, 'tls-ca.pem');
  if (trusts) execFileSync('certutil', ['-d', db, '-A', '-t', 'C,,', '-n', 'Nearcade', '-i', ca]);
  return launch('chromium', ['--host-resolver-rules=MAP cafe.local 127.0.0.1'], home);
}
const abilities = () => [isSecureContext, 'keyboard' in navigator, 'clipboard' in navigator];

test('a seat that has the certificate is led on by itself and has a secure page', async () => {
  const browser = await seatBrowser(true);
  const page = await browser.newPage();
  await page.goto(`http://cafe.local:${port}/kiosk`);
  await page.waitForURL(`https://cafe.local:${port}/kiosk`);
  expect(await page.title()).toBe('Nearcade');
  expect(await page.evaluate(abilities)).toEqual([true, true, true]);
  await page.goto(`http://cafe.local:${port}/install`);
  await page.getByText('This device trusts the hub already.').waitFor();
  await browser.close();
});

test('a seat without it stays where it reads what is missing', async () => {
  const browser = await seatBrowser(false);
  const page = await browser.newPage();
  const failed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/install/trusted'));
  await page.goto(`http://cafe.local:${port}/kiosk`);
  expect((await failed).failure()?.errorText).toBe('net::ERR_CERT_AUTHORITY_INVALID');
  await page.getByRole('heading', { name: 'This address is not encrypted' }).waitFor();
  expect(await page.evaluate(abilities)).toEqual([false, false, false]);
  await expect(page.goto(`https://cafe.local:${port}/kiosk`)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID');
  await browser.close();
});
