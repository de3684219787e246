// src/server/tls/authority.ts - a certificate authority of the hub's own, for a LAN where no public one can vouch for an address.
// People install its certificate on their devices; so it may vouch for private addresses and LAN names alone (RFC 5280 section
// 4.2.1.10): with its key stolen, nobody's bank can be faked. The hub's own certificate lives for weeks and is kept nowhere.
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate as ParsedCertificate,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { inCidr, readCidr, readIp } from '../../base/ip.ts';

/** A certificate chain and its private key, both PEM. */
export type Certificate = { readonly cert: string; readonly key: string };

/** A certificate of the hub, and until when it is good. */
export type Leaf = Certificate & {
  readonly names: readonly string[];
  readonly fromMs: number;
  readonly endsAtMs: number;
};

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
const LEAF_DAYS = 60;
/** A device whose clock runs behind takes the certificate all the same. */
const BEFORE_MS = 2 * DAY_MS;
const KEY = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Names that no public authority vouches for: RFC 6761, 6762, 8375, and those that routers give out. */
const LAN_NAMES = ['localhost', 'local', 'lan', 'home', 'home.arpa', 'internal'];
const LAN_RANGES = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
];

const isAddress = (name: string): boolean => readIp(name) !== undefined;

function permitting(names: readonly string[]): Extension {
  const bases = [
    ...names.map((dNSName) => new GeneralName({ dNSName })),
    ...LAN_RANGES.map((iPAddress) => new GeneralName({ iPAddress })),
  ];
  const permittedSubtrees = new GeneralSubtrees(bases.map((base) => new GeneralSubtree({ base })));
  return new Extension(id_ce_nameConstraints, true, AsnConvert.serialize(new NameConstraints({ permittedSubtrees })));
}

async function pemOf(key: Parameters<typeof crypto.subtle.exportKey>[1]): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();
}

/** SHA-256 of a certificate, as browsers show it. */
export function fingerprintOf(certificatePem: string): string {
  const { raw } = new X509Certificate(certificatePem);
  return createHash('sha256').update(raw).digest('hex').toUpperCase().match(/../g)?.join(':') ?? '';
}

/**
 * Makes an authority. It may sign for private addresses, LAN names, and these.
 * @param title how devices list it
 */
export async function makeAuthority(title: string, names: readonly string[], nowMs: number): Promise<Certificate> {
  const keys = await crypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  const permitted = [...new Set([...LAN_NAMES, ...names.filter((name) => !isAddress(name))])];
  const made = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [title] }, { O: ['Nearcade'] }],
    keys,
    signingAlgorithm: KEY,
    notBefore: new Date(nowMs - BEFORE_MS),
    notAfter: new Date(nowMs + AUTHORITY_DAYS * DAY_MS),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      permitting(permitted),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: `${made.toString('pem')}\n`, key: await pemOf(keys.privateKey) };
}

/** Which of these names and addresses an authority may vouch for. */
export function permittedBy({ cert }: Certificate, names: readonly string[]): readonly string[] {
  const found = new ParsedCertificate(cert).getExtension(id_ce_nameConstraints);
  if (found === null) return names;
  const bases = [...(AsnConvert.parse(found.value, NameConstraints).permittedSubtrees ?? [])].map(({ base }) => base);
  const roots = bases.flatMap(({ dNSName }) => dNSName ?? []);
  const ranges = bases.flatMap(({ iPAddress }) => readCidr(iPAddress ?? '') ?? []);
  return names.filter((name) => {
    const ip = readIp(name);
    if (ip !== undefined) return ranges.some((range) => inCidr(ip, range));
    return roots.some((root) => name === root || name.endsWith(`.${root}`));
  });
}

/** Signs a fresh certificate, with a key of its own, for names and addresses that the authority may vouch for. */
export async function signLeaf(authority: Certificate, names: readonly string[], nowMs: number): Promise<Leaf> {
  const issuer = new ParsedCertificate(authority.cert);
  const der = createPrivateKey(authority.key).export({ format: 'der', type: 'pkcs8' });
  const signingKey = await crypto.subtle.importKey('pkcs8', new Uint8Array(der), KEY, false, ['sign']);
  const keys = await crypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  const endsAtMs = Math.min(nowMs + LEAF_DAYS * DAY_MS, issuer.notAfter.getTime());
  const made = await X509CertificateGenerator.create({
    subject: [{ CN: ['Nearcade hub'] }],
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: KEY,
    notBefore: new Date(nowMs - BEFORE_MS),
    notAfter: new Date(endsAtMs),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isAddress(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await AuthorityKeyIdentifierExtension.create(issuer, false),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const cert = `${made.toString('pem')}\n${authority.cert}`;
  return { cert, key: await pemOf(keys.privateKey), names, fromMs: nowMs, endsAtMs };
}
