// Goal: a browser reaches the hub over HTTPS and is safe there, by the hub's own authority or by a person's files. Method: a
// whole hub on a free port; a client that trusts the authority, and beside it one that does not.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type HubTls, type OwnTlsParts, openGivenTls, openOwnTls, readGiven } from '../../src/main/hub-tls.ts';
import { StartError } from '../../src/main/role.ts';
import { type Log, silentLog } from '../../src/observe/log.ts';
import { type Certificate, fingerprintOf, makeAuthority, signLeaf } from '../../src/server/tls/authority.ts';
import { type TestHub, testHub } from '../support/hub/service.ts';

const DAY_MS = 86_400_000;
const NOW = Date.now();
const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'nearcade-tls-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
const own = (data: string, change: Partial<OwnTlsParts> = {}, nowMs = NOW) =>
  openOwnTls({ data, hostName: 'cafe', given: [], addresses: () => ['192.168.7.1'], ...change }, nowMs, silentLog);

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string };
function ask(url: string, options: RequestOptions & { body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, ...options }, async (response) => {
      let body = '';
      for await (const part of response.setEncoding('utf8')) body += String(part);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    });
    sent.on('error', reject).end(options.body);
  });
}

let hub: TestHub;
let ca: string;
let plain: string;
beforeAll(async () => {
  const data = newFolder();
  const tls = await own(data);
  const page = newFolder();
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>Nearcade</title>');
  hub = await testHub({ tls, pageFolder: page });
  ca = readFileSync(join(data, 'tls-ca.pem'), 'utf8');
  plain = hub.url.replace('https:', 'http:');
});
afterAll(async () => {
  expect(hub.faults).toEqual([]);
  await hub.remove();
});

test('page and API answer whoever has the authority; whoever has not, trusts nothing', async () => {
  expect(hub.url).toMatch(/^https:/);
  const page = await ask(hub.url, { ca, headers: { accept: 'text/html' } });
  expect([page.status, page.body]).toEqual([200, expect.stringContaining('<title>Nearcade</title>')]);
  expect((await ask(`${hub.url}/healthz`, { ca })).body).toBe('{"ok":true}');
  await expect(ask(hub.url)).rejects.toMatchObject({ code: 'SELF_SIGNED_CERT_IN_CHAIN' });
});

test('the certificate holds the names and addresses of the LAN, and no others', async () => {
  for (const servername of ['localhost', 'cafe', 'cafe.local']) {
    expect((await ask(`${hub.url}/healthz`, { ca, servername })).status).toBe(200);
  }
  const wrong = ask(`${hub.url}/healthz`, { ca, servername: 'other.local' });
  await expect(wrong).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  expect(hub.parts.tls?.names()).toEqual(expect.arrayContaining(['127.0.0.1', '::1', '192.168.7.1']));
});

test('cookies are bound to HTTPS; nobody is told to come over HTTPS for ever', async () => {
  const hello = { method: 'POST', body: JSON.stringify({ deviceKey: `0x${'1'.repeat(40)}` }) };
  const headers = { 'content-type': 'application/json', origin: hub.url };
  const answer = await ask(`${hub.url}/api/cafe-kiosk`, { ca, ...hello, headers });
  expect(answer.status).toBe(200);
  expect(answer.headers['set-cookie']).toEqual([expect.stringMatching(/^__Host-nearcade-seat=.*; Secure/)]);
  expect(answer.headers['strict-transport-security']).toBeUndefined();
  const inTheClear = { ...headers, origin: plain };
  expect((await ask(`${hub.url}/api/cafe-kiosk`, { ca, ...hello, headers: inTheClear })).status).toBe(403);
});

test('sockets open over TLS, for pages of this hub alone', async () => {
  const open = async (origin: string, options: object): Promise<string> => {
    const ws = new WebSocket(`${hub.url.replace('https', 'wss')}/ws/play`, { origin, ...options });
    const [what] = await Promise.race([once(ws, 'open').then(() => ['open']), once(ws, 'error')]);
    ws.terminate();
    return String(what);
  };
  expect(await open(hub.url, { ca })).toBe('open');
  expect(await open(plain, { ca })).toContain('403');
  expect(await open(hub.url, {})).toContain('self-signed');
});

test('in the clear there is the install page, and nothing of the hub', async () => {
  const page = await fetch(`${plain}/kiosk?a=1`, { headers: { 'accept-language': 'zh-TW,zh;q=0.9' } });
  const html = (await page.text()).replaceAll('<wbr>', '');
  expect(page.status).toBe(426);
  expect(html).toContain('<html lang="zh-Hant">');
  expect(html).toContain(fingerprintOf(ca));
  expect(html).toContain(`href="${hub.url}/kiosk?a=1"`);
  for (const path of ['/api/config', '/healthz', '/openapi.json', '/metrics']) {
    const answer = await fetch(`${plain}${path}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([426, 'text/html; charset=utf-8']);
  }
  const posted = await fetch(`${plain}/api/cafe-kiosk`, { method: 'POST', body: '{}' });
  expect([posted.status, posted.headers.get('set-cookie')]).toEqual([426, null]);
  const ws = new WebSocket(`${plain.replace('http', 'ws')}/ws/play`, { origin: hub.url });
  expect(String((await once(ws, 'error'))[0])).toContain('socket hang up');
});

test('the install page gives out the authority, in three languages, and runs no code but its own', async () => {
  const page = await fetch(`${plain}/install`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Trust this hub')]);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/script-src 'sha256-[^']+';/);
  for (const [lang, word] of [
    ['zh-Hans', '证书'],
    ['zh-Hant', '憑證'],
  ]) {
    expect(await (await fetch(`${plain}/install?lang=${lang}`)).text()).toContain(word);
  }
  const file = await fetch(`${plain}/install/nearcade-ca.crt`);
  expect(file.headers.get('content-type')).toBe('application/x-x509-ca-cert');
  const given = new X509Certificate(Buffer.from(await file.arrayBuffer()));
  expect(given.fingerprint256).toBe(fingerprintOf(ca));
  expect([given.ca, (await fetch(`${plain}/install/nearcade-ca.pem`)).status]).toEqual([true, 200]);
  const secured = await ask(`${hub.url}/install`, { ca });
  expect(secured.body).not.toContain('<script');
  const trusted = await ask(`${hub.url}/install/trusted`, { ca });
  expect([trusted.status, trusted.headers['cross-origin-resource-policy']]).toEqual([204, 'cross-origin']);
});

test('a Host that is no host is repeated nowhere', async () => {
  const raw = async (lines: string): Promise<string> => {
    const tcp = connectPlain(Number(new URL(hub.url).port), '127.0.0.1').setEncoding('utf8');
    tcp.end(`${lines}\r\n\r\n`);
    let text = '';
    for await (const part of tcp) text += String(part);
    return text;
  };
  expect(await raw('GET / HTTP/1.1\r\nHost: a"><script>')).toMatch(/^HTTP\/1.1 400/);
  expect(await raw('GET //elsewhere.example/ HTTP/1.1\r\nHost: cafe.local:1')).toMatch(/^HTTP\/1.1 400/);
  const good = await raw('GET /"><b> HTTP/1.1\r\nHost: cafe.local:1');
  expect(good).toContain('href="https://cafe.local:1/%22%3E%3Cb%3E"');
});

test('the key is readable by its owner alone, and the authority stays the same', async () => {
  const data = newFolder();
  await own(data);
  const file = join(data, 'secrets', 'tls-authority');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(data, 'tls-ca.pem'), 'utf8')).not.toContain('PRIVATE');
  const first = readFileSync(file, 'utf8');
  writeFileSync(file, first, { mode: 0o644 }); // A careless restore.
  await own(data);
  expect([readFileSync(file, 'utf8') === first, statSync(file).mode & 0o777]).toEqual([true, 0o600]);
  writeFileSync(file, first.replace('BEGIN CERT', 'begin cert'));
  await expect(own(data)).rejects.toThrow(/tls-authority is broken; restore it from a backup/);
});

/** What a client sees that trusts the authority. */
async function leafSeen(tls: HubTls, trusted: string, servername: string): Promise<X509Certificate | string> {
  const server = tls.door.makeServer((_, response) => response.end(), {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const tcp = connect({ port, host: '127.0.0.1', servername, ca: trusted });
  const seen = await new Promise<X509Certificate | string>((resolve) => {
    tcp.once('secureConnect', () => resolve(tcp.getPeerX509Certificate() ?? 'none'));
    tcp.once('error', (cause: NodeJS.ErrnoException) => resolve(cause.message));
  });
  tcp.destroy();
  server.close();
  return seen;
}
const serialOf = (seen: X509Certificate | string) => (typeof seen === 'string' ? seen : seen.serialNumber);

test('the certificate is renewed before it ends, and when the machine has another address', async () => {
  const data = newFolder();
  let addresses = ['192.168.7.1'];
  const tls = await own(data, { addresses: () => addresses }, NOW - 41 * DAY_MS);
  const trusted = readFileSync(join(data, 'tls-ca.pem'), 'utf8');
  const look = () => leafSeen(tls, trusted, 'cafe');
  const first = await look();
  expect(Date.parse((first as X509Certificate).validTo)).toBeLessThan(NOW + 20 * DAY_MS);
  await tls.renew(NOW - 2 * DAY_MS);
  expect(serialOf(await look())).toBe(serialOf(first));
  await tls.renew(NOW);
  const second = await look();
  expect(Date.parse((second as X509Certificate).validTo)).toBeGreaterThan(NOW + 59 * DAY_MS);
  addresses = ['192.168.7.2', '203.0.113.9'];
  await tls.renew(NOW);
  expect(tls.names()).toContain('192.168.7.2');
  expect(tls.names()).not.toContain('203.0.113.9'); // A public address is not this authority's.
  expect(serialOf(await look())).not.toBe(serialOf(second));
});

test('with its key stolen, the authority still opens no site of the internet', async () => {
  const thief = await makeAuthority('Nearcade cafe', ['cafe'], NOW);
  const seenBy = async (...names: string[]) => {
    const tls = await own(newFolder());
    tls.door.setCertificate(await signLeaf(thief, names, NOW));
    return leafSeen(tls, thief.cert, names[0] ?? '');
  };
  expect(await seenBy('bank.example')).toBe('permitted subtree violation');
  expect(await seenBy('till.local')).toBeInstanceOf(X509Certificate);
});

test('names that the authority may not vouch for stop the start', async () => {
  const data = newFolder();
  await own(data);
  await expect(own(data, { given: ['play.example'] })).rejects.toThrow(
    /was not made for the name play.example; delete secrets\/tls-authority/,
  );
  await expect(own(data, { given: ['198.51.100.7'] })).rejects.toThrow(
    /for addresses of a LAN, and 198.51.100.7 is none/,
  );
  expect((await own(newFolder(), { given: ['play.example'] })).names()).toContain('play.example');
});

function written(folder: string, { cert, key }: Certificate): Certificate {
  mkdirSync(folder, { recursive: true });
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key);
  return files;
}

test('given files that are wrong stop the start with one plain sentence', async () => {
  const folder = newFolder();
  const authority = await makeAuthority('Somebody', ['play.example'], NOW);
  const leaf = await signLeaf(authority, ['play.example'], NOW);
  const other = await signLeaf(authority, ['play.example'], NOW);
  const good = written(join(folder, 'good'), leaf);
  expect(readGiven(good, NOW).cert).toBe(leaf.cert);
  const noKey = join(folder, 'none');
  const wrong: [Certificate, RegExp, number?][] = [
    [{ ...good, key: noKey }, /cannot read .*none \(ENOENT\)/],
    [{ ...good, cert: good.key }, /key.pem holds no certificate in PEM/],
    [{ ...good, key: good.cert }, /cert.pem holds no private key in PEM, or one with a passphrase/],
    [written(join(folder, 'mixed'), { cert: leaf.cert, key: other.key }), /is not the key of the first certificate/],
    [good, /ended on \d{4}-\d\d-\d\d/, NOW + 61 * DAY_MS],
    [good, /begins on \d{4}-\d\d-\d\d only/, NOW - 9 * DAY_MS],
  ];
  for (const [files, sentence, nowMs = NOW] of wrong) {
    expect(() => readGiven(files, nowMs)).toThrow(StartError);
    expect(() => readGiven(files, nowMs)).toThrow(sentence);
  }
});

test('given files that change are taken when they are right; the clear side sends people on', async () => {
  const events: string[] = [];
  const log: Log = { ...silentLog, warn: (_, event) => events.push(event), info: (_, event) => events.push(event) };
  const folder = newFolder();
  const authority = await makeAuthority('Somebody', ['play.example'], NOW);
  const first = await signLeaf(authority, ['play.example'], NOW);
  const tls = openGivenTls(written(folder, first), NOW, log);
  const seen = async () => serialOf(await leafSeen(tls, authority.cert, 'play.example'));
  const before = await seen();
  writeFileSync(join(folder, 'cert.pem'), 'half a fi');
  await tls.renew(NOW);
  await tls.renew(NOW);
  expect([await seen(), events]).toEqual([before, ['tls.refused']]);
  written(folder, await signLeaf(authority, ['play.example', 'www.play.example'], NOW));
  await tls.renew(NOW);
  expect(events).toEqual(['tls.refused', 'tls.renewed']);
  expect(await seen()).not.toBe(before);
  expect(tls.names()).toEqual(['play.example', 'www.play.example']);

  const named = await testHub({ tls });
  const port = new URL(named.url).port;
  const answer = await fetch(`http://127.0.0.1:${port}/play?x=1`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([308, `https://127.0.0.1:${port}/play?x=1`]);
  const options = { ca: authority.cert, servername: 'play.example' };
  expect((await ask(`https://127.0.0.1:${port}/healthz`, options)).headers['strict-transport-security']).toContain(
    'max-age',
  );
  expect(named.hub.config.origins).toContain(`https://play.example:${port}`);
  await named.remove();
});
