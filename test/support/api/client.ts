// test/support/api/client.ts - a program on the other end of the API: raw requests, each within ten seconds, from whichever
// address of this machine; a wallet that is logged in, a key, a seat.
import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { loginText } from '../../../src/protocol/login.ts';
import { addressOf, signDigest, textDigest } from '../../../src/protocol/typed-data.ts';

const HANG_MS = 10_000;
const agent = new Agent({ keepAlive: true, maxSockets: 24 });
/** What came back. */
export type Answer = {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};
export type Ask = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly body?: string | undefined;
};
/** How somebody shows who it is. */
export type Caller = { readonly who: string; readonly headers: Readonly<Record<string, string>> };

let turn = 0;
/** One request. Throws when nothing came in ten seconds. */
export function ask(url: string, { method, path, headers, body }: Ask): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const n = ++turn;
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const sent = request(
      {
        ...{ hostname, port, method, path, agent },
        localAddress: `127.${1 + (n % 40)}.0.1`, // Each has a rate of its own.
        headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
        signal: AbortSignal.timeout(HANG_MS),
      },
      (response) => {
        isAnswered = true;
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          text += piece;
        });
        const done = () =>
          resolve({
            status: response.statusCode ?? 0,
            type: (response.headers['content-type'] ?? '').split(';')[0] ?? '',
            ...{ text, headers: response.headers },
          });
        response.on('end', done);
        response.on('error', done);
        // A stream of events does not end: its first is enough.
        if (response.headers['content-type'] === 'text/event-stream') {
          response.on('data', () => /^data: .*\n\n/m.test(text) && sent.destroy());
        }
      },
    );
    sent.on('error', (cause) => {
      if (!isAnswered) reject(new Error(`${method} ${path}: no answer`, { cause }));
    });
    sent.end(body);
  });
}

/** A wallet of tests by its name. */
export function walletOf(name: string) {
  const key = createHash('sha256').update(`api wallet ${name}`).digest();
  return { key, address: addressOf(key) };
}

const json = 'application/json';
/** Logs a wallet in, as the document says. */
export async function logIn(url: string, name: string): Promise<Caller & { readonly address: string }> {
  const { key, address } = walletOf(name);
  const post = (path: string, body: object) =>
    ask(url, { method: 'POST', path, headers: { origin: url, 'content-type': json }, body: JSON.stringify(body) });
  const given = JSON.parse((await post('/api/login/nonce', { address })).text) as {
    nonce: string;
    issuedAt: string;
    expiresAt: string;
  };
  const config = JSON.parse((await ask(url, { method: 'GET', path: '/api/config' })).text) as {
    domain: { chainId: string };
  };
  const facts = { domain: new URL(url).host, address, uri: url, ...given };
  const chainId = BigInt(config.domain.chainId);
  const signature = signDigest(textDigest(loginText({ ...facts, chainId })), key);
  const answer = await post('/api/login', { ...facts, signature });
  if (answer.status !== 204) throw new Error(`${name} is not let in: ${answer.text}`);
  const cookie = String([answer.headers['set-cookie']].flat()[0]).split(';')[0] ?? '';
  return { who: name, address, headers: { cookie, origin: url } };
}
