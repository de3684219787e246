// test/e2e/stream/harness.ts - opens a real browser on a page that plays our stream, and carries offers and answers
// between that page and peers of this process.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { type BrowserContext, chromium, firefox, type Page } from 'playwright-core';
import { type WebSocket, WebSocketServer } from 'ws';
import type { MediaPeer } from '../../../src/media/ports.ts';
import type { KeyEvent, Pointer } from '../../../src/protocol/input-frames.ts';
import type { PictureCode } from '../../../src/protocol/picture-code.ts';
import { openForwarder, type UdpForwarder } from './udp-forwarder.ts';

const root = join(import.meta.dirname, '../../..');

/** What `page.js` offers as `window.harness`. */
export type PageApi = {
  probe(count: number): Promise<number[]>;
  key(event: KeyEvent): Promise<number>;
  motion(pointer: Pointer): Promise<number>;
  marker(): Promise<number>;
  picture(): Promise<{ width: number; height: number; pixel: number[] }>;
  lastCode(): PictureCode | undefined;
  codes(): { code: PictureCode; atMs: number; rtpTimestamp: number }[];
  longestGapMs(fromMs: number): number;
  now(): number;
  unreadable(): number;
  channelFacts(): [string, boolean, number | null, number | null][];
  remoteSdp(): string;
  inbound(kind: 'video' | 'audio'): Promise<Record<string, number>>;
  /** A marker and the picture that answered it, all on the page's clock. */
  click(): Promise<{ seq: number; sentMs: number; receivedMs: number; shownMs: number }>;
  /** Node's clock minus page's, by the exchange with the shortest round trip. */
  clockOffsetMs(): Promise<number>;
  soundPeak(): number;
  controls(): Record<string, unknown>[];
  say(message: object): void;
  closePeer(): void;
};

/** A page in a browser, and the wire to it. */
export type StreamPage = {
  readonly page: Page;
  /** Sends an offer of `peer` and carries its candidates and answers from then on. */
  connect(peer: MediaPeer, options?: { iceRestart?: boolean }): Promise<void>;
  /** The same through a path that can be harmed; the first connection of a peer decides. */
  connectThrough(peer: MediaPeer, options?: { iceRestart?: boolean }): Promise<UdpForwarder>;
  reload(): Promise<void>;
  close(): Promise<void>;
};

function serveFile(path: string): { type: string; body: string } | undefined {
  const file = normalize(path === '/' ? '/test/e2e/stream/page.html' : path);
  if (file === '/favicon.ico') return { type: 'image/x-icon', body: '' };
  if (!/^\/(src\/(base|protocol)|test\/e2e\/stream|bench\/click-to-photon|node_modules\/msgpackr\/dist)\//.test(file))
    return undefined;
  const text = readFileSync(join(root, file), 'utf8');
  if (file.endsWith('.ts')) return { type: 'text/javascript', body: stripTypeScriptTypes(text) };
  return { type: file.endsWith('.js') ? 'text/javascript' : 'text/html', body: text };
}

async function launch(
  kind: 'chromium' | 'firefox',
  profile: string,
  flags: readonly string[],
): Promise<BrowserContext> {
  if (kind === 'chromium') {
    return chromium.launchPersistentContext(profile, {
      executablePath: '/usr/bin/chromium',
      headless: true,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--autoplay-policy=no-user-gesture-required',
        ...flags,
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

const withoutCandidates = (sdp: string) => sdp.replace(/a=(candidate:.*|end-of-candidates)\r?\n/g, '');

/** Opens the test page, or another one of ours, in a browser of its own. `flags`: further ones of Chromium. */
export async function openStreamPage(
  kind: 'chromium' | 'firefox',
  { path = '/', flags = [] }: { path?: string; flags?: readonly string[] } = {},
): Promise<StreamPage> {
  const server = createServer((request, response) => {
    const file = serveFile(request.url ?? '/');
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': file?.type ?? 'text/plain' });
    response.end(file?.body ?? '');
  });
  const peers = new Map<string, { peer: MediaPeer; forwarder: UdpForwarder | undefined }>();
  const names = new Map<MediaPeer, string>();
  const closed = new Set<string>();
  let socket: WebSocket | undefined;
  let opened = (_: WebSocket) => {};
  const sockets = new WebSocketServer({ server, path: '/ws' });
  sockets.on('connection', (fresh) => {
    socket = fresh;
    fresh.on('message', (data) => {
      const message = JSON.parse(String(data));
      const found = peers.get(message.peer);
      if (closed.has(message.peer)) return; // What the browser said while its peer was closed.
      const direct = found?.forwarder === undefined;
      // Through a forwarder the browser's own addresses must stay unknown, or the peer would go around it.
      if (message.t === 'answer') void found?.peer.answer(direct ? message.sdp : withoutCandidates(message.sdp));
      else if (direct) void found?.peer.addCandidate(message.candidate).catch(() => undefined);
    });
    opened(fresh);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const profile = mkdtempSync(join(tmpdir(), 'nearcade-e2e-'));
  const context = await launch(kind, profile, flags);
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('console', (message) => message.type() === 'error' && process.stderr.write(`page: ${message.text()}\n`));
  page.on('pageerror', (error) => process.stderr.write(`page: ${error.message}\n`));
  const load = async () => {
    const url = `http://127.0.0.1:${port}${path}`;
    if (path !== '/') return void (await page.goto(url));
    const late = setTimeout(() => page.close(), 20_000);
    const connected = new Promise<void>((resolve) => {
      opened = () => resolve();
    });
    await page.goto(url);
    await connected;
    clearTimeout(late);
  };
  await load();
  const send = async (peer: MediaPeer, iceRestart: boolean, forwarder?: UdpForwarder) => {
    let name = names.get(peer);
    if (name === undefined) {
      name = `p${names.size}`;
      names.set(peer, name);
      peers.set(name, { peer, forwarder });
      const known = name;
      peer.onState((state) => state === 'closed' && closed.add(known));
      peer.onCandidate((candidate) => {
        if (forwarder === undefined) socket?.send(JSON.stringify({ t: 'candidate', peer: name, candidate }));
      });
    }
    const through = peers.get(name)?.forwarder;
    const sdp = await peer.offer({ iceRestart });
    const told =
      through === undefined ? sdp : sdp.replace(/(127\.0\.0\.1) \d+ typ host/g, `$1 ${through.port} typ host`);
    socket?.send(JSON.stringify({ t: 'offer', peer: name, sdp: told }));
  };
  return {
    page,
    connect: (peer, options) => send(peer, options?.iceRestart === true),
    async connectThrough(peer, options) {
      const known = peers.get(names.get(peer) ?? '')?.forwarder;
      // The port is known only when the first offer is made; a second offer before any answer replaces it.
      const port = Number(/127\.0\.0\.1 (\d+) typ host/.exec(known === undefined ? await peer.offer() : '')?.[1]);
      const forwarder = known ?? (await openForwarder(port));
      await send(peer, options?.iceRestart === true, forwarder);
      return forwarder;
    },
    reload: load,
    async close() {
      for (const { forwarder } of peers.values()) forwarder?.close();
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
