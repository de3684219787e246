// test/contract/operator-alerts.test.ts - an operator is told of trouble by its own program and by mail: each once when it begins
// and once when it ends. A whole hub over real sockets, a mail server and a program on loopback; the wall clock is moved by hand.
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OperatorId } from '../../src/base/ids.ts';
import { systemClock } from '../../src/observe/clock.ts';
import type { Machine } from '../../src/protocol/node-messages.ts';
import type { Alerts } from '../../src/protocol/operator-api.ts';
import { bodyOf } from '../support/hub/body.ts';
import { FakeNode, MACHINE } from '../support/hub/fake-node.ts';
import { FakePlayer, freshKey } from '../support/hub/fake-player.ts';
import { type TestHub, testHub } from '../support/hub/service.ts';
import { until } from '../support/hub/talker.ts';
import { type SmtpServer, smtpServer } from '../support/smtp.ts';

const MIN = 60_000;
const ENCODERS: Machine['encoders'] = [{ name: 'libx264', codec: 'h264', msPerFrame: 5 }];
const BOSS = new FakePlayer('http://127.0.0.1', 'the boss of alerts');
type Call = { event: string; alert: string; id: string; name?: string; facts: object };
let aheadMs = 0;
const clock = { monotonicMs: () => systemClock.monotonicMs(), wallMs: () => systemClock.wallMs() + aheadMs };
let hub: TestHub;
let smtp: SmtpServer;
let program: Server;
let works = true;
/** The program takes calls and answers none. */
let silent = false;
const calls: { readonly body: string; readonly signature: string }[] = [];
let owner: FakePlayer;
let stranger: FakePlayer;
let node: FakeNode;

const start = async (stores?: TestHub['parts']['stores']) =>
  testHub({
    clock,
    smtp: { url: smtp.url, from: 'hub@nearcade.example' },
    admins: new Set([BOSS.player]),
    ...(stores && { stores }),
  });
const join = (encoders = ENCODERS, more: object = {}) =>
  new FakeNode(hub.url, {
    name: 'Own-1',
    hello: { machine: { ...MACHINE, name: 'Own-1', encoders } },
    ...more,
  }).joined();
beforeEach(async () => {
  [aheadMs, works, silent] = [0, true, false];
  calls.length = 0;
  smtp = await smtpServer();
  program = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    if (silent) return;
    if (works) calls.push({ body, signature: String(request.headers['x-nearcade-signature']) });
    response.writeHead(works ? 204 : 500).end();
  });
  await new Promise<void>((resolve) => program.listen(0, '127.0.0.1', resolve));
  hub = await start();
  [owner, stranger] = [await new FakePlayer(hub.url).login(), await new FakePlayer(hub.url).login()];
  const { token } = await bodyOf<{ token: string }>(owner.post('/api/operator/node-tokens'));
  node = await join(ENCODERS, { token });
});
afterEach(async () => {
  node.stop();
  expect(hub.faults).toEqual([]);
  await hub.remove();
  program.closeAllConnections();
  await new Promise((resolve) => program.close(resolve));
  await smtp.stop();
});

const url = () => `http://127.0.0.1:${(program.address() as AddressInfo).port}/alerts`;
const settings = (change: object = {}) => ({
  ...{ webhookUrl: url(), keepMail: true, language: 'en', offlineMinutes: 10, payoutWei: null, ...change },
});
const set = async (who = owner, change: object = {}) => who.post('/api/operator/alerts', settings(change), 'PUT');
const read = async (who = owner) => bodyOf<Alerts>(who.fetch('/api/operator/alerts'));
const told = () => calls.map(({ body }) => JSON.parse(body) as Call).map(({ event, alert }) => `${event} ${alert}`);
const takeMail = async (mail = 'me@example.org') => {
  expect((await owner.post('/api/operator/alerts/mail', { mail, language: 'en' })).status).toBe(204);
  const code = /[0-9a-f]{10}/.exec(smtp.mails.pop()?.text ?? '')?.[0] ?? '';
  return (await owner.post('/api/operator/alerts/mail/confirm', { mail, language: 'en', code })).status;
};
/** Lets the hub look again, though nothing of note happens: two looks have passed when it has. */
const looked = async () => {
  for (let i = 0; i < 2; i++) {
    const seen = hub.hub.ports.operators;
    aheadMs += 16_000;
    await new Promise<void>((resolve) => {
      const { whoIsTold } = seen;
      Object.assign(seen, {
        whoIsTold: () => {
          Object.assign(seen, { whoIsTold });
          resolve();
          return whoIsTold();
        },
      });
    });
  }
};

test('a machine that is away for ten minutes is told once, over both ways, and once that it is back', async () => {
  const { secret } = await bodyOf<{ secret: string }>(set());
  expect(await takeMail()).toBe(204);
  node.die();
  await until(() => hub.hub.nodes.get(node.node)?.presence.state === 'lost', 'the machine to be lost');
  await looked();
  expect(calls).toEqual([]); // Not yet ten minutes.
  aheadMs += 10 * MIN;
  await until(() => calls.length === 1 && smtp.mails.length === 1, 'both ways to be told');
  const [call] = calls;
  expect(call?.signature).toBe(
    `sha256=${createHmac('sha256', secret)
      .update(call?.body ?? '')
      .digest('hex')}`,
  );
  expect(JSON.parse(call?.body ?? '')).toMatchObject({
    event: 'alert.began',
    alert: 'offline',
    node: node.node,
    name: 'Own-1',
  });
  expect(smtp.mails[0]).toMatchObject({ from: 'hub@nearcade.example', to: 'me@example.org' });
  expect(smtp.mails[0]?.subject).toMatch(/^Nearcade: Own-1 is not heard since \d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
  expect(smtp.mails[0]?.text).toContain(`${hub.url}/node`);
  await looked();
  expect((await read()).standing).toMatchObject([{ kind: 'offline', name: 'Own-1' }]);
  expect([calls.length, smtp.mails.length]).toEqual([1, 1]);
  node = await join();
  await looked();
  await until(() => calls.length === 2 && smtp.mails.length === 2, 'the end to be told');
  expect(told()).toEqual(['alert.began offline', 'alert.ended offline']);
  expect(new Set(calls.map(({ body }) => (JSON.parse(body) as Call).id)).size).toBe(1);
  expect(smtp.mails[1]?.subject).toBe('Nearcade: Own-1 is back');
  await looked();
  expect((await read()).standing).toEqual([]);
  expect([calls.length, smtp.mails.length]).toEqual([2, 2]);
});

test('a hub that was down misses the machine that did not come back, and says nothing twice', async () => {
  await set();
  await hub.kill();
  node.stop();
  hub = await start(hub.parts.stores);
  Object.assign(owner, { origin: hub.url });
  const away = async () => hub.hub.ports.operators.away(owner.address as string as OperatorId, 0, 9);
  await vi.waitFor(async () => expect(await away()).toHaveLength(1), 20_000);
  aheadMs += 11 * MIN;
  await until(() => calls.length === 1, 'the machine to be missed');
  await looked();
  await hub.kill();
  hub = await start(hub.parts.stores);
  Object.assign(owner, { origin: hub.url });
  await looked();
  expect(told()).toEqual(['alert.began offline']);
});

test('a machine that drained and left is missed as well: its word saves points, not the alert', async () => {
  await set();
  node.status({ draining: true });
  await node.read();
  node.stop();
  await until(() => hub.hub.nodes.get(node.node)?.presence.state === 'lost', 'the machine to be gone');
  await looked();
  expect(calls).toEqual([]);
  aheadMs += 11 * MIN;
  await until(() => calls.length === 1, 'the machine to be missed');
  node = await join();
  await looked();
  await until(() => calls.length === 2, 'its end');
  expect(told()).toEqual(['alert.began offline', 'alert.ended offline']);
});

test('a program that never answers holds up no mail, and what began together is one mail', async () => {
  await set();
  expect(await takeMail()).toBe(204);
  silent = true;
  const { token } = await bodyOf<{ token: string }>(owner.post('/api/operator/node-tokens'));
  const hello = { machine: { ...MACHINE, name: 'Own-2', encoders: ENCODERS } };
  const second = await new FakeNode(hub.url, { name: 'Own-2', token, hello }).joined();
  second.die();
  node.die();
  const lost = (of: FakeNode) => hub.hub.nodes.get(of.node)?.presence.state === 'lost';
  await until(() => lost(node) && lost(second), 'both machines to be lost');
  aheadMs += 11 * MIN;
  await until(() => smtp.mails.length === 1, 'one mail about both');
  expect(smtp.mails[0]?.subject).toContain('(+1)');
  for (const name of ['Own-1', 'Own-2']) expect(smtp.mails[0]?.text).toContain(`${name} is not heard since`);
  node = await join();
  await looked();
  await until(() => smtp.mails.length === 2, 'the end of one, while the program still keeps us waiting');
  expect(smtp.mails[1]?.subject).toBe('Nearcade: Own-1 is back');
  expect(calls).toEqual([]);
});

test('a failed check, a suspension and a payout: each once, with its end', async () => {
  await set(owner, { payoutWei: '1000' });
  const boss = await new FakePlayer(hub.url, 'the boss of alerts').login();
  const act = (what: object) => boss.post('/api/admin/acts', { key: freshKey(), reason: 'for a test', act: what });
  const bad = await join([]);
  await looked();
  await until(() => calls.length === 1, 'the check to be told');
  node = await join();
  bad.stop();
  await looked();
  await until(() => calls.length === 2, 'its end');
  expect((await act({ t: 'suspend', kind: 'node', id: node.node })).status).toBe(200);
  await looked();
  await until(() => calls.length === 3, 'the suspension to be told');
  expect((await act({ t: 'lift', kind: 'node', id: node.node })).status).toBe(200);
  await looked();
  await until(() => calls.length === 4, 'its end');
  const page = await new FakePlayer(hub.url).connect();
  const { session } = await page.play();
  await node.talk.next('open');
  node.tick(session, 20_000);
  page.tick(session, 1, 20_000);
  await page.next('state', ({ state }) => state.billedMs === 20_000);
  page.send({ t: 'end', session });
  await page.next('ended');
  page.close();
  await looked();
  await until(() => calls.length === 5, 'the payout to be told');
  await set(owner, { payoutWei: (10n ** 24n).toString() });
  await looked();
  await until(() => calls.length === 6, 'its end');
  expect(told()).toEqual(
    ['check', 'suspended', 'payout'].flatMap((kind) => [`alert.began ${kind}`, `alert.ended ${kind}`]),
  );
});

test('a program that does not answer is told later', async () => {
  await set();
  works = false;
  const bad = await join([]);
  await looked();
  expect((await read()).standing).toMatchObject([{ kind: 'check', told: [] }]);
  works = true;
  while (calls.length === 0) await looked();
  expect(told()).toEqual(['alert.began check']);
  await vi.waitFor(async () => {
    expect((await read()).standing).toMatchObject([{ kind: 'check', told: ['began/webhook'] }]);
  }, 20_000);
  // Whoever is told on no way has no alerts that stand for ever.
  await set(owner, { webhookUrl: null });
  expect(await hub.hub.ports.operators.alerts(owner.address as string as OperatorId)).toEqual([]);
  bad.stop();
});

test('an address counts once its code came back; settings and codes are their operator’s', async () => {
  const ask = (who: FakePlayer, mail: string) => who.post('/api/operator/alerts/mail', { mail, language: 'zh-Hant' });
  const confirm = (who: FakePlayer, mail: string, code: string) =>
    who.post('/api/operator/alerts/mail/confirm', { mail, language: 'zh-Hant', code });
  expect(await (await ask(stranger, 'me@example.org')).json()).toMatchObject({ code: 'FORBIDDEN' }); // No machine.
  expect((await ask(owner, 'me@example.org')).status).toBe(204);
  expect(await (await ask(owner, 'you@example.org')).json()).toMatchObject({ code: 'RATE_TOO_HIGH' });
  expect(smtp.mails).toHaveLength(1);
  const code = /[0-9a-f]{10}/.exec(smtp.mails[0]?.text ?? '')?.[0] ?? '';
  expect(smtp.mails[0]?.subject).toBe(`Nearcade：確認碼 ${code}`);
  for (const [who, mail, given] of [
    [stranger, 'me@example.org', code],
    [owner, 'you@example.org', code],
    [owner, 'me@example.org', '0123456789'],
  ] as const) {
    expect(await (await confirm(who, mail, given)).json()).toMatchObject({ code: 'MAIL_CODE_WRONG' });
  }
  expect(await read()).not.toHaveProperty('mail');
  expect((await confirm(owner, 'me@example.org', code)).status).toBe(204);
  expect(await read()).toMatchObject({ mail: 'me@example.org', mailOffered: true });
  expect(await read(stranger)).not.toHaveProperty('mail');
  await set(owner, { keepMail: false });
  expect(await read()).not.toHaveProperty('mail');
  for (const bad of ['a', 'a@b c', 'a@b\r\nBcc: x@y', 'a@b,c@d', '<a@b>']) {
    expect((await ask(owner, bad)).status, bad).toBe(400);
  }
  for (const bad of [
    { webhookUrl: 'ftp://x' },
    { offlineMinutes: 0 },
    { payoutWei: '-1' },
    { payoutWei: '0' },
    { payoutWei: '999' },
    { language: 'de' },
  ]) {
    expect((await set(owner, bad)).status).toBe(400);
  }
  for (const webhookUrl of ['http://10.0.0.1/', 'https://169.254.169.254/latest', 'https://[fd00::1]/']) {
    expect(await (await set(owner, { webhookUrl })).json(), webhookUrl).toMatchObject({ code: 'HOOK_ADDRESS_BAD' });
  }
  expect(JSON.stringify(await read())).not.toMatch(/10\.0\.0\.1|169\.254|fd00/);
  expect((await fetch(`${hub.url}/api/operator/alerts`)).status).toBe(401);
  aheadMs = 0;
  smtp.refusing = true;
  expect(await (await set(stranger)).json()).toMatchObject({ code: 'FORBIDDEN' }); // No machine, no calls.
  const { token } = await bodyOf<{ token: string }>(stranger.post('/api/operator/node-tokens'));
  const theirs = await new FakeNode(hub.url, { name: 'Theirs', token }).joined();
  expect(await (await ask(stranger, 'other@example.org')).json()).toMatchObject({ code: 'MAIL_UNAVAILABLE' });
  smtp.refusing = false; // No mail went out: the next try need not wait a minute.
  expect((await ask(stranger, 'other@example.org')).status).toBe(204);
  expect((await set(stranger)).status).toBe(200);
  theirs.stop();
});
