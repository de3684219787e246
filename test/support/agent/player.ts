// test/support/agent/player.ts - a player's signatures for one session: consent, open and vouchers, and the hub's `start`
// made from them.
import { toHex } from '../../../src/base/bytes.ts';
import { newId, type PeerId, type SessionId } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { priceWei } from '../../../src/billing/pricing.ts';
import type { HubToNode } from '../../../src/protocol/node-messages.ts';
import { type Address, addressOf, type SigningDomain, signDigest } from '../../../src/protocol/typed-data.ts';
import {
  type Consent,
  consentDigest,
  type Open,
  openDigest,
  toWire,
  type Voucher,
  voucherDigest,
} from '../../../src/protocol/voucher.ts';

type Start = Extract<HubToNode, { t: 'start' }>;

/** Where the tests' signatures count. */
export const domain: SigningDomain = { chainId: 31_337n, verifyingContract: `0x${'11'.repeat(20)}` };
export const playDomain = { chainId: '31337', verifyingContract: domain.verifyingContract };
export const RATE = 50n * 10n ** 18n;

const WALLET = new Uint8Array(32).fill(7);
const SESSION_KEY = new Uint8Array(32).fill(9);
const STRANGER = new Uint8Array(32).fill(13);
const DAY_S = 86_400n;
const random = seededRandom(Math.floor(performance.now() * 1_000));

/** A fresh peer id. */
export const peerId = (): PeerId => newId<PeerId>('c', random);

/** One player with one session on `node`. */
export class Player {
  readonly session = newId<SessionId>('s', random);
  readonly peer = peerId();
  readonly consent: Consent;
  readonly open: Open;
  readonly lease: `0x${string}`;
  #seq = 0n;

  constructor(node: string, change: { consent?: Partial<Consent>; open?: Partial<Open> } = {}) {
    const nowS = BigInt(Math.floor(Date.now() / 1_000));
    this.consent = {
      payer: addressOf(WALLET),
      sessionKey: addressOf(SESSION_KEY),
      maxAmount: 100n * 10n ** 18n,
      maxRate: RATE,
      validFrom: nowS - 60n,
      validUntil: nowS + DAY_S,
      nonce: 1n,
      ...change.consent,
    };
    this.open = {
      consent: consentDigest(domain, this.consent),
      key: this.consent.sessionKey,
      node: node as Address,
      rate: RATE,
      baseShare: RATE,
      burnPolicy: 1n,
      gpuTier: 0n,
      maxAmount: 10n * 10n ** 18n,
      startedAtMs: BigInt(Date.now()),
      nonce: BigInt(toHex(random.bytes(16))),
      ...change.open,
    };
    this.lease = openDigest(domain, this.open);
  }

  /** The hub's `start` for this session. */
  start(change: Partial<Start> = {}): Start {
    return {
      t: 'start',
      session: this.session,
      peer: this.peer,
      epoch: 1,
      player: this.consent.payer as string as Start['player'],
      game: 'fake' as Start['game'],
      settings: { codecs: ['h264'] },
      promise: { fps: 30, height: 720, rttCapMs: 80 },
      consent: toWire(this.consent),
      consentSignature: signDigest(consentDigest(domain, this.consent), WALLET),
      open: toWire(this.open),
      lease: this.lease as Start['lease'],
      saveToken: 'save-token-0123456789',
      save: false,
      path: 'direct',
      ...change,
    };
  }

  /** The hub's `open`: the session key's signature, or a stranger's. */
  signedOpen(by: 'session-key' | 'stranger' = 'session-key'): Extract<HubToNode, { t: 'open' }> {
    const key = by === 'stranger' ? STRANGER : SESSION_KEY;
    return { t: 'open', session: this.session, signature: signDigest(this.lease, key) };
  }

  /** A voucher for `servedMs`, at the right price unless changed. */
  voucher(servedMs: number, change: Partial<Voucher> & { by?: 'stranger' } = {}) {
    const { by, ...fields } = change;
    this.#seq++;
    const served = BigInt(servedMs);
    const voucher: Voucher = {
      ...{ lease: this.lease, seq: this.#seq, servedMs: served, amount: priceWei(RATE, served) },
      ...fields,
    };
    const signature = signDigest(voucherDigest(domain, voucher), by === 'stranger' ? STRANGER : SESSION_KEY);
    return { t: 'voucher' as const, voucher: toWire(voucher), signature };
  }
}
