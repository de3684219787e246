// clients/web/src/ui/problem-words.ts - which words go with which refusal: what we did about it and what a person can
// do. One line a code; a test holds it against protocol/error-codes.ts and all three languages.
import type { ErrorCode } from '../../../../src/protocol/error-codes.ts';
import type { Words } from '../i18n/words.ts';
import type { LocalCode } from '../player/problem.ts';

type Did = keyof Words['problems']['did'];
type Can = keyof Words['problems']['can'];
/** Words of one refusal. */
export type ProblemPlan = { readonly did: Did; readonly can: Can };

const plan = (did: Did, can: Can): ProblemPlan => ({ did, can });

/** Every code that a person can be shown. */
export const problemPlans: Readonly<Record<ErrorCode | LocalCode, ProblemPlan>> = {
  MESSAGE_MALFORMED: plan('dropped', 'tell'),
  MESSAGE_TOO_LARGE: plan('dropped', 'tell'),
  RATE_TOO_HIGH: plan('dropped', 'later'),
  VERSION_UNKNOWN: plan('nothing', 'reload'),
  ORIGIN_REFUSED: plan('nothing', 'tell'),
  LOGIN_REQUIRED: plan('nothing', 'login'),
  LOGIN_BAD_SIGNATURE: plan('nothing', 'login'),
  LOGIN_NONCE_UNKNOWN: plan('nothing', 'login'),
  LOGIN_TEXT_MISMATCH: plan('nothing', 'tell'),
  TICKET_UNKNOWN: plan('asked', 'reload'),
  TOKEN_UNKNOWN: plan('stopped', 'retry'),
  FORBIDDEN: plan('nothing', 'login'),
  NOT_FOUND: plan('nothing', 'reload'),
  GAME_UNKNOWN: plan('nothing', 'games'),
  SESSION_UNKNOWN: plan('stopped', 'retry'),
  SESSION_ENDED: plan('stopped', 'retry'),
  SESSION_TAKEN_OVER: plan('kept', 'tab'),
  PEER_UNKNOWN: plan('dropped', 'retry'),
  PLAN_EXPIRED: plan('asked', 'retry'),
  PROBE_TICKET_BAD: plan('asked', 'retry'),
  PROBES_FULL: plan('nothing', 'later'),
  MEASUREMENT_MISSING: plan('asked', 'relay'),
  NO_NODE: plan('nothing', 'later'),
  NO_NODE_NEAR: plan('nothing', 'later'),
  NODES_BUSY: plan('nothing', 'later'),
  QUEUE_FULL: plan('nothing', 'later'),
  NODE_LOST: plan('stopped', 'elsewhere'),
  NODE_DRAINING: plan('nothing', 'elsewhere'),
  NODE_REFUSED: plan('stopped', 'elsewhere'),
  NODE_NOT_BOUND: plan('nothing', 'token'),
  NODE_BAD_SIGNATURE: plan('nothing', 'token'),
  NODE_TOKEN_USED: plan('nothing', 'token'),
  RELAY_UNAVAILABLE: plan('nothing', 'later'),
  ALREADY_PLAYING: plan('nothing', 'tab'),
  FUNDS_TOO_LOW: plan('nothing', 'topUp'),
  CAP_REACHED: plan('nothing', 'cap'),
  CONSENT_REQUIRED: plan('stopped', 'sign'),
  CONSENT_EXCEEDED: plan('nothing', 'allow'),
  CONSENT_BAD: plan('asked', 'sign'),
  OPEN_BAD: plan('unsigned', 'tell'),
  VOUCHER_BAD_SIGNATURE: plan('dropped', 'tell'),
  VOUCHER_TOO_LOW: plan('kept', 'wait'),
  VOUCHER_TOO_HIGH: plan('dropped', 'tell'),
  IDEMPOTENCY_MISMATCH: plan('nothing', 'retry'),
  SAVE_TOO_LARGE: plan('kept', 'tell'),
  MONEY_PAUSED: plan('nothing', 'later'),
  ROLE_TOO_LOW: plan('unchanged', 'askStaff'),
  STALE_VERSION: plan('unchanged', 'lookAgain'),
  SEAT_UNKNOWN: plan('unchanged', 'lookAgain'),
  SEAT_STATE: plan('unchanged', 'lookAgain'),
  SEAT_EXISTS: plan('unchanged', 'lookAgain'),
  SETTINGS_BAD: plan('unchanged', 'correct'),
  SHIFT_REQUIRED: plan('unchanged', 'openShift'),
  SHIFT_OPEN: plan('unchanged', 'closeShift'),
  VARIANCE_UNEXPLAINED: plan('unchanged', 'giveReason'),
  TARIFF_MISSING: plan('unchanged', 'askManager'),
  PACKAGE_UNAVAILABLE: plan('unchanged', 'lookAgain'),
  POSTPAID_REFUSED: plan('unchanged', 'payNow'),
  PAYMENT_MISMATCH: plan('unchanged', 'payOther'),
  WALLET_TOO_LOW: plan('unchanged', 'payOther'),
  CURFEW: plan('unchanged', 'later'),
  AGE_BAND_REQUIRED: plan('unchanged', 'checkAge'),
  MEMBER_UNKNOWN: plan('unchanged', 'lookAgain'),
  MEMBER_SEATED: plan('unchanged', 'lookAgain'),
  CODE_UNKNOWN: plan('unchanged', 'lookAgain'),
  PIN_WRONG: plan('unchanged', 'retry'),
  PIN_LOCKED: plan('unchanged', 'askStaff'),
  RECEIPT_UNKNOWN: plan('unchanged', 'lookAgain'),
  WINDOW_OVER: plan('unchanged', 'askManager'),
  ALREADY_REVERSED: plan('unchanged', 'lookAgain'),
  CREDIT_TOO_LARGE: plan('unchanged', 'askManager'),
  SPENDING_CAP: plan('unchanged', 'cap'),
  RUNWAY_TOO_SHORT: plan('unchanged', 'topUp'),
  PAIRING_UNKNOWN: plan('unchanged', 'lookAgain'),
  LIMIT_REACHED: plan('unchanged', 'tidy'),
  CLOCK_OUT_OF_RANGE: plan('unchanged', 'retry'),
  STORE_UNAVAILABLE: plan('nothing', 'later'),
  SHUTTING_DOWN: plan('nothing', 'later'),
  HUB_UNREACHABLE: plan('asked', 'later'),
  WALLET_DECLINED: plan('nothing', 'sign'),
  TERMS_CHANGED: plan('unsigned', 'tell'),
  NO_PATH: plan('asked', 'relay'),
  BROWSER_UNFIT: plan('nothing', 'browser'),
  NO_COMMON_CODEC: plan('nothing', 'browser'),
};

/** True for a code that this page has words for. */
export function knownCode(code: string): code is ErrorCode | LocalCode {
  return Object.hasOwn(problemPlans, code);
}
