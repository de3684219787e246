// test/e2e/stream/harness.ts - opens a real browser on a page that plays our stream, and carries offers and answers
// between that page and peers of this process.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { type BrowserContext, chromium, firefox, type Page } from 'playwright-core';
import { type WebSocket, WebSocketServer } from 'ws';
import type { MediaPeer } from '../../../src/media/ports.ts';

const root = join(import.meta.dirname, '../../..');

/** A page in a browser, and the wire to it. */
export type StreamPage = {
  readonly page: Page;
  /** Sends an offer of `peer` and carries its candidates and answers from then on. */
  connect(peer: MediaPeer, options?: { iceRestart?: boolean }): Promise<void>;
  close(): Promise<void>;
};

function serveFile(path: string): { type: string; body: string } | undefined {
  const file = normalize(path === '/' ? '/test/e2e/stream/page.html' : path);
  if (!/^\/(src\/(base|protocol)|test\/e2e\/stream)\//.test(file)) return undefined;
  const text = readFileSync(join(root, file), 'utf8');
  return file.endsWith('.ts')
    ? { type: 'text/javascript', body: stripTypeScriptTypes(text) }
    : { type: file.endsWith('.js') ? 'text/javascript' : 'text/html', body: text };
}

async function launch(kind: 'chromium' | 'firefox', profile: string): Promise<BrowserContext> {
  if (kind === 'chromium') {
    return chromium.launchPersistentContext(profile, {
      executablePath: '/usr/bin/chromium',
      headless: true,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--autoplay-policy=no-user-gesture-required',
      ],
    });
  }
  return firefox.launchPersistentContext(profile, {
    channel: 'moz-firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    firefoxUserPrefs: {
      'media.autoplay.default': 0,
      'media.autoplay.blocking_policy': 0,
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      'network.captive-portal-service.enabled': false,
    },
  });
}

/** Opens the test page in a browser of its own. */
export async function openStreamPage(kind: 'chromium' | 'firefox'): Promise<StreamPage> {
  const server = createServer((request, response) => {
    const file = serveFile(request.url ?? '/');
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': file?.type ?? 'text/plain' });
    response.end(file?.body ?? '');
  });
  const sockets = new WebSocketServer({ server, path: '/ws' });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const opened = new Promise<WebSocket>((resolve) => sockets.on('connection', resolve));
  const profile = mkdtempSync(join(tmpdir(), 'nearcade-e2e-'));
  const context = await launch(kind, profile);
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('console', (message) => message.type() === 'error' && process.stderr.write(`page: ${message.text()}\n`));
  page.on('pageerror', (error) => process.stderr.write(`page: ${error.message}\n`));
  await page.goto(`http://127.0.0.1:${port}/`);
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error('the page opened no socket')), 15_000),
  );
  const socket = await Promise.race([opened, late]);
  const peers = new Map<string, MediaPeer>();
  const names = new Map<MediaPeer, string>();
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    const peer = peers.get(message.peer);
    if (message.t === 'answer') void peer?.answer(message.sdp);
    else void peer?.addCandidate(message.candidate).catch(() => undefined);
  });
  return {
    page,
    async connect(peer, options) {
      let name = names.get(peer);
      if (name === undefined) {
        name = `p${names.size}`;
        names.set(peer, name);
        peers.set(name, peer);
        peer.onCandidate((candidate) => socket.send(JSON.stringify({ t: 'candidate', peer: name, candidate })));
      }
      const sdp = await peer.offer(options);
      socket.send(JSON.stringify({ t: 'offer', peer: name, sdp }));
    },
    async close() {
      await context.close();
      sockets.close();
      server.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Resolves when `peer` reaches `state`. */
export function reached(peer: MediaPeer & { state?: string }, state: string): Promise<void> {
  return new Promise((resolve) => {
    if (peer.state === state) resolve();
    peer.onState((now) => now === state && resolve());
  });
}
