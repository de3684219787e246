// test/support/hub/fake-player.ts - a scripted page: wallet, login, socket, plan, play, vouchers. It shows no picture.
import { createHash, randomBytes } from 'node:crypto';
import type { PlayerMessage } from '../../../src/app/hub.ts';
import type { GameId, IdempotencyKey, NodeId, PlayerId, SessionId } from '../../../src/base/ids.ts';
import type { KioskTicket } from '../../../src/protocol/cafe-acts.ts';
import { messageCodec } from '../../../src/protocol/codec.ts';
import type { Problem } from '../../../src/protocol/http-api.ts';
import { loginText } from '../../../src/protocol/login.ts';
import { type HubToPlayer, hubToPlayer, type PlayerToHub } from '../../../src/protocol/player-messages.ts';
import { joinKeys } from '../../../src/protocol/session-keys.ts';
import type { Measurement, Path } from '../../../src/protocol/shapes.ts';
import { type Address, addressOf, signDigest, textDigest } from '../../../src/protocol/typed-data.ts';
import { PROTOCOL_VERSION } from '../../../src/protocol/version.ts';
import type { Open } from '../../../src/protocol/voucher.ts';
import {
  type Consent,
  consentDigest,
  fromWire,
  openDigest,
  openType,
  toWire,
  voucherDigest,
} from '../../../src/protocol/voucher.ts';
import { misheld } from '../api/held.ts';
import { Talker, type TalkOptions } from './talker.ts';

const codec = messageCodec<HubToPlayer, PlayerToHub>(hubToPlayer);
type Play = Extract<PlayerToHub, { t: 'play' }>;
type Plan = Extract<HubToPlayer, { t: 'plan' }>;
/** What the hub answers to a start that went well. */
export type Started = Extract<HubToPlayer, { t: 'started' }>;

/** A fresh key for one act. */
export const freshKey = () => randomBytes(9).toString('base64url') as IdempotencyKey;
/** The game of fake nodes. */
export const GAME = 'arcade' as GameId;

/** A measurement as a page would send it. */
export function measured(node: NodeId, rttMinMs: number, path: Path = 'direct', change: Partial<Measurement> = {}) {
  return { node, path, rttMinMs, rttMedianMs: rttMinMs + 1, jitterMs: 0.5, loss: 0, ...change };
}

/** One fake player with a wallet of its own. */
export class FakePlayer {
  readonly origin: string;
  readonly key: Uint8Array;
  readonly sessionKey: Uint8Array;
  readonly address: Address;
  cookie = '';
  readonly #loadedS = BigInt(Math.floor(Date.now() / 1_000));

  constructor(origin: string, name: string = randomBytes(8).toString('hex')) {
    this.origin = origin;
    this.key = createHash('sha256').update(`player ${name}`).digest();
    this.sessionKey = createHash('sha256').update(`session key ${name}`).digest();
    this.address = addressOf(this.key);
  }

  get player(): PlayerId {
    return this.address as string as PlayerId;
  }

  /** A request as the page makes it. */
  async fetch(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    const headers = { origin: this.origin, cookie: this.cookie, ...init.headers };
    const response = await fetch(`${this.origin}${path}`, { ...init, headers });
    const wrong = await misheld(this.origin, init.method ?? 'GET', path, response);
    if (wrong !== undefined) throw new Error(`not as the OpenAPI document says: ${wrong}`);
    return response;
  }

  /** Posts JSON. */
  post(path: string, body?: unknown, method = 'POST'): Promise<Response> {
    const json = { 'content-type': 'application/json' };
    return this.fetch(path, body === undefined ? { method } : { method, body: JSON.stringify(body), headers: json });
  }

  /** Logs in over HTTP and keeps the cookie. `chainId`: of the hub's money; 0 where it is play money of no chain. */
  async login(chainId = 0n): Promise<this> {
    const { address, origin } = this;
    const given = (await (await this.post('/api/login/nonce', { address })).json()) as {
      nonce: string;
      issuedAt: string;
      expiresAt: string;
    };
    const facts = { domain: origin.replace(/^https?:\/\//, ''), address, uri: origin, ...given };
    const signature = signDigest(textDigest(loginText({ ...facts, chainId })), this.key);
    const response = await this.post('/api/login', { ...facts, signature });
    if (response.status !== 204) throw new Error(`login refused: ${JSON.stringify(await response.json())}`);
    this.cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    return this;
  }

  /** A ticket for one socket. */
  async ticket(): Promise<string> {
    const response = await this.post('/api/socket-ticket');
    const body = (await response.json()) as { ticket: string } | Problem;
    if (!('ticket' in body)) throw new Error(`no ticket: ${body.code}`);
    return body.ticket;
  }

  /** An open socket that has said nothing. */
  async knock(options: TalkOptions = {}): Promise<PageSocket> {
    const decode = (bytes: Uint8Array): HubToPlayer => {
      const message = codec.decode(bytes);
      if (!message.ok) throw new Error(`the hub sent what is no message: ${JSON.stringify(message.error)}`);
      return message.value;
    };
    const url = `${this.origin.replace('http', 'ws')}/ws/play`;
    const talk = new PageSocket(this, url, { origin: this.origin, ...options }, { decode, encode: codec.encode });
    await talk.opened();
    return talk;
  }

  /** Logs in when need be, opens a socket and says hello. */
  async connect(options: { headers?: Record<string, string> } = {}): Promise<PageSocket> {
    if (this.cookie === '') await this.login();
    const ticket = await this.ticket();
    const page = await this.knock(options);
    page.send({ t: 'hello', v: PROTOCOL_VERSION, ticket });
    await page.next('welcome');
    return page;
  }

  /** A consent for the day, with room for everything. */
  consent(change: Partial<Consent> = {}): { consent: Consent; signature: `0x${string}` } {
    const nowS = this.#loadedS; // One consent a day: asked again, it is the same.
    const consent: Consent = {
      payer: this.address,
      sessionKey: addressOf(this.sessionKey),
      maxAmount: 900n * 10n ** 18n,
      maxRate: 500n * 10n ** 18n,
      validFrom: nowS - 60n,
      validUntil: nowS + 86_400n,
      nonce: 1n,
      ...change,
    };
    const signature = signDigest(consentDigest(PLAY_DOMAIN, consent), this.key);
    return { consent, signature };
  }

  /** An owner's consent to the devices of its seats, as `seats.consent` takes it. */
  consentTo(devices: readonly Pick<FakePlayer, 'sessionKey'>[], change: Partial<Consent> = {}) {
    const keys = devices.map(({ sessionKey }) => addressOf(sessionKey));
    const { consent, signature } = this.consent({ sessionKey: joinKeys(keys).sessionKey, ...change });
    return { consent: toWire(consent), signature, keys };
  }

  /** What a seat's device plays by: the consent that came with its ticket. */
  seatConsent({ consent, consentSignature, keyProof }: KioskTicket): Partial<Play> {
    if (consent === undefined || consentSignature === undefined) throw new Error('the ticket carries no consent');
    const sessionKey = addressOf(this.sessionKey);
    return { consent, consentSignature, ...(keyProof && { sessionKey, keyProof }) };
  }
}

const PLAY_DOMAIN = { chainId: 0n, verifyingContract: `0x${'0'.repeat(40)}` } as const;

/** A page's socket with the acts of a page. */
export class PageSocket extends Talker<HubToPlayer, PlayerToHub> {
  readonly who: FakePlayer;

  constructor(
    who: FakePlayer,
    url: string,
    options: TalkOptions,
    wire: { decode: (bytes: Uint8Array) => HubToPlayer; encode: (message: PlayerToHub) => Uint8Array },
  ) {
    super(url, options, wire);
    this.who = who;
  }

  /** The answer to a key: of type `t`, or the refusal's code. */
  async answer<T extends 'plan' | 'peer' | 'started' | 'queued'>(
    t: T,
    re: IdempotencyKey,
  ): Promise<Extract<HubToPlayer, { t: T }> | string> {
    const answers = (message: HubToPlayer): boolean =>
      're' in message && message.re === re && (message.t === t || message.t === 'refused');
    const message = await this.any(answers, `the answer '${t}'`);
    return message.t === 'refused' ? message.code : (message as Extract<HubToPlayer, { t: T }>);
  }

  /** Asks where it could play. */
  async plan(change: Partial<Extract<PlayerToHub, { t: 'plan' }>> = {}): Promise<Plan> {
    const re = freshKey();
    this.send({ t: 'plan', re, game: GAME, ...change });
    const plan = await this.answer('plan', re);
    if (typeof plan === 'string') throw new Error(`plan refused: ${plan}`);
    return plan;
  }

  /** The play message for a plan; each candidate is measured at 10, 11, 12... ms over the direct path. */
  playOf(plan: Plan, change: Partial<Play> = {}): Play {
    const { consent, signature } = this.who.consent();
    return {
      t: 'play',
      re: freshKey(),
      plan: plan.plan,
      path: 'auto',
      settings: { codecs: ['h264', 'vp8'] },
      measurements: plan.candidates.map(({ node }, index) => measured(node, 10 + index)),
      consent: toWire(consent),
      consentSignature: signature,
      ...change,
    };
  }

  /** Plans and plays; the answer is `started` or the refusal's code. */
  async tryPlay(change: Partial<Play> = {}): Promise<Started | string> {
    const play = this.playOf(await this.plan(), change);
    this.send(play);
    return this.answer('started', play.re);
  }

  /** Plans, plays, signs the Open. */
  async play(change: Partial<Play> = {}): Promise<Started> {
    const started = await this.tryPlay(change);
    if (typeof started === 'string') throw new Error(`play refused: ${started}`);
    this.signOpen(started);
    return started;
  }

  /** Signs the Open that `started` carried. */
  signOpen({ session, open }: Started): void {
    const read = fromWire<Open>(openType, open);
    if (!read.ok) throw new Error('the open is not well formed');
    this.send({ t: 'open', session, signature: signDigest(openDigest(PLAY_DOMAIN, read.value), this.who.sessionKey) });
  }

  /** Says that so much good time was seen. */
  tick(session: SessionId, seq: number, goodMs: number, sample?: PlayerMessage<'tick'>['sample']): void {
    const badMs = {
      'no-frame-yet': 0,
      'few-sent': 0,
      'few-decoded': 0,
      gap: 0,
      rtt: 0,
      'input-unanswered': 0,
      disconnected: 0,
    };
    this.send({ t: 'tick', session, seq, goodMs, badMs, ...(sample && { sample }) });
  }

  /** Signs a voucher. */
  voucher({ session, lease }: Started, seq: number, servedMs: number, amount: bigint): void {
    const voucher = { lease: lease as `0x${string}`, seq: BigInt(seq), servedMs: BigInt(servedMs), amount };
    const signature = signDigest(voucherDigest(PLAY_DOMAIN, voucher), this.who.sessionKey);
    this.send({ t: 'voucher', session, voucher: toWire(voucher), signature });
  }
}
