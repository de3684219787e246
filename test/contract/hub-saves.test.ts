// test/contract/hub-saves.test.ts - saves between nodes and the hub: whole or not at all, one's own, and never the older over
// the newer.
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bounds } from '../../src/protocol/limits.ts';
import type { HubToNode } from '../../src/protocol/node-messages.ts';
import { FakeNode } from '../support/hub/fake-node.ts';
import { FakePlayer, type PageSocket } from '../support/hub/fake-player.ts';
import { nodeToken, type TestHub, testHub } from '../support/hub/service.ts';
import { until } from '../support/hub/talker.ts';

type Start = Extract<HubToNode, { t: 'start' }>;
let hub: TestHub;
let node: FakeNode;
let page: PageSocket;
beforeEach(async () => {
  hub = await testHub();
  node = await new FakeNode(hub.url, { token: await nodeToken(hub), slots: 4 }).joined();
  page = await new FakePlayer(hub.url).connect();
});
afterEach(async () => {
  node.stop();
  page.close();
  expect(hub.faults).toEqual([]);
  await hub.remove();
});

async function start(who: PageSocket = page): Promise<Start> {
  const { session } = await who.play();
  return node.talk.next('start', (message) => message.session === session);
}
async function end({ session }: Start, who: PageSocket = page): Promise<void> {
  who.send({ t: 'end', session });
  await who.next('ended', (message) => message.session === session);
}
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const put = (session: string, token: string, body: Uint8Array | ReadableStream, headers: Record<string, string> = {}) =>
  fetch(`${hub.url}/api/saves/${session}`, {
    method: 'PUT',
    body,
    headers: { ...bearer(token), 'content-type': 'application/octet-stream', ...headers },
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  } as RequestInit);
const get = (session: string, token: string) => fetch(`${hub.url}/api/saves/${session}`, { headers: bearer(token) });
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;
const digest = (bytes: Uint8Array) => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
const saved = Buffer.from('level 7, 3 lives');

test('a save put after one session is got before the next', async () => {
  const first = await start();
  expect(first.save).toBe(false);
  expect((await get(first.session, first.saveToken)).status).toBe(404);
  await end(first);
  expect((await put(first.session, first.saveToken, saved, { 'content-digest': digest(saved) })).status).toBe(204);
  const second = await start();
  expect(second.save).toBe(true);
  const response = await get(second.session, second.saveToken);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(saved);
  expect(response.headers.get('content-digest')).toBe(digest(saved));
});

test('a token opens one session, and nothing without it', async () => {
  const mine = await start();
  const other = await new FakePlayer(hub.url).connect();
  const theirs = await start(other);
  expect(await codeOf(await put(mine.session, theirs.saveToken, saved))).toBe('TOKEN_UNKNOWN');
  expect(await codeOf(await put(theirs.session, mine.saveToken, saved))).toBe('TOKEN_UNKNOWN');
  const forged = mine.saveToken.replace(page.who.address, other.who.address);
  expect(await codeOf(await put(mine.session, forged, saved))).toBe('TOKEN_UNKNOWN');
  expect(await codeOf(await put(mine.session, 'x'.repeat(40), saved))).toBe('TOKEN_UNKNOWN');
  expect(await codeOf(await fetch(`${hub.url}/api/saves/${mine.session}`))).toBe('TOKEN_UNKNOWN');
  expect((await put(mine.session, mine.saveToken, saved)).status).toBe(204);
  expect((await get(theirs.session, theirs.saveToken)).status).toBe(404);
  other.close();
});

test('what does not have the hash it was sent with is not kept', async () => {
  const first = await start();
  await put(first.session, first.saveToken, saved);
  const wrong = await put(first.session, first.saveToken, Buffer.from('half a sa'), {
    'content-digest': digest(saved),
  });
  expect([wrong.status, await codeOf(wrong)]).toEqual([400, 'MESSAGE_MALFORMED']);
  expect(await (await get(first.session, first.saveToken)).text()).toBe(saved.toString());
});

test('an upload that breaks off leaves the save before it, and no litter', async () => {
  const first = await start();
  await put(first.session, first.saveToken, saved);
  const broken = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(100_000));
    },
    pull(controller) {
      controller.error(new Error('the node died'));
    },
  });
  await expect(put(first.session, first.saveToken, broken)).rejects.toThrow();
  const folder = join(hub.folder, 'saves', page.who.address, 'arcade');
  await until(() => readdirSync(folder).length === 2, 'the broken upload to be gone');
  expect(await (await get(first.session, first.saveToken)).text()).toBe(saved.toString());
});

test('64 MB is the most, to the byte', async () => {
  const first = await start();
  const whole = new Uint8Array(bounds.saveBytes).fill(7);
  expect((await put(first.session, first.saveToken, whole)).status).toBe(204);
  const response = await put(first.session, first.saveToken, new Uint8Array(bounds.saveBytes + 1)).catch(
    () => undefined,
  );
  if (response !== undefined) expect(response.status).toBe(413);
  const streamed = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(1_000_000));
    },
  });
  const endless = await put(first.session, first.saveToken, streamed).catch(() => undefined);
  if (endless !== undefined) expect(endless.status).toBe(413);
  const kept = await get(first.session, first.saveToken);
  expect(Number(kept.headers.get('content-length'))).toBe(bounds.saveBytes);
  await kept.body?.cancel();
});

test('the save of an earlier session never takes the place of a later one', async () => {
  const first = await start();
  await end(first);
  const second = await start();
  expect((await put(second.session, second.saveToken, Buffer.from('newer'))).status).toBe(204);
  expect(await codeOf(await put(first.session, first.saveToken, Buffer.from('older')))).toBe('FORBIDDEN');
  expect(await (await get(second.session, second.saveToken)).text()).toBe('newer');
});

test('a session that nobody knows opens nothing', async () => {
  const first = await start();
  const nobody = `s_${'0'.repeat(26)}`;
  expect(await codeOf(await put(nobody, first.saveToken, saved))).toBe('TOKEN_UNKNOWN');
});

// Method: the receipt of a session is read with an end that lies so far back.
test('a save that waited on a machine without a line is taken for a week, and given back for ten minutes only', async () => {
  const first = await start();
  await end(first);
  hub.hub.ended.take(first.session, performance.now());
  expect((await put(first.session, first.saveToken, saved)).status).toBe(204); // Its receipt says that it ended just now.
  const { receipt } = hub.hub.ports.book;
  let agoMs = 0;
  hub.hub.ports.book.receipt = async (...args) => {
    const found = await receipt.apply(hub.hub.ports.book, args);
    return found.ok ? { ok: true, value: { ...found.value, endedAtMs: Date.now() - agoMs } } : found;
  };
  agoMs = 900_000;
  expect((await put(first.session, first.saveToken, saved)).status).toBe(204);
  expect(await codeOf(await get(first.session, first.saveToken))).toBe('SESSION_ENDED');
  agoMs = 8 * 86_400_000;
  expect(await codeOf(await put(first.session, first.saveToken, saved))).toBe('SESSION_ENDED');
});
