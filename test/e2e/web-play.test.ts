// test/e2e/web-play.test.ts - a session from the press to the receipt and through every fault that the page can meet.
// Method: the built page in Chromium, a scripted hub that checks every signature, and nodes played by a second tab over
// real WebRTC. What a real node does with it is tested elsewhere.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { NodeId, SessionId } from '../../src/base/ids.ts';
import { priceWei } from '../../src/billing/pricing.ts';
import { hidByCode } from '../../src/protocol/key-codes.ts';
import { axeFaults, overflows } from './web/checks.ts';
import { type Stage, setStage, stats, until } from './web/harness.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  stage.hub.picture = { width: 640, height: 360, fps: 20 };
});
afterEach(async () => {
  for (const id of stage.hub.sessions.keys()) stage.hub.end(id, 'hub-stopped');
  await Promise.all(
    stage.browser
      .contexts()
      .slice(1)
      .map((context) => context.close()),
  );
});
afterAll(() => stage?.close());

type Stats = Record<string, unknown>;
const seen = (now: Stats): boolean =>
  now.phase === 'playing' && Number(now.framesDecoded) > 5 && now.pictureCode !== null;
const session = (now: Stats): SessionId => String(now.session) as SessionId;
/** Starts by the address alone, as a kiosk does. */
async function play(query = '', visit = {}): Promise<{ page: Page; now: Stats; id: SessionId }> {
  const page = await stage.visit(`/play?game=arcade&auto=1${query}`, visit);
  const now = await until(page, seen, 30_000);
  return { page, now, id: session(now) };
}
const told = (t: string) => stage.hub.nodeHeard.filter((message) => message.t === t);
const keys = (id: SessionId) =>
  told('key')
    .filter((message) => message.session === id)
    .map(({ event }) => event);

test('pressing play leads through the ticks to a moving picture that answers, with sound', async () => {
  const page = await stage.visit('/play?game=arcade');
  await until(page, (now) => now.plan === 'ready');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  const now = await until(
    page,
    (each) => seen(each) && Number(each.audioLevel) > 0.05 && each.clickToFrame !== null,
    30_000,
  );
  const times = now.startMs as Record<string, number>;
  expect(Object.keys(times)).toEqual(['seat', 'game', 'path', 'frame', 'input']);
  expect(now).toMatchObject({
    nodeName: 'Taipei-2',
    path: 'direct',
    codec: 'VP8',
    width: 640,
    height: 392,
    trouble: 'none',
  });
  expect(Number(now.audioLevel)).toBeCloseTo(0.2, 1);
  const frames = Number(now.framesDecoded);
  await until(page, (each) => Number(each.framesDecoded) > frames + 10);
});

test('the strip below the picture is never seen, at any size of the window', async () => {
  const { page } = await play();
  for (const size of [
    { width: 1280, height: 800 },
    { width: 700, height: 900 },
    { width: 391, height: 844 },
  ]) {
    await page.setViewportSize(size);
    const { shown, ratio, below } = await page.evaluate(() => {
      const box = document.querySelector('.nearcade-picture')?.getBoundingClientRect() ?? new DOMRect();
      const video = document.querySelector('video')?.getBoundingClientRect() ?? new DOMRect();
      return { shown: box.height, ratio: box.width / box.height, below: (video.height - box.height) / video.height };
    });
    expect(ratio).toBeCloseTo(640 / 360, 1);
    expect(shown).toBeLessThanOrEqual(size.height);
    expect(below).toBeGreaterThanOrEqual(32 / 392 - 1e-6);
    expect(below).toBeLessThan(32 / 392 + 3 / shown);
  }
});

test('keys reach the game by place, once, and the picture changes because of them', async () => {
  const { page, id } = await play();
  const before = (await stats(page)).pictureCode as { state: number };
  await page.keyboard.press('ArrowRight');
  const hid = hidByCode.get('ArrowRight');
  await expect
    .poll(() => keys(id).slice(-2))
    .toEqual([
      { kind: 'key', hid, down: true },
      { kind: 'key', hid, down: false },
    ]);
  const after = await until(page, (now) => (now.pictureCode as { state: number }).state >> 16 !== before.state >> 16);
  expect((after.pictureCode as { inputSeq: number }).inputSeq).toBeGreaterThan(0);
});

test('a mouse that moves and clicks arrives at its place on the picture', async () => {
  const { page, id } = await play();
  const box = await page.locator('.nearcade-picture').boundingBox();
  if (box === null) throw new Error('the picture has a box');
  await page.mouse.move(box.x + box.width * 0.25, box.y + box.height * 0.5, { steps: 5 });
  await page.mouse.click(box.x + box.width * 0.75, box.y + box.height * 0.5);
  await expect
    .poll(() => keys(id).filter((event) => (event as { kind: string }).kind === 'mouse-button').length)
    .toBe(2);
  const [down] = keys(id).filter((event) => (event as { kind: string }).kind === 'mouse-button') as {
    pointer: { x: number };
  }[];
  expect((down?.pointer.x ?? 0) / 65_535).toBeCloseTo(0.75, 1);
  await expect.poll(() => (told('motion').at(-1) as { x?: number } | undefined)?.x ?? 0).toBeGreaterThan(45_000);
});

test('a gamepad button and a bent stick arrive', async () => {
  const page = await stage.visit('/robots.txt');
  await page.addInitScript(() => {
    const state = { pressed: false, axis: 0 };
    Object.assign(window, { fakePad: state });
    navigator.getGamepads = () =>
      [
        {
          index: 0,
          id: 'Test pad',
          axes: [state.axis, 0, 0, 0],
          buttons: [{ pressed: state.pressed, value: Number(state.pressed) }],
        },
      ] as never;
  });
  await page.goto(`${stage.origin}/play?game=arcade&auto=1`);
  const id = session(await until(page, seen, 30_000));
  await page.evaluate(() =>
    Object.assign((window as unknown as { fakePad: object }).fakePad, { pressed: true, axis: 0.8 }),
  );
  await expect.poll(() => keys(id)).toContainEqual({ kind: 'pad-button', pad: 0, button: 0, value: 255 });
  await expect.poll(() => JSON.stringify(told('motion').at(-1))).toContain('"pads":[{"pad":0,"axes":[2');
  expect((await stats(page)).pads).toEqual([{ pad: 0, name: 'Test pad' }]);
});

test('fingers on the picture are the game’s where it takes touch', async () => {
  const { page, id } = await play('', { touch: true, size: { width: 844, height: 390 } });
  await page.touchscreen.tap(400, 150);
  await expect.poll(() => keys(id).filter((event) => (event as { kind: string }).kind === 'touch').length).toBe(2);
  await page.getByRole('button', { name: 'A', exact: true }).tap();
  await expect.poll(() => keys(id)).toContainEqual({ kind: 'pad-button', pad: 3, button: 0, value: 255 });
});

test('the wheel turns by notches, and a pad that can rumble does', async () => {
  const page = await stage.visit('/robots.txt');
  await page.addInitScript(() => {
    const rumbled: unknown[] = [];
    const playEffect = (kind: string, effect: object) => {
      rumbled.push({ kind, ...effect });
      return Promise.resolve('complete');
    };
    const pad = { index: 0, id: 'Test pad', axes: [0, 0, 0, 0], buttons: [], vibrationActuator: { playEffect } };
    Object.assign(window, { rumbled });
    navigator.getGamepads = () => [pad] as never;
  });
  await page.goto(`${stage.origin}/play?game=arcade&auto=1`);
  const id = session(await until(page, seen, 30_000));
  await page.locator('.nearcade-picture').hover();
  await page.mouse.wheel(0, 100);
  await expect.poll(() => keys(id), { timeout: 15_000 }).toContainEqual({ kind: 'wheel', dx: 0, dy: 120 });
  stage.hub.order({ t: 'rumble', session: id, pad: 0, strong: 1, weak: 0.5, durationMs: 120 });
  await expect
    .poll(() => page.evaluate('window.rumbled'), { timeout: 15_000 })
    .toEqual([{ kind: 'dual-rumble', duration: 120, strongMagnitude: 1, weakMagnitude: 0.5 }]);
});

test('the way out releases what is held, opens the menu, and text goes in as text', async () => {
  const { page, id } = await play();
  await page.keyboard.down('KeyW');
  await expect.poll(() => keys(id).length).toBeGreaterThan(0);
  await page.keyboard.press('Control+Alt+Shift+KeyQ');
  const menu = page.getByRole('dialog', { name: 'Game menu' });
  await menu.waitFor();
  await expect.poll(() => keys(id).at(-1)).toEqual({ kind: 'release-all' });
  expect(keys(id)).not.toContainEqual({ kind: 'key', hid: hidByCode.get('KeyQ'), down: true });
  await page.waitForTimeout(300);
  expect(await axeFaults(page)).toEqual([]);
  await menu.getByLabel('Type or paste; it goes to the game as text').fill('你好 GG');
  await page.keyboard.press('Enter');
  await expect.poll(() => keys(id)).toContainEqual({ kind: 'text', text: '你好 GG' });
  await menu.getByText('Saver', { exact: true }).click();
  await expect.poll(() => told('quality').at(-1)).toMatchObject({ kbpsMax: 2_500 });
  await menu.getByRole('button', { name: 'Back to the game' }).click();
  await until(page, (now) => now.captured === true);
});

test('losing the focus releases what is held, and a reload of it does not press it again', async () => {
  const { page, id } = await play();
  await page.keyboard.down('KeyA');
  await page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await expect.poll(() => keys(id).at(-1)).toEqual({ kind: 'release-all' });
  expect((await stats(page)).captured).toBe(false);
});

test('a game that wants the mouse gets it locked by a press, and its steps arrive as steps', async () => {
  const page = await stage.visit('/play?game=freedoom&auto=1');
  const id = session(await until(page, seen, 30_000));
  // The press that locks the mouse is not the game's (a test's own calls may count as a press and lock it before).
  if ((await stats(page)).mouse === 'free') await page.mouse.click(640, 400);
  await until(page, (now) => now.mouse !== 'free');
  expect(keys(id).filter((event) => (event as { kind: string }).kind === 'mouse-button')).toEqual([]);
  const before = told('motion').length;
  await page.mouse.move(500, 400);
  await page.mouse.move(560, 400);
  await expect
    .poll(() =>
      told('motion')
        .slice(before)
        .some(({ dx }) => Number(dx) > 0),
    )
    .toBe(true);
});

test('the HUD has two sizes and every number; the stages add up to click to frame', async () => {
  const { page } = await play();
  await page.getByRole('button', { name: 'Numbers of this session' }).click();
  const panel = page.getByRole('complementary', { name: 'Numbers of this session' });
  const now = await until(
    page,
    (each) => (each.clickToFrame as { stages: object | null } | null)?.stages !== null && each.clickToFrame !== null,
  );
  const { lastMs, stages } = now.clickToFrame as { lastMs: number; stages: Record<string, number> | null };
  const sum = Object.values(stages ?? {}).reduce((total, ms) => total + ms, 0);
  expect(sum).toBeCloseTo(lastMs, 3);
  for (const name of [
    'There and back',
    'Click to picture',
    'Longest pause',
    'Repairs',
    'Path',
    'Cost so far',
    'Time left',
    'encoded',
  ]) {
    await panel.getByText(name, { exact: false }).first().waitFor();
  }
  expect(await axeFaults(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await overflows(page)).toEqual([]);
});

test('good seconds are counted, told and vouched for, to the wei, and end in a receipt', async () => {
  const { page, id } = await play();
  await until(page, (now) => Number(now.goodMs) > 11_000, 60_000);
  await expect.poll(() => stage.hub.sessions.get(id)?.vouchers.length ?? 0, { timeout: 15_000 }).toBeGreaterThan(0);
  for (const { servedMs, amount } of stage.hub.sessions.get(id)?.vouchers ?? []) {
    expect(amount).toBe(priceWei(50n * 10n ** 18n, servedMs));
  }
  expect(told('voucher').length).toBeGreaterThan(0);
  expect(stage.hub.sessions.get(id)?.ticks.length).toBeGreaterThan(1);
  await page.getByRole('button', { name: 'Open the game menu' }).click();
  await page.getByRole('button', { name: 'Leave the game' }).click();
  const ask = page.getByRole('dialog', { name: 'Leave the game?' });
  await ask.waitFor();
  await page.waitForTimeout(300);
  expect(await axeFaults(page)).toEqual([]);
  await ask.getByRole('button', { name: 'Leave', exact: true }).click();
  const ended = await until(page, (now) => now.phase === 'ended' && now.receipt !== null);
  const receipt = ended.receipt as { costWei: string; billedMs: number };
  expect(BigInt(receipt.costWei)).toBe(priceWei(50n * 10n ** 18n, BigInt(receipt.billedMs)));
  await page.locator('[data-checked=ok]').waitFor();
  await page.locator('.uplot').first().waitFor();
  await page.waitForTimeout(300);
  expect(await axeFaults(page)).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download as JSON' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`nearcade-${id}.json`);
  expect(told('bye').length).toBeGreaterThan(0);
});

test('a reloaded page is back in the same game, and goes on counting', async () => {
  const { page, id } = await play();
  const before = await until(page, (now) => Number(now.goodMs) > 3_000, 30_000);
  await page.reload();
  const after = await until(page, (now) => seen(now) && now.resumed === true, 15_000);
  expect(session(after)).toBe(id);
  expect(Number(after.goodMs)).toBeGreaterThanOrEqual(Number(before.goodMs) - 1_000);
  await page.keyboard.press('Space');
  await expect
    .poll(() => keys(id).some((event) => (event as { hid?: number }).hid === hidByCode.get('Space')))
    .toBe(true);
});

test('a hub that goes away is ignored while the picture flows; the same connection is kept when it is back', async () => {
  const { page, id } = await play();
  const peer = stage.hub.sessions.get(id)?.peer;
  stage.hub.dropSockets();
  await until(page, (now) => now.link !== 'open');
  await until(page, (now) => now.link === 'open');
  await expect.poll(() => stage.hub.heard.findLast(({ t }) => t === 'resume')).toMatchObject({ session: id, peer });
  const frames = Number((await stats(page)).framesDecoded);
  const now = await until(page, (each) => Number(each.framesDecoded) > frames + 10);
  expect([stage.hub.sessions.get(id)?.peer, now.trouble]).toEqual([peer, 'none']);
});

test('a picture that stops is told after 1 s, and after 3 s a new path is asked for; then play goes on', async () => {
  const { page, id } = await play();
  stage.hub.order({ t: 'freeze', session: id, on: true });
  await until(page, (now) => now.trouble === 'weak-network');
  await page.getByText('Weak network. These seconds are free.').waitFor();
  await until(page, (now) => now.trouble === 'restarting');
  await expect
    .poll(() => stage.hub.heard.some((message) => message.t === 'restart' && message.session === id))
    .toBe(true);
  const goodMs = Number((await stats(page)).goodMs);
  stage.hub.order({ t: 'freeze', session: id, on: false });
  await until(page, (now) => now.trouble === 'none');
  expect(goodMs - Number((await stats(page)).goodMs)).toBeGreaterThan(-3_000);
});

test('a lost node: told at once, another one measured, and one press is back in a game', async () => {
  const page = await stage.visit('/play?game=arcade');
  await until(page, (now) => now.plan === 'ready');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  const first = await until(page, seen, 30_000);
  const lostAtMs = Date.now();
  stage.hub.order({ t: 'freeze', session: session(first), on: true });
  const node = String(first.node) as NodeId;
  stage.hub.tell(session(first), { t: 'node.lost', session: session(first), node, sinceMs: Date.now() });
  const offer = page.getByRole('button', { name: /^Go on at/ });
  await offer.waitFor({ timeout: 10_000 });
  expect(await axeFaults(page)).toEqual([]);
  await offer.click();
  const next = await until(page, (now) => seen(now) && now.session !== first.session, 20_000);
  expect([next.continues === null ? 'new' : 'continues', next.nodeName]).not.toContain(first.nodeName);
  expect(stage.hub.heard.findLast(({ t }) => t === 'play')).toMatchObject({ continues: first.session });
  // 5 s is the goal on a free machine; here two browsers share two cores with the tests.
  expect(Date.now() - lostAtMs).toBeLessThan(15_000);
});

test('started by its address, the page goes on at another node by itself', async () => {
  const { page, now, id } = await play();
  stage.hub.tell(id, { t: 'node.lost', session: id, node: String(now.node) as NodeId, sinceMs: Date.now() });
  const next = await until(page, (each) => seen(each) && each.session !== id, 20_000);
  expect(next.node).not.toBe(now.node);
});

test('a node that comes back and tells how its game ended does not stop the page from going on', async () => {
  const { page, now, id } = await play();
  const node = String(now.node) as NodeId;
  stage.hub.tell(id, { t: 'node.lost', session: id, node, sinceMs: Date.now() });
  stage.hub.tell(id, { t: 'ended', session: id, reason: 'node-lost', receipt: true });
  const next = await until(page, (each) => seen(each) && each.session !== id, 20_000);
  expect(next.node).not.toBe(now.node);
});

test('the only node was started anew: the page looks again, and goes on there', async () => {
  const all = stage.hub.nodes;
  stage.hub.nodes = all.slice(0, 1);
  const { page, now, id } = await play();
  const node = String(now.node) as NodeId;
  stage.hub.tell(id, { t: 'node.lost', session: id, node, sinceMs: Date.now() });
  stage.hub.tell(id, { t: 'ended', session: id, reason: 'node-lost', receipt: true });
  const next = await until(page, (each) => seen(each) && each.session !== id, 20_000);
  expect(next.node).toBe(now.node);
  stage.hub.nodes = all;
});

test('terms that differ from what was shown are not signed', async () => {
  stage.hub.tamper = (open) => ({ ...open, baseShare: open.rate });
  const heard = stage.hub.heard.length;
  const page = await stage.visit('/play?game=arcade&auto=1');
  await page.locator('[data-code=TERMS_CHANGED]').waitFor({ timeout: 20_000 });
  const said = stage.hub.heard.slice(heard).map(({ t }) => t);
  expect([said.includes('open'), said.includes('end')]).toEqual([false, true]);
  stage.hub.order({ t: 'end', session: [...stage.hub.sessions.keys()].at(-1) });
});

test.each([
  { code: 'FUNDS_TOO_LOW', language: 'en', words: 'Your coins are fewer than what is held at the start.' },
  { code: 'CAP_REACHED', language: 'zh-Hant', words: '到了你自訂的今日上限。' },
  { code: 'ALREADY_PLAYING', language: 'zh-Hans', words: '你已经在玩了，在这里或另一个标签页。' },
] as const)(
  'a start refused with $code is told in words ($language), with an id to copy',
  async ({ code, language, words }) => {
    stage.hub.refuse.set('play', { code });
    const page = await stage.visit('/play?game=arcade&auto=1', { language });
    const card = page.locator(`[data-code=${code}]`);
    await card.waitFor({ timeout: 20_000 });
    expect(await card.textContent()).toContain(words);
    const asked = stage.hub.heard.findLast(({ t }) => t === 'play');
    expect(await card.textContent()).toContain(asked?.t === 'play' ? asked.re : '-');
  },
);

test('a plan that ran out is asked for again without a word', async () => {
  stage.hub.refuse.set('play', { code: 'PLAN_EXPIRED' });
  const { page } = await play();
  expect(await page.locator('[data-code]').count()).toBe(0);
});

test('when every seat is taken one waits in line, and may leave it', async () => {
  for (const node of stage.hub.nodes) node.freeSlots = 0;
  const page = await stage.visit('/play?game=arcade');
  await until(page, (now) => now.plan === 'ready');
  await page.getByRole('button', { name: 'Get in line' }).click();
  await page.getByText('You are number 3 of 7 in line.').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Leave the line' }).click();
  await page.getByRole('button', { name: 'Get in line' }).waitFor();
  await expect.poll(() => stage.hub.heard.some(({ t }) => t === 'queue.leave')).toBe(true);
  for (const node of stage.hub.nodes) node.freeSlots = 2;
});

test('an empty chair is asked after eight minutes, and left after one more', async () => {
  const page = await stage.visit('/robots.txt');
  await page.addInitScript(() => {
    const now = performance.now.bind(performance);
    let skippedMs = 0;
    performance.now = () => now() + skippedMs;
    const skip = (ms: number): void => {
      skippedMs += ms;
    };
    Object.assign(window, { skip });
  });
  await page.goto(`${stage.origin}/play?game=arcade`);
  await until(page, (now) => now.plan === 'ready', 60_000);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  const id = session(await until(page, seen, 60_000));
  const question = page.getByRole('dialog', { name: 'Still playing?' });
  expect(await question.isVisible()).toBe(false);
  await page.evaluate('skip(480_000)');
  await question.waitFor();
  await page.getByRole('button', { name: 'I am here' }).click();
  await question.waitFor({ state: 'hidden' });
  await expect.poll(() => stage.hub.heard, { timeout: 15_000 }).toContainEqual({ t: 'awake', session: id });
  await page.evaluate('skip(480_000)');
  await question.waitFor();
  await page.evaluate('skip(61_000)');
  await until(page, (now) => now.phase === 'ended');
  expect(stage.hub.heard).toContainEqual({ t: 'end', session: id });
});

test('who hides their address is measured and plays over relays only, whatever the link says', async () => {
  const page = await stage.visit('/robots.txt');
  const paths = (t: 'play' | 'probe', from: number) =>
    stage.hub.heard.slice(from).flatMap((message) => (message.t === t ? [message.path] : []));
  const seenOnes = stage.hub.heard.length;
  await page.goto(`${stage.origin}/play?game=arcade&path=direct`); // The control: the link alone is followed.
  await until(page, (now) => now.plan === 'ready', 60_000);
  expect(new Set(paths('probe', seenOnes))).toEqual(new Set(['direct']));
  await page.evaluate(() => localStorage.setItem('nearcade.settings', JSON.stringify({ hideAddress: true })));
  const before = stage.hub.heard.length;
  await page.goto(`${stage.origin}/play?game=arcade&auto=1&path=direct`);
  await expect.poll(() => paths('play', before), { timeout: 60_000 }).toEqual(['relay']);
  expect(paths('probe', before)).not.toContain('direct');
});

test('a tab whose game was taken over by another says so', async () => {
  const { page, id } = await play();
  stage.hub.tell(id, { t: 'refused', session: id, code: 'SESSION_TAKEN_OVER' });
  await page.locator('[data-code=SESSION_TAKEN_OVER]').waitFor();
});

test('the last minute of money is told, with what ends', async () => {
  stage.hub.timeLeftMs = 58_000;
  const { page } = await play();
  await page.getByText(/Your coins last 0:\d\d\./).waitFor({ timeout: 20_000 });
  stage.hub.timeLeftMs = 3_600_000;
});

test('H.264 is taken where the node sends it', async () => {
  stage.hub.codec = 'h264';
  const { now } = await play();
  stage.hub.codec = 'vp8';
  expect(now.codec).toBe('H264');
});

test('everything that was signed was right, and no page threw', () => expect(stage.hub.faults).toEqual([]));
