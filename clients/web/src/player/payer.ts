// clients/web/src/player/payer.ts - pays by voucher: every 10 s a signed 'so much was I served, so much do I owe' to the
// node and in copy to the hub. A node without vouchers ends the session, so a new connection hears the last one at once.
import type { SessionId } from '../../../../src/base/ids.ts';
import type { NodeToPlayer, PlayerToNode } from '../../../../src/protocol/control-messages.ts';
import type { PlayerToHub } from '../../../../src/protocol/player-messages.ts';
import type { Signature, SigningDomain } from '../../../../src/protocol/typed-data.ts';
import { toWire, type Voucher, voucherDigest } from '../../../../src/protocol/voucher.ts';
import type { HeldConsent } from './consent.ts';
import { createVoucherClock, type VoucherTerms } from './voucher-clock.ts';

/** How far a refused number is jumped over: an earlier page of the session signed at most this many since we knew. */
const SEQ_JUMP = 10n;

/** Where vouchers go. */
export type PayerPorts = { toNode(message: PlayerToNode): boolean; toHub(message: PlayerToHub): boolean };

/** The payments of one session. */
export type Payer = {
  /** Pays when it is time. */
  pay(goodMs: number, nowMs: number): void;
  /** Pays all that is owed now: the last word of a session. */
  settle(goodMs: number, nowMs: number): void;
  /** Says the last voucher again: the listener is new. */
  repeat(): void;
  /** The node's answer to a voucher. */
  heard(message: Extract<NodeToPlayer, { t: 'voucher.kept' | 'voucher.refused' }>, goodMs: number, nowMs: number): void;
  /** The hub holds number `seq`: go on above it. */
  atLeast(seq: number): void;
  /** Number of the last voucher that was signed. */
  readonly seq: bigint;
  /** What the node served beyond the last voucher it kept, by its own count. */
  readonly shortfallMs: number;
  /** Code of the last refusal, until a voucher is kept again. */
  readonly refused: string | undefined;
};

/** Makes the payer of a session. */
export function createPayer(
  terms: VoucherTerms & { readonly session: SessionId; readonly domain: SigningDomain; readonly seqAfter: number },
  consent: HeldConsent,
  ports: PayerPorts,
): Payer {
  const clock = createVoucherClock(terms, BigInt(terms.seqAfter));
  let last: { readonly voucher: Voucher; readonly signature: Signature } | undefined;
  let shortfallMs = 0;
  let refused: string | undefined;
  const say = (voucher: Voucher | undefined): void => {
    if (voucher === undefined) return;
    last = { voucher, signature: consent.sign(voucherDigest(terms.domain, voucher)) };
    payer.repeat();
  };
  const payer: Payer = {
    pay: (goodMs, nowMs) => say(clock.due(goodMs, nowMs)),
    settle: (goodMs, nowMs) => say(clock.now(goodMs, nowMs)),
    repeat() {
      if (last === undefined) return;
      const signed = { voucher: toWire(last.voucher), signature: last.signature };
      ports.toNode({ t: 'voucher', ...signed });
      ports.toHub({ t: 'voucher', session: terms.session, ...signed });
    },
    heard(message, goodMs, nowMs) {
      if (message.t === 'voucher.kept') {
        ({ shortfallMs } = message);
        refused = undefined;
        return;
      }
      // Too low: an earlier page of this session had signed further. Anything else is told to the player.
      if (message.code !== 'VOUCHER_TOO_LOW') {
        refused = message.code;
        return;
      }
      clock.atLeast(clock.seq + SEQ_JUMP);
      payer.settle(goodMs, nowMs);
    },
    atLeast: (seq) => clock.atLeast(BigInt(seq)),
    get seq() {
      return clock.seq;
    },
    get shortfallMs() {
      return shortfallMs;
    },
    get refused() {
      return refused;
    },
  };
  return payer;
}
