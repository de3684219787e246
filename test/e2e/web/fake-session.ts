// test/e2e/web/fake-session.ts - one session of the scripted hub, and what the hub says at its start.
import type { WebSocket } from 'ws';
import type { PeerId, SessionId } from '../../../src/base/ids.ts';
import type { SignedVoucher } from '../../../src/billing/voucher-book.ts';
import type { HubToPlayer, PlayerToHub } from '../../../src/protocol/player-messages.ts';
import type { Measurement, Quote } from '../../../src/protocol/shapes.ts';
import type { Signature } from '../../../src/protocol/typed-data.ts';
import {
  type Consent,
  consentDigest,
  type Open,
  openDigest,
  toWire,
  type Voucher,
} from '../../../src/protocol/voucher.ts';
import { type FakeNode, fakeDomain, noBadMs } from './fake-facts.ts';

/** What the hub keeps of a session. */
export type FakeSession = {
  readonly id: SessionId;
  readonly token: string;
  peer: PeerId;
  readonly node: FakeNode;
  readonly player: string;
  readonly consent: Consent;
  readonly open: Open;
  readonly game: string;
  readonly startedAtMs: number;
  goodMs: number;
  ended: boolean;
  readonly consentSignature: Signature;
  openSignature: Signature | undefined;
  lastVoucher: SignedVoucher | undefined;
  readonly vouchers: Voucher[];
  readonly ticks: Extract<PlayerToHub, { t: 'tick' }>[];
  socket: WebSocket | undefined;
};

/** The terms of a start, as an honest hub writes them. */
export function openOf(node: FakeNode, quote: Quote, consent: Consent, nonce: number): Open {
  return {
    consent: consentDigest(fakeDomain, consent),
    key: consent.sessionKey,
    node: node.node as string as `0x${string}`,
    rate: BigInt(quote.rateWeiPerHour),
    baseShare: BigInt(quote.baseWeiPerHour),
    burnPolicy: BigInt(quote.burnPolicyNumber),
    gpuTier: BigInt(quote.gpuTier),
    maxAmount: consent.maxAmount,
    startedAtMs: BigInt(Date.now()),
    nonce: BigInt(nonce),
  };
}

/** `started`, for a new session or one that comes back. */
export function startedMessage(
  session: FakeSession,
  quote: Quote,
  of: {
    readonly re: string;
    readonly resumed: boolean;
    readonly measured: readonly Measurement[];
    readonly nodes: readonly FakeNode[];
  },
): HubToPlayer {
  const { node } = session;
  const ranked = of.measured
    .filter(({ path }) => path === 'direct')
    .map(({ rttMedianMs: _median, ...line }) => ({
      ...line,
      name: of.nodes.find((each) => each.node === line.node)?.name ?? '?',
    }));
  return {
    t: 'started',
    re: of.re as never,
    session: session.id,
    token: session.token,
    peer: session.peer,
    node: node.node,
    nodeName: node.name,
    region: node.region,
    game: session.game as never,
    path: 'direct',
    policy: 'all',
    ice: [],
    quote,
    open: toWire(session.open),
    lease: openDigest(fakeDomain, session.open) as never,
    choice: { node: node.node, path: 'direct', reason: 'nearest', ranked },
    resumed: of.resumed,
    goodMs: session.goodMs,
    badMs: session.ticks.at(-1)?.badMs ?? noBadMs(),
    voucherSeq: Number(session.vouchers.at(-1)?.seq ?? 0n),
  };
}
