// src/agent/claims.ts - what an operator can settle without any hub: of each session that was signed for, the player's
// consent, the open and the highest voucher. Kept when the hub has taken a session over, until nobody can pay for it.
import { mkdirSync } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OutageError } from '../base/assert.ts';
import type { SessionId } from '../base/ids.ts';
import type { SignedVoucher } from '../billing/voucher-book.ts';
import type { Address, Hash32, Signature, SigningDomain } from '../protocol/typed-data.ts';
import {
  type Consent,
  consentType,
  fromWire,
  type Open,
  openType,
  toWire,
  type Voucher,
  voucherType,
} from '../protocol/voucher.ts';

/** One session's signatures. */
export type Claim = {
  readonly session: SessionId;
  readonly domain: SigningDomain;
  readonly lease: Hash32;
  readonly consent: Consent;
  readonly consentSignature: Signature;
  readonly keyProof?: readonly Hash32[];
  readonly open: Open;
  readonly openSignature: Signature;
  readonly highest?: SignedVoucher;
};

/** The claims of one node. Every call throws OutageError. */
export type Claims = {
  /** Writes a claim through to the disk. */
  keep(claim: Claim): Promise<void>;
  find(session: SessionId): Promise<Claim | undefined>;
  /** Oldest first. */
  all(): Promise<readonly Claim[]>;
};

const FILE = /^(s_[0-9a-z]{26})\.json$/;
/** A lease ends after 31 days at most and can be settled for another: then nobody pays any more. */
const KEPT_MS = 60 * 24 * 3_600_000;
const CLAIMS_MAX = 20_000; // A session every four minutes for two months; some 40 MB.

const bigints = (_name: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

function parts(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const part: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof part === 'object' && part !== null ? { ...part } : {};
}
function hex(value: unknown, name: string): `0x${string}` | undefined {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof text === 'string' && /^0x[0-9a-f]*$/.test(text) ? `0x${text.slice(2)}` : undefined;
}

const isHash = (value: unknown): value is Hash32 => typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value);

function readClaim(session: SessionId, text: string): Claim | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const consent = fromWire<Consent>(consentType, parts(json, 'consent'));
  const opened = fromWire<Open>(openType, parts(json, 'open'));
  const domain = parts(json, 'domain');
  const contract: Address | undefined = hex(domain, 'verifyingContract');
  const lease = hex(json, 'lease');
  const [consentSignature, openSignature] = [hex(json, 'consentSignature'), hex(json, 'openSignature')];
  if (!consent.ok || !opened.ok || contract === undefined || lease === undefined) return undefined;
  if (consentSignature === undefined || openSignature === undefined) return undefined;
  const proof: unknown = Reflect.get(Object(json), 'keyProof');
  const keyProof = Array.isArray(proof) ? proof.filter(isHash) : [];
  const signed = parts(json, 'highest');
  const voucher = fromWire<Voucher>(voucherType, parts(signed, 'voucher'));
  const signature = hex(signed, 'signature');
  return {
    session,
    domain: { chainId: BigInt(String(domain.chainId)), verifyingContract: contract },
    ...{ lease, consent: consent.value, consentSignature, open: opened.value, openSignature },
    ...(keyProof.length > 0 && { keyProof }),
    ...(voucher.ok && signature !== undefined && { highest: { voucher: voucher.value, signature } }),
  };
}

/** Opens the claims in `folder`, making it if need be (0700). */
export function openClaims(folder: string): Claims {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (session: SessionId) => join(folder, `${session}.json`);
  const guard = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (cause) {
      throw new OutageError(`cannot use the claims in ${folder}`, { cause });
    }
  };
  const find = (session: SessionId) =>
    guard(async () => {
      const text = await readFile(path(session), 'utf8').catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return undefined;
        throw cause;
      });
      return text === undefined ? undefined : readClaim(session, text);
    });
  const dated = async () => {
    const names = (await readdir(folder)).filter((name) => FILE.test(name));
    const files = await Promise.all(
      names.map(async (name) => ({ name, atMs: (await stat(join(folder, name))).mtimeMs })),
    );
    return files.toSorted((a, b) => a.atMs - b.atMs);
  };
  let kept = 0;
  return {
    find,
    keep: (claim) =>
      guard(async () => {
        const { consent, open: opened, highest, ...rest } = claim;
        const json = {
          ...rest,
          consent: toWire(consent),
          open: toWire(opened),
          ...(highest && { highest: { voucher: toWire(highest.voucher), signature: highest.signature } }),
        };
        const draft = `${path(claim.session)}.new`;
        const file = await open(draft, 'w', 0o600);
        try {
          await file.writeFile(JSON.stringify(json, bigints));
          await file.datasync();
        } finally {
          await file.close();
        }
        await rename(draft, path(claim.session));
        kept += 1;
        if (kept % 100 !== 1) return;
        const files = await dated();
        const oldestMs = (files.at(-1)?.atMs ?? 0) - KEPT_MS;
        const over = files.filter(({ atMs }, at) => atMs < oldestMs || at < files.length - CLAIMS_MAX);
        for (const { name } of over) await rm(join(folder, name), { force: true });
      }),
    all: () =>
      guard(async () => {
        const claims: Claim[] = [];
        for (const { name } of await dated()) {
          const claim = await find((FILE.exec(name)?.[1] ?? '') as SessionId);
          if (claim !== undefined) claims.push(claim);
        }
        return claims;
      }),
  };
}
