// test/e2e/web/fake-http.ts - the HTTP side of the scripted hub: the built page as a real hub serves it, and the API with
// a login that is checked.
import { readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { newId, type SessionId } from '../../../src/base/ids.ts';
import { loginText } from '../../../src/protocol/login.ts';
import { recoverSigner, textDigest } from '../../../src/protocol/typed-data.ts';
import { fakeBench, fakeMarket } from './fake-bench.ts';
import { fakeDomain, timelineOf } from './fake-facts.ts';
import type { FakeHub } from './fake-hub.ts';

const MIME: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain',
};
/** As strict as a real hub: no evaluated script, styles inline for the component library. */
const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' blob:; connect-src 'self' ws: wss:; object-src 'none'; frame-ancestors 'none'";

/** Answers every request of a page. */
export class FakeHttp {
  readonly #hub: FakeHub;
  readonly #roots: { page: string; node: string };

  /** `page`: the built page; `node`: the built fake node. */
  constructor(hub: FakeHub, roots: { page: string; node: string }) {
    this.#hub = hub;
    this.#roots = roots;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (!url.pathname.startsWith('/api/')) return this.#file(url.pathname, response);
    let text = '';
    for await (const piece of request) text += piece;
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, string>);
    const cookie = /nearcade=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    const player = this.#hub.logins.get(cookie);
    const what = `${request.method} ${url.pathname}`;
    const answer =
      player !== undefined || what === 'GET /api/chain'
        ? (this.#hub.money.answer(what, url, body, player ?? '') ?? this.#api(what, body, player, response))
        : this.#api(what, body, player, response);
    const json = !('type' in answer);
    response.writeHead(answer.status, { 'content-type': json ? 'application/json' : String(answer.type) });
    if (answer.body === undefined) response.end();
    else response.end(json ? JSON.stringify(answer.body) : String(answer.body));
  }

  #api(
    what: string,
    body: Record<string, string>,
    player: string | undefined,
    response: ServerResponse,
  ): { status: number; body?: unknown } {
    const refused = (status: number, code: string) => ({ status, body: { code, id: `req-${this.#hub.heard.length}` } });
    const over = this.#hub.refuse.get(what);
    if (over !== undefined) {
      this.#hub.refuse.delete(what);
      return { status: 503, body: { code: over.code, id: 'req-7f3a', ...(over.facts && { facts: over.facts }) } };
    }
    if (what === 'GET /api/config') return { status: 200, body: this.#hub.config };
    if (what === 'POST /api/login/nonce') {
      const nonce = newId('', this.#hub.random).slice(1);
      this.#hub.nonces.add(nonce);
      const iso = (ms: number) => new Date(ms).toISOString().replace(/\.\d+/, '');
      return { status: 200, body: { nonce, issuedAt: iso(Date.now()), expiresAt: iso(Date.now() + 300_000) } };
    }
    if (what === 'POST /api/login') {
      const facts = { ...body, chainId: fakeDomain.chainId } as unknown as Parameters<typeof loginText>[0];
      const signer = recoverSigner(textDigest(loginText(facts)), body.signature ?? '');
      if (signer !== body.address || !this.#hub.nonces.delete(body.nonce ?? ''))
        return refused(401, 'LOGIN_BAD_SIGNATURE');
      const cookie = newId('', this.#hub.random);
      this.#hub.logins.set(cookie, signer ?? '');
      response.setHeader('set-cookie', `nearcade=${cookie}; HttpOnly; SameSite=Lax; Path=/`);
      return { status: 204 };
    }
    if (player === undefined) return refused(401, 'LOGIN_REQUIRED');
    if (what === 'POST /api/socket-ticket') {
      const ticket = `ticket_${newId('', this.#hub.random)}`;
      this.#hub.tickets.set(ticket, player);
      return { status: 200, body: { ticket } };
    }
    if (what === 'POST /api/logout') {
      this.#hub.logins.clear();
      return { status: 204 };
    }
    return this.#account(what, body, player) ?? refused(404, 'NOT_FOUND');
  }

  #account(what: string, body: Record<string, string>, player: string): { status: number; body?: unknown } | undefined {
    const mine = [...this.#hub.sessions.values()].filter((session) => session.player === player);
    const cap = this.#hub.capWei === undefined ? {} : { capWei: this.#hub.capWei };
    if (what === 'GET /api/me') {
      const sessions = mine
        .filter(({ ended }) => !ended)
        .map(({ id, game, node, startedAtMs }) => ({ session: id, game, node: node.node, startedAtMs }));
      const spent = (12n * 10n ** 18n).toString();
      return {
        status: 200,
        body: {
          player,
          balanceWei: this.#hub.balanceWei.toString(),
          heldWei: '833333333333333000',
          ...cap,
          spentTodayWei: spent,
          sessions,
          ...(this.#hub.money.admin && { admin: true }),
        },
      };
    }
    if (what === 'GET /api/cafe') return { status: 200, body: { cafes: [] } };
    if (what === 'PUT /api/me/cap') {
      this.#hub.capWei = body.capWei ?? undefined;
      return { status: 204 };
    }
    if (what === 'GET /api/sessions') {
      const sessions = [...this.#hub.receipts.values()].reverse().map((receipt) => ({
        session: receipt.session,
        game: receipt.game,
        nodeName: receipt.nodeName,
        startedAtMs: receipt.startedAtMs,
        endedAtMs: receipt.endedAtMs,
        reason: receipt.reason,
        billedMs: receipt.billedMs,
        costWei: receipt.costWei,
      }));
      return { status: 200, body: { sessions } };
    }
    const asked = /^GET \/api\/sessions\/(s_[0-9a-z]+)\/(receipt|timeline)$/.exec(what);
    const receipt = this.#hub.receipts.get(asked?.[1] as SessionId);
    if (receipt !== undefined) {
      if (asked?.[2] === 'receipt') return { status: 200, body: receipt };
      const ticks = this.#hub.sessions.get(receipt.session)?.ticks ?? [];
      return { status: 200, body: timelineOf(receipt, ticks) };
    }
    const console = this.#hub.console.answer(what, body);
    if (console !== undefined) return console;
    if (what === 'POST /api/operator/node-tokens') {
      const token = `join_${newId('', this.#hub.random)}`;
      const command = `./nearcade node --hub ${'http://127.0.0.1:8080'} --token ${token}`;
      return { status: 200, body: { token, expiresAtMs: Date.now() + 900_000, command } };
    }
    if (/^(PUT|POST|DELETE) \/api\/operator\/nodes\/0x[0-9a-f]{40}(\/\w+)?$/.test(what)) {
      this.#hub.operatorActs.push(what.startsWith('PUT') ? `${what} ${JSON.stringify(body)}` : what);
      return { status: 204 };
    }
    if (what === 'GET /api/operator/market') {
      const mine = this.#hub.nodes.map(({ node }, index) => ({ node, premiumBps: index * 500 }));
      return { status: 200, body: fakeMarket(mine) };
    }
    if (what !== 'GET /api/operator/nodes') return undefined;
    const nodes = this.#hub.nodes.map((fake, index) => ({
      node: fake.node,
      name: fake.name,
      region: fake.region,
      state: (['online', 'draining', 'offline'] as const)[index % 3] ?? 'online',
      stage: (['awaiting-stake', 'draining', 'offline'] as const)[index % 3] ?? 'active',
      checks:
        index % 3 === 2
          ? []
          : [
              { check: 'identity', verdict: 'ok', value: 1, limit: 1 },
              { check: 'encoder', verdict: 'less', value: 21.4, limit: 1_000 / 60 },
              { check: 'games', verdict: 'bad', value: 0, limit: 1 },
              { check: 'address', verdict: 'less', value: 0, limit: 1 },
              { check: 'gpu', says: 'NVIDIA GeForce RTX 4070, 580.159.04', verdict: 'less', value: 1, limit: 1 },
              { check: 'display', verdict: 'less', value: 0, limit: 1 },
              { check: 'pads', verdict: 'ok', value: 1, limit: 1 },
              { check: 'sandbox', verdict: 'less', value: 0, limit: 1 },
              { check: 'clock', verdict: 'less', value: 61_500, limit: 2_000 },
            ],
      ...(index % 3 !== 2 && { agentVersion: index === 0 ? '0.0.9' : '0.1.0' }),
      ...(index % 3 === 0 && { bench: fakeBench() }),
      slots: 4,
      freeSlots: fake.freeSlots,
      sessions: 4 - fake.freeSlots,
      earnedWei: (BigInt(index + 1) * 37n * 10n ** 18n).toString(),
      premiumBps: index * 500,
      staked: index % 3 !== 0,
      cards: index % 3 === 0 ? 2 : 1,
      stakedCards: 1,
      seenAtMs: Date.now() - index * 65_000,
    }));
    return { status: 200, body: { operator: player, nodes, former: [] } };
  }

  #file(path: string, response: ServerResponse): void {
    const [root, rest] = path.startsWith('/fake-node/')
      ? [this.#roots.node, path.slice('/fake-node'.length)]
      : [this.#roots.page, path];
    const wanted = join(root, normalize(rest === '/' ? '/index.html' : rest));
    const known = wanted.startsWith(root) && statSync(wanted, { throwIfNoEntry: false })?.isFile() === true;
    if (!known && extname(path) !== '') {
      response.writeHead(404).end();
      return;
    }
    const file = known ? wanted : join(root, 'index.html');
    response.writeHead(200, {
      'content-type': MIME[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': path.startsWith('/fake-node/')
        ? "default-src 'self' 'unsafe-inline'; connect-src *"
        : CSP,
    });
    response.end(readFileSync(file));
  }
}
