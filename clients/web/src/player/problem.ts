// clients/web/src/player/problem.ts - what went wrong, as a code that the page has words for. Most codes are the hub's
// (protocol/error-codes.ts); a few happen in the browser and never cross a wire.
import type { Refusal } from '../../../../src/protocol/error-codes.ts';

/** Codes of this page's own: the hub never sends them. */
export const localCodes = [
  /** No answer from the hub. */
  'HUB_UNREACHABLE',
  /** The person closed the wallet's window or said no. */
  'WALLET_DECLINED',
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
