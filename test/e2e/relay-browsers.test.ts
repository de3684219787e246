// test/e2e/relay-browsers.test.ts - goal: real browsers, allowed to speak through a relay only, lose nothing over UDP, TCP and
// TLS. Method: two peers in one page, each with an allocation of its own, a moving picture and a data channel, all three
// transports at once; the browser's figures and the relay's. (A channel that repeats nothing shows the browser's own
// time-outs on a busy machine, over TCP as well.) 30 s with --long, else 3 s.
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RelayUnderTest, SECRET, startRelay } from '../contract/relay-harness.ts';
import { type BrowserKind, launch, launchFirefox } from './support/browser.ts';

const LONG = process.env.NEARCADE_LONG === '1';
const SECONDS = LONG ? 30 : 3;
const script = readFileSync(new URL('./relay/page.js', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'nearcade-relay-'));
const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
const profile = join(folder, 'profile');
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

const tool = (program: string, ...words: string[]): void => {
  const { status, stderr } = spawnSync(program, words, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${stderr}`);
};

/** An authority of the test, a certificate of it for the relay, and a profile of Firefox that knows the authority. */
function makeCertificates(): void {
  const ca = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=test authority'];
  tool('openssl', 'req', ...ca, '-keyout', 'ca.key', '-out', 'ca.pem');
  tool('openssl', 'req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-keyout', key, '-out', 'csr.pem');
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  tool('openssl', 'x509', '-req', '-in', 'csr.pem', ...signed, '-out', cert);
  mkdirSync(profile);
  tool('certutil', '-d', `sql:${profile}`, '-N', '--empty-password');
  tool('certutil', '-d', `sql:${profile}`, '-A', '-n', 'test', '-t', 'C,,', '-i', 'ca.pem');
}

beforeAll(async () => {
  makeCertificates();
  relay = await startRelay('--tls-cert', cert, '--tls-key', key);
});
afterAll(async () => {
  await relay.stop();
  rmSync(folder, { recursive: true });
});

const username = `${Math.floor(Date.now() / 1_000) + 3_600}:browser`;
const credential = createHmac('sha1', SECRET).update(username).digest('base64');

/** Chromium takes any certificate when told so; Firefox asks its profile. */
async function openContext(kind: BrowserKind): Promise<BrowserContext> {
  if (kind === 'firefox') return launchFirefox(profile, { 'media.peerconnection.ice.loopback': true });
  const browser = await launch(kind, ['--ignore-certificate-errors']);
  const context = await browser.newContext();
  context.once('close', () => void browser.close());
  return context;
}

describe.each(['chromium', 'firefox'] as const)('%s', (kind) => {
  let context: BrowserContext;
  beforeAll(async () => {
    context = await openContext(kind);
  });
  afterAll(() => context?.close());

  test('picture and data over udp, tcp and tls relays: 0 lost', async () => {
    const page = await context.newPage();
    await page.addScriptTag({ content: script });
    const at = `127.0.0.1:${relay.port}`;
    // Firefox takes no bare address for TLS.
    const urls = [
      `turn:${at}?transport=udp`,
      `turn:${at}?transport=tcp`,
      `turns:localhost:${relay.port}?transport=tcp`,
    ];
    const servers = urls.map((url) => ({ urls: url, username, credential }));
    const made = await relay.metric('allocations_total');
    const figures = await page.evaluate(
      ([each, seconds]) => Promise.all(each.map((server) => window.runPair(server, seconds))),
      [servers, SECONDS] as const,
    );
    if (LONG) console.log(JSON.stringify({ browser: context.browser()?.version() ?? kind, figures }));
    expect(figures.map(({ relayProtocol }) => relayProtocol)).toEqual(['udp', 'tcp', 'tls']);
    expect((await relay.metric('allocations_total')) - made).toBeGreaterThanOrEqual(6);
    for (const reason of ['not_sent', 'slow_reader', 'bandwidth']) {
      expect(await relay.metric('dropped_total', reason)).toBe(0);
    }
    for (const seen of figures) {
      expect(seen).toMatchObject({ candidate: 'relay', videoLost: 0, numbersCame: seen.numbersSent });
      expect(seen.numbersSent).toBeGreaterThanOrEqual(20 * SECONDS);
      expect(seen.framesDecoded).toBeGreaterThanOrEqual(3 * SECONDS);
    }
  });
});
