// Goal: a save that the hub does not take now is not thrown away; one that it will never take is. Method: a hub that answers
// with the status that the test names.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openKeptSaves } from '../../../src/agent/kept-saves.ts';
import { OutageError } from '../../../src/base/assert.ts';
import type { SessionId } from '../../../src/base/ids.ts';

const DAY_MS = 86_400_000;
const session = `s_${'0'.repeat(26)}` as SessionId;

async function keptAt(answer: { status: number }, nowMs = () => Date.now()) {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-saves-'));
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(answer.status).end());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const saves = openKeptSaves(folder, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, nowMs);
  await saves.keep({ session, token: 'token', bytes: Buffer.from('far') });
  return { saves, left: () => readdirSync(folder).length };
}

test.each([
  [204, 'stored', 0],
  [401, 'not-now', 1], // A hub with another key, for now.
  [404, 'not-now', 1], // A page of something else that stands where the hub was.
  [410, 'not-now', 1],
  [400, 'refused', 0],
  [403, 'refused', 0],
  [413, 'refused', 0],
])('the hub answers %i: %s, %i save left', async (status, verdict, leftOver) => {
  const { saves, left } = await keptAt({ status });
  expect(await saves.deliver(session)).toBe(verdict);
  expect(left()).toBe(leftOver);
});

test('a hub in trouble is asked again, and then it goes', async () => {
  const answer = { status: 503 };
  const { saves, left } = await keptAt(answer);
  await expect(saves.deliver(session)).rejects.toBeInstanceOf(OutageError);
  expect([left(), await saves.waiting()]).toEqual([1, [session]]);
  answer.status = 204;
  expect([await saves.deliver(session), left()]).toEqual(['stored', 0]);
});

test('a save waits for as long as the hub would take it', async () => {
  let later = 0;
  const { saves, left } = await keptAt({ status: 410 }, () => Date.now() + later);
  later = 7 * DAY_MS;
  expect(await saves.waiting()).toEqual([session]);
  later = 9 * DAY_MS;
  expect([await saves.waiting(), left()]).toEqual([[], 0]);
});
