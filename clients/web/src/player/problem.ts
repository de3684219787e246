// clients/web/src/player/problem.ts - what went wrong, as a code that the page has words for. Most codes are the hub's
// (protocol/error-codes.ts); a few happen in the browser and never cross a wire.
import type { Refusal } from '../../../../src/protocol/error-codes.ts';

/** Codes of this page's own: the hub never sends them. */
export const localCodes = [
  /** No answer from the hub. */
  'HUB_UNREACHABLE',
  /** The person closed the wallet's window or said no. */
  'WALLET_DECLINED',
  /** The wallet stands on another chain and did not change to this hub's. */
  'WALLET_OTHER_CHAIN',
  /** The wallet shows another account than the one that was chosen here. */
  'WALLET_OTHER_ACCOUNT',
  /** The wallet signs by the rules of a contract (ERC-1271), which neither hub nor node can check. */
  'WALLET_IS_CONTRACT',
  /** What the hub asked to sign differs from what was shown: nothing was signed. */
  'TERMS_CHANGED',
  /** Signaling worked, but no media path to the node opened in time. */
  'NO_PATH',
  /** The browser lacks WebRTC or every codec we send. */
  'BROWSER_UNFIT',
  /** The node offers nothing this browser can decode. */
  'NO_COMMON_CODEC',
] as const;
/** One of the codes above. */
export type LocalCode = (typeof localCodes)[number];

/** A refusal or failure to be told in words. `code` may be newer than this page; `id` finds it in a log. */
export type PlayerProblem = {
  readonly code: string;
  readonly facts?: Refusal['facts'];
  readonly id?: string;
};

/** A problem of the page's own. */
export function problem(code: LocalCode, facts?: Refusal['facts']): PlayerProblem {
  return facts === undefined ? { code } : { code, facts };
}

/** Why a wallet gave nothing, where more is known than that it did not. */
export class WalletError extends Error {
  override readonly name = 'WalletError';
  readonly problem: PlayerProblem;
  constructor(told: PlayerProblem) {
    super(told.code);
    this.problem = told;
  }
}

/** What to tell of an error of a wallet: its own errors say no more than that the person declined. */
export function walletProblem(error: unknown): PlayerProblem {
  return error instanceof WalletError ? error.problem : problem('WALLET_DECLINED');
}

/** A problem from a message or an HTTP body, without what does not concern a person. */
export function problemFrom(source: {
  readonly code: string;
  readonly facts?: Refusal['facts'] | undefined;
  readonly id?: string | undefined;
  readonly re?: string | undefined;
}): PlayerProblem {
  const id = source.id ?? source.re;
  return {
    code: source.code,
    ...(source.facts === undefined ? {} : { facts: source.facts }),
    ...(id === undefined || id === '' ? {} : { id }),
  };
}
