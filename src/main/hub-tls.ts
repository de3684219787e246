// src/main/hub-tls.ts - the hub's certificates: an authority of its own, kept in the data folder, whose short certificate
// follows the machine's names and addresses by itself; or files that a person names, read again when they change.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Clock } from '../base/clock.ts';
import { readIp } from '../base/ip.ts';
import type { Log } from '../observe/log.ts';
import {
  type Certificate,
  fingerprintOf,
  type Leaf,
  makeAuthority,
  permittedBy,
  signLeaf,
} from '../server/tls/authority.ts';
import { Door } from '../server/tls/door.ts';
import { installPage, redirectToTls } from '../server/tls/install-page.ts';
import { StartError } from './role.ts';

/** HTTPS of a hub. */
export type HubTls = {
  readonly door: Door;
  /** A certificate that outlives this hub's data folder: browsers may be told to come over HTTPS alone. */
  readonly lasting: boolean;
  /** Names and addresses that the certificate holds now. */
  names(): readonly string[];
  /** Looks whether another certificate is due, and uses it. */
  renew(nowMs: number): Promise<void>;
};

const AUTHORITY_FILE = 'tls-authority';
/** The public half beside it, for programs: `NODE_EXTRA_CA_CERTS`. */
const PUBLIC_FILE = 'tls-ca.pem';
const OWNER_ONLY = 0o600;
/** A certificate is renewed when this part of its life is over: weeks are left for whatever goes wrong. */
const RENEW_AFTER = 2 / 3;
const LOOK_EVERY_MS = 30_000;
const SOON_MS = 14 * 86_400_000;

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StartError(`--tls: cannot read ${file} (${String((cause as NodeJS.ErrnoException).code ?? cause)})`);
  }
}

function parsed<T>(read: () => T, sentence: string): T {
  try {
    return read();
  } catch {
    throw new StartError(`--tls: ${sentence}`);
  }
}

const dateOf = (text: string): string => new Date(text).toISOString().slice(0, 10);

/**
 * Reads certificate and key that a person named.
 * @throws StartError saying which file is wrong, and how
 */
export function readGiven(files: Certificate, nowMs: number): Certificate & { readonly x509: X509Certificate } {
  const [cert, key] = [readText(files.cert), readText(files.key)];
  const x509 = parsed(() => new X509Certificate(cert), `${files.cert} holds no certificate in PEM`);
  const privateKey = parsed(
    () => createPrivateKey(key),
    `${files.key} holds no private key in PEM, or one with a passphrase`,
  );
  if (!x509.checkPrivateKey(privateKey)) {
    throw new StartError(`--tls: the key in ${files.key} is not the key of the first certificate in ${files.cert}`);
  }
  if (Date.parse(x509.validTo) <= nowMs) {
    throw new StartError(`--tls: the certificate in ${files.cert} ended on ${dateOf(x509.validTo)}`);
  }
  if (Date.parse(x509.validFrom) > nowMs) {
    throw new StartError(`--tls: the certificate in ${files.cert} begins on ${dateOf(x509.validFrom)} only`);
  }
  parsed(() => createSecureContext({ cert, key }), `${files.cert} cannot be used for TLS (too short a key?)`);
  return { cert, key, x509 };
}

/** Names of a certificate that a browser's address can hold. */
function namesOf({ subjectAltName }: X509Certificate): readonly string[] {
  return (subjectAltName ?? '')
    .split(', ')
    .flatMap((entry) => /^(?:DNS|IP Address):([^*]+)$/.exec(entry)?.[1] ?? [])
    .map((name) => name.toLowerCase());
}

/**
 * HTTPS with a person's files. They are read again when they change; what is wrong then is not taken.
 * @throws StartError when they are wrong at the start
 */
export function openGivenTls(files: Certificate, nowMs: number, log: Log): HubTls {
  let now = readGiven(files, nowMs);
  const door = new Door({ certificate: now, plain: redirectToTls, first: () => false });
  let told: string | undefined;
  const tell = (event: string, cause: string): void => {
    if (told !== cause) log.warn({ cause }, event);
    told = cause;
  };
  return {
    door,
    lasting: true,
    names: () => namesOf(now.x509),
    renew: async (atMs) => {
      try {
        const next = readGiven(files, atMs);
        if (next.cert !== now.cert || next.key !== now.key) {
          now = next;
          door.setCertificate(now);
          log.info({ names: namesOf(now.x509), until: dateOf(now.x509.validTo) }, 'tls.renewed');
        }
        if (Date.parse(now.x509.validTo) - atMs < SOON_MS)
          tell('tls.ends-soon', `it ends on ${dateOf(now.x509.validTo)}`);
      } catch (cause) {
        if (!(cause instanceof StartError)) throw cause;
        tell('tls.refused', cause.message);
      }
    },
  };
}

async function keptAuthority(
  data: string,
  title: string,
  names: readonly string[],
  nowMs: number,
): Promise<Certificate> {
  const folder = join(data, 'secrets');
  const file = join(folder, AUTHORITY_FILE);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
    chmodSync(file, OWNER_ONLY);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw new StartError(`--tls auto: cannot read ${file}`);
    const made = await makeAuthority(title, names, nowMs);
    writeFileSync(`${file}.new`, `${made.key}${made.cert}`, { mode: OWNER_ONLY, flush: true });
    renameSync(`${file}.new`, file);
    return made;
  }
  const again = `restore it from a backup, or delete it: then every device needs the new certificate`;
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n?/.exec(pem)?.[0] ?? '';
  const cert = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/.exec(pem)?.[0] ?? '';
  const x509 = parsed(() => new X509Certificate(cert), `${file} is broken; ${again}`);
  const whole = parsed(() => x509.checkPrivateKey(createPrivateKey(key)), `${file} is broken; ${again}`);
  if (!whole) throw new StartError(`--tls: ${file} is broken; ${again}`);
  if (Date.parse(x509.validTo) <= nowMs) throw new StartError(`--tls: the authority in ${file} ended; delete it`);
  return { key, cert };
}

/** What a hub's own certificate follows from. */
export type OwnTlsParts = {
  readonly data: string;
  readonly hostName: string;
  /** Names that people gave the hub (`--public-url`, `--http`): without them there is no start. */
  readonly given: readonly string[];
  /** The machine's addresses, now. */
  readonly addresses: () => readonly string[];
};

/** The authority of a data folder with its public half beside it, for programs. */
async function openAuthority(
  { data, hostName, given }: Pick<OwnTlsParts, 'data' | 'hostName' | 'given'>,
  nowMs: number,
): Promise<Certificate> {
  const host = hostName.toLowerCase();
  const names = [host, ...given.map((name) => name.toLowerCase())];
  const authority = await keptAuthority(data, `Nearcade ${host}`, names, nowMs);
  writeFileSync(join(data, PUBLIC_FILE), authority.cert);
  return authority;
}

/**
 * Makes the authority before the hub starts, for programs that are started beside it.
 * @returns the file that their NODE_EXTRA_CA_CERTS names. Throws StartError when the authority is broken
 */
export async function authorityFile(parts: Parameters<typeof openAuthority>[0], nowMs: number): Promise<string> {
  await openAuthority(parts, nowMs);
  return join(parts.data, PUBLIC_FILE);
}

/**
 * HTTPS with an authority of the hub's own, made once and kept.
 * @throws StartError when the authority is broken or may not vouch for a given name
 */
export async function openOwnTls(parts: OwnTlsParts, nowMs: number, log: Log): Promise<HubTls> {
  const host = parts.hostName.toLowerCase();
  const given = parts.given.map((name) => name.toLowerCase());
  const authority = await openAuthority(parts, nowMs);
  const fault = given.find((name) => permittedBy(authority, [name]).length === 0);
  if (fault !== undefined) {
    throw new StartError(
      readIp(fault) === undefined
        ? `--tls auto: the authority of this hub was not made for the name ${fault}; delete secrets/${AUTHORITY_FILE} of the data folder to make another (every device needs its certificate), or give files: --tls CERT,KEY`
        : `--tls auto is for addresses of a LAN, and ${fault} is none; give files: --tls CERT,KEY`,
    );
  }
  const wanted = () => {
    const all = ['localhost', '127.0.0.1', '::1', host, `${host}.local`, ...given, ...parts.addresses()];
    return permittedBy(authority, [...new Set(all)]);
  };
  const fingerprint = fingerprintOf(authority.cert);
  let leaf: Leaf = await signLeaf(authority, wanted(), nowMs);
  const door = new Door({ certificate: leaf, ...installPage({ certificatePem: authority.cert, fingerprint }) });
  const say = (event: string): void =>
    log.info({ fingerprint, names: leaf.names, until: new Date(leaf.endsAtMs).toISOString() }, event);
  say('tls.ready');
  return {
    door,
    lasting: false,
    names: () => leaf.names,
    renew: async (atMs) => {
      const names = wanted();
      const due = atMs >= leaf.fromMs + (leaf.endsAtMs - leaf.fromMs) * RENEW_AFTER || atMs < leaf.fromMs - SOON_MS;
      if (!due && names.join() === leaf.names.join()) return;
      leaf = await signLeaf(authority, names, atMs);
      door.setCertificate(leaf);
      say('tls.renewed');
    },
  };
}

/** Looks after a hub's certificate until `stop`; tells when it may hold other names. */
export function keepTls(
  tls: HubTls,
  clock: Clock,
  onNames: () => void,
  fatal: (cause: unknown) => void,
): { stop(): void } {
  const timer = setInterval(() => void tls.renew(clock.wallMs()).then(onNames, fatal), LOOK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}
