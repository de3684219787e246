// src/server/tls/install-page.ts - where a device gets the certificate of the hub's own authority: a page in plain HTML that
// needs no trust, the file, and a word that only a device which trusts us already can read. In the clear every other address
// answers with the same page, which leads on by itself where nothing is left to install.
import { createHash, X509Certificate } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type InstallLanguage, type InstallWay, installWords, languageOf } from './install-words.ts';

const PAGE = '/install';
const FILE = '/install/nearcade-ca.crt';
const PEM = '/install/nearcade-ca.pem';
const TRUSTED = '/install/trusted';
/** A Host header that may be repeated: a name, a dotted quad or a bracketed address, and a port. */
const HOST = /^(?:[a-zA-Z0-9.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(?::\d{1,5})?$/;
const UPGRADE = 426; // RFC 9110 section 15.5.22: the same again over TLS.

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
h1{font-size:1.6rem}nav a{margin-right:1rem}code{font-size:.95rem;user-select:all}.note{border:2px solid;border-radius:.5rem;padding:.25rem 1rem;margin:1rem 0}
.big{display:inline-block;padding:.6rem 1.2rem;border:2px solid;border-radius:.5rem;font-weight:600}details{margin:.5rem 0}summary{cursor:pointer;font-weight:600}`;
// A request that no other page can read, to the encrypted side: it succeeds only where its certificate is trusted.
const SCRIPT = `const to=document.getElementById('go').href;
fetch(new URL('${TRUSTED}',to),{mode:'no-cors',cache:'no-store'}).then(()=>{document.getElementById('trusted').hidden=false;
if(!location.pathname.startsWith('${PAGE}'))location.replace(to)},()=>{})`;
const sourceOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const POLICY = `default-src 'none'; style-src ${sourceOf(STYLE)}; script-src ${sourceOf(SCRIPT)}; connect-src https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** What the page gives out. */
export type InstallParts = { readonly certificatePem: string; readonly fingerprint: string };

const safe = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)};`);

function wayOf(agent: string): string {
  if (/Firefox/.test(agent)) return 'firefox';
  if (/Windows/.test(agent)) return 'windows';
  if (/Android/.test(agent)) return 'android';
  if (/iPhone|iPad/.test(agent)) return 'ios';
  return /Mac OS X/.test(agent) ? 'mac' : 'linux';
}

function wayHtml([key, { title, steps, command }]: [string, InstallWay], own: string): string {
  const code = command === undefined ? '' : `<p><code>${safe(command)}</code></p>`;
  const list = steps.map((step) => `<li>${safe(step)}</li>`).join('');
  return `<details${key === own ? ' open' : ''}><summary>${safe(title)}</summary><ol>${list}</ol>${code}</details>`;
}

type Shown = {
  readonly language: InstallLanguage;
  readonly clear: boolean;
  /** The encrypted address of what was asked for. */
  readonly to: string;
  readonly agent: string;
};

function pageHtml({ fingerprint }: InstallParts, { language, clear, to, agent }: Shown): string {
  const words = installWords[language];
  const languages = Object.entries(installWords)
    .map(([tag, { name }]) => `<a href="${PAGE}?lang=${tag}" lang="${tag}" hreflang="${tag}">${name}</a>`)
    .join('');
  const missing = clear
    ? `<div class="note"><h2>${safe(words.missingTitle)}</h2><p>${safe(words.missing)}</p></div>`
    : '';
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Nearcade: ${safe(words.title)}</title><style>${STYLE}</style></head><body><nav>${languages}</nav><main>
<h1>${safe(words.title)}</h1>${missing}
<p id="trusted" class="note" role="status"${clear ? ' hidden' : ''}>${safe(words.trusted)}</p>
<p>${safe(words.why)}</p>
<p><a class="big" href="${FILE}" download>${safe(words.get)}</a></p>
<h2>${safe(words.fingerprint)}</h2><p><code>${fingerprint.replaceAll(':', ':<wbr>')}</code></p><p>${safe(words.compare)}</p>
${Object.entries(words.ways)
  .map((way) => wayHtml(way, wayOf(agent)))
  .join('\n')}
<p>${safe(words.after)} <a id="go" href="${safe(to)}">${safe(to)}</a></p><p>${safe(words.bounds)}</p>
</main>${clear ? `<script>${SCRIPT}</script>` : ''}</body></html>`;
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: string | Buffer): void {
  response.writeHead(status, {
    ...{ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' },
    ...headers,
  });
  response.end(body);
}

/** The encrypted address of what was asked for; `undefined` when the request does not say where it went. */
function encrypted({ headers, url }: IncomingMessage): URL | undefined {
  const { host } = headers;
  if (host === undefined || !HOST.test(host) || !URL.canParse(url ?? '', `https://${host}`)) return undefined;
  const to = new URL(url ?? '', `https://${host}`);
  return to.host === new URL(`https://${host}`).host ? to : undefined; // `//elsewhere` is no path of ours.
}

function noHost(response: ServerResponse): void {
  send(response, 400, { 'content-type': 'text/plain' }, 'Host: ?\n');
}

function goThere(response: ServerResponse, { origin }: URL): void {
  send(response, UPGRADE, { 'content-type': 'text/plain', upgrade: 'TLS/1.2' }, `${origin}\n`);
}

/** Answers in the clear where people brought a certificate that devices trust: the same address over TLS. */
export const redirectToTls: RequestListener = (request, response) => {
  const to = encrypted(request);
  if (to === undefined) noHost(response);
  else if (request.method === 'GET' || request.method === 'HEAD') send(response, 308, { location: to.href }, '');
  else goThere(response, to);
};

/** The two sides of the install page: in the clear, where it answers everything, and over TLS, where it answers its own. */
export function installPage(parts: InstallParts): {
  readonly plain: RequestListener;
  readonly first: (...args: Parameters<RequestListener>) => boolean;
} {
  const { raw } = new X509Certificate(parts.certificatePem);
  const serve = (request: IncomingMessage, response: ServerResponse, clear: boolean): boolean => {
    const to = encrypted(request);
    const path = to?.pathname ?? '';
    const own = path === PAGE || path.startsWith(`${PAGE}/`);
    if (!own && !clear) return false;
    if (to === undefined) noHost(response);
    else if (request.method !== 'GET' && request.method !== 'HEAD') goThere(response, to);
    else if (path === FILE) send(response, 200, { 'content-type': 'application/x-x509-ca-cert' }, raw);
    else if (path === PEM) send(response, 200, { 'content-type': 'application/x-pem-file' }, parts.certificatePem);
    else if (path === TRUSTED) send(response, 204, { 'cross-origin-resource-policy': 'cross-origin' }, '');
    else {
      const language = languageOf(to.searchParams.get('lang'), request.headers['accept-language']);
      const agent = request.headers['user-agent'] ?? '';
      const html = pageHtml(parts, { language, clear, agent, to: own ? `${to.origin}/` : to.href });
      // A program that asks for something else in the clear must not take this page for its answer.
      const status = own ? 200 : UPGRADE;
      const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY };
      send(response, status, { ...headers, ...(own ? {} : { upgrade: 'TLS/1.2' }) }, html);
    }
    return true;
  };
  return {
    plain: (request, response) => void serve(request, response, true),
    first: (...args) => serve(...args, false),
  };
}
