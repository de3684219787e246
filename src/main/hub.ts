// src/main/hub.ts - `./nearcade hub`: what a person set, made into a hub.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { SecretKeeper } from '../app/admin/ports.ts';
import type { OperatorId, PlayerId } from '../base/ids.ts';
import { readCidr } from '../base/ip.ts';
import type { Values } from '../config/load.ts';
import { hostPortText } from '../config/setting.ts';
import type { hubSettings } from '../config/settings.ts';
import { systemClock, systemRandom } from '../observe/clock.ts';
import type { Log } from '../observe/log.ts';
import type { Address, SigningDomain } from '../protocol/typed-data.ts';
import { mintCredential } from '../relay/credentials.ts';
import { buildWeb } from './build-web.ts';
import { readChainWish, treasuryOf } from './chain-wish.ts';
import { closeOtherBooks } from './close-other-books.ts';
import { foundSecret, keptSecret, rotateSecret } from './data-folder.ts';
import { prepareDevChain, stakeHouse } from './dev-house.ts';
import { chainDomain, openHubChain } from './hub-chain.ts';
import { type HubParts, isLoopback, machineAddresses, startHub } from './hub-service.ts';
import { type HubStores, openStores } from './hub-stores.ts';
import { type HubTls, openGivenTls, openOwnTls } from './hub-tls.ts';
import { type Role, report, StartError, UsageError } from './role.ts';
import { sealsBy } from './seals.ts';

type HubValues = Values<typeof hubSettings>;

const ROOT = join(import.meta.dirname, '..', '..');
/** Play money belongs to no chain: this id is nobody's, and no contract verifies it. */
const PLAY_DOMAIN: SigningDomain = { chainId: 0n, verifyingContract: `0x${'0'.repeat(40)}` };
/** The operator of the machine that `up` starts beside the hub: an address without a key. */
const HOUSE_ADDRESS: Address = `0x${'0'.repeat(38)}01`;
const HOUSE = HOUSE_ADDRESS as string as OperatorId;
const FOR_EVER_MS = 2 ** 52;

const HUB_SIGNER = 'hub-signer';

/** Rotates secrets of a data folder. The hub's signer has one key at a time: what the old one sealed stays sealed. */
export function folderSecrets(data: string): SecretKeeper {
  return { rotate: async (secret) => rotateSecret(data, secret, secret === HUB_SIGNER) };
}

function refuseBadSettings({ http, publicPlayMoney, chain }: HubValues): void {
  const playMoney = chain === undefined || chain === 'off' || chain === 'dev';
  if (playMoney && http !== undefined && !isLoopback(http.host) && publicPlayMoney !== true) {
    throw new UsageError(
      `--http ${hostPortText(http)} can be reached by others, and this hub gives out play money; add --public-play-money if that is meant`,
    );
  }
}

function mailServer({ smtp: url, smtpFrom: from }: HubValues): Pick<HubParts, 'smtp'> {
  if (url === undefined && from === undefined) return {};
  if (url === undefined || from === undefined) throw new UsageError('--smtp and --smtp-from belong together');
  return { smtp: { url, from } };
}

function allowedMedia({ allowPeer }: HubValues) {
  return (allowPeer ?? []).map((text) => {
    const range = readCidr(text);
    if (range === undefined) throw new UsageError(`--allow-peer: '${text}' is not a range; write ADDRESS/BITS`);
    return range;
  });
}

async function openTls({ tls, http, publicUrl }: HubValues, data: string, log: Log): Promise<HubTls | undefined> {
  if (tls === undefined || tls.mode === 'off') return undefined;
  const nowMs = systemClock.wallMs();
  if (publicUrl?.startsWith('http:')) {
    throw new UsageError(`--public-url ${publicUrl} is in the clear, and --tls serves HTTPS; write https:// there`);
  }
  if (tls.mode === 'files') return openGivenTls(tls, nowMs, log);
  const listen = http?.host ?? '';
  const everywhere = listen === '' || listen === '0.0.0.0' || listen === '::';
  const given = [...(publicUrl === undefined ? [] : [hostOf(publicUrl)]), ...(everywhere ? [] : [listen])];
  const addresses = everywhere ? machineAddresses : () => [];
  return openOwnTls({ data, hostName: hostname(), given, addresses }, nowMs, log);
}

const hostOf = (origin: string): string => new URL(origin).hostname.replace(/^\[|\]$/g, '');

async function bindHouse(stores: HubStores, sealKey: string): Promise<void> {
  const token = process.env.NEARCADE_BOOTSTRAP_NODE_TOKEN;
  if (token !== undefined) await stores.nodes.addToken(sealsBy(sealKey).digest(token), HOUSE, FOR_EVER_MS);
}

/**
 * Runs the hub role. Reports its URL to the supervisor when it serves. Settings that cannot be are refused before anything is
 * started: a database of its own would outlive a hub that was never there.
 * @throws StartError with the sentence to show
 */
export async function runHub(values: HubValues, log: Log): Promise<Role> {
  refuseBadSettings(values);
  const settled = { ...mailServer(values), allowedMedia: allowedMedia(values) };
  const data = resolve(values.data ?? '.nearcade');
  const sealKey = keptSecret(data, 'hub-seal');
  const receiptKey = foundSecret(data, HUB_SIGNER);
  const relaySecrets = (values.relaySecret ?? keptSecret(data, 'relay')).split(',');
  const chain = readChainWish(values, data);
  const tls = await openTls(values, data, log);
  const supervised = process.env.NEARCADE_UP === '1';
  if (!supervised) await buildWeb(); // `up` has built it, beside the database's start.
  const stores = await openStores(
    {
      ...{ data, url: values.databaseUrl, supervised },
      currency: chain === undefined ? 'PLAY' : 'DBC',
      ...(chain && {
        chain: { domain: chainDomain(chain.wish), ...(chain.life !== undefined && { life: chain.life }) },
      }),
    },
    log,
  );
  await bindHouse(stores, sealKey);
  const side =
    chain &&
    openHubChain(
      chain.wish,
      systemClock,
      await treasuryOf(chain.wish, stores.money, systemClock),
      chain.wish.mode === 'dev' ? HOUSE : undefined,
    );
  const domain = side?.domain ?? PLAY_DOMAIN;
  const parts = { clock: systemClock, random: systemRandom, log };
  await closeOtherBooks(stores, chain === undefined ? 'PLAY' : 'DBC', domain, parts);
  if (side?.mode === 'dev') await prepareDevChain(side, HOUSE_ADDRESS);
  const service = await startHub({
    http: values.http ?? { host: '127.0.0.1', port: 8080 },
    publicUrl: values.publicUrl,
    ...(tls && { tls }),
    trustProxy: values.trustProxy ?? false,
    ...settled,
    domain,
    ...(side && stores.chain && { chain: { side, store: stores.chain } }),
    chainMode: values.chain ?? 'off',
    priceMicroUsd: values.priceMicroUsd ?? 2_000,
    burnPolicy: values.burnPolicy ?? 'seed-2024',
    platformBps: values.platformBps ?? 500,
    sealKey,
    ...(receiptKey === undefined ? {} : { receiptKey }),
    admins: new Set((values.admin ?? []).map((address) => address.toLowerCase() as PlayerId)),
    secrets: folderSecrets(data),
    relaySecrets,
    mint: (grant) => mintCredential(relaySecrets[0] ?? '', grant),
    stores,
    ...parts,
    version: String(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version),
    pageFolder: join(ROOT, 'clients', 'web', 'dist'),
    fatal: (cause) =>
      queueMicrotask(() => {
        throw cause;
      }),
  }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE' && cause.code !== 'EADDRNOTAVAIL') throw cause;
    throw new StartError(
      `--http ${hostPortText(values.http ?? { host: '', port: 0 })} is taken or not an address of this machine`,
    );
  });
  const staking = side?.mode === 'dev' ? stakeHouse(side, service.hub, HOUSE, log) : undefined;
  report({ kind: 'ready', facts: { url: service.url, port: service.port } });
  if (!supervised) process.stderr.write(`nearcade: the hub is ready: ${service.url}\n`);
  return {
    stop: async (reason) => {
      staking?.stop();
      await service.stop(reason);
    },
  };
}
