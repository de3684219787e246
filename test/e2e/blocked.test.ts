// Goal: who cannot reach the node directly plays over the relay, and is told so truly. Method: the node is known only by
// ports of a forwarder that lets in nobody but the relay's own ports; the page is free to choose, or told to. Control:
// with the forwarder open, a page that wants the direct way has it.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { launch, type PlayerStats, until } from './support/browser.ts';
import { type DelayForwarder, openDelayForwarder } from './support/delay-forwarder.ts';
import { seeUntil } from './support/picture.ts';
import { type Hub, type RoleProcess, startHub, startNode, startRole } from './support/roles.ts';

const base = await freePort(300);
const NODE = { local: base, seen: base + 100, count: 24 };
/** So much came that the relay's count says something. */
const ENOUGH_BYTES = 200_000;
const RELAY_PORTS = { first: base + 200, last: base + 299 };
const local = `${NODE.local}-${NODE.local + NODE.count - 1}`;
const seen = `${NODE.seen}-${NODE.seen + NODE.count - 1}`;

/** The relay's figure is some 0.3 s behind at the end: of so long, less than the twentieth allowed. */
const LONG_MS = 10_000;

let hub: Hub;
let way: DelayForwarder;
let browser: Browser;
const roles: RoleProcess[] = [];
beforeAll(async () => {
  way = await openDelayForwarder(
    [
      {
        ranges: [{ listen: NODE.seen, target: NODE.local, count: NODE.count }],
        ...{ delayMs: 0, jitterMs: 0, lossShare: 0, onlyFrom: RELAY_PORTS },
      },
    ],
    1,
  );
  hub = await startHub();
  roles.push(
    startRole(
      'relay',
      [
        ...['--listen', `127.0.0.1:${await freePort()}`, '--hub', hub.url, '--allow-peer', '127.0.0.0/8'],
        ...['--relay-ports', `${RELAY_PORTS.first}-${RELAY_PORTS.last}`, '--drain-seconds', '0'],
      ],
      { NEARCADE_SECRET: hub.relaySecret },
    ),
    await startNode(hub.url, [
      ...['--name', 'Walled', '--slots', '2', '--ice-ports', local],
      ...['--advertise', `127.0.0.1:${seen}=${local}`, '--advertise-only'],
    ]),
  );
  await Promise.all(roles.map((role) => role.event('hub.joined')));
  browser = await launch('chromium');
});
afterAll(async () => {
  await browser?.close();
  await Promise.all(roles.map((role) => role.stop()));
  await hub?.stop();
  await way?.close();
});

type Receipt = { readonly path: string; readonly receivedBytes: number; readonly relay?: { toPlayerBytes: number } };

/** Plays until the picture answered a key and sound was heard; answers with the figures then, and the receipt. */
async function play(path: string): Promise<{ now: PlayerStats; receipt: Receipt }> {
  const context = await browser.newContext({ viewport: { width: 900, height: 640 } });
  const page = await context.newPage();
  await page.goto(`${hub.url}/play?game=arcade&auto=1&path=${path}&size=640x360`);
  await until(page, ({ phase }) => phase === 'playing', 60_000);
  const before = await seeUntil(page, () => true);
  await page.keyboard.press('Space');
  await seeUntil(page, ({ inputSeq }) => inputSeq > before.code.inputSeq);
  const now = await until(
    page,
    ({ pair, receivedBytes, audioLevel, goodMs }) =>
      pair !== null && Number(receivedBytes) > ENOUGH_BYTES && Number(audioLevel) > 0.005 && Number(goodMs) > LONG_MS,
  );
  await page.screenshot({ path: `test-results/blocked-${path}.png` });
  await page.evaluate(() => window.nearcade?.leave());
  const { receipt } = await until(page, (each) => each.phase === 'ended' && each.receipt !== null);
  await context.close();
  return { now, receipt: receipt as unknown as Receipt };
}

test.each([
  // The forwarder is a router, too: the relay's address comes back as another one, hence no plain 'relay'.
  ['auto', { local: expect.stringMatching(/^(relay|prflx)$/), relayProtocol: 'udp', path: 'relay' }],
  ['relay-tcp', { local: expect.stringMatching(/^(relay|prflx)$/), relayProtocol: 'tcp', path: 'relay-tcp' }],
])('the direct way is blocked: %s plays over the relay, which counts what the player got', async (path, pair) => {
  const before = (await way.report())[0]?.barred ?? 0;
  const { now, receipt } = await play(path);
  expect(now.pair).toMatchObject(pair);
  expect(now.path).toBe(pair.path);
  expect(receipt.path).toBe(pair.path);
  expect(receipt.receivedBytes).toBeGreaterThan(ENOUGH_BYTES);
  expect(receipt.relay?.toPlayerBytes).toBeGreaterThanOrEqual(0.95 * receipt.receivedBytes);
  // The block is real: who was free to choose knocked directly, and nothing of it came through.
  const barred = ((await way.report())[0]?.barred ?? 0) - before;
  if (path === 'auto') expect(barred).toBeGreaterThan(0);
  else expect(barred).toBe(0);
});

test('control: with the block lifted the page goes directly where it is asked to', async () => {
  way.change(0, { onlyFrom: { first: 0, last: 65_535 } });
  const { now, receipt } = await play('direct');
  expect(now.path).toBe('direct');
  expect(now.pair).not.toHaveProperty('relayProtocol');
  expect(receipt).toMatchObject({ path: 'direct' });
});
